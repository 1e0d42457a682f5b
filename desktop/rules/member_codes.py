"""Codes of 80 random bits and two check characters: a member's card, a poster, a guide's badge. Pure."""

from desktop.rules.crockford import check2, encode

MEMBER_PREFIX = "SGM1"
RECRUIT_PREFIX = "SGR1"
BADGE_PREFIX = "SGB1"
PUB_ID_BYTES = 10


def member_code(pub_id: bytes) -> str:
    """The code of the member with these 10 random bytes."""
    return _code(MEMBER_PREFIX, pub_id)


def recruit_code(pub_id: bytes) -> str:
    """The code of the poster with these 10 random bytes."""
    return _code(RECRUIT_PREFIX, pub_id)


def badge_code(pub_id: bytes) -> str:
    """The code of the guide with these 10 random bytes."""
    return _code(BADGE_PREFIX, pub_id)


def codes_beginning(pub_id: bytes) -> tuple[str, str]:
    """The lowest and the highest text of a member code whose public id begins with these bytes."""
    missing = PUB_ID_BYTES - len(pub_id)
    if missing < 0:
        raise ValueError(f"a public id has {PUB_ID_BYTES} bytes, not {len(pub_id)}")
    low, high = (MEMBER_PREFIX + encode(pub_id + fill * missing) for fill in (b"\x00", b"\xff"))
    return low + "00", high + "ZZ"


def _code(prefix: str, pub_id: bytes) -> str:
    if len(pub_id) != PUB_ID_BYTES:
        raise ValueError(f"a public id has {PUB_ID_BYTES} bytes, not {len(pub_id)}")
    return prefix + encode(pub_id) + check2(int.from_bytes(pub_id, "big"))
