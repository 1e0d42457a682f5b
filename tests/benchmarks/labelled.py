"""Our pipeline beside its decoders alone, on a folder of pictures whose codes are known."""

import csv
import json
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import zxingcpp
from pyzbar import pyzbar
from zxingcpp import BarcodeFormat, BarcodeFormats

from desktop.scanning.decode import decode
from desktop.scanning.opening import open_file
from desktop.scanning.readers import COUNTER, expand_upce
from desktop.scanning.views import Grey, levelled, resized

Texts = set[str]

_TILL = BarcodeFormats(
    (*COUNTER, BarcodeFormat.UPCE, BarcodeFormat.ITF, BarcodeFormat.DataBar, BarcodeFormat.DataBarExp,
     BarcodeFormat.DataMatrix)
)  # fmt: skip
_ZBAR = ("QRCODE", "EAN13", "EAN8", "UPCE", "CODE128", "I25", "DATABAR", "DATABAR_EXP")
_RETAIL = ("EAN13", "EAN8", "UPCA", "UPCE")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A picture and what is in it; text "" and symbology NONE: nothing."""

    grey: Grey
    symbology: str
    text: str


@dataclass(slots=True)
class Score:
    """How one decoder did. seconds: of each picture, in order; empty: of those without a code."""

    name: str
    right: int = 0
    wrong: int = 0
    false: int = 0
    seconds: list[float] = field(default_factory=list)
    empty: list[float] = field(default_factory=list)


def read_labels(folder: Path) -> list[Labelled]:
    """``labels.tsv`` (file, symbology, text as JSON would write it) and its pictures."""
    with (folder / "labels.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Labelled(open_file(folder / row["file"]), row["symbology"], _unescaped(row["text"])) for row in rows]


def _unescaped(text: str) -> str:
    return str(json.loads('"' + re.sub(r'(?<!\\)"', r"\"", text) + '"')) if "\\" in text else text


def comparable(text: str, symbology: str) -> str:
    """GTINs of 14 digits, UPC-E as what it stands for, no brackets and separators, no line end."""
    text, kind = text.rstrip("\r\n"), symbology.upper().replace("-", "").replace("_", "")
    if kind == "UPCE" and len(text) == 8:
        text = expand_upce(text)
    if kind in _RETAIL:
        return text.zfill(14)
    if kind.startswith("DATABAR"):
        text = re.sub(r"[()\x1d]", "", text)
        text = text[2:] if re.fullmatch(r"01\d{14}", text) else text
        return text.zfill(14) if text.isdigit() else text
    return text


def by_ours(grey: Grey) -> Texts:
    """The pipeline of files."""
    return {comparable(found.text, found.symbology) for found in decode(grey)}


def by_zxing_default(grey: Grey) -> Texts:
    """zxing-cpp as it comes."""
    return _texts(zxingcpp.read_barcodes(grey, text_mode=zxingcpp.TextMode.Plain))


def by_zxing_counter(grey: Grey) -> Texts:
    """zxing-cpp with the counter's formats."""
    return _texts(zxingcpp.read_barcodes(grey, _TILL, text_mode=zxingcpp.TextMode.Plain))


def by_pyzbar(grey: Grey) -> Texts:
    """pyzbar with the counter's formats."""
    codes = pyzbar.decode(grey, symbols=[pyzbar.ZBarSymbol[name] for name in _ZBAR])
    return {comparable(code.data.decode("utf-8", "replace"), code.type) for code in codes}


def by_ladder(grey: Grey) -> Texts:
    """The plain ladder: the counter's formats, the same on an even picture of 1.5 times the size, pyzbar."""
    return by_zxing_counter(grey) or by_zxing_counter(levelled(resized(grey, 1.5))) or by_pyzbar(grey)


DECODERS: dict[str, Callable[[Grey], Texts]] = {
    "ours": by_ours,
    "zxing-cpp default": by_zxing_default,
    "zxing-cpp counter": by_zxing_counter,
    "pyzbar": by_pyzbar,
    "plain ladder": by_ladder,
}


def _texts(codes: Iterable[zxingcpp.Barcode]) -> Texts:
    return {comparable(code.text, code.format.name) for code in codes if code.text}


def compare(pictures: Iterable[Labelled]) -> dict[str, Score]:
    """Every decoder on every picture, in turns, so that a noisy moment hits them all."""
    scores = {name: Score(name) for name in DECODERS}
    for picture in pictures:
        for name, run in DECODERS.items():
            began = time.thread_time()
            texts = run(picture.grey)
            _count(scores[name], picture, texts, time.thread_time() - began)
    return scores


def _count(score: Score, picture: Labelled, texts: Texts, seconds: float) -> None:
    score.seconds.append(seconds)
    if picture.symbology == "NONE":
        score.empty.append(seconds)
        score.false += bool(texts)
        return
    wanted = comparable(picture.text, picture.symbology)
    score.right += wanted in texts
    score.wrong += bool(texts - {wanted})


def score_lines(scores: Iterable[Score], pictures: int, empty: int) -> list[str]:
    """A table in Markdown."""
    lines = [
        f"{pictures} pictures with a code, {empty} without; ms of CPU time",
        "",
        "| decoder | right | wrong | false reads | median ms | p95 ms | nothing found: median | p95 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for score in scores:
        times = [
            f"{np.percentile(of, share) * 1000:.1f}" for of in (score.seconds, score.empty or [0]) for share in (50, 95)
        ]
        lines.append(f"| {score.name} | {score.right} | {score.wrong} | {score.false} | {' | '.join(times)} |")
    return lines
