"""The doctor, in real small environments: homes, font folders and search paths made for the test."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop import doctor
from desktop.clock import Clock
from desktop.doctor import Finding
from resources import LANGUAGES, Words


class ClockOf2001(Clock):
    """A machine whose clock lost its battery."""

    def now(self) -> datetime:
        return datetime(2001, 1, 1, tzinfo=UTC)


def state_of(name: str, findings: tuple[Finding, ...]) -> str:
    return next(each.state for each in findings if each.name == name)


def test_a_home_that_is_not_there_yet_is_fine_and_stays_away(tmp_path: Path) -> None:
    home = tmp_path / "new" / "till"
    assert state_of("home", doctor.examine(home)) == "ok"
    assert not home.exists()


def test_a_file_in_the_place_of_the_home_is_found(tmp_path: Path) -> None:
    home = tmp_path / "till"
    home.write_text("in the way")
    assert state_of("home", doctor.examine(home)) == "missing"
    assert state_of("home", doctor.examine(home / "below")) == "missing"


def test_a_key_that_others_can_read_is_found(tmp_path: Path) -> None:
    key = tmp_path / "till.key"
    key.write_text("00" * 32)
    key.chmod(0o600)
    assert state_of("key_file", doctor.examine(tmp_path)) == "ok"
    key.chmod(0o640)
    assert state_of("key_file", doctor.examine(tmp_path)) == "warning"


def test_a_key_in_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "till.key").touch(mode=0o600)
    assert state_of("key_store", doctor.examine(tmp_path)) == "warning"


def test_data_that_was_mended_is_told(tmp_path: Path) -> None:
    assert state_of("data", doctor.examine(tmp_path)) == "ok"
    (tmp_path / "damaged" / "20261121T020000").mkdir(parents=True)
    assert state_of("data", doctor.examine(tmp_path)) == "warning"


def test_a_clock_that_lost_its_battery_is_found(tmp_path: Path) -> None:
    assert state_of("time", doctor.examine(tmp_path, ClockOf2001())) == "missing"
    assert doctor.judge_time(datetime(2026, 5, 1, tzinfo=UTC)).state == "ok"


@pytest.mark.parametrize(("mebibytes", "state"), [(63, "missing"), (64, "warning"), (499, "warning"), (500, "ok")])
def test_a_full_disk_is_told_before_it_is_full(mebibytes: int, state: str) -> None:
    assert doctor.judge_space(mebibytes * 1024 * 1024) == Finding("space", state, {"free": mebibytes})


@pytest.mark.parametrize(
    ("environment", "state"),
    [
        ({}, "warning"),
        ({"DISPLAY": ":0"}, "ok"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "ok"),
        ({"DISPLAY": ""}, "warning"),
    ],
)
def test_a_screen_is_looked_for(environment: dict[str, str], state: str) -> None:
    assert doctor.look_at_display(environment).state == state


def test_every_missing_library_is_told_by_its_package() -> None:
    found = doctor.look_at_libraries({"libc.so.6": "libc6", "libone.so.99": "libone99", "libtwo.so.99": "libtwo99"})
    assert found == Finding("libraries", "missing", {"packages": "libone99 libtwo99"})


def test_without_fontconfig_a_chinese_font_is_known_by_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert doctor.look_at_fonts([tmp_path, tmp_path / "not there"]).state == "missing"
    (tmp_path / "truetype").mkdir()
    (tmp_path / "truetype" / "DejaVuSans.ttf").touch()
    assert doctor.look_at_fonts([tmp_path]).state == "missing"
    (tmp_path / "truetype" / "NotoSansCJK-Regular.ttc").touch()
    assert doctor.look_at_fonts([tmp_path]).state == "ok"


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_can_be_found_has_words(language: str, tmp_path: Path) -> None:
    found = (*doctor.examine(tmp_path), *doctor.examine(tmp_path / "till", ClockOf2001()))
    lines, _ = doctor.print_report(found, Words(language))
    assert len(lines) == len(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_but_ok_says_what_to_do(language: str) -> None:
    words = Words(language)
    tools = ("apt-get install", "chmod", "chown", "timedatectl", "smartctl")
    remedies = (*tools, "500 MiB", "desktop", "桌面", "encrypt", "加密")
    bad = [name for name in words.names() if name.startswith("doctor.") and not name.endswith(".ok")]
    facts = {"packages": "libegl1", "path": "/till", "free": 1, "now": "2001", "at": "20261121"}
    assert [name for name in bad if not any(each in words(name, **facts) for each in remedies)] == []
    assert len(bad) >= 10


def test_only_what_is_missing_fails_the_report() -> None:
    words = Words("en")
    fine, tight, full = (doctor.judge_space(mib * 1024 * 1024) for mib in (9000, 100, 1))
    assert doctor.print_report([fine, tight], words)[1] == 0
    lines, code = doctor.print_report([fine, full], words)
    assert code == 1
    assert [line[0] for line in lines] == ["✓", "✗"]
