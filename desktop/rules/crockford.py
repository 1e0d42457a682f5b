"""Crockford's base 32, and the two check characters of our codes. Pure."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# The largest prime below 32 * 32. No difference of two characters, no factor 31 of a swap and no 33 of a swap
# across the border shares a divisor with it, so every single wrong character and every swap of neighbours shows.
CHECK_MODULUS = 1021
_VALUES = {character: value for value, character in enumerate(ALPHABET)} | {"I": 1, "L": 1, "O": 0}


def encode_number(value: int, length: int) -> str:
    """``value`` in exactly ``length`` characters, most significant first."""
    if not 0 <= value < 32**length:
        raise ValueError("the number does not fit")
    return "".join(ALPHABET[value >> 5 * place & 31] for place in reversed(range(length)))


def decode_number(text: str) -> int:
    """The number in ``text``; small letters count, I and L are 1, O is 0. ``ValueError`` if it holds anything else."""
    value = 0
    for character in text.upper():
        if character not in _VALUES:
            raise ValueError("not a base 32 character")
        value = value << 5 | _VALUES[character]
    return value


def encode(data: bytes) -> str:
    """Bytes as text, five bits a character; 10 bytes are 16 characters."""
    return encode_number(int.from_bytes(data, "big"), -(-len(data) * 8 // 5))


def decode(text: str) -> bytes:
    """The bytes that ``encode`` was given."""
    return decode_number(text).to_bytes(len(text) * 5 // 8, "big")


def check2(value: int) -> str:
    """Two characters that tell most mistakes in the text of ``value``."""
    return encode_number(value % CHECK_MODULUS, 2)
