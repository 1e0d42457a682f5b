"""Camera frames, screenshots and photos with codes in them, drawn anew from a seed."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import qrcode
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter
from qrcode.constants import ERROR_CORRECT_M

from desktop.scanning.views import Grey

Size = tuple[int, int]  # width, height
HD: Size = (1280, 720)
FULL_HD: Size = (1920, 1080)
_WORDS = ["品名", "产地", "净含量", "price", "128.00", "batch", "C2607", "谢谢惠顾", "items", "total"]


@dataclass(frozen=True, slots=True)
class Shot:
    """A frame, what is in it, and how it was spoilt."""

    grey: Grey
    text: str
    spoilt: str


def qr_code(text: str | bytes, border: int = 4, dark_mode: bool = False) -> Image.Image:
    """One pixel a module."""
    code = qrcode.QRCode(border=border, box_size=1, error_correction=ERROR_CORRECT_M)
    code.add_data(text)
    drawn = code.make_image().get_image().convert("L")
    return drawn.point(lambda tone: 255 - tone) if dark_mode else drawn


def ean_code(text: str) -> Image.Image:
    """One pixel a module, with its quiet zones."""
    pixels = np.asarray(
        zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.EAN13).to_image(scale=1, add_quiet_zones=True)
    )
    bars = Image.fromarray(np.ascontiguousarray(pixels[:40]))
    return bars.resize((bars.width, 60), Image.Resampling.NEAREST)


def ean_text(random: np.random.Generator) -> str:
    """A product's number with its check digit."""
    body = "69" + "".join(str(digit) for digit in random.integers(0, 10, 10))
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"


