"""Payment codes of other people's purses: told from all others by their digits, and let go."""

import re

_RULES = {
    "wechat": re.compile(r"1[0-5]\d{16}", re.ASCII),
    "alipay": re.compile(r"(?:2[5-9]|30)\d{14,22}", re.ASCII),
    "unionpay": re.compile(r"62\d{17}", re.ASCII),
}


def holds_payment_code(text: str) -> bool:
    """Whether any run of digits in it is a payment code."""
    return any(payment_kind(digits) for digits in re.findall(r"\d+", text, re.ASCII))


def payment_kind(digits: str) -> str | None:
    """Whose payment code these digits are: wechat, alipay or unionpay; None if nobody's."""
    return next((kind for kind, rule in _RULES.items() if rule.fullmatch(digits)), None)
