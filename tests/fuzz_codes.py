"""``make fuzz``: a flood of texts at the parser of codes, sound, mangled and hostile, each decided by the seed.

Whatever comes in, the parser answers with a code or a BadInput, in bounded time; no control, bidi or zero-width
character gets past it; a payment code's digits do not either; and what it gives means the same when read again.
"""

import argparse
import random
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, field
from datetime import date

from desktop.errors import BadInput
from desktop.rules.gtin import check_digit
from desktop.rules.member_codes import badge_code, member_code, recruit_code
from desktop.rules.signed_codes import TokenBody, VoucherBody, issue_token, issue_voucher
from desktop.scanning.code_rules import STANDARD, CodeRules, LegacyRule
from desktop.scanning.codes import parse_code
from desktop.scanning.kinds import Code, PaymentCode

LONGEST_SECONDS = 0.5  # of one text, on a processor that has other work too

Maker = Callable[[random.Random], str]

_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_HOSTILE = (
    "\x00\x07\x08\x1b\x1d\x1e\x7f\x85\u200b\u200d\u202e\u2066\ufeff\u2028\u00ad\ufe0f\u3164\u061c\udc80\U000e0041\ufdfa"
)
_DIGITS = "0123456789"
_GS1_CHARACTERS = "".join(map(chr, range(33, 123)))
_PAYMENT = re.compile(r"1[0-5]\d{16}|(2[5-9]|30)\d{14,22}|62\d{17}", re.ASCII)
_SHIFT = str.maketrans("1234567890-=[];',./", '!@#$%^&*()_+{}:"<>?')
_PIECES = (
    *(
        "]C1",
        "]d2",
        "]Q3",
        "]e0",
        "]E0",
        "]C0",
        "\x1d",
        "<GS>",
        "|",
        "^]",
        "(01)",
        "(10)",
        "(21)",
        "(17)",
        "01",
        "10",
        "21",
    ),
    *("17271231", "11", "15", "3103001250", "37", "240", "91", "8200", "7003", "06901234567892", "6901234567892"),
    *(
        "SGM1",
        "SGT1",
        "SGV1",
        "SGR1",
        "SGB1",
        "https://",
        "example.com",
        "/gtin/",
        "/lot/",
        "/ser/",
        "?17=",
        "&exp=",
        "%1D",
    ),
    *("VIP-", "88", "2112345", "134567890123456789", "A", "Z9", "-", " ", "张", "0", "9" * 20, "%00", "/", "'; --"),
)
_RULES = (
    STANDARD,
    CodeRules(),
    CodeRules(
        STANDARD.variable,
        (LegacyRule("甲", prefix="VIP-"), LegacyRule("乙", pattern=r"88(\d{8})"), LegacyRule("丙", pattern=r".*9.*")),
        separator_sent=True,
    ),
    CodeRules(element_lengths=(("10", 4), ("21", 6))),
)


@dataclass(slots=True)
class Tally:
    """What became of the texts. faults: what must not happen, with the text it happened to."""

    inputs: int = 0
    became: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0
    seconds: float = 0.0


def fuzz(inputs: int, seed: int) -> Tally:
    """Play ``inputs`` texts."""
    chance, tally = random.Random(seed), Tally()
    for _ in range(inputs):
        text = _text(chance)
        _play(text, chance.choice(_RULES), tally)
    return tally


def _play(text: str, rules: CodeRules, tally: Tally) -> None:
    began = time.thread_time()
    try:
        code = _outcome(text, rules)
    except Exception as error:  # noqa: BLE001 - the very thing that is looked for
        tally.faults.append(f"{error!r} of {text!r}")
        return
    took = time.thread_time() - began
    tally.inputs += 1
    tally.seconds += took
    tally.slowest = max(tally.slowest, took)
    tally.became[code.code if isinstance(code, BadInput) else type(code).__name__] += 1
    tally.faults += (f"{fault} of {text!r}: {code!r}" for fault in _faults(text, code, rules))
    if took > LONGEST_SECONDS:
        tally.faults.append(f"{took:.2f} s of {text!r}")


def _outcome(text: str, rules: CodeRules) -> Code | BadInput:
    try:
        return parse_code(text, rules)
    except BadInput as refusal:
        return refusal


def _faults(text: str, code: Code | BadInput, rules: CodeRules) -> Iterator[str]:
    said = [
        each for each in (code.facts.values() if isinstance(code, BadInput) else astuple(code)) if isinstance(each, str)
    ]
    if any(unicodedata.category(letter) in _UNSEEN for each in said for letter in each):
        yield "something unseen got past"
    if any(_PAYMENT.fullmatch(each) for each in (text, getattr(code, "text", ""))) and not isinstance(
        code, PaymentCode
    ):
        yield "a payment code was kept"
    # The shop's own rules may well see a card in the spelling of an item.
    if not isinstance(code, (BadInput, PaymentCode)) and not rules.legacy and _outcome(code.text, rules) != code:
        yield "read again, it means something else"


def _text(chance: random.Random) -> str:
    text = chance.choice(_MAKERS)(chance)
    while chance.random() < 0.55:
        text = chance.choice(_MANGLERS)(text, chance)
    return text


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choices(_DIGITS, k=count))


def _gtin(chance: random.Random) -> str:
    body = _digits(chance, chance.choice((7, 11, 12, 13)))
    return body + check_digit(body)


