"""What can come back from the hub instead of an answer."""


class HubUnreachable(Exception):
    """No answer that can be believed: no network, no name, a time-out, a proxy's page, half a body.

    ``retry_after`` in seconds if whoever answered named a time: a proxy before a hub that is busy.
    """

    def __init__(self, detail: str, *, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class HubRefused(Exception):
    """The hub itself said no; ``code`` is stable, ``retry_after`` in seconds if it named a time."""

    def __init__(self, code: str, detail: str, *, retry_after: float | None = None) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.retry_after = retry_after
