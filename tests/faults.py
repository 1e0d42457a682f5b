"""A bad network: a transport for requests that loses, repeats and garbles what passes through it."""

from collections.abc import Mapping
from typing import Any

import requests
from requests.adapters import HTTPAdapter

PORTAL = b"<html><body>Welcome to free mall WiFi. Please log in.</body></html>"


class FlakyAdapter(HTTPAdapter):
    """Does to each push or pull what ``plan`` says next, and passes the rest on.

    Plans: lose_request, lose_reply, repeat, portal (200 with HTML), bad_gateway, half_reply, empty_json, fine.
    """

    def __init__(self, *plan: str) -> None:
        super().__init__()
        self.plan = list(plan)
        self.sent = 0

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        fault = self.plan.pop(0) if self.plan else "fine"
        if fault == "lose_request":
            raise requests.ConnectionError("the request was lost")
        if fault in ("portal", "bad_gateway"):
            return _page(request, 200 if fault == "portal" else 502)
        reply = super().send(request, *args, **kwargs)
        self.sent += 1
        if fault == "repeat":
            reply = super().send(request, *args, **kwargs)
        if fault == "lose_reply":
            raise requests.ConnectionError("the reply was lost")
        if fault == "half_reply":
            return _garbled(reply, reply.content[: len(reply.content) // 2])
        if fault == "empty_json":
            return _garbled(reply, b"{}")
        return reply


def _page(request: requests.PreparedRequest, status: int) -> requests.Response:
    return _response(status, {"Content-Type": "text/html"}, PORTAL, request)


def _garbled(reply: requests.Response, body: bytes) -> requests.Response:
    return _response(reply.status_code, {"Content-Type": "application/json"}, body, reply.request)


def _response(
    status: int, headers: Mapping[str, str], body: bytes, request: requests.PreparedRequest
) -> requests.Response:
    response = requests.Response()
    response.status_code, response._content, response.request = status, body, request
    response.headers.update(headers)
    return response
