"""Typing as people do: Chinese comes from an input method."""

from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLineEdit


def type_into(field: QLineEdit, text: str) -> None:
    """What an input method sends when a phrase is done."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(field, event)
