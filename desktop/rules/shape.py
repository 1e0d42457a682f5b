"""Builds frozen dataclasses from plain JSON or TOML, and says in words where the data is wrong. Nothing is executed.

A union of dataclasses is written as a table with one key, the ``word`` of the class that is meant; a class with a
single field takes what stands under that key as the field itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


class ShapeError(ValueError):
    """The data does not fit; the text begins with the place, such as ``tag[2].when.count``."""


def build(kind: type[T], data: object, where: str = "") -> T:
    """``data`` as a ``kind``. Raises ShapeError for a key or type that does not fit, or a figure it refuses."""
    made: T = _make(kind, data, where)
    return made


def _make(kind: Any, data: object, where: str) -> Any:
    origin = get_origin(kind) or kind
    if origin is UnionType:
        return _one_of(get_args(kind), data, where)
    if is_dataclass(kind):
        return _record(kind, data, where)
    maker = _MAKERS.get(origin)
    if maker:
        return maker(get_args(kind), data, where)
    if kind is date and isinstance(data, str):
        return _checked(date.fromisoformat, data, where)
    if type(data) is not kind:
        raise _wrong(where, f"{kind.__name__} expected, not {data!r}")
    return data


def _record(kind: Any, data: object, where: str) -> Any:
    table, types = _table(data, where), get_type_hints(kind)
    known = {each.name: each for each in fields(kind) if each.init}
    if strange := sorted(set(table) - set(known)):
        raise _wrong(where, f"nothing is called {', '.join(strange)}; there is {', '.join(known)}")
    must = [name for name, each in known.items() if each.default is MISSING and each.default_factory is MISSING]
    if missing := [name for name in must if name not in table]:
        raise _wrong(where, f"{', '.join(missing)} missing")
    made = {name: _make(types[name], value, _within(where, name)) for name, value in table.items()}
    return _checked(lambda told: kind(**told), made, where)


def _one_of(kinds: tuple[Any, ...], data: object, where: str) -> Any:
    if data is None and NoneType in kinds:
        return None
    kinds = tuple(kind for kind in kinds if kind is not NoneType)
    if len(kinds) == 1:
        return _make(kinds[0], data, where)
    words = {kind.word: kind for kind in kinds}
    table = _table(data, where)
    if len(table) != 1 or not set(table) <= set(words):
        raise _wrong(where, f"one of {', '.join(words)} expected, not {', '.join(table) or 'nothing'}")
    [(word, content)] = table.items()
    kind = words[word]
    single = fields(kind)[0].name if len(fields(kind)) == 1 else ""
    return _record(kind, {single: content} if single else content, _within(where, word))


def _literal(choices: tuple[Any, ...], data: object, where: str) -> object:
    if data not in choices:
        raise _wrong(where, f"one of {', '.join(map(str, choices))} expected, not {data!r}")
    return data


def _many(kinds: tuple[Any, ...], data: object, where: str) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise _wrong(where, f"a list expected, not {data!r}")
    return tuple(_make(kinds[0], each, f"{where}[{place}]") for place, each in enumerate(data))


def _mapping(kinds: tuple[Any, ...], data: object, where: str) -> dict[str, Any]:
    return {key: _make(kinds[1], value, _within(where, key)) for key, value in _table(data, where).items()}


def _table(data: object, where: str) -> Mapping[str, object]:
    if not isinstance(data, dict):
        raise _wrong(where, f"a table expected, not {data!r}")
    return data


def _checked(make: Callable[[Any], Any], data: object, where: str) -> Any:
    try:
        return make(data)
    except ValueError as error:
        raise _wrong(where, str(error)) from error


def _wrong(where: str, what: str) -> ShapeError:
    return ShapeError(f"{where}: {what}" if where else what)


def _within(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


_MAKERS: dict[Any, Callable[[tuple[Any, ...], object, str], Any]] = {
    Literal: _literal,
    tuple: _many,
    frozenset: lambda kinds, data, where: frozenset(_many(kinds, data, where)),
    dict: _mapping,
}