def _label(chance: random.Random) -> str:
    body = chance.choice(("02", "20", "21", "25", "29")) + _digits(chance, 10)
    return body + check_digit(body)


def _payment(chance: random.Random) -> str:
    start, count = chance.choice((("1" + chance.choice("012345"), 16), ("28", chance.randint(14, 22)), ("62", 17)))
    return start + _digits(chance, count)


def _signed(chance: random.Random) -> str:
    if chance.random() < 0.5:
        body = TokenBody(chance.randrange(256), chance.randbytes(8), chance.randrange(2**32), 0)
        return issue_token(body, lambda _: chance.randbytes(64))
    voucher = VoucherBody(1, chance.randbytes(8), 7, chance.randrange(2**32), date(2027, 3, 31))
    return issue_voucher(voucher, lambda _: chance.randbytes(64))


def _own(chance: random.Random) -> str:
    return chance.choice((member_code, recruit_code, badge_code))(chance.randbytes(10))


def _value(chance: random.Random) -> str:
    return "".join(chance.choices(_GS1_CHARACTERS, k=chance.randint(1, 24)))


def _item(chance: random.Random) -> str:
    elements = [
        ("01", _gtin(chance).zfill(14)),
        ("17", _digits(chance, 6)),
        ("10", _value(chance)),
        ("21", _value(chance)),
    ]
    elements = chance.sample(elements, chance.randint(1, 4))
    if chance.random() < 0.3:
        return "".join(f"({ai}){value}" for ai, value in elements)
    between = chance.choice(("\x1d", "", "|", "<GS>"))
    return chance.choice(("", "]C1", "]d2", "\x1d")) + between.join(ai + value for ai, value in elements)


def _link(chance: random.Random) -> str:
    host = chance.choice(("https://id.gs1.org", "HTTP://例子.CN", "example.com", "https://a.b:8080/x/y"))
    path = f"/{chance.choice(('01', 'gtin', 'GTIN', '1'))}/{_gtin(chance)}"
    ends = ("", f"/10/{_value(chance)}", f"/ser/{_digits(chance, 8)}", "?17=271231", f"?21={_value(chance)}&x=%41%0")
    return host + path + "".join(chance.sample(ends, 2))


def _soup(chance: random.Random) -> str:
    return "".join(chance.choices(_PIECES, k=chance.randint(1, 40)))


def _maze(chance: random.Random) -> str:
    """An item without separators that might be cut nearly anywhere."""
    steps = chance.choices(("10", "21", "11", "17", "15", "13", "170101", "110130", "1", "2", "0"), k=150)
    start = chance.choice(("]C1", "]C10106901234567892")) + chance.choice(("91", "10", "21", "240"))
    return (start + "".join(steps))[: chance.randint(20, 200)]


def _noise(chance: random.Random) -> str:
    top = chance.choice((0x80, 0x3000, 0x10FFFF))
    return "".join(chr(chance.randint(0, top)) for _ in range(chance.choice((0, 1, 5, 20, 100, 520))))


def _hostile_soup(chance: random.Random) -> str:
    return "".join(chance.choice(_HOSTILE) + chance.choice(_PIECES) for _ in range(chance.randint(1, 20)))


def _cut(text: str, chance: random.Random) -> str:
    return text[: chance.randint(0, len(text))]


def _put_in(text: str, chance: random.Random) -> str:
    place = chance.randint(0, len(text))
    return text[:place] + chance.choice((*_HOSTILE, *_PIECES)) + text[place:]


def _take_out(text: str, chance: random.Random) -> str:
    place = chance.randint(0, len(text))
    return text[:place] + text[place + chance.randint(1, 3) :]


def _shifted(text: str, chance: random.Random) -> str:
    return "".join(each.translate(_SHIFT).swapcase() if chance.random() < 0.25 else each for each in text)


def _full_width(text: str, _: random.Random) -> str:
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text)


def _prefixed(text: str, chance: random.Random) -> str:
    return chance.choice(("]C1", "]d2", "]Q1", "]Q3", "]E0", "]E4", "]e0", "}q!", "]c1")) + text


def _twice(text: str, chance: random.Random) -> str:
    return text + chance.choice(("", "\r\n", "\x1d", " ")) + text


_MAKERS: tuple[Maker, ...] = (
    _gtin, _label, _payment, _signed, _own, _item, _item, _link, _soup, _soup, _maze, _noise, _hostile_soup,
)  # fmt: skip
_MANGLERS: tuple[Callable[[str, random.Random], str], ...] = (
    _cut, _put_in, _take_out, _shifted, _full_width, _prefixed, _twice, lambda text, _: text.swapcase(),
)  # fmt: skip


def main() -> int:
    """Play what was asked for, print the figures; 1 if anything happened that must not."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz_codes", description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tally = fuzz(options.inputs, options.seed)
    lines = [f"{count:>9,}  {what}" for what, count in tally.became.most_common()]
    lines += [f"{fault}" for fault in tally.faults[:20]]
    mean = tally.seconds / max(1, tally.inputs) * 1e6
    lines.append(
        f"seed {options.seed}: {tally.inputs:,} texts, {len(tally.faults)} faults,"
        f" mean {mean:.0f} µs, slowest {tally.slowest * 1000:.1f} ms"
    )
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