def qr_text(random: np.random.Generator) -> str:
    """Short, as long as a member's code, or long."""
    letters = np.array(list("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
    length = int(random.choice([12, 22, 38, 95]))
    return "SGM1" + "".join(random.choice(letters, length - 4))


def texture(random: np.random.Generator, size: Size) -> Grey:
    """Something without a code: cloth and wood, printed pages, stripes and checks."""
    kind = random.random()
    if kind < 0.6:
        return _cloth(random, size)
    return _page(random, size) if kind < 0.8 else _stripes(random, size)


def _cloth(random: np.random.Generator, size: Size) -> Grey:
    width, height = size
    tones = np.zeros((height, width), np.float32)
    for octave in range(6):
        coarse = (max(2, height >> (7 - octave)), max(2, width >> (7 - octave)))
        grain = Image.fromarray(random.standard_normal(coarse, np.float32))
        tones += np.asarray(grain.resize(size, Image.Resampling.BILINEAR)) * np.float32(0.65**octave)
    tones = (tones - tones.mean()) / tones.std()
    return _as_grey(tones * random.uniform(15, 45) + random.uniform(70, 180))


def _page(random: np.random.Generator, size: Size) -> Grey:
    page = Image.new("L", size, int(random.integers(180, 256)))
    pen = ImageDraw.Draw(page)
    height = int(random.integers(12, 36))
    for top in range(10, size[1], height * 2):
        line = "  ".join(random.choice(_WORDS, size[0] // (height * 3)))
        pen.text((10, top), line, fill=int(random.integers(0, 90)), font_size=height)
    return np.asarray(page.rotate(random.uniform(-8, 8), Image.Resampling.BILINEAR, fillcolor=200))


def _stripes(random: np.random.Generator, size: Size) -> Grey:
    x, y = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
    angle, step = random.uniform(0, np.pi), random.uniform(6, 60)
    wave = np.sin((x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / step)
    if random.random() < 0.5:
        wave = np.sign(wave) * np.sign(np.sin((y * np.cos(angle) - x * np.sin(angle)) * 2 * np.pi / step))
    return _as_grey(wave * random.uniform(20, 90) + 128)


def empty_frame(random: np.random.Generator, size: Size) -> Grey:
    """A frame without a code, as a camera gives it: a little soft, a little noisy."""
    soft = _blurred(texture(random, size), random.uniform(0, 1.5))
    return _noisy(random, soft, random.uniform(1, 8))


def empty_frames(size: Size, count: int, seed: int) -> Iterator[Grey]:
    """``count`` of them."""
    random = np.random.default_rng(seed)
    return (empty_frame(random, size) for _ in range(count))


def placed(ground: Grey, code: Image.Image, module: float, at: tuple[float, float], degrees: float = 0) -> Grey:
    """``code`` with ``module`` pixels a module on ``ground``, its middle ``at`` (0 to 1 each way)."""
    wide = max(1, round(code.width * module)), max(1, round(code.height * module))
    kind = Image.Resampling.NEAREST if module == int(module) else Image.Resampling.BOX
    drawn = code.resize((wide[0] * 4, wide[1] * 4), Image.Resampling.NEAREST).resize(wide, kind)
    mask = Image.new("L", drawn.size, 255)
    if degrees:
        drawn = drawn.rotate(degrees, Image.Resampling.BICUBIC, expand=True)
        mask = mask.rotate(degrees, Image.Resampling.BICUBIC, expand=True)
    sheet = Image.fromarray(ground)
    corner = (round(at[0] * sheet.width - drawn.width / 2), round(at[1] * sheet.height - drawn.height / 2))
    sheet.paste(drawn.point(lambda tone: tone * 0.8 + 20), corner, mask)
    return np.asarray(sheet)


SPOILT = ("plain", "small", "turned", "defocus", "motion", "noise", "dark", "contrast", "glare", "far", "inverted")


def shots(kind: str, each: int, seed: int, size: Size = HD) -> Iterator[Shot]:
    """``each`` frames of every way to spoil one. kind: qr or ean (which nobody prints inverted)."""
    random = np.random.default_rng(seed)
    for spoilt in SPOILT:
        for _ in range(0 if kind == "ean" and spoilt == "inverted" else each):
            yield _shot(random, kind, spoilt, size)


def _shot(random: np.random.Generator, kind: str, spoilt: str, size: Size) -> Shot:
    text = qr_text(random) if kind == "qr" else ean_text(random)
    code = qr_code(text, int(random.choice([2, 4])), spoilt == "inverted") if kind == "qr" else ean_code(text)
    module = random.uniform(1.2, 2.2) if spoilt in ("small", "far") else random.uniform(2.5, 5)
    degrees = random.uniform(-60, 60) if spoilt == "turned" else random.uniform(-5, 5)
    at = (random.uniform(0.4, 0.6), random.uniform(0.45, 0.55))
    return Shot(_spoil(random, placed(texture(random, size), code, module, at, degrees), spoilt, module), text, spoilt)


def _spoil(random: np.random.Generator, grey: Grey, spoilt: str, module: float) -> Grey:
    tones: Grey | np.ndarray = grey
    noise = random.uniform(1, 5)
    match spoilt:
        case "defocus":
            tones = _blurred(grey, random.uniform(0.3, 0.8) * module)
        case "motion":
            tones = _moved(grey, random.uniform(1, 2.2) * module)
        case "noise":
            noise = random.uniform(12, 40)
        case "dark":
            tones, noise = grey * random.uniform(0.07, 0.25), random.uniform(2, 5)
        case "contrast":
            tones = grey * random.uniform(0.08, 0.2) + random.uniform(60, 150)
        case "glare":
            tones = _lit(random, grey)
        case "far":
            noise = random.uniform(4, 10)
    return _noisy(random, np.asarray(tones), noise)


def _lit(random: np.random.Generator, grey: Grey) -> np.ndarray:
    height, width = grey.shape
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    away = (x - random.uniform(0.4, 0.6)) ** 2 + (y - random.uniform(0.3, 0.7)) ** 2
    return grey * 0.7 + 170 * np.exp(-away / random.uniform(0.01, 0.03))


def _blurred(grey: Grey, sigma: float) -> Grey:
    return np.asarray(Image.fromarray(grey).filter(ImageFilter.GaussianBlur(float(sigma)))) if sigma > 0.1 else grey


def _moved(grey: Grey, pixels: float) -> Grey:
    return np.asarray(Image.fromarray(grey).filter(ImageFilter.BoxBlur((float(pixels) / 2, 0))))


def _noisy(random: np.random.Generator, tones: np.ndarray, sigma: float) -> Grey:
    return _as_grey(tones + random.standard_normal(tones.shape, np.float32) * sigma)


def _as_grey(tones: np.ndarray) -> Grey:
    return np.clip(tones, 0, 255).astype(np.uint8)


def stream(random: np.random.Generator, kind: str, frames: int, size: Size = HD) -> tuple[list[Grey], str]:
    """A code slid before the camera by hand, 30 frames a second: it comes to rest, and the focus settles."""
    text = qr_text(random) if kind == "qr" else ean_text(random)
    code = qr_code(text) if kind == "qr" else ean_code(text)
    module, degrees = random.uniform(1.8, 4.5), random.uniform(-12, 12)
    ground, settles, focuses = texture(random, size), random.uniform(6, 14), random.uniform(5, 16)
    side, blur, noise = random.choice([-1, 1]), random.uniform(0.5, 1.3), random.uniform(3, 14)
    gain = random.uniform(0.3, 1)
    taken = []
    for number in range(frames):
        away = np.exp(-number / settles * 2.5)
        at = (0.5 + side * 0.6 * away + random.normal(0, 0.001), 0.5 + random.normal(0, 0.001))
        grey = placed(ground, code, module, at, degrees)
        speed = 0.6 * size[0] * away * 2.5 / settles
        grey = _moved(grey, min(40, speed * 0.3)) if speed > 1 else grey
        grey = _blurred(grey, blur * module * np.exp(-number / focuses * 2) * 0.9)
        taken.append(_noisy(random, grey * gain, noise))
    return taken, text


def screenshot(random: np.random.Generator, size: Size) -> tuple[Image.Image, str]:
    """A screen full of windows and lines, with a code on it."""
    page = Image.fromarray(_page(random, size)).convert("RGB")
    pen = ImageDraw.Draw(page)
    for _ in range(12):
        left, top = (int(random.integers(0, limit * 3 // 4)) for limit in size)
        tone = int(random.integers(200, 256))
        pen.rectangle(
            (left, top, left + size[0] // 6, top + size[1] // 7), fill=(tone, tone, 250), outline=(90, 90, 90)
        )
    text = qr_text(random)
    code = qr_code(text)
    module = int(random.integers(2, 6))
    drawn = code.resize((code.width * module, code.height * module), Image.Resampling.NEAREST)
    page.paste(drawn, tuple(int(random.integers(0, limit - drawn.width)) for limit in size))
    return page, text


def photo(random: np.random.Generator, size: Size = (4000, 3000)) -> tuple[Grey, str]:
    """A telephone's photo of a package."""
    text = ean_text(random) if random.random() < 0.5 else qr_text(random)
    code = ean_code(text) if text.isdigit() else qr_code(text)
    grey = placed(texture(random, size), code, random.uniform(5, 14), (0.5, 0.5), random.uniform(-20, 20))
    return _noisy(random, _blurred(grey, random.uniform(0.8, 2)), random.uniform(2, 8)), text
