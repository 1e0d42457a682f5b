"""What a member asked for at one till, at the others of the store; and how far an erasure has come. A real hub."""

from sqlalchemy import select

from desktop.data.requests import Request
from desktop.services.privacy import give_copy, make_request
from desktop.views.requests import open_requests, requests_of
from tests.sync.quiet import Pair, QuietTill, the_member, together


def today_at(till: QuietTill) -> object:
    return till.store.clock.now().astimezone().date()


def test_a_copy_that_was_handed_out_is_known_at_every_till_of_the_store(pair: Pair) -> None:
    one, two = pair
    member = the_member(one)
    together(*pair)
    one.do(give_copy, member, "json")
    together(*pair)
    told = two.read(requests_of, member, today_at(two))
    assert [(each.wants, each.done, each.how) for each in told] == [("access", True, "json")]


def test_an_erasure_is_followed_until_every_till_has_carried_it_out(pair: Pair) -> None:
    one, two = pair
    member = the_member(one)
    together(*pair)
    one.do(make_request, member, "erasure")
    together(one)  # the hub has heard of it, and the other till has not
    together(one)
    waiting = one.read(open_requests, today_at(one))
    assert [each.name for each in waiting] == [None]
    assert waiting[0].tills is not None
    assert waiting[0].tills.missing
    together(two)
    one.store.write(_ask_now)
    together(one)
    assert one.read(open_requests, today_at(one)) == []
    done = one.read(requests_of, member, today_at(one))[0]
    assert done.tills is not None
    assert (len(done.tills.confirmed), done.done) == (2, True)


def _ask_now(work: object) -> None:
    for request in work.session.scalars(select(Request)):  # type: ignore[attr-defined]
        request.told_at = None
