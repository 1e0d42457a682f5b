"""What the counter does with codes that are neither a member's nor a product's."""

from PySide6.QtCore import QObject, Signal

from desktop.errors import TillError
from desktop.sayings import kind_said
from desktop.views.lookup import (
    GuideSeen,
    NewCard,
    NewProductCode,
    PaymentSeen,
    RecruitSeen,
    SampleSeen,
    Sight,
    UnknownText,
    VoucherSeen,
)
from desktop.views.products import printed_gtin
from desktop.views.profile import Profile
from desktop.views.vouchers import VoucherView
from resources import Words
from ui import figures
from ui.said import Said, sentence
from ui.screens.teaching import Teaching
from ui.screens.visit_deeds import VisitDeeds

_SHOWN_OF_CODE = 40


class Recognition(QObject):
    """``act`` on a sight; whatever it is, one sentence says so, with the ways on as buttons.

    enrol_wanted: with the recruit code or old card that began it. guide_wanted: id and name of the badge's guide.
    """

    enrol_wanted = Signal(str)
    guide_wanted = Signal(str, str)

    def __init__(self, deeds: VisitDeeds, words: Words, parent: QObject) -> None:
        super().__init__(parent)
        self.teaching = Teaching(deeds, words)
        self._deeds = deeds
        self._words = words

    def act(self, sight: Sight, served: Profile | None) -> None:
        """``served``: the member whose visit runs."""
        match sight:
            case VoucherSeen(voucher):
                self._offer_voucher(voucher)
            case SampleSeen(quota_id, title):
                self._deeds.hand_out(quota_id, title)
            case RecruitSeen(recruit):
                self.enrol_wanted.emit(recruit.code)
            case GuideSeen(guide_id, name):
                self.guide_wanted.emit(guide_id, name)
            case NewCard(_, number):
                self._offer_card(number, served)
            case NewProductCode(gtin, text):
                self._offer_product(gtin, text)
            case PaymentSeen():
                self._deeds.warn(TillError("payment_code"))
            case UnknownText(text):
                told = sentence(self._words, TillError("text_unknown", text=text[:_SHOWN_OF_CODE]))
                self.teaching.offer(told, text, served)

    def _offer_voucher(self, voucher: VoucherView) -> None:
        kind = kind_said(self._words, "voucher")
        if voucher.state == "issued":
            amount = figures.money(voucher.amount, voucher.currency)
            told = self._words("counter.voucher", kind=kind, amount=amount, until=voucher.expires_on.isoformat())
            if voucher.here or voucher.small:
                way, deed = self._words("counter.take_voucher"), self._deeds.take_voucher
            else:
                way, deed = self._words("counter.ask_voucher"), self._deeds.ask_voucher
            self._deeds.said.emit(Said(told, "good", way, lambda: deed(voucher)))
        elif voucher.state == "redeemed" and voucher.used_at:
            at = f"{figures.full_day(voucher.used_at)} {figures.clock(voucher.used_at)}"
            told = self._words("counter.voucher_used", kind=kind, at=at, store=voucher.used_in or "")
            self._deeds.said.emit(Said(told, "warn"))
        else:
            self._deeds.warn(TillError("voucher_used" if voucher.state == "redeemed" else "voucher_void"))

    def _offer_card(self, number: str, served: Profile | None) -> None:
        told = sentence(self._words, TillError("card_unknown", number=number[:_SHOWN_OF_CODE]))
        if served:
            self.teaching.offer(told, number, served)
            return
        way = self._words("counter.new_code_enrol")
        self._deeds.said.emit(Said(told, "warn", way, lambda: self.enrol_wanted.emit(number)))

    def _offer_product(self, gtin: str, text: str) -> None:
        told = sentence(self._words, TillError("product_unknown", gtin=printed_gtin(gtin)))
        way = self._words("counter.teach_product")
        self._deeds.said.emit(Said(told, "warn", way, lambda: self.teaching.ask_product(text)))
