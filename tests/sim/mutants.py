"""The program broken on purpose, one part at a time: whoever watches it must notice."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextlib import AbstractContextManager as Context

MUTANTS: dict[str, Callable[[], Context[None]]] = {}


def mutated(name: str | None) -> Context[None]:
    """The program with the mutant of that name in it; as it is, without a name."""
    return MUTANTS[name]() if name else nullcontext()
