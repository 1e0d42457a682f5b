"""What clerks do with the vouchers that customers bring along on paper."""

import random
from collections.abc import Callable
from typing import Any

from desktop.rules.code_ids import voucher_id
from desktop.rules.signed_codes import read_voucher
from desktop.services.leases import ask_for
from desktop.services.vouchers import return_voucher, take_voucher
from desktop.work import Work
from tests.sim.care_deeds import Deed
from tests.sim.choosing import one
from tests.sim.till import SimTill

PAPERS = "vouchers"  # the codes that headquarters had printed, in a file beside the hub's database
_LEASED = "SELECT object_id FROM lease WHERE \"of\" = 'voucher' ORDER BY object_id"
_TAKEN = "SELECT id FROM voucher WHERE redemption_id IS NOT NULL ORDER BY id"


def _ask(till: SimTill, chance: random.Random) -> Callable[[Work], Any]:
    voucher = chance.choice(tuple(_papers(till)))
    return lambda work: ask_for(work, "voucher", voucher)


def _take(till: SimTill, chance: random.Random) -> Callable[[Work], Any]:
    """Any of them, or one that this till has asked for."""
    leased = one(till, _LEASED, chance) if chance.random() < 0.5 else None
    papers = _papers(till)
    code = papers[leased or chance.choice(tuple(papers))]
    return lambda work: take_voucher(work, code)


def _return(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    taken = one(till, _TAKEN, chance)
    return taken and (lambda work: return_voucher(work, _papers(till)[taken]))


def _papers(till: SimTill) -> dict[str, str]:
    """The codes by the vouchers' ids."""
    codes = (till.home.parent / "hub" / PAPERS).read_text("ascii").split()
    return {voucher_id(read_voucher(code)[0].serial): code for code in codes}


VOUCHER_DEEDS: dict[str, Deed] = {
    "ask_for_voucher": _ask,
    "take_voucher": _take,
    "return_voucher": _return,
}
