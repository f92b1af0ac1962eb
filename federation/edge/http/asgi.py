"""The little that the hot endpoints need of ASGI: read a bounded form, answer JSON. FastAPI's way halves throughput."""

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from federation.refusals import (
    InvalidClient,
    InvalidRequest,
    OAuthRefusal,
    StaffUnavailable,
    StandingUnavailable,
    TemporarilyUnavailable,
)
from vocabulary.refusals import Refusal

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]
Form = Mapping[str, str]

MAX_BODY_BYTES = 32 * 1024
MAX_FIELDS = 30
RETRY_AFTER_SECONDS = b"5"
NO_STORE = ((b"cache-control", b"no-store"), (b"pragma", b"no-cache"))
_FORM = b"application/x-www-form-urlencoded"
_JSON = (b"content-type", b"application/json")
# Built once: ``json.dumps`` builds an encoder for every call that asks for more than its defaults.
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def header(scope: Scope, name: bytes) -> bytes | None:
    """The header's value. Raises ``InvalidRequest`` when it comes twice."""
    found = [value for key, value in scope["headers"] if key == name]
    if len(found) > 1:
        raise InvalidRequest("a header is sent more than once")
    return found[0] if found else None


async def read_form(scope: Scope, receive: Receive) -> Form:
    """An urlencoded form without repeated fields; empty fields count as left out (RFC 6749, 3.2). Raises
    ``InvalidRequest``."""
    if scope["method"] != "POST":
        raise InvalidRequest("the request is sent as POST")
    if (header(scope, b"content-type") or b"").split(b";")[0].strip().lower() != _FORM:
        raise InvalidRequest("the body is `application/x-www-form-urlencoded`")
    body = await _read_body(receive)
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError:
        raise InvalidRequest("the body is not a readable form") from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise InvalidRequest("a parameter is sent more than once")
    return {name: value for name, value in pairs if value}


async def _read_body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body", False):
        if len(body) > MAX_BODY_BYTES:
            break
        message = await receive()
        if message["type"] == "http.disconnect":
            raise InvalidRequest("the body ended early")
        body += message.get("body", b"")
    if len(body) > MAX_BODY_BYTES:
        raise InvalidRequest("the body is too long")
    return body


async def answer(
    send: Send, status: int, body: bytes, headers: tuple[tuple[bytes, bytes], ...] = (_JSON, *NO_STORE)
) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [length, *headers]})
    await send({"type": "http.response.body", "body": body})


async def answer_json(send: Send, content: Mapping[str, Any], status: int = 200) -> None:
    await answer(send, status, _encode(content).encode())


async def refuse(send: Send, refusal: Refusal, *, basic: bool = False) -> None:
    """An error in OAuth's own form (RFC 6749, 5.2). ``basic``: the client tried HTTP Basic."""
    headers: tuple[tuple[bytes, bytes], ...] = (_JSON, *NO_STORE)
    code, status = refusal.code, 400
    if isinstance(refusal, StaffUnavailable | StandingUnavailable | TemporarilyUnavailable):
        code, status, headers = "temporarily_unavailable", 503, (*headers, (b"retry-after", RETRY_AFTER_SECONDS))
    elif isinstance(refusal, InvalidClient):
        status = 401
        if basic:
            headers = (*headers, (b"www-authenticate", b'Basic realm="tillit", charset="UTF-8"'))
    elif not isinstance(refusal, OAuthRefusal):
        code = "invalid_request"
    content = {"error": code, "error_description": refusal.description}
    await answer(send, status, json.dumps(content).encode(), headers)
