"""What the documents claim and a program can check: links, paths, names, tests, commands and forms."""

import ast
import re
import subprocess
from functools import cache

import pytest

from tests.test_architecture import ROOT, expect_nowhere, parsed, tracked

PAGES = [name for name in tracked("*.md") if "/" not in name or name.startswith(("docs/", "sync/"))]
DECISIONS = [name for name in PAGES if name.startswith("docs/adr/")]
HEADINGS = ["Summary", "Context", "Decision", "Consequences", "Alternatives"]
CHANGES = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def headings(name: str, level: int) -> list[str]:
    return re.findall(rf"^{'#' * level} (.+)$", text_of(name), re.MULTILINE)


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))


@cache
def named_in(path: str) -> frozenset[str]:
    """The tests of a file, or the titles of its scenarios."""
    text = (ROOT / path).read_text("utf-8")
    if path.endswith(".feature"):
        return frozenset(re.findall(r"^\s*Scenario: (.+)$", text, re.MULTILINE))
    return frozenset(
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def test_every_link_leads_somewhere() -> None:
    found = []
    for name in PAGES:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text_of(name)):
            if "://" not in target and not (ROOT / name).parent.joinpath(target).exists():
                found.append(f"{name}: {target}")
    expect_nowhere(found)


def test_every_file_that_is_named_is_there() -> None:
    found = []
    for name in PAGES:
        for path in re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", text_of(name)):
            if not path.startswith((".venv/", "/")) and not (ROOT / path).exists():
                found.append(f"{name}: {path}")
    expect_nowhere(found)


def test_every_test_that_is_named_is_there() -> None:
    named = {each for name in PAGES for each in re.findall(r"`([\w./-]+)::([^`]+)`", text_of(name))}
    assert len(named) > 80
    expect_nowhere([f"{path}::{name}" for path, name in named if name not in named_in(path)])


def test_every_step_of_the_walk_is_in_the_code() -> None:
    defined = {
        node.name
        for tree in parsed().values()
        for node in ast.walk(tree)
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
    }
    walk = text_of("docs/architecture.md").split("## The walk of one code")[1].split("\n## ")[0]
    named = re.findall(r"`([A-Za-z_]+(?:\.[A-Za-z_]+)?)`", walk)
    assert len(named) > 10
    expect_nowhere([name for name in named for part in name.split(".") if part not in defined])


def test_every_make_command_that_is_named_exists() -> None:
    found = [
        f"{name}: make {target}"
        for name in PAGES
        for target in re.findall(r"(?:`|^)make ([a-z-]+)", text_of(name), re.MULTILINE)
        if target not in targets()
    ]
    expect_nowhere(found)


def test_make_lists_every_command_it_has() -> None:
    listed = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {line.split()[1] for line in listed.splitlines()} == targets()


def test_the_readme_runs_and_tests_with_one_command_each() -> None:
    readme = text_of("README.md")
    assert "```\nmake run\n```" in readme
    assert "```\nmake test\n```" in readme
    assert "make test" in text_of(".ci/run")


@pytest.mark.parametrize("name", ["resources/setup.sh", ".ci/run"])
def test_every_script_can_be_run(name: str) -> None:
    assert (ROOT / name).stat().st_mode & 0o111
    subprocess.run(["bash", "-n", name], cwd=ROOT, check=True)


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_has_one_page_and_five_headings(name: str) -> None:
    number = name.removeprefix("docs/adr/")[:3]
    assert headings(name, 1)[0].startswith(f"{number}: ")
    assert headings(name, 2) == HEADINGS
    assert len(text_of(name).split()) < 600


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(name.removeprefix("docs/adr/")[:3]) for name in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_changelog_keeps_its_form() -> None:
    versions = headings("CHANGELOG.md", 2)
    assert versions[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", version) for version in versions[1:])
    assert set(headings("CHANGELOG.md", 3)) <= CHANGES
