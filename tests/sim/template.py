"""What every schedule begins with: a stocked hub, tills of two stores that it has let in, and a few members."""

import random
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from nacl.signing import SigningKey
from sqlalchemy import Connection

from desktop.clock import from_milliseconds
from desktop.rules.member_codes import PUB_ID_BYTES, member_code
from desktop.services.appointments import book
from desktop.services.contents import use_content
from desktop.services.guides import sign_on
from desktop.services.members import Application, enrol
from desktop.services.points import earn_points
from desktop.services.tasks import open_task
from desktop.services.visits import finish_visit
from desktop.work import Work
from sync.exchange import Exchange
from sync.hub.code_orders import change
from sync.hub.definitions import hold_definitions
from sync.hub.imports import import_file
from sync.hub.issuing import VoucherOrder, issue_vouchers
from sync.hub.trust import Renewal, renew
from sync.service_rows import DefinitionsRow
from tests.sim.choosing import PHONES
from tests.sim.clocks import HOUR, START, HeadClock, Sky, TillClock
from tests.sim.headquarters import Headquarters
from tests.sim.network import Network
from tests.sim.till import SimTill
from tests.sim.voucher_deeds import PAPERS

MEMBERS = 3
STORES = ("01960000-0000-7000-8000-000000000101", "01960000-0000-7000-8000-000000000102")
_FILES = {
    "stores": f"id,name\n{STORES[0]},东店\n{STORES[1]},西店\n",
    "guides": "id,name,store,badge\ng1,林晓,东店,L001\ng2,周宁,西店,L002\n",
    "quotas": "id,title,total,gtin\nq1,小样,5,\nq2,面霜小样,4,6901230010026\n",
    "occasions": "id,title,starts_at,seats,minutes\no1,护肤课,2026-12-05T14:00+08:00,2,60\n",
    "contents": "id,kind,title,text,tags,audience,until\nt1,talk,保湿,先保湿,,,\n",
    "floor": "largest,a_day,in_a_row\n30.00,5,3\n",
    "campaigns": "name,title,kind,off,policy,issue,issue_basket,once_in_days,lasts_days\n"
    "b,满赠,amount,10,ask,basket,300,1,20\nj,新人礼,amount,60,honour,joining,0,365,20\n",
    "rewards": "name,cost,total\n小样,20,3\n检测,15,\n",
    "products": "gtin,name,price\n6901230010019,精华,368.00\n6901230010026,面霜,298.00\n",
}
_RULES = {"version": "sim", "effective": "2020-01-01", "earning": {"joining": 30}, "expiry": {"lasts_days": 20},
          "spend": {"check": "off"}}  # fmt: skip
_ROOT = SigningKey(b"r" * 32)
_UNTIL = date(2027, 12, 31)
_VOUCHERS = (
    VoucherOrder(1, 8000, _UNTIL),  # needs a lease
    VoucherOrder(1, 1000, _UNTIL),
    VoucherOrder(1, 2000, _UNTIL, store_id=STORES[0]),
    VoucherOrder(1, 3000, date(2026, 11, 20)),  # two days after the beginning
)


def build(folder: Path, tills: int) -> int:
    """Make it in ``folder``; gives the true time at which it is ready."""
    chance, sky = random.Random(0), Sky()
    (folder / "hub").mkdir(parents=True)
    headquarters = Headquarters(folder / "hub", HeadClock(sky, chance), sky)
    for kind, lines in _FILES.items():
        _import(headquarters, folder, kind, lines)
    body = DefinitionsRow(effective=str(_RULES["effective"]), definitions=_RULES)
    change(headquarters.hub, lambda documents: hold_definitions(documents, str(_RULES["version"]), body))
    _make_keys(headquarters)
    network = Network(headquarters)
    shops = [_open_shop(folder, number, sky, headquarters, network) for number in range(tills)]
    for number, till in enumerate(shops[:MEMBERS]):
        till.do(_first_members(number, chance))
    for till in shops:
        till.finish_round(network, chance)
    _import(headquarters, folder, "coupons", _coupons(PHONES[: len(shops[:MEMBERS])]))
    for _ in range(2):
        for till in shops:
            till.finish_round(network, chance)
    for till in shops:
        till.close()
    headquarters.back_up()  # a hub that comes back from it has forgotten that there are vouchers
    (headquarters.folder / PAPERS).write_text("\n".join(_issue_vouchers(headquarters)), "ascii")
    headquarters.close()
    return sky.now


def _import(headquarters: Headquarters, folder: Path, kind: str, lines: str) -> None:
    file = folder / f"{kind}.csv"
    file.write_text(lines, "utf-8")
    outcome = import_file(headquarters.hub, kind, file)
    assert not outcome.bad, outcome
    file.unlink()


def _make_keys(headquarters: Headquarters) -> None:
    hub = headquarters.hub
    order = Renewal(now=hub.clock.now_ms() // 1000)
    hub.database.retry(lambda connection: renew(connection, _ROOT, hub.keyring, order))


def _issue_vouchers(headquarters: Headquarters) -> list[str]:
    """Few, so that two tills often see the same."""
    hub = headquarters.hub
    told = {"now": hub.clock.now_ms() // 1000, "random": hub.clock.random}

    def issue(connection: Connection) -> list[str]:
        return [code for order in _VOUCHERS for code in issue_vouchers(connection, hub.keyring, order, **told)]

    return hub.database.retry(issue)


def _coupons(phones: Sequence[str]) -> str:
    """One that needs a lease and one below the floor for each of the first members."""
    lines = ["id,member,campaign,title,amount,valid_until"]
    for phone in phones:
        lines += [f"large-{phone},{phone},c,满减,80.00,2027-12-31", f"small-{phone},{phone},b,满赠,10.00,2027-12-31"]
    return "\n".join(lines)


def _open_shop(folder: Path, number: int, sky: Sky, headquarters: Headquarters, network: Network) -> SimTill:
    """Tills stand in the two stores in turn."""
    till = SimTill(f"till{number}", folder / f"till{number}", TillClock(sky, f"born{number}"), [])
    ticket = headquarters.hub.issue_ticket(STORES[number % 2])
    till.exchange = Exchange(till.store, url="sim", ticket=ticket)
    till.finish_round(network, random.Random(0))
    till.do(lambda work: sign_on(work, f"g{number % 2 + 1}"))
    return till


def _first_members(number: int, chance: random.Random) -> Callable[[Work], None]:
    code = member_code(chance.randbytes(PUB_ID_BYTES))
    form = Application(phone=PHONES[number], name=f"会员{number}", consents=("service", "marketing"), code=code)

    def serve_first(work: Work) -> None:
        member_id = enrol(work, form).member_id
        earn_points(work, member_id, 100, "入会")
        finish_visit(work)
        book(work, member_id, "护理", from_milliseconds(START + (2 + number) * HOUR), 60, for_guide="g1")
        open_task(work, member_id, "回访", from_milliseconds(START).date())
        use_content(work, "t1", member_id)

    return serve_first
