"""The simulated network: carries real messages in their real bytes, and loses, repeats, delays and garbles them."""

import random
from collections import Counter
from typing import NamedTuple

import msgspec

from sync.failures import HubRefused, HubUnreachable
from sync.hub.problems import HubProblem
from sync.loads import MemberReply, MemberRequest, SnapshotPart, SnapshotRequest, Snapshots, SnapshotsRequest
from sync.privacy_rows import ErasureQuestion, ErasureReply
from sync.protocol import (
    EnrolReply,
    EnrolRequest,
    HelloReply,
    HelloRequest,
    Message,
    Problem,
    PullReply,
    PullRequest,
    PushReply,
    PushRequest,
    canonical,
)
from tests.sim.headquarters import Headquarters

REPLIES: dict[type[Message], type[Message]] = {
    EnrolRequest: EnrolReply,
    HelloRequest: HelloReply,
    PushRequest: PushReply,
    PullRequest: PullReply,
    MemberRequest: MemberReply,
    ErasureQuestion: ErasureReply,
    SnapshotsRequest: Snapshots,
    SnapshotRequest: SnapshotPart,
}
FAULTS = ("lose_request", "lose_reply", "repeat", "repeat_late", "delay", "garble", "refuse", "stray", "thin")
_PROBLEM = b"!"  # stands before the bytes of a Problem, as its content type would


class Sent(NamedTuple):
    """A request on the wire."""

    kind: type[Message]
    token: str | None
    body: bytes


class Network:
    """Between any number of tills and one hub. ``injected`` counts the faults, ``heard`` is told all that passes."""

    def __init__(self, headquarters: Headquarters, injected: Counter[str] | None = None) -> None:
        self._headquarters = headquarters
        self._injected = Counter() if injected is None else injected
        self._late: list[Sent] = []
        self._strays: dict[type[Message], bytes] = {}
        self.heard: list[bytes] = []

    def carry(self, message: Message, token: str | None, fault: str | None, chance: random.Random) -> Message:
        """The hub's reply; raises HubUnreachable or HubRefused as a client would."""
        sent = Sent(type(message), token, canonical(message))
        if fault and not (sent.kind is EnrolRequest and fault in ("repeat", "repeat_late", "delay", "stray")):
            self._injected[f"fault {fault}"] += 1
            return self._read(sent.kind, self._badly(sent, fault, chance))
        return self._read(sent.kind, self._deliver(sent))

    def deliver_late(self, chance: random.Random) -> bool:
        """Something that was held up arrives after all; nobody hears the reply."""
        if not self._late:
            return False
        self._injected["fault late"] += 1
        self._deliver(self._late.pop(chance.randrange(len(self._late))))
        return True

    def _badly(self, sent: Sent, fault: str, chance: random.Random) -> bytes:
        if fault == "delay":
            self._late.append(sent)
        if fault in ("delay", "lose_request"):
            raise HubUnreachable(fault)
        if fault == "refuse":
            return _PROBLEM + canonical(HubProblem("busy").message())
        stray = self._strays.get(sent.kind) if fault == "stray" else None
        if stray and chance.random() < 0.5:  # whoever answers in the hub's place may have kept the request
            return stray
        reply = self._deliver(sent)
        if fault == "repeat":
            reply = self._deliver(sent)
        if fault == "repeat_late":
            self._late.append(sent)
        if fault == "lose_reply":
            raise HubUnreachable(fault)
        if fault == "thin" and sent.kind is PullRequest:
            return _thinned(reply, chance)
        if fault == "garble":
            return reply[: chance.randrange(len(reply))]
        return stray or reply

    def _deliver(self, sent: Sent) -> bytes:
        try:
            reply = canonical(self._headquarters.answer(sent.kind, sent.token, sent.body))
            self._strays[sent.kind] = reply
        except HubProblem as problem:
            reply = _PROBLEM + canonical(problem.message())
        self.heard += [sent.body, reply]
        return reply

    def _read(self, kind: type[Message], reply: bytes) -> Message:
        try:
            if reply.startswith(_PROBLEM):
                problem = msgspec.json.decode(reply[1:], type=Problem)
                raise HubRefused(problem.code, problem.detail)
            return msgspec.json.decode(reply, type=REPLIES[kind])
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise HubUnreachable(str(error)) from error


def _thinned(reply: bytes, chance: random.Random) -> bytes:
    """A row is missing from a page, as if whoever wrote it had not been seen yet."""
    if reply.startswith(_PROBLEM):
        return reply
    told = msgspec.json.decode(reply, type=PullReply)
    full = [page for page in told.pages if page.rows]
    if full:
        page = chance.choice(full)
        page.rows.pop(chance.randrange(len(page.rows)))
    return canonical(told)
