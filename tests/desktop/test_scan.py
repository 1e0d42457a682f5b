"""What `main.py scan` finds in files, folders and stdin, and how it says that there is nothing."""

import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from PIL import Image

from desktop.cli import looking
from desktop.cli.scan import run_scan
from desktop.rules.crockford import encode
from desktop.scanning.cards import draw_card, save_card
from desktop.scanning.kinds import Code
from resources import LANGUAGES, Words

CHEN = "SGM13P15NVGC7D8W6W6WQQ"
CREAM = "6901230010026"
Told = tuple[int, list[dict[str, Any]]]
Scan = Callable[..., Told]


@pytest.fixture
def scan(capsys: pytest.CaptureFixture[str]) -> Scan:
    """Scan with --json; the exit code and what was told."""

    def scan(*paths: Path | str, stdin: bytes = b"") -> Told:
        source = io.BufferedReader(io.BytesIO(stdin))
        code = run_scan([Path(path) for path in paths], source, Words("en"), as_json=True)
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return scan


@pytest.fixture
def plain(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[list[str], list[str]]]:
    """Scan without it; the lines on stdout and on stderr."""

    def plain(*paths: Path | str, stdin: bytes = b"") -> tuple[list[str], list[str]]:
        run_scan(map(Path, paths), io.BufferedReader(io.BytesIO(stdin)), Words("en"), as_json=False)
        told = capsys.readouterr()
        return told.out.splitlines(), told.err.splitlines()

    return plain


def kinds(told: Told) -> list[str]:
    return [code["kind"] for look in told[1] for code in look["codes"]]


def card_bytes(form: str = "PNG") -> bytes:
    content = io.BytesIO()
    draw_card(CHEN, "陈思雨").save(content, form)
    return content.getvalue()


def test_a_file_with_a_code_is_a_success_and_one_without_is_not(scan: Scan, tmp_path: Path) -> None:
    save_card(CHEN, "陈思雨", tmp_path / "card.png")
    Image.new("L", (100, 100), 255).save(tmp_path / "blank.png")
    assert scan(tmp_path / "card.png")[0] == 0
    code, (card, blank) = scan(tmp_path / "card.png", tmp_path / "blank.png")
    assert code == 1
    assert [(each["kind"], each["text"], each["symbology"]) for each in card["codes"]] == [("member", CHEN, "QRCode")]
    assert (blank["ok"], blank["codes"]) == (True, [])


def test_a_folder_is_read_with_all_in_it_by_name(scan: Scan, tmp_path: Path) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / ".thumbnails").mkdir()
    for name in ("z.PNG", "b/c/a.png", "b/d.png", ".hidden.png", ".thumbnails/x.png"):
        save_card(CHEN, "陈思雨", tmp_path / name)
    (tmp_path / "read.me").write_text("no picture by its name", "utf-8")
    (tmp_path / "b" / "up").symlink_to(tmp_path)
    code, looks = scan(tmp_path)
    assert code == 0
    assert [Path(look["file"]).relative_to(tmp_path).as_posix() for look in looks] == ["z.PNG", "b/d.png", "b/c/a.png"]


def test_a_folder_without_pictures_is_told(scan: Scan, tmp_path: Path) -> None:
    code, (look,) = scan(tmp_path)
    assert (code, look["ok"], look["error"]["code"]) == (1, False, "folder_without_pictures")


def test_a_folder_too_large_is_read_as_far_as_one_can_wait(tmp_path: Path) -> None:
    for number in range(4):
        save_card(CHEN, "陈思雨", tmp_path / f"{number}.png")
    looks = list(looking.look_into([tmp_path], io.BufferedReader(io.BytesIO()), most=3))
    assert [look.good for look in looks] == [True, True, True, False]
    assert str(looks[-1].error) == "folder_too_large(most=3)"


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF", "PPM"])
def test_a_picture_may_come_through_stdin(scan: Scan, form: str) -> None:
    code, (look,) = scan("-", stdin=card_bytes(form))
    assert (code, look["file"], look["codes"][0]["text"]) == (0, "-", CHEN)


def test_lines_through_stdin_are_codes(scan: Scan) -> None:
    code, looks = scan("-", stdin=f"{CHEN.lower()}\r\n\n  {CREAM}\n扫一扫\n6901230010027\n{CREAM}".encode())
    assert code == 1  # one of them is not right
    assert [look["file"] for look in looks] == ["-:1", "-:3", "-:4", "-:5", "-:6"]
    codes = [look["codes"][0] for look in looks]
    assert [each["kind"] for each in codes] == ["member", "product", "unknown", "damaged", "product"]
    assert codes[0]["text"] == CHEN
    assert codes[1]["facts"] == {"gtin": "0" + CREAM}
    assert codes[3]["error"]["code"] == "gtin_check_digit"
    assert scan("-", stdin=f"{CHEN}\n{CREAM}\n".encode())[0] == 0


