"""Where the keyboard is: the field that takes text, how much stands in it, and strokes sent on to it."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget


def typing_field() -> QWidget | None:
    """The widget that takes text now."""
    widget = QApplication.focusWidget()
    return widget if isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit) else None


def has_marked_text(field: QWidget) -> bool:
    """Whether the next letter would replace something."""
    if isinstance(field, QLineEdit):
        return field.hasSelectedText()
    return isinstance(field, QPlainTextEdit | QTextEdit) and field.textCursor().hasSelection()


def length_of(field: QWidget | None) -> int:
    """How many characters stand in it."""
    if isinstance(field, QLineEdit):
        return len(field.text())
    return field.document().characterCount() if isinstance(field, QPlainTextEdit | QTextEdit) else 0


def send_on(press: QKeyEvent) -> None:
    """A whole stroke of a key for whatever has the keyboard: an open menu first."""
    popup = QApplication.activePopupWidget()
    target = (popup.focusWidget() or popup) if popup else QApplication.focusWidget() or QApplication.activeWindow()
    if target is not None:
        release = QKeyEvent(QEvent.Type.KeyRelease, press.key(), press.modifiers(), press.text())
        QApplication.sendEvent(target, press)
        QApplication.sendEvent(target, release)


def press_backspace(times: int) -> None:
    """Take characters back from the field."""
    for _ in range(times):
        send_on(QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Backspace, Qt.KeyboardModifier.NoModifier))
