"""What kind of code was scanned, in words."""

from desktop.errors import BadInput
from desktop.scanning.code_rules import STANDARD, CodeRules
from desktop.scanning.codes import parse_code
from desktop.scanning.kinds import KINDS, UnknownCode
from resources import Words


def kind_in(words: Words, text: str, rules: CodeRules = STANDARD) -> str:
    """The kind, or "" where the text alone does not tell."""
    try:
        code = parse_code(text, rules)
    except BadInput:
        return ""
    return "" if isinstance(code, UnknownCode) else words(f"code_kind.{KINDS[type(code)]}")