def test_each_line_is_answered_before_the_next_is_sent(capfd: pytest.CaptureFixture[str]) -> None:
    ends = os.pipe()
    heard: list[str] = []

    class Sender(io.FileIO):
        """The reading end of a pipe into which a scanner sends its second code when it has heard of the first."""

        def readinto(self, buffer: Any) -> int:
            heard.extend(capfd.readouterr().out.splitlines())
            if len(heard) < 2:
                os.write(ends[1], f"{CHEN}\n".encode())
                return int(super().readinto(buffer) or 0)
            return 0

    with io.BufferedReader(Sender(ends[0], "rb")) as sender:
        assert run_scan([Path("-")], sender, Words("en"), as_json=True) == 0
    os.close(ends[1])
    assert len(heard) == 2


def test_nothing_through_stdin_is_told(scan: Scan) -> None:
    for nothing in (b"", b"\n \r\n"):
        code, (look,) = scan("-", stdin=nothing)
        assert (code, look["error"]["code"]) == (1, "code_empty")


def test_a_line_without_end_is_one_refusal_and_the_next_is_read(scan: Scan) -> None:
    code, looks = scan("-", stdin=b"A" * 1_000_000 + b"\n" + CHEN.encode())
    assert code == 1
    assert [look["codes"][0]["kind"] for look in looks] == ["damaged", "member"]
    assert looks[0]["codes"][0]["error"]["code"] == "code_too_long"
    assert len(looks[0]["codes"][0]["text"]) < 5000


def test_bytes_that_are_neither_picture_nor_text_are_told(scan: Scan) -> None:
    code, (look,) = scan("-", stdin=bytes(range(256)) * 9)
    assert (code, look["error"]["code"]) == (1, "picture_unreadable")


def test_an_animated_picture_is_one_refusal_in_words(
    plain: Callable[..., tuple[list[str], list[str]]], scan: Scan, tmp_path: Path
) -> None:
    frames = [Image.new("L", (40, 40), tone) for tone in (0, 255)]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    moving = tmp_path / "moving.gif"
    code, (look,) = scan(moving)
    assert (code, look["error"]["code"]) == (1, "picture_animated")
    told = "This picture moves, so nobody can say which frame is meant. Please use a still one"
    assert plain(moving) == ([], [f"{moving}: {told}"])


def test_a_payment_code_is_named_and_not_repeated(scan: Scan) -> None:
    digits = "134567890123456789"
    code, (look,) = scan("-", stdin=digits.encode())
    assert (code, look["codes"][0]["kind"], look["codes"][0]["text"]) == (0, "payment", None)
    assert digits not in json.dumps(look)


def test_people_read_it_in_words_and_no_code_steers_their_terminal(
    plain: Callable[..., tuple[list[str], list[str]]],
) -> None:
    out, err = plain("-", "gone.png", stdin=f"{CHEN}\n\x1b[31m{'x' * 600}\n".encode())
    assert out[0].startswith(f"-:1: member code {CHEN} (")
    assert out[1].startswith("-:2: damaged code \\x1b[31mxxx")
    assert "\x1b" not in out[1]
    assert err == ["gone.png: The picture gone.png was not found"]


def test_every_kind_of_code_has_its_name() -> None:
    assert set(looking.KINDS) == set(get_args(Code))
    for language in LANGUAGES:
        words = Words(language)
        assert len({words(f"code_kind.{kind}") for kind in (*looking.KINDS.values(), "damaged")}) == 12


@pytest.mark.parametrize(
    ("text", "kind", "facts"),
    [
        ("SGR1000G40R40M30E209TT", "recruit", {}),
        ("SGB1000G40R40M30E209TT", "badge", {}),
        ("SGT1" + encode(bytes([7]) + b"memberid" + bytes([0, 0, 1, 0, 2]) + bytes(64)), "token",
         {"kid": 7, "member": b"memberid".hex(), "not_after": 256, "flags": 2}),
        ("2000001005002", "measured",
         {"gtin": "02000001000007", "item": "00001", "kind": "price", "amount": 500}),
        ("(01)06901234567892(17)271231(10)L7(21)A1", "item",
         {"gtin": "06901234567892", "serial": "A1", "batch": "L7", "expires_on": "2027-12-31"}),
        ("https://shop.example/hello", "unknown", {}),
    ],
)  # fmt: skip
def test_a_code_tells_all_it_says(scan: Scan, text: str, kind: str, facts: dict[str, Any]) -> None:
    code, (look,) = scan("-", stdin=text.encode())
    assert (code, look["codes"][0]["kind"], look["codes"][0]["facts"]) == (0, kind, facts)
