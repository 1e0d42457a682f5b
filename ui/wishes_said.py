"""When and how a member wants to be spoken to, as a clerk says it."""

from datetime import date

from desktop.rules.wishes import Wishes
from resources import Words
from ui import figures


def wishes_said(words: Words, wishes: Wishes, today: date) -> str:
    """``打电话 · 周六、周日 · 18–21 点``; first that they want to be left alone now; "" for nothing.

    How often is not said: tasks keep to that by themselves.
    """
    quiet = wishes.quiet_on(today)
    parts = [
        words("wish.left_alone", day=figures.short_day(quiet[1], today)) if quiet else "",
        words(f"wish.by_{wishes.by}") if wishes.by else "",
        words("wish.and").join(words(f"weekday.{day}") for day in sorted(wishes.days)),
        words("wish.between", first=wishes.hours[0], last=wishes.hours[1]) if wishes.hours else "",
    ]
    return " · ".join(part for part in parts if part)
