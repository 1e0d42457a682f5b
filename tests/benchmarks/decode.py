"""``make bench-decode DIR=…``: how many codes are read, how soon and how dearly, beside the decoders alone.

All times are CPU time of this thread, taken in turns: only the ratios mean anything.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import zxingcpp
from PIL import Image
from zxingcpp import BarcodeFormats

from desktop.scanning.decode import decode, decode_image
from desktop.scanning.live import SECOND_LOOKS, Live, at_any_angle, first_look
from desktop.scanning.readers import COUNTER, MATRIX, RETAIL, by_zxing
from desktop.scanning.steady import Steady
from desktop.scanning.views import Grey
from tests.benchmarks.frames import FULL_HD, HD, SPOILT, empty_frames, photo, placed, qr_code, screenshot, shots
from tests.benchmarks.goals import Goal, share
from tests.benchmarks.labelled import Score, compare, read_labels, score_lines
from tests.benchmarks.streams import FPS, Look, Run, Stream, electrum_like, ours, play, streams, zxing_default

_CHINESE = (
    "陈思雨", "会员卡12345", "优惠券满100减20", "张伟 13800138000", "上海南京西路店", "生日礼券:双倍积分",
    "扫码领取新品小样", "舒缓修护精华30ml", "导购林晓,欢迎光临", "积分余额2480",
)  # fmt: skip

Report = Iterator[str | Goal]


def seconds(run: Callable[[], object], times: int = 1) -> float:
    """CPU time of the quickest of so many runs."""
    taken = []
    for _ in range(times):
        began = time.thread_time()
        run()
        taken.append(time.thread_time() - began)
    return min(taken)


def measure_folder(folder: Path) -> Report:
    """Goals 1, 2 and 6 on pictures whose codes are known."""
    pictures = read_labels(folder)
    scores = compare(pictures)
    empty = sum(picture.symbology == "NONE" for picture in pictures)
    yield from score_lines(scores.values(), len(pictures) - empty, empty)
    mine, alone, ladder = scores["ours"], scores["zxing-cpp default"], scores["plain ladder"]
    yield Goal(1, "right texts ÷ zxing-cpp default", share(mine.right, alone.right), 1.07, at_least=True)
    yield Goal(1, "right texts ÷ plain ladder", share(mine.right, ladder.right), 1.0, at_least=True)
    yield Goal(2, "wrong texts, share of the pictures", share(mine.wrong, len(pictures) - empty), 0.01)
    yield Goal(2, "false reads on pictures without a code", mine.false, 0)
    if empty:
        yield from _nothing_found("of the folder", mine, alone)


def _nothing_found(where: str, mine: Score, alone: Score) -> Report:
    yield Goal(6, f"nothing found {where} ÷ zxing-cpp default", share(sum(mine.empty), sum(alone.empty)), 4.0)
    yield Goal(6, f"longest nothing found {where}, s", max(mine.empty), 1.0)


def measure_empty(count: int) -> Report:
    """Goals 2, 3 and 6 on frames without a code."""
    false = 0
    for size in (HD, FULL_HD):
        default, first, whole, live = [], [], [], []
        camera, steady = Live(), Steady()
        for place, grey in enumerate(empty_frames(size, count, seed=1)):
            default.append(seconds(lambda grey=grey: zxingcpp.read_barcodes(grey)))
            first.append(seconds(lambda grey=grey: first_look(grey)))
            began = time.thread_time()
            false += bool(steady.see(camera.look(grey) or (), place / FPS))
            live.append(time.thread_time() - began)
            began = time.thread_time()
            false += bool(decode(grey))
            whole.append(time.thread_time() - began)
        name = f"{size[0]}x{size[1]}"
        figures = f"default {_spread(default)}, first look {_spread(first)}, live {_spread(live)}"
        yield f"{count} empty frames {name}: {figures}"
        yield Goal(3, f"first look ÷ default at {name}, median", share(np.median(first), np.median(default)), 0.25)
        yield Goal(3, f"first look ÷ default at {name}, p95", share(_p95(first), _p95(default)), 0.25)
        if size == HD:
            yield Goal(3, "of a core at 30 frames a second, with the second look", float(np.mean(live)) * FPS, 0.35)
        yield Goal(6, f"nothing found at {name} ÷ default", share(sum(whole), sum(default)), 4.0)
        yield Goal(6, f"longest nothing found at {name}, s", max(whole), 1.0)
    yield Goal(2, f"false reads on {2 * count} empty frames, live and still", false, 0)


def measure_still_scene() -> Report:
    """Goal 3 before a counter where nothing happens."""
    random = np.random.default_rng(2)
    ground = next(empty_frames(HD, 1, seed=2)).astype(np.int16)
    frames = [np.clip(ground + random.integers(-3, 4, ground.shape), 0, 255).astype(np.uint8) for _ in range(8)]
    camera = Live()
    taken = [seconds(lambda place=place: camera.look(frames[place % 8])) for place in range(12 * FPS)]
    yield Goal(3, "of a core before a still scene", float(np.mean(taken[FPS:])) * FPS, 0.02)


def measure_streams(count: int) -> Report:
    """Goals 2 and 4 on hand-held sequences."""
    films = streams(count * 2 // 3, count - count * 2 // 3, seed=4)
    mine, default = _runs(films, ours), _runs(films, zxing_default)
    timer = _runs(films, zxing_default, pause=0.1)
    qr = [film for film in films if film.kind == "qr"]
    for name, runs in (("ours", mine), ("zxing-cpp default", default), ("100 ms timer", timer)):
        late, compute = [run.late for run in runs], [run.compute for run in runs]
        mean = np.mean(late) * 1000
        yield f"{count} sequences, {name}: late {_spread(late)} ms, mean {mean:.0f}; look {_spread(compute)}"
    late = [run.late for run in mine]
    yield Goal(4, "lateness ÷ zxing-cpp default, mean", share(np.mean(late), np.mean([r.late for r in default])), 0.5)
    yield Goal(4, "lateness ÷ zxing-cpp default, p95", share(_p95(late), _p95([r.late for r in default])), 0.55)
    looks = share(np.median([run.compute for run in mine]), np.median([run.compute for run in default]))
    yield Goal(4, "computing of the look that reads ÷ zxing-cpp default", looks, 0.25)
    yield Goal(4, "lateness ÷ a 100 ms timer, median", share(np.median(late), np.median([r.late for r in timer])), 0.4)
    agreeing = np.median([run.late for run in _runs(qr, electrum_like)])
    first = np.median([run.late for run in mine[: len(qr)]])
    yield Goal(4, "QR lateness ÷ agreement of a third of a second, median", share(first, agreeing), 0.12)
    yield Goal(2, f"wrong texts that counted in {count} sequences", sum(run.wrong for run in mine), 0)


def _runs(films: Iterable[Stream], make: Callable[[], Look], pause: float = 0) -> list[Run]:
    return [play(film, make(), pause=pause) for film in films]


def measure_overhead() -> Report:
    """Goal 5: what is ours around the call of the decoder."""
    ground = next(empty_frames(HD, 1, seed=6))
    here = placed(ground, qr_code("SGM1J7NW47VTCY17B34M0C"), 4, (0.5, 0.5))
    formats = BarcodeFormats(COUNTER)

    def bare() -> object:
        return zxingcpp.read_barcodes(here, formats, try_rotate=False)

    def whole() -> object:
        return Steady().see(Live().look(here) or (), 0.0)

    camera = Live()
    camera.look(here)
    alone, around, again = (seconds(run, 25) for run in (bare, whole, lambda: camera.look(here)))
    yield f"a frame with a code: bare call {alone * 1000:.2f} ms, ours {around * 1000:.2f}, again {again * 1000:.2f}"
    yield Goal(5, "frame to text ÷ the bare call", share(around, alone), 1.3)
    yield Goal(5, "where the last code was ÷ the whole frame", share(again, alone), 0.25)


def measure_large(count: int) -> Report:
    """Goal 6 on screenshots and telephone photos."""
    random = np.random.default_rng(8)
    screens = [screenshot(random, (3840, 2160)) for _ in range(count)]
    photos = [photo(random) for _ in range(max(2, count // 2))]
    yield from _large("4K screenshot", screens, 0.3)
    yield from _large("12 MP photo", [(Image.fromarray(grey), text) for grey, text in photos], 0.2)
    grey = next(empty_frames((4000, 3000), 1, seed=9))
    took, default = seconds(lambda: decode(grey)), seconds(lambda: zxingcpp.read_barcodes(grey))
    yield Goal(6, "nothing found in 12 MP ÷ default", share(took, default), 4.0)
    yield Goal(6, "nothing found in 12 MP, s", took, 1.0)


def _large(name: str, pictures: list[tuple[Image.Image, str]], wanted: float) -> Report:
    mine, default, right, right_alone = 0.0, 0.0, 0, 0
    for picture, text in pictures:
        mine += seconds(lambda picture=picture: decode_image(picture), 3)
        default += seconds(lambda picture=picture: zxingcpp.read_barcodes(picture), 3)
        right += text in {found.text for found in decode_image(picture).found}
        right_alone += text in {code.text for code in zxingcpp.read_barcodes(picture)}
    yield f"{len(pictures)} x {name}: {right} read, zxing-cpp default {right_alone}"
    yield Goal(6, f"{name} ÷ zxing-cpp default", share(mine, default), wanted)


def measure_chinese() -> Report:
    """Goal 7."""
    for charset in ("gb18030", "utf-8"):
        read = sum(_reads(text, charset) for text in _CHINESE)
        yield Goal(7, f"Chinese texts of 10 in {charset}", read, 10, at_least=True)


def _reads(text: str, charset: str) -> bool:
    picture = qr_code(text.encode(charset)).resize((400, 400), Image.Resampling.NEAREST)
    return [found.text for found in decode_image(picture).found] == [text]


def measure_shots(each: int) -> Report:
    """Goal 8: frames spoilt in every way, each seen by the first look and, where that fails, by the others in turn."""
    for kind, formats, wanted in (("qr", MATRIX, 1.03), ("ean", RETAIL, 1.08)):
        alone, mine, turned = (dict.fromkeys(SPOILT, 0) for _ in range(3))
        for shot in shots(kind, each, seed=10):
            chosen = COUNTER[:1] if formats is MATRIX else RETAIL
            alone[shot.spoilt] += shot.text in {found.text for found in by_zxing(shot.grey, BarcodeFormats(chosen))}
            seen = shot.text in _seen(shot.grey)
            mine[shot.spoilt] += seen
            turned[shot.spoilt] += seen or shot.text in {found.text for found in at_any_angle(shot.grey)}
        yield f"{kind} frames read of {each}, alone and ours: " + ", ".join(
            f"{s} {alone[s]} {turned[s]}" for s in SPOILT
        )
        read, base = sum(mine.values()), sum(alone.values())
        yield Goal(8, f"{kind} frames ÷ zxing-cpp", share(read, base), wanted, at_least=True)
        if kind == "ean":
            yield Goal(8, "ean frames with zbar ÷ zxing-cpp", share(sum(turned.values()), base), 1.2, at_least=True)
        else:
            yield Goal(8, "inverted ÷ plain", share(mine["inverted"], mine["plain"]), 1.0, at_least=True)


def _seen(grey: Grey) -> set[str]:
    for look in (first_look, *SECOND_LOOKS):
        with suppress(StopIteration):
            return {next(iter(look(grey))).text}
    return set()


def _p95(taken: Iterable[float]) -> float:
    return float(np.percentile(list(taken), 95))


def _spread(taken: list[float]) -> str:
    return f"{np.median(taken) * 1000:.1f} / {_p95(taken) * 1000:.1f}"


def main() -> None:
    """Print the figures as they come, and the goals at the end; 1 where one was not met."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.decode", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="labels.tsv (file, symbology, text) and its pictures")
    parser.add_argument("--frames", type=int, default=150, help="empty frames of each size")
    parser.add_argument("--streams", type=int, default=24)
    parser.add_argument("--shots", type=int, default=8, help="of each way to spoil a frame")
    parser.add_argument("--large", type=int, default=8)
    options = parser.parse_args()
    parts = [measure_folder(options.folder)] if options.folder else []
    parts += [measure_chinese(), measure_overhead(), measure_still_scene(), measure_large(options.large)]
    parts += [measure_shots(options.shots), measure_streams(options.streams), measure_empty(options.frames)]
    goals = []
    for line in (line for part in parts for line in part):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
        goals += [line] if isinstance(line, Goal) else []
    sys.stdout.write("\n" + "".join(f"{goal}\n" for goal in sorted(goals, key=lambda goal: goal.number)))
    sys.exit(not all(goal.met for goal in goals))


if __name__ == "__main__":
    main()
