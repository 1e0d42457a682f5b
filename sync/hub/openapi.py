"""The hub's description of itself, OpenAPI 3.1, made from the endpoints and the structs of the wire."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import msgspec

from sync.hub.endpoints import Endpoint
from sync.hub.problems import PROBLEMS
from sync.hub.wire import JSON, PROBLEM
from sync.protocol import VERSION, Message, Problem

Json = dict[str, Any]

_SECONDS = {"Retry-After": {"required": True, "schema": {"type": "integer", "minimum": 1}}}
_HEADERS: dict[int, Json] = {
    401: {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}},
    429: _SECONDS,
    503: _SECONDS,
}
_REF = "#/components/schemas/{name}"


def describe(endpoints: Iterable[Endpoint]) -> bytes:
    """The document, as JSON."""
    endpoints = tuple(endpoints)
    paths: dict[str, Json] = defaultdict(dict)
    for endpoint in endpoints:
        paths[endpoint.path][endpoint.method.lower()] = _operation(endpoint)
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Storeguide hub",
            "version": str(VERSION),
            "description": "sync/PROTOCOL.md says what it means.",
        },
        "paths": paths,
        "components": {
            "schemas": _schemas(endpoints),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }
    # Python's end of a text is \Z; that of JSON Schema (ECMA 262) is $.
    return json.dumps(document, ensure_ascii=False).replace(r"\\Z", "$").encode()


def _schemas(endpoints: Iterable[Endpoint]) -> Json:
    told: list[type[Message]] = [Problem]
    for endpoint in endpoints:
        told += [each for each in (endpoint.gives, endpoint.takes) if each]
    return msgspec.json.schema_components(list(dict.fromkeys(told)), ref_template=_REF)[1]


def _operation(endpoint: Endpoint) -> Json:
    operation: Json = {
        "operationId": endpoint.answer.__name__,
        "summary": endpoint.answer.__doc__,
        "security": [{"token": []}] if endpoint.token else [],
        "parameters": list(endpoint.parameters),
        "responses": {**_answers(endpoint), **_refusals(endpoint)},
    }
    if endpoint.takes:
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": _ref(endpoint.takes)}}}
    return operation


def _answers(endpoint: Endpoint) -> Json:
    schema = _ref(endpoint.gives) if endpoint.gives else {"type": "string", "format": "binary"}
    return dict.fromkeys(endpoint.successes, _content(endpoint.media, schema, "Done"))


def _refusals(endpoint: Endpoint) -> Json:
    """One response for every status, with the codes it can have."""
    codes: dict[int, list[str]] = defaultdict(list)
    for code in endpoint.problems:
        codes[PROBLEMS[code][0]].append(code)
    return {str(status): _refusal(status, each) for status, each in sorted(codes.items())}


def _refusal(status: int, codes: list[str]) -> Json:
    narrowed = {"properties": {"status": {"const": status}, "code": {"enum": codes}}}
    titles = "; ".join(f"{code}: {PROBLEMS[code][1]}" for code in codes)
    return {**_content(PROBLEM, {"allOf": [_ref(Problem), narrowed]}, titles), "headers": _HEADERS.get(status, {})}


def _content(media: str, schema: Json, description: str) -> Json:
    return {"description": description, "content": {media: {"schema": schema}}}


def _ref(message: type[Message]) -> Json:
    return {"$ref": _REF.format(name=message.__name__)}
