"""A partner's cash desk verifies our codes by the published keys, with the program that docs/codes.md shows."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey

from desktop.rules.member_codes import member_code
from sync.hub.hub import Hub
from sync.hub.issuing import tokens_for
from sync.hub.trust import Renewal, renew
from tests.sync.hub.builders import Sender
from tests.test_architecture import ROOT

ROOT_KEY = SigningKey(b"r" * 32)
CARD = b"0123456789"
CODE = member_code(CARD)
MEMBER = CARD[:8].hex()


@pytest.fixture
def desk() -> dict[str, Any]:
    """What the partner's program defines."""
    page = (ROOT / "docs/codes.md").read_text("utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(program, "docs/codes.md", "exec"), names)
    return names


def now(hub: Hub) -> int:
    return hub.clock.now_ms() // 1000


def make_keys(hub: Hub, **order: Any) -> None:
    told = Renewal(now=now(hub), **order)
    hub.database.retry(lambda connection: renew(connection, ROOT_KEY, hub.keyring, told))


@pytest.fixture
def fetch(hub: Hub, till: Sender, url: str, desk: dict[str, Any]) -> Callable[[], Any]:
    """Fetches the published keys, as the partner does once a day; there is a member with a card."""
    till.send(till.enrolled("m1", code=CODE))
    make_keys(hub)
    paper = bytes(ROOT_KEY.verify_key).hex()
    return lambda: desk["open_keys"](requests.get(f"{url}/v1/trust", timeout=10).json(), paper)


def shown(hub: Hub) -> str:
    with hub.database.read() as connection:
        return tokens_for(connection, hub.keyring, CODE, now=now(hub), seconds=120)[0].code


def test_a_partner_knows_the_member_by_card_and_by_short_lived_code(
    hub: Hub, fetch: Callable[[], Any], desk: dict[str, Any]
) -> None:
    keys = fetch()
    assert {desk["member_of"](code, keys, now(hub)) for code in (CODE, shown(hub))} == {MEMBER}


def test_what_is_forged_old_or_badly_read_is_refused(hub: Hub, fetch: Callable[[], Any], desk: dict[str, Any]) -> None:
    keys, code, at = fetch(), shown(hub), now(hub)
    other = "0" if code[-1] != "0" else "1"
    for told, moment, why in (
        (code[:-1] + other, at, "forged"),
        (code, at + 600, "not of these minutes"),
        (code, at + 40 * 86_400, "too old"),
        (CODE[:-1] + ("0" if CODE[-1] != "0" else "1"), at, "badly read"),
        ("SGR1" + CODE[4:], at, "not a member's code"),
    ):
        with pytest.raises(ValueError, match=why):
            desk["member_of"](told, keys, moment)


def test_a_card_that_was_taken_back_is_good_nowhere(hub: Hub, fetch: Callable[[], Any], desk: dict[str, Any]) -> None:
    make_keys(hub, revoked_cards=frozenset({CARD[:8]}))
    with pytest.raises(ValueError, match="taken back"):
        desk["member_of"](CODE, fetch(), now(hub))


def test_keys_of_another_root_are_not_believed(fetch: Callable[[], Any], desk: dict[str, Any], url: str) -> None:
    answer = requests.get(f"{url}/v1/trust", timeout=10).json()
    with pytest.raises(BadSignatureError):
        desk["open_keys"](answer, bytes(SigningKey(b"s" * 32).verify_key).hex())
