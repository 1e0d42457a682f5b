"""How people are shown: masked, and never blank."""


def masked_phone(phone: str | None, phone_reversed: str | None) -> str:
    """``138 **** 6021`` of a Chinese mobile, ``**** 6021`` of any other or of a known tail, "" of none."""
    if phone and phone.startswith("+86") and len(phone) == 14:
        return f"{phone[3:6]} **** {phone[-4:]}"
    tail = (phone or (phone_reversed or "")[::-1])[-4:]
    return f"**** {tail}" if tail else ""


def masked_wechat(wechat: str | None) -> str:
    """``ch****yu``, "" of none."""
    return f"{wechat[:2]}****{wechat[-2:]}" if wechat else ""


def masked_name(name: str | None) -> str:
    """``陈**``, for lists in which it matters little who it was; "" of nobody."""
    return f"{name[0]}**" if name else ""


def shown_phone(phone: str) -> str:
    """``+86 138 1234 6021`` of a Chinese mobile, any other as E.164."""
    if phone.startswith("+86") and len(phone) == 14:
        return f"+86 {phone[3:6]} {phone[6:10]} {phone[10:]}"
    return phone
