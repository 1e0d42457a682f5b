"""What can go wrong: with a request, under stable codes (RFC 9457), and with an operator's order."""

from sync.protocol import Problem

PROBLEMS: dict[str, tuple[int, str]] = {
    "bad_request": (400, "The request cannot be read"),
    "unauthenticated": (401, "No token, or one we do not know"),
    "device_revoked": (403, "This till was locked out"),
    "wrong_device": (403, "The token belongs to another till"),
    "wrong_store": (403, "This till may not read that"),
    "ticket_unknown": (403, "There is no such ticket"),
    "ticket_used": (403, "The ticket was used by another till"),
    "ticket_expired": (403, "The ticket is too old"),
    "ticket_elsewhere": (403, "The ticket is for another store than the till stands in"),
    "not_found": (404, "There is nothing here"),
    "method_not_allowed": (405, "That cannot be done here"),
    "client_too_old": (409, "This till is too old for the hub"),
    "hub_too_old": (409, "The hub is too old for this till"),
    "no_key": (409, "The hub has no key to sign with"),
    "cursor_ahead": (409, "The cursor is ahead of the hub"),
    "snapshot_gone": (412, "There is no such snapshot any more"),
    "too_large": (413, "The request is too large"),
    "unsupported_encoding": (415, "Bodies may be zstd, gzip or plain"),
    "rate_limited": (429, "This till asks too often"),
    "bad_range": (416, "The snapshot has no such bytes"),
    "internal": (500, "The hub made a mistake"),
    "busy": (503, "The hub has too much to do"),
}


BUSY_SECONDS = 5


class HubError(Exception):
    """The hub cannot do what its operator asked; the text is for the operator."""


class HubProblem(Exception):
    """Raised with a stable ``code``; ``detail`` is for people and names nobody. retry_after: seconds till it passes."""

    def __init__(self, code: str, detail: str = "", *, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.retry_after = retry_after or (BUSY_SECONDS if code == "busy" else None)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return PROBLEMS[self.code][0]

    def message(self) -> Problem:
        """As it travels."""
        status, title = PROBLEMS[self.code]
        return Problem(title=title, status=status, code=self.code, detail=self.detail)
