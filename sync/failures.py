"""What can come back from the hub instead of an answer."""


class HubUnreachable(Exception):
    """No answer that can be believed: no network, no name, a time-out, a proxy's page, half a body."""


class HubRefused(Exception):
    """The hub itself said no; ``code`` is stable, ``retry_after`` in seconds if it named a time."""

    def __init__(self, code: str, detail: str, *, retry_after: float | None = None) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.retry_after = retry_after
