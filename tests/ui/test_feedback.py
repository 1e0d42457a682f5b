"""A scan is answered at once, for eyes and ears: good and bad are told apart, and nothing piles up behind a series."""

import os
import time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

import resources
from desktop.scanning.wedge_profile import USB, changed
from resources.sounds.__main__ import TONES, VOLUMES, draw
from tests.ui.conftest import Till
from ui.sounds import Sounds

CHEN = "SGM13P15NVGC7D8W6W6WQQ"
SERUM = "6901230010019"


def player(folder: Path, name: str, script: str) -> tuple[str, ...]:
    """A program that plays a file in its own way."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return (str(path),)


@pytest.mark.parametrize("name", TONES)
@pytest.mark.parametrize("volume", VOLUMES)
def test_the_sounds_are_the_ones_that_are_drawn(name: str, volume: str) -> None:
    assert resources.path(f"sounds/{name}_{volume}.wav").read_bytes() == draw(name, volume)


def test_a_series_of_scans_is_one_sound_at_a_time(tmp_path: Path, qtbot: QtBot) -> None:
    log = tmp_path / "log"
    sounds = Sounds(players=[player(tmp_path, "slow", f"echo $1 >> {log}; read line < {_pipe(tmp_path)}")])
    for _ in range(20):
        sounds.play("good")
    qtbot.waitUntil(lambda: log.exists() and bool(log.read_text()))
    sounds.play("bad")
    qtbot.waitUntil(lambda: len(log.read_text().split()) == 2)
    assert [Path(path).name for path in log.read_text().split()] == ["good_normal.wav", "bad_normal.wav"]
    sounds.close()


def _pipe(folder: Path) -> Path:
    """A file that nobody ever writes to: whoever reads it stays."""
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


def test_a_player_that_fails_makes_room_for_the_next(tmp_path: Path, qtbot: QtBot) -> None:
    log = tmp_path / "log"
    broken, works = player(tmp_path, "broken", "exit 1"), player(tmp_path, "works", f"echo $1 >> {log}")
    sounds = Sounds(players=[("no-such-player",), broken, works])

    def played() -> bool:
        sounds.play("good")
        return log.exists()

    qtbot.waitUntil(played)
    sounds.close()


def test_no_sound_is_played_when_it_is_off(tmp_path: Path) -> None:
    sounds = Sounds(players=[player(tmp_path, "any", f"touch {tmp_path / 'log'}")])
    sounds.volume = "off"
    sounds.play("bad")
    sounds.close()
    assert not (tmp_path / "log").exists()


def test_a_scan_is_answered_within_a_tenth_of_a_second_in_colour_and_words(till: Till) -> None:
    till.keyboard.scan(CHEN)
    till.settle()
    began = time.perf_counter()
    till.keyboard.scan(SERUM)
    took = time.perf_counter() - began
    assert till.window.feedback.edge.tone == "good"
    assert till.sentence == "商品"
    assert took < 1  # on a machine that does a dozen other things; alone it takes 20 ms
    till.settle()
    assert "已保存" in till.sentence


def test_a_code_that_nobody_knows_is_a_bad_scan(till: Till) -> None:
    till.keyboard.scan("6901230010010")
    assert till.window.feedback.edge.tone == "bad"
    assert "6901230010010" in till.sentence
    till.settle()


def test_a_bad_scan_stays_seen_when_a_good_one_follows_at_once(till: Till) -> None:
    till.keyboard.scan("6901230010010")
    till.keyboard.scan(CHEN)
    assert till.window.feedback.edge.tone == "bad"
    till.settle()


def test_a_cut_off_scan_says_so(till: Till) -> None:
    till.window.scanner.use(changed(USB, {"end": "enter"}))
    till.keyboard.scan(SERUM, end=None)
    till.wait(lambda: till.sentence == "没扫完整:少了结尾键,请再扫一次")
    assert till.window.feedback.edge.tone == "bad"
