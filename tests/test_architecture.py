"""The house rules that a program can check. Each failure names the line."""

import ast
import subprocess
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

HOUSE = ("main", "ui", "desktop", "sync", "resources", "tests")

# Who may import what of the house; the longest matching path decides.
MAY_IMPORT = {
    "desktop/rules/": ("desktop.rules",),
    "desktop/": ("desktop", "resources"),
    "ui/": ("ui", "desktop", "resources"),
    "sync/hub/": (
        "sync.hub",
        "sync.protocol",
        "sync.code_rows",
        "sync.escrow_rows",
        "sync.service_rows",
        "sync.privacy_rows",
        "sync.loads",
        "desktop.rules",
    ),
    "sync/protocol.py": (),
    "sync/code_rows.py": ("sync.protocol",),
    "sync/escrow_rows.py": ("sync.protocol",),
    "sync/loads.py": ("sync.protocol",),
    "sync/service_rows.py": ("sync.protocol",),
    "sync/privacy_rows.py": ("sync.protocol",),
    "sync/": ("sync", "desktop", "resources"),
    "resources/": ("resources",),
    "main.py": ("ui", "desktop", "sync", "resources"),
    "tests/": HOUSE,
}
NEVER = {"sync/": ("sync.hub",), "ui/": ("desktop.data",)}

# Libraries that have no business in a part of the house.
STRANGERS = {
    "desktop/": ("PySide6", "shiboken6", "requests", "urllib", "http", "starlette", "uvicorn", "psycopg"),
    "ui/": ("sqlalchemy", "sqlite3", "sqlcipher3", "requests", "urllib", "http", "starlette"),
    "sync/": ("PySide6", "shiboken6"),
    "resources/": ("PySide6", "sqlalchemy", "requests"),
}

# Files that import inside a function, and why: each measurably helps the cold start.
LATE_IMPORTS = {
    "desktop/copies.py": "drawing takes 0.1 s; the first copy on paper pays, not the start",
    "desktop/data/search_keys.py": "pypinyin takes 0.2 s; the first name pays, not the start",
    "desktop/scanning/gs1_table.py": "biip takes 0.16 s; the first GS1 code pays, not the start",
    "desktop/scanning/serial_port.py": "pyserial takes 0.06 s, and few tills have a scanner on a serial line",
    "desktop/scanning/trust.py": "pynacl takes 0.03 s; the first signed code pays, not the start",
    "desktop/services/people.py": "phonenumbers takes 0.1 s; only a number that is no Chinese mobile needs it",
    "ui/recruit_posters.py": "drawing and printing take 0.15 s; the first poster pays, not the start",
    "ui/member_cards.py": "drawing and printing take 0.15 s; the first card pays, not the start",
    "ui/pictures.py": "the decoders take 0.1 s; the first picture pays, not the start",
    "ui/widgets/camera_panel.py": "QtMultimedia is an extra and takes a quarter of a second; the first F7 pays",
    "ui/widgets/search_box.py": "lists cost a tenth of a second; nobody has searched before the first paint",
    "main.py": "each subcommand loads only its own half of the program",
}

MOCKS = ("mock", "unittest.mock", "pytest_mock")
SLEEPS = ("time.sleep", "asyncio.sleep", "qtbot.wait", "QTest.qWait", "QTest.qSleep")
EVASIONS = (
    "monkeypatch.setattr", "pytest.skip", "pytest.xfail", "pytest.importorskip",
    "mark.skip", "mark.skipif", "mark.xfail", "Mock", "MagicMock", "mocker.patch",
)  # fmt: skip

Breach = tuple[int, str]
Rule = Callable[[str, ast.Module], Iterable[Breach]]


def breaches(rule: Rule, folder: str = "") -> list[str]:
    """Every place under ``folder`` where ``rule`` is broken, as file:line: what."""
    sources = ((name, tree) for name, tree in parsed().items() if name.startswith(folder))
    return [f"{name}:{line}: {what}" for name, tree in sources for line, what in rule(name, tree)]


def expect_nowhere(found: list[str]) -> None:
    assert not found, "\n" + "\n".join(found)


@cache
def parsed() -> dict[str, ast.Module]:
    return {name: ast.parse((ROOT / name).read_text("utf-8")) for name in sources()}


def sources() -> list[str]:
    return tracked("*.py")


def tracked(pattern: str) -> list[str]:
    """Files under version control; in an unpacked archive, those of the house's folders."""
    listed = subprocess.run(["git", "ls-files", "-z", pattern], cwd=ROOT, capture_output=True, text=True, check=False)
    names = listed.stdout.split("\0") if listed.returncode == 0 else _found_without_git(pattern)
    return sorted(name for name in names if name and (ROOT / name).is_file())


def _found_without_git(pattern: str) -> list[str]:
    found = [*ROOT.glob(pattern), *(path for top in HOUSE for path in (ROOT / top).rglob(pattern))]
    return [path.relative_to(ROOT).as_posix() for path in found if "__pycache__" not in path.parts]


