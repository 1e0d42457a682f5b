"""Trade item numbers (GTIN): one form for every length, and the check digit. Pure."""

LENGTHS = (8, 12, 13, 14)


def check_digit(digits: str) -> str:
    """The last digit that ``digits`` (all but the last) must be followed by, GS1 General Specifications 7.9."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def expand_upc_e(digits: str) -> str:
    """The UPC-A that 8 digits of UPC-E are short for, GS1 General Specifications 5.2.2.4; the check digit stays."""
    number, last = digits[:6], digits[6]
    if last in "012":
        return f"{number[:3]}{last}0000{number[3:]}{digits[7]}"
    zeros = {"3": 4, "4": 5}.get(last)
    if zeros is None:
        return f"{number}0000{last}{digits[7]}"
    return f"{number[:zeros]}00000{number[zeros:]}{digits[7]}"


def normalise_gtin(text: str) -> str:
    """The GTIN-14 of an EAN-8, UPC-A, EAN-13 or GTIN-14; a ``ValueError`` says what is wrong with it."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError("a product code has digits only")
    if len(digits) not in LENGTHS:
        raise ValueError("a product code has 8, 12, 13 or 14 digits")
    if check_digit(digits[:-1]) != digits[-1]:
        raise ValueError("the check digit does not match")
    return digits.zfill(14)
