"""The parser of codes, beside biip on the same texts where biip reads them, and beside a bare regular expression."""

import random
import re
from collections.abc import Callable
from datetime import date

import biip

from desktop.rules.gtin import check_digit
from desktop.rules.member_codes import member_code
from desktop.rules.signed_codes import TokenBody, VoucherBody, issue_token, issue_voucher
from desktop.scanning.codes import parse_code
from tests.benchmarks.measure import Row, side_by_side

_TEXTS = 500
_OURS = re.compile(r"\s*SG[MRBTV]1[0-9A-HJKMNP-TV-Z]+\s*")


def measure_codes() -> list[Row]:
    """One row a kind: microseconds for one text."""
    chance = random.Random(7)
    gtins = [_gtin(chance) for _ in range(_TEXTS)]
    serials = [f"{chance.randrange(10**9):09}X" for _ in gtins]
    members = [member_code(chance.randbytes(10)) for _ in gtins]
    signed = [_signed(chance) for _ in gtins]
    items = [f"]d201{gtin:0>14}1728063010LOT7\x1d21{serial}" for gtin, serial in zip(gtins, serials, strict=True)]
    links = [f"https://id.gs1.org/01/{gtin:0>14}/21/{serial}" for gtin, serial in zip(gtins, serials, strict=True)]
    return [
        _row("member code", members, "a bare regex", _OURS.fullmatch),
        _row("token and voucher", signed, "a bare regex", _OURS.fullmatch),
        _row("EAN-13", gtins, "biip.parse", biip.parse, goal=1),
        _row("GS1 element string", items, "biip.parse", biip.parse, goal=1),
        _row("GS1 Digital Link", links, "biip.parse", biip.parse, goal=1),
    ]


def _row(
    name: str, texts: list[str], reference_name: str, reference: Callable[[str], object], goal: float | None = None
) -> Row:
    def all_by(read: Callable[[str], object]) -> None:
        for text in texts:
            read(text)

    ours, theirs = side_by_side(lambda: all_by(parse_code), lambda: all_by(reference), rounds=15)
    each = ours / len(texts) * 1000
    return Row(
        f"parse: {name}",
        reference_name,
        each,
        theirs / len(texts) * 1000,
        "µs",
        goal,
        note=f"{1e6 / each:,.0f} codes/s",
    )


def _gtin(chance: random.Random) -> str:
    body = f"69{chance.randrange(10**10):010}"
    return body + check_digit(body)


def _signed(chance: random.Random) -> str:
    if chance.random() < 0.5:
        body = TokenBody(1, chance.randbytes(8), chance.randrange(2**32))
        return issue_token(body, lambda _: chance.randbytes(64))
    voucher = VoucherBody(1, chance.randbytes(8), 7, 5000, date(2027, 3, 31))
    return issue_voucher(voucher, lambda _: chance.randbytes(64))
