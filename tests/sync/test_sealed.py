"""A record that was torn or damaged, at whatever byte, takes no other with it: not one before, not one after."""

import random

from sync.sealed import Sealer

BODIES = [bytes([number]) * 40 for number in range(3)]


def test_a_record_torn_at_any_byte_spares_the_others() -> None:
    """The power went while the second was written; the till wrote the third when it was back."""
    sealer = Sealer(bytes(32))
    first, torn, after = (sealer.seal(body) for body in BODIES)
    for end in range(len(torn)):
        left = first + torn[:end]
        assert list(sealer.open_all(left)) in (BODIES[:1], BODIES[:2])
        found = list(sealer.open_all(left + after))
        assert (found[0], found[-1], len(set(found))) == (BODIES[0], BODIES[2], len(found)), end
        assert sealer.open_last(left + after) == BODIES[2]


def test_a_tail_of_garbage_at_any_byte_spares_the_others() -> None:
    """Sectors that were not synced may hold anything."""
    sealer, chance = Sealer(bytes(32)), random.Random(1)
    first, torn, after = (sealer.seal(body) for body in BODIES)
    for start in range(len(torn)):
        left = first + torn[:start] + chance.randbytes(len(torn) - start)
        found = list(sealer.open_all(left + after))
        assert (found[0], found[-1]) == (BODIES[0], BODIES[2]), start
        assert set(found) <= set(BODIES), start


def test_a_flipped_bit_at_any_byte_spares_the_others() -> None:
    sealer = Sealer(bytes(32))
    first, second, after = (sealer.seal(body) for body in BODIES)
    for place in range(len(second)):
        hurt = bytearray(second)
        hurt[place] ^= 0x10
        found = list(sealer.open_all(first + bytes(hurt) + after))
        assert (found[0], found[-1]) == (BODIES[0], BODIES[2]), place
        assert set(found) <= set(BODIES), place
