"""Amounts of money in figures: how many of them stand behind the point depends on the currency."""

_WITHOUT_CENTS = {"JPY", "KRW", "VND"}


def decimals(currency: str) -> int:
    """How many figures behind the point a currency's smallest unit is."""
    return 0 if currency in _WITHOUT_CENTS else 2


def in_figures(amount: int, currency: str, *, mark: str = "") -> str:
    """``1299.00``: minor units of a currency, for programs and files. mark: between thousands, for people."""
    places = decimals(currency)
    return f"{amount / 10**places:{mark}.{places}f}"
