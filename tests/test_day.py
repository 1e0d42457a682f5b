"""Promises of the day that is told where there is no display: it is really lived, and every sentence has its words."""

from contextlib import ExitStack
from pathlib import Path

import resources
from desktop.day import tell_day
from desktop.day_shop import Line, Shop
from main import fill_demo, open_demo_till
from sync.hub.embedded import EmbeddedHub


def live(folder: Path, hub: EmbeddedHub) -> list[Line]:
    with ExitStack() as stack:
        fill_demo(folder / "till", hub)
        first, sync_first = open_demo_till(folder / "till", hub, stack)
        second, sync_second = open_demo_till(folder / "second", hub, stack)
        return list(tell_day(Shop(first, second, sync_first, sync_second, hub.stop, hub.start, folder)))


def test_a_day_is_lived_and_told(hub: EmbeddedHub, tmp_path: Path) -> None:
    hub.stock(resources.sample_offers())
    hub.define(resources.path("sample/definitions.toml"))
    told = live(tmp_path, hub)
    for language in resources.LANGUAGES:
        words = resources.Words(language)
        assert all(words(f"story.{name}", **facts) for name, facts in told)
    facts = dict(told)
    assert facts["expects"]["count"] == 3
    assert facts["recruited"]["won"] == 1
    assert (facts["withdrawn"]["before"], facts["withdrawn"]["after"]) == (1, 0)
    assert facts["offline"]["waiting"]
    assert facts["mended"] == {"waiting": 0, "refused": 0}
    assert facts["second_tasks"]["count"] == 0
    assert facts["redeemed"]["off"] == 50
    assert facts["second_books"]["points"] > facts["rewarded"]["left"]  # what the visit earned has come since
