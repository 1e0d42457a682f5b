"""A name above a control, and below it what is wrong with what stands in it."""

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from ui.widgets.card import label, set_look


class Labelled(QWidget):
    """``complain("")`` takes the complaint back; its line is always there, so that nothing jumps."""

    def __init__(self, name: str, control: QWidget) -> None:
        super().__init__()
        self._control = control
        control.setAccessibleName(name)
        self.error = label(role="error")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(label(name, "h3"))
        column.addWidget(control)
        column.addWidget(self.error)

    def complain(self, text: str) -> None:
        """Say what is wrong."""
        self.error.setText(text)
        self.error.setToolTip(text)
        self._control.setAccessibleDescription(text)
        if isinstance(self._control, QLineEdit):
            set_look(self._control, wrong=bool(text))
