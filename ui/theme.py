"""Colours and the one style sheet: two sets of tokens, light and dark, worn by the whole application."""

from dataclasses import asdict, dataclass
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

import resources

FONTS = ["Noto Sans CJK SC", "Microsoft YaHei UI", "Microsoft YaHei", "PingFang SC", "Source Han Sans SC", "sans-serif"]
TEXT_SIZE = 14  # px


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every colour by what it is for, as ``#RRGGBB``; ``*_soft`` are grounds for text in the colour of that name."""

    bg: str
    surface: str
    sunk: str
    line: str
    ink: str
    muted: str
    faint: str
    accent: str
    accent_ink: str
    accent_soft: str
    gold: str
    gold_soft: str
    warn: str
    warn_soft: str
    danger: str
    danger_soft: str
    info: str
    info_soft: str


LIGHT = Tokens(
    bg="#F5F4F0", surface="#FFFFFF", sunk="#EFEDE7", line="#E2DFD7", ink="#1D1C1A", muted="#6E6960", faint="#A29C91",
    accent="#0E6B5B", accent_ink="#FFFFFF", accent_soft="#E1F0EC", gold="#96690F", gold_soft="#F7EDD6",
    warn="#A8500F", warn_soft="#FBE9DA", danger="#B3261E", danger_soft="#FBE4E1", info="#2A5DA8", info_soft="#E4ECF8",
)  # fmt: skip
DARK = Tokens(
    bg="#151514", surface="#1F1E1C", sunk="#191817", line="#353330", ink="#F0ECE5", muted="#A8A296", faint="#7A756B",
    accent="#52BDA6", accent_ink="#0B2620", accent_soft="#1B3731", gold="#E0B45A", gold_soft="#3A3018",
    warn="#F0A267", warn_soft="#3B2819", danger="#F2857C", danger_soft="#3E1F1C", info="#8FB6EF", info_soft="#1E2C42",
)  # fmt: skip


def current() -> Tokens:
    """The tokens worn now, for widgets that paint themselves."""
    app = QApplication.instance()
    return DARK if app is not None and app.property("dark") else LIGHT


def apply_theme(app: QApplication, name: str) -> None:
    """Dress the application: ``light``, ``dark`` or ``system``."""
    system_is_dark = app.styleHints().colorScheme() == Qt.ColorScheme.Dark
    app.setProperty("dark", name == "dark" or (name == "system" and system_is_dark))
    app.setStyle("Fusion")
    app.setFont(_font())
    app.setPalette(_palette(current()))
    app.setStyleSheet(style_sheet(current()))


def style_sheet(tokens: Tokens) -> str:
    """The style sheet with the colours filled in."""
    tick = resources.path("icons/tick_dark.svg" if tokens is DARK else "icons/tick_light.svg").as_posix()
    return Template(resources.path("style.qss").read_text("utf-8")).substitute(asdict(tokens), tick=tick)


def _font() -> QFont:
    font = QFont(FONTS)
    font.setPixelSize(TEXT_SIZE)
    return font


def _palette(tokens: Tokens) -> QPalette:
    role = QPalette.ColorRole
    colours = {
        role.Window: tokens.bg, role.Base: tokens.surface, role.AlternateBase: tokens.sunk, role.Button: tokens.surface,
        role.WindowText: tokens.ink, role.Text: tokens.ink, role.ButtonText: tokens.ink, role.ToolTipText: tokens.ink,
        role.ToolTipBase: tokens.surface, role.PlaceholderText: tokens.faint, role.Link: tokens.accent,
        role.Highlight: tokens.accent, role.HighlightedText: tokens.accent_ink, role.Mid: tokens.line,
    }  # fmt: skip
    palette = QPalette()
    for each, colour in colours.items():
        palette.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(tokens.faint))
    return palette
