"""The hub's command line."""

import argparse
import contextlib
import sys
from functools import partial
from pathlib import Path

from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from sync.hub import code_orders, definition_orders, request_orders, worth_orders
from sync.hub.export import run_export
from sync.hub.hub import Hub
from sync.hub.imports import FILES, import_file, stores
from sync.hub.orders import run_backup, run_devices, run_erase, run_restored
from sync.hub.problems import HubError
from sync.hub.serve import serve
from sync.hub.versions import release

DATABASE = "sqlite:///hub.db"
PORT = 8700


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code. What goes wrong is one sentence on stderr."""
    options = _parser().parse_args(arguments)
    try:
        with contextlib.closing(_open(options)) as hub:
            return int(options.run(hub, options))
    except (HubError, OSError, SQLAlchemyError) as error:
        # Of the database only its first line: what follows may be somebody's words.
        reason = str(error.orig).partition("\n")[0] if isinstance(error, DBAPIError) else error
        sys.stderr.write(f"hub: {reason}\n")
        return 1


def run_serve(hub: Hub, options: argparse.Namespace) -> int:
    """Answer tills until told to stop."""
    serve(hub, options.host, options.port)
    return 0


def run_ticket(hub: Hub, options: argparse.Namespace) -> int:
    """Print a ticket for one till."""
    with hub.database.read() as connection:
        store_id = stores(connection).get(options.store)
    if store_id is None:
        raise HubError(f"there is no store {options.store!r}")
    sys.stdout.write(f"{hub.issue_ticket(store_id)}\n")
    return 0


def run_revoke(hub: Hub, options: argparse.Namespace) -> int:
    """Lock a till out."""
    if not hub.revoke(options.device):
        raise HubError(f"there is no till {options.device!r}")
    return 0


def run_require(hub: Hub, options: argparse.Namespace) -> int:
    """Say which release of the program a till must have to read."""
    if not release(options.app):
        raise HubError(f"{options.app!r} is no release")
    hub.require(options.app)
    return 0


def run_import(hub: Hub, options: argparse.Namespace) -> int:
    """Bring a file in; 1 if any line was bad."""
    outcome = import_file(hub, options.kind, options.file)
    for number, reason in outcome.bad:
        sys.stderr.write(f"{options.file}:{number}: {reason}\n")
    bad = len(outcome.bad)
    told = f"{outcome.new} new, {outcome.changed} changed, {outcome.known} known, {bad} bad"
    sys.stdout.write(f"{options.kind}: {told}\n")
    return 1 if bad else 0


def _open(options: argparse.Namespace) -> Hub:
    """The hub of the database that was named. Only what comes first at headquarters makes one, and says so: elsewhere a
    slip in the name would do."""
    restored, create = options.run is run_restored, options.run in (run_serve, run_import)
    try:
        hub = Hub.open(options.database, ledger=options.ledger, restored=restored, create=create)
    except (ArgumentError, ValueError):
        raise HubError("the database URL must be sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME") from None
    except DBAPIError as error:
        raise HubError(f"the database cannot be opened: {str(error.orig).splitlines()[0]}") from None
    if hub.is_new:
        sys.stderr.write(f"hub: there was none in {_named(hub)}: this is a new one\n")
    return hub


def _named(hub: Hub) -> str:
    """Its database, without the password."""
    return hub.database.engine.url.render_as_string()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sync.hub", description="Storeguide's reference hub.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serving = _command(commands, "serve", run_serve)
    serving.add_argument("--host", default="127.0.0.1")
    serving.add_argument("--port", type=_port, default=PORT, help="0 takes a free one")
    _command(commands, "ticket", run_ticket).add_argument("--store", required=True, help="id or exact name")
    _command(commands, "revoke", run_revoke).add_argument("device", type=_text, help="id of the till")
    _command(commands, "require", run_require).add_argument(
        "--app", type=_text, required=True, help="oldest release, such as 0.2"
    )
    importing = _command(commands, "import", run_import)
    importing.add_argument("kind", choices=FILES)
    importing.add_argument("file", type=Path, metavar="FILE.csv")
    _command(commands, "erase", run_erase).add_argument("member", type=_text, help="id or code")
    _command(commands, "devices", run_devices).add_argument("--json", action="store_true")
    _command(commands, "backup", run_backup).add_argument("file", type=Path)
    _command(commands, "export", run_export).add_argument("folder", type=Path)
    _command(commands, "restored", run_restored)
    for orders in (code_orders, definition_orders, request_orders, worth_orders):
        orders.add_commands(partial(_command, commands))
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, run: object
) -> argparse.ArgumentParser:
    function = getattr(run, "__doc__", None)
    parser = commands.add_parser(name, help=function, description=function)
    parser.add_argument("--database", default=DATABASE, metavar="URL", help=f"default {DATABASE}")
    parser.add_argument(
        "--ledger", type=Path, metavar="FILE", help="default beside the database, on another disk better"
    )
    parser.set_defaults(run=run)
    return parser


def _text(told: str) -> str:
    if not told.isprintable():  # the bytes that are no UTF-8 either
        raise argparse.ArgumentTypeError("not readable")
    return told


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError("0 to 65535")
    return port


if __name__ == "__main__":
    sys.exit(main())
