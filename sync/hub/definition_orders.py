"""What an operator orders about the rules: which definitions hold in every store, and from which day on."""

import argparse
import json
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from desktop.rules.definitions import Definitions, read_definitions
from desktop.rules.shape import ShapeError
from sync.hub.code_orders import change
from sync.hub.definitions import hold_definitions
from sync.hub.hub import Hub
from sync.hub.problems import HubError
from sync.protocol import Id
from sync.service_rows import DefinitionsRow


def run_definitions(hub: Hub, options: argparse.Namespace) -> int:
    """Say by which parameters every store judges: a JSON or TOML file of the definitions in docs/rules.md."""
    made = send_definitions(hub, options.file)
    sys.stdout.write(f"definitions {made.version} from {made.effective}\n")
    return 0


def send_definitions(hub: Hub, file: Path) -> Definitions:
    """Every till hears of them. Raises HubError."""
    try:
        told = _read(file)
        made = read_definitions(told)
        version = msgspec.convert(made.version, Id)
    except (ValueError, msgspec.ValidationError) as error:
        raise HubError(f"{file}: {error}") from None
    body = DefinitionsRow(effective=made.effective.isoformat(), definitions=told)
    change(hub, lambda documents: hold_definitions(documents, version, body))
    return made


def add_commands(add: Callable[[str, object], argparse.ArgumentParser]) -> None:
    """Let the parser know it."""
    add("definitions", run_definitions).add_argument("file", type=Path, metavar="FILE")


def _read(path: Path) -> dict[str, Any]:
    """Dates of TOML as they are written in JSON."""
    text = path.read_text("utf-8")
    told = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    if not isinstance(told, dict):
        raise ShapeError("a table expected")
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in told.items()}
