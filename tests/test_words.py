"""What a clerk reads: the same sentences in both languages, and one for everything the code can say."""

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any, TypeGuard

import pytest

from desktop.events import EVENTS
from resources import LANGUAGES, path
from tests.test_architecture import Breach, breaches, expect_nowhere, parsed


def _leaves(tree: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        yield from _leaves(value, f"{prefix}{key}.") if isinstance(value, dict) else [(f"{prefix}{key}", value)]


SENTENCES = {
    language: dict(_leaves(tomllib.loads(path(f"words/{language}.toml").read_text("utf-8")))) for language in LANGUAGES
}


def braces(language: str, name: str) -> set[str]:
    """The facts that a sentence asks for."""
    return {field for _, field, _, _ in string.Formatter().parse(SENTENCES[language][name]) if field}


@cache
def error_classes() -> set[str]:
    """TillError and every class below it, wherever it is defined."""
    bases = {
        node.name: {ast.unparse(base) for base in node.bases}
        for tree in parsed().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    known = {"TillError"}
    while more := {name for name, its in bases.items() if its & known} - known:
        known |= more
    return known


def errors_made(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    """Calls like ``BadInput("phone_missing")``, with their code; a Fault becomes a BadInput."""
    classes = error_classes() | {"Fault"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in classes and node.args:
            code = node.args[0]
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                yield node, code.value


def test_both_languages_say_the_same_things() -> None:
    zh, en = (SENTENCES[language].keys() for language in ("zh", "en"))
    assert sorted(zh ^ en) == []


def test_both_languages_name_the_same_facts() -> None:
    names = sorted(SENTENCES["zh"].keys() & SENTENCES["en"].keys())
    assert [name for name in names if braces("zh", name) != braces("en", name)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty(language: str) -> None:
    assert [name for name, sentence in SENTENCES[language].items() if not sentence.strip()] == []


def test_chinese_is_chinese_and_english_is_not() -> None:
    chinese = re.compile("[\u4e00-\u9fff]")
    own = {"language", "shell", "settings"}  # a language is always called by its own name
    mixed = [name for name, sentence in SENTENCES["en"].items() if chinese.search(sentence)]
    assert [name for name in mixed if name.split(".")[0] not in own] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_has_its_sentence(language: str) -> None:
    """An error of the exchange is told as why headquarters did not accept, under ``verdict``."""

    def rule(name: str, tree: ast.Module) -> Iterator[Breach]:
        if not name.startswith("tests/"):
            for call, code in errors_made(tree):
                if not {f"error.{code}", f"verdict.{code}"} & SENTENCES[language].keys():
                    yield call.lineno, f"{code} has no words"

    expect_nowhere(breaches(rule))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_of_the_hub_has_its_words(language: str) -> None:
    def rule(_: str, tree: ast.Module) -> Iterator[Breach]:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) in {"Refused", "Parked", "reject", "park"} and node.args:
                code = node.args[0]
                if isinstance(code, ast.Constant) and f"verdict.{code.value}" not in SENTENCES[language]:
                    yield node.lineno, f"verdict.{code.value} has no words"

    expect_nowhere(breaches(rule, "sync/hub/"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_event_has_its_name(language: str) -> None:
    assert [kind for kind in EVENTS if f"event.{kind}" not in SENTENCES[language]] == []


def test_every_error_brings_the_facts_of_its_sentence() -> None:
    def rule(name: str, tree: ast.Module) -> Iterator[Breach]:
        if name.startswith("tests/"):
            return
        for call, code in errors_made(tree):
            brought = {keyword.arg for keyword in call.keywords}
            asked = braces("zh", f"error.{code}") if f"error.{code}" in SENTENCES["zh"] else set()
            if None not in brought and not asked <= brought:
                yield call.lineno, f"{code} lacks {sorted(asked - brought)}"

    expect_nowhere(breaches(rule))


def test_every_sentence_the_code_asks_for_is_there() -> None:
    """``words("a.b")`` must exist; of ``words(f"a.{x}")`` at least one that begins so."""

    def rule(_: str, tree: ast.Module) -> Iterator[Breach]:
        for node in ast.walk(tree):
            if _asks_for_words(node) and not _is_known(node.args[0]):
                yield node.lineno, f"no words for {ast.unparse(node.args[0])}"

    expect_nowhere(breaches(rule))


def test_no_sentence_is_left_over() -> None:
    """Each is asked for by its name, or by an f-string that makes such names; those of a field by the field's name."""
    nodes = [node for name, tree in parsed().items() if not name.startswith("tests/") for node in ast.walk(tree)]
    told = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    made = {_pattern(node) for node in nodes if isinstance(node, ast.JoinedStr)}
    names = re.compile("|".join(pattern for pattern in made if re.match(r"\w+\\\.", pattern)))
    left = [each for each in SENTENCES["zh"] if each not in told and not names.fullmatch(each)]
    assert [each for each in left if not each.startswith("gender.")] == []


def _pattern(text: ast.JoinedStr) -> str:
    return "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in text.values)


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _asks_for_words(node: ast.AST) -> TypeGuard[ast.Call]:
    if not isinstance(node, ast.Call) or not node.args:
        return False
    return _name(node.func) in {"words", "_words"}


def _is_known(name: ast.expr) -> bool:
    if isinstance(name, ast.Constant) and isinstance(name.value, str):
        return name.value in SENTENCES["zh"]
    if isinstance(name, ast.JoinedStr) and isinstance(name.values[0], ast.Constant):
        return any(each.startswith(str(name.values[0].value)) for each in SENTENCES["zh"])
    return True  # a name made elsewhere: what made it is looked at there
