"""The Qt application: its name, its colours, its own words."""

from collections.abc import Sequence

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from desktop.settings import Settings
from ui.theme import apply_theme

_LOCALES = {"zh": "zh_CN", "en": "en_US"}


def make_app(argv: Sequence[str], settings: Settings) -> QApplication:
    """The one QApplication, dressed; the window comes next."""
    app = QApplication(list(argv))
    app.setApplicationName("storeguide")
    app.setApplicationDisplayName("")
    dress(app, settings)
    return app


def dress(app: QApplication, settings: Settings) -> None:
    """Put on the language and the colours of ``settings``, at the start and when they change."""
    locale = QLocale(_LOCALES[settings.language])
    QLocale.setDefault(locale)
    for worn in app.findChildren(QTranslator):
        app.removeTranslator(worn)
        worn.deleteLater()
    translator = QTranslator(app)  # for the words in Qt's own menus: cut, copy, paste
    if translator.load(locale, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)
    apply_theme(app, settings.theme)
