"""WeChat ids: one form however they are typed. Pure."""

import re
import unicodedata

WECHAT = r"^[a-z][a-z0-9_-]{4,39}\Z"  # of the app 6 to 20, of its platforms' openids 28; capitals tell nobody apart
_WECHAT = re.compile(WECHAT)


def normal_wechat(text: str) -> str:
    """Small letters, without spaces; a ``ValueError`` if it is none."""
    told = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower()
    if not _WECHAT.match(told):
        raise ValueError("no WeChat id")
    return told
