"""Errors a clerk can act on; everything else that is raised is a bug.

TillError                    has a stable code and the facts its sentence needs
├── BadInput                 what was typed, scanned or sent cannot be understood
├── NotFound                 nothing on this till answers to it
├── NotNow                   understood, but not in this state (no open visit, nothing to undo)
└── StorageTrouble           the data file cannot be opened, read or written

The sentence itself stands in resources/words under ``error.<code>``, in the clerk's language.
"""

from typing import ClassVar


class TillError(Exception):
    """Raised with a stable ``code`` and the facts that its sentence is filled with."""

    family: ClassVar[str] = "till"

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}({told})" if told else self.code


class BadInput(TillError):
    """What was typed, scanned or sent cannot be understood."""

    family = "bad_input"


class NotFound(TillError):
    """Nothing on this till answers to what was asked."""

    family = "not_found"


class NotNow(TillError):
    """Understood, but it cannot be done in the present state."""

    family = "not_now"


class StorageTrouble(TillError):
    """The data file cannot be opened, read or written."""

    family = "storage"
