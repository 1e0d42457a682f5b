"""What a store chose for its till."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.errors import BadInput
from desktop.scanning.wedge_profile import BLUETOOTH, PRESETS, USB, changed
from desktop.settings import SerialPort, Settings, load_settings, read_settings, save_settings

ALL = Settings(
    language="en",
    theme="dark",
    sound="off",
    serial=(SerialPort('0C2E:0B61:A\\"1'), SerialPort("COM3", 115200)),
).with_profile(changed(BLUETOOTH, {"prefix": '~"\\', "average_gap_ms": 60}))


def test_what_was_chosen_is_there_again(tmp_path: Path) -> None:
    save_settings(tmp_path, ALL)
    assert read_settings(tmp_path) == (ALL, ())
    assert load_settings(tmp_path).profile.average_gap_ms == 60


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=30))
def test_any_text_can_be_kept(tmp_path_factory: pytest.TempPathFactory, port: str) -> None:
    home = tmp_path_factory.mktemp("home")
    settings = Settings(serial=(SerialPort(port),))
    save_settings(home, settings)
    assert load_settings(home) == settings


def test_a_new_till_has_the_defaults_and_no_trouble(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == (Settings(), ())


def test_settings_that_cannot_be_read_keep_nobody_from_working(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").mkdir()
    settings, troubles = read_settings(tmp_path)
    assert settings == Settings()
    assert [trouble.code for trouble in troubles] == ["settings_broken"]


def test_one_bad_value_spoils_no_other_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(
        'language = "en"\ntheme = "pink"\nscanner = "own"\n[profiles.usb]\nshortest = 0\n'
        '[profiles.own]\nprefix = "~"\n[[serial]]\nbaud = 9600\n[[serial]]\nport = "COM4"\n'
    )
    settings, troubles = read_settings(tmp_path)
    assert (settings.language, settings.theme, settings.profile.prefix) == ("en", "light", "~")
    assert (settings.profiles[0], settings.serial) == (PRESETS[0], (SerialPort("COM4"),))
    named = [trouble.facts["name"] for trouble in troubles]
    assert named == ["theme", "profiles.usb.shortest", "serial 1"]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"shortest": 2}, "scanner_number"),
        ({"average_gap_ms": "35"}, "scanner_number"),
        ({"longest_gap_ms": True}, "scanner_number"),
        ({"prefix": "\x02"}, "scanner_affix"),
        ({"suffix": "ninechars"}, "scanner_affix"),
        ({"end": "escape"}, "scanner_choice"),
        ({"end": "text"}, "scanner_suffix_missing"),
        ({"average_gap_ms": 120}, "scanner_gaps"),
    ],
)
def test_a_bad_value_of_a_scanner_is_refused(told: dict[str, object], code: str) -> None:
    with pytest.raises(BadInput, match=code):
        changed(USB, told)
