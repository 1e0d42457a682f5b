"""The code on a member's card: SGM1, 80 random bits, two check characters. Pure."""

from desktop.rules.crockford import check2, encode

MEMBER_PREFIX = "SGM1"
PUB_ID_BYTES = 10


def member_code(pub_id: bytes) -> str:
    """The code of the member with these 10 random bytes."""
    if len(pub_id) != PUB_ID_BYTES:
        raise ValueError(f"a public id has {PUB_ID_BYTES} bytes, not {len(pub_id)}")
    return MEMBER_PREFIX + encode(pub_id) + check2(int.from_bytes(pub_id, "big"))
