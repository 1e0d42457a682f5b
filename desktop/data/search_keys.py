"""What members are found by: pinyin and initials of the name, digits last first."""

import re
from functools import lru_cache

# Characters that are read otherwise when they are a surname.
_SURNAMES = {
    "单": "shan", "仇": "qiu", "曾": "zeng", "解": "xie", "区": "ou", "查": "zha", "朴": "piao", "任": "ren",
    "华": "hua", "盖": "ge", "燕": "yan", "召": "shao", "缪": "miao", "乐": "yue", "员": "yun", "么": "yao",
    "翟": "zhai", "尉": "wei", "秘": "bi", "冼": "xian", "折": "she", "黑": "he", "谌": "chen", "隗": "kui",
}  # fmt: skip
_COMPOUND_SURNAMES = {
    "尉迟": ("yu", "chi"), "长孙": ("zhang", "sun"),
    "万俟": ("mo", "qi"), "宇文": ("yu", "wen"), "单于": ("chan", "yu"),
}  # fmt: skip


_NEITHER = re.compile("[^0-9A-Za-z]")
_SHORT_NAME = re.compile("[一-鿿]{2,4}")


def pinyin_of(name: str) -> tuple[str, str]:
    """Full pinyin and initials, lower case, letters and digits only: 陈思雨 -> ("chensiyu", "csy")."""
    syllables = _syllables(name)
    return "".join(syllables), "".join([syllable[0] for syllable in syllables])


def digits_reversed(text: str | None) -> str | None:
    """The letters and digits last first, so that a suffix is a prefix of the index."""
    return _NEITHER.sub("", text)[::-1].upper() if text else None


def _syllables(name: str) -> list[str]:
    text = name.strip()
    if head := _COMPOUND_SURNAMES.get(text[:2]):
        return [*head, *_read(text[2:])]
    if head_of_one := _SURNAMES.get(text[:1]):
        return [head_of_one, *_read(text[1:])]
    if _SHORT_NAME.fullmatch(text):
        return [*_read(text[0]), *_read(text[1:])]  # given names recur; whole names hardly do
    return [part for word in text.split() for part in _read(word)]


@lru_cache(maxsize=65536)  # a file of a million members has few names, and reading one takes 20 times as long
def _read(word: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin  # 0.2 s to import: the first name pays, not the start of the app

    return tuple(syllable for part in lazy_pinyin(word) if (syllable := _NEITHER.sub("", part).lower()))
