"""Who is too old for whom."""

import re

from sync.hub.problems import HubProblem
from sync.protocol import SPOKEN, HelloRequest


def agree(request: HelloRequest, min_app: str) -> int | HubProblem:
    """The newest protocol that both ends speak, or whose fault it is that there is none."""
    oldest, newest = SPOKEN
    theirs = request.proto
    if theirs[1] < oldest:
        return HubProblem("client_too_old", f"protocol {oldest} or newer is needed")
    if theirs[0] > newest:
        return HubProblem("hub_too_old", f"this hub speaks protocol {newest}")
    if release(request.app) < release(min_app):
        return HubProblem("client_too_old", f"release {min_app} or newer is needed")
    return min(newest, theirs[1])


def release(text: str) -> tuple[int, ...]:
    """The four numbers a release begins with: 1.10.2-rc1 is (1, 10, 2, 0), and no release at all is older than any."""
    found = re.match(r"\d{1,9}(?:\.\d{1,9}){0,3}", text, re.ASCII)
    return (*map(int, found[0].split(".")), 0, 0, 0)[:4] if found else ()
