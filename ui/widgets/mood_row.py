"""One tap for how content somebody leaves: five faces."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from resources import Words
from ui.widgets.card import label
from ui.widgets.icon import icon

MOODS = range(1, 6)


class MoodRow(QWidget):
    """``paint(mood)``; ``rated(mood)``, 0 when the face that is taken is pressed again."""

    rated = Signal(int)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._mood = 0
        self.faces = {mood: self._face(mood, words(f"mood.{mood}")) for mood in MOODS}
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 2, 8, 2)
        row.setSpacing(0)
        row.addWidget(label(words("mood.title"), "small"))
        row.addStretch(1)
        for face in self.faces.values():
            row.addWidget(face)

    def paint(self, mood: int) -> None:
        """Show which face is saved; 0 is none."""
        self._mood = mood
        for each, face in self.faces.items():
            face.setChecked(each == mood)
            face.setIcon(icon(f"mood_{each}", "accent" if each == mood else "muted", 24))

    def _face(self, mood: int, name: str) -> QToolButton:
        face = QToolButton()
        face.setProperty("role", "face")
        face.setCheckable(True)
        face.setIconSize(QSize(24, 24))
        face.setIcon(icon(f"mood_{mood}", "muted", 24))
        face.setToolTip(name)
        face.setAccessibleName(name)
        face.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        face.setCursor(Qt.CursorShape.PointingHandCursor)
        face.clicked.connect(lambda: self._press(mood))
        return face

    def _press(self, mood: int) -> None:
        taken = self._mood
        self.paint(taken)  # what is saved stays lit until another is
        self.rated.emit(0 if mood == taken else mood)