@cache
def nodes(tree: ast.Module) -> list[ast.AST]:
    return list(ast.walk(tree))


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every imported name in full, also inside functions: ``from sync import outbox`` is sync.outbox."""
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{'.' * node.level}{node.module or ''}.{alias.name}") for alias in node.names)


def is_within(name: str, parts: Iterable[str]) -> bool:
    return any(name == part or name.startswith(f"{part}.") for part in parts)


def longest(table: dict[str, tuple[str, ...]], name: str) -> tuple[str, ...]:
    fitting = [prefix for prefix in table if name.startswith(prefix)]
    return table[max(fitting, key=len)] if fitting else ()


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in nodes(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))


def mentions(tree: ast.Module, wanted: tuple[str, ...]) -> Iterator[Breach]:
    """Uses of a dotted name, or of one that ends like it: ``pytest.mark.skip`` is mark.skip."""
    ends = {each.rpartition(".")[2] for each in wanted}
    for node in nodes(tree):
        if isinstance(node, (ast.Attribute, ast.Name)):
            if (node.attr if isinstance(node, ast.Attribute) else node.id) not in ends:
                continue
            written = ast.unparse(node)
            if any(written == each or written.endswith(f".{each}") for each in wanted):
                yield node.lineno, written


def test_there_is_a_house_to_look_at() -> None:
    assert len(sources()) > 50


def test_imports_run_one_way() -> None:
    def rule(name: str, tree: ast.Module) -> Iterator[Breach]:
        allowed = longest(MAY_IMPORT, name)
        for line, imported in imports(tree):
            if is_within(imported, HOUSE) and not is_within(imported, allowed):
                yield line, f"must not import {imported}"

    expect_nowhere(breaches(rule))


def test_the_till_does_not_know_the_hub_nor_the_screen_the_tables() -> None:
    def rule(name: str, tree: ast.Module) -> Iterator[Breach]:
        never = () if name.startswith("sync/hub/") else longest(NEVER, name)
        return ((line, f"must not import {imported}") for line, imported in imports(tree) if is_within(imported, never))

    expect_nowhere(breaches(rule))


def test_every_part_has_only_libraries_of_its_kind() -> None:
    def rule(name: str, tree: ast.Module) -> Iterator[Breach]:
        strangers = longest(STRANGERS, name)
        return ((line, f"must not import {each}") for line, each in imports(tree) if is_within(each, strangers))

    expect_nowhere(breaches(rule))


def test_imports_are_absolute() -> None:
    def rule(_: str, tree: ast.Module) -> Iterator[Breach]:
        return ((line, f"relative import {imported}") for line, imported in imports(tree) if imported[0] == ".")

    expect_nowhere(breaches(rule))


def late_imports(_: str, tree: ast.Module) -> Iterator[Breach]:
    for function in functions(tree):
        for node in ast.walk(function):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                yield node.lineno, f"import inside {function.name}"


def test_imports_stand_at_the_top() -> None:
    found = [breach for breach in breaches(late_imports) if breach.split(":")[0] not in LATE_IMPORTS]
    expect_nowhere(found)


@pytest.mark.parametrize("name", LATE_IMPORTS)
def test_every_exception_is_still_needed(name: str) -> None:
    assert breaches(late_imports, name), f"{name} has no import inside a function any more"


def test_no_file_is_longer_than_400_lines() -> None:
    def rule(name: str, _: ast.Module) -> Iterator[Breach]:
        lines = len((ROOT / name).read_text("utf-8").splitlines())
        if lines > 400:
            yield lines, "more than 400 lines"

    expect_nowhere(breaches(rule))


def test_no_function_is_longer_than_40_lines() -> None:
    def rule(_: str, tree: ast.Module) -> Iterator[Breach]:
        for function in functions(tree):
            lines = (function.end_lineno or function.lineno) - function.lineno + 1
            if lines > 40:
                yield function.lineno, f"{function.name} has {lines} lines"

    expect_nowhere(breaches(rule))


def test_nothing_is_global() -> None:
    def rule(_: str, tree: ast.Module) -> Iterator[Breach]:
        return ((node.lineno, "global") for node in nodes(tree) if isinstance(node, ast.Global))

    expect_nowhere(breaches(rule))


def test_every_module_says_what_lives_there() -> None:
    def rule(_: str, tree: ast.Module) -> Iterator[Breach]:
        if tree.body and not ast.get_docstring(tree):
            yield 1, "no docstring"

    expect_nowhere(breaches(rule))


def test_no_error_is_swallowed() -> None:
    def rule(_: str, tree: ast.Module) -> Iterator[Breach]:
        for node in nodes(tree):
            if isinstance(node, ast.ExceptHandler) and all(isinstance(each, ast.Pass) for each in node.body):
                yield node.lineno, "an error swallowed without a word"

    expect_nowhere(breaches(rule))


def test_tests_wait_for_things_not_for_time() -> None:
    def rule(_: str, tree: ast.Module) -> Iterator[Breach]:
        yield from mentions(tree, SLEEPS)
        yield from ((line, imported) for line, imported in imports(tree) if is_within(imported, SLEEPS))

    expect_nowhere(breaches(rule, "tests/"))


def test_tests_use_the_real_thing_and_always_run() -> None:
    def rule(_: str, tree: ast.Module) -> Iterator[Breach]:
        yield from mentions(tree, EVASIONS)
        yield from ((line, imported) for line, imported in imports(tree) if is_within(imported, MOCKS))

    expect_nowhere(breaches(rule, "tests/"))


def test_nothing_names_a_package_registry_or_this_machine() -> None:
    """A retailer installs from its own mirror, and a checkout can lie anywhere."""
    hosts = [
        ".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("deb.debian", "org"))
    ]
    places = [f"/{top}/{rest}" for top, rest in (("work", "main"), ("work", "shared"), ("root", ""), ("opt", "pypi"))]
    found = [
        f"{name}:{number}: names {each}"
        for name, text in tracked_text()
        for number, line in enumerate(text.splitlines(), 1)
        for each in (*hosts, *places)
        if each in line
    ]
    expect_nowhere(found)


def tracked_text() -> Iterator[tuple[str, str]]:
    for name in tracked("*"):
        content = (ROOT / name).read_bytes()
        if b"\0" not in content:
            yield name, content.decode("utf-8", "replace")
