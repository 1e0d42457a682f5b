"""A code that nobody knows: the clerk says whose card it is, or which product it stands on."""

from desktop.views.products import ProductView
from desktop.views.profile import Profile
from resources import Words
from ui.said import Said
from ui.screens.visit_deeds import VisitDeeds

_SHOWN_OF_CODE = 40


class Teaching:
    """``offer`` shows the two ways; then the next member or product is what the code means, until something else is
    scanned."""

    def __init__(self, deeds: VisitDeeds, words: Words) -> None:
        self._deeds = deeds
        self._words = words
        self._waits = ("", "")  # for a member or a product, and the code

    def offer(self, sentence: str, text: str, served: Profile | None) -> None:
        """Nobody knows this code: is it somebody's card, or a product's?"""
        self._deeds.said.emit(
            Said(
                sentence,
                "warn",
                self._words("counter.teach_member"),
                lambda: self._teach_member(text, served),
                self._words("counter.teach_product"),
                lambda: self.ask_product(text),
            )
        )

    def ask_product(self, text: str) -> None:
        """The next product that is scanned is what this code stands on."""
        self._wait("product", text)

    def learn_product(self, product: ProductView) -> bool:
        """Whether that was waited for."""
        wanted, text = self._waits
        self.stop()
        if wanted == "product":
            self._deeds.teach_product(text, product)
        return wanted == "product"

    def learn_member(self, profile: Profile) -> bool:
        """Whether that was waited for."""
        wanted, text = self._waits
        self.stop()
        if wanted == "member":
            self._deeds.teach_member(text, profile)
        return wanted == "member"

    def stop(self) -> None:
        """Something else came."""
        self._waits = ("", "")

    def _teach_member(self, text: str, served: Profile | None) -> None:
        if served:
            self._deeds.teach_member(text, served)
        else:
            self._wait("member", text)

    def _wait(self, wanted: str, text: str) -> None:
        self._waits = (wanted, text)
        name = "teach_who" if wanted == "member" else "teach_what"
        self._deeds.said.emit(Said(self._words(f"counter.{name}", code=text[:_SHOWN_OF_CODE]), "info"))
