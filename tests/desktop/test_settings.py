"""What a store chose for its till."""

from pathlib import Path

from desktop.settings import Settings, load_settings, save_settings


def test_what_was_chosen_is_there_again(tmp_path: Path) -> None:
    save_settings(tmp_path, Settings(language="en", theme="dark"))
    assert load_settings(tmp_path) == Settings(language="en", theme="dark")


def test_settings_that_cannot_be_read_keep_nobody_from_working(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").mkdir()
    assert load_settings(tmp_path) == Settings()
