"""The decision point over HTTP (AuthZEN 1.0): ``/access/v1/evaluation``, ``/evaluations``, ``/search/…``; its metadata.

Raw ASGI, since every access to patient data passes here. Denial is 200; a wrong shape is 400; who may not ask gets
401 or 403. Addresses in the metadata come from configuration, never from the request's Host.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Final

from authz.actions.answer_question import Answer, Pdp
from authz.actions.question import Pep, Question
from authz.actions.searching.search import Searches, Sought
from authz.edge.http.answers import answer_text, fault_text
from authz.edge.http.questions import Batch, read_evaluation, read_evaluations
from authz.edge.http.searches import Box, found_text, read_search
from authz.edge.http.strict_json import read_object
from authz.refusals import AuthzRefusal, MalformedQuestion, PepNotAllowed, PepNotAuthenticated, QuestionTooLarge

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
AuthenticatePep = Callable[[bytes | None], Pep]

EVALUATION: Final = "/access/v1/evaluation"
EVALUATIONS: Final = "/access/v1/evaluations"
CONFIGURATION: Final = "/.well-known/authzen-configuration"
SEARCHES: Final = {f"/access/v1/search/{sought}": sought for sought in Sought}
SCOPE: Final = "tillit:pdp"

_ONE_QUESTION: Final = 64 * 1024
MAX_BYTES: Final = {EVALUATION: _ONE_QUESTION, EVALUATIONS: 1024 * 1024, **dict.fromkeys(SEARCHES, _ONE_QUESTION)}
METADATA_FOR_SECONDS: Final = 3600
RECEIVE_WITHIN_SECONDS: Final = 15
"""For a body in many parts; how long the first part may take bounds whoever hands requests on (the hub's front)."""

_STATUS: Final[dict[type[AuthzRefusal], int]] = {
    PepNotAuthenticated: 401,
    PepNotAllowed: 403,
    QuestionTooLarge: 413,
    MalformedQuestion: 400,
}


def access_app(
    pdp: Pdp, searches: Searches, box: Box, authenticate_pep: AuthenticatePep, issuer: str
) -> Callable[..., Awaitable[None]]:
    """The ASGI application for ``PATHS``. ``authenticate_pep`` gets the Authorization header and raises
    ``PepNotAuthenticated``; it is called in the event loop and must not block. ``box`` seals where pages go on."""
    return _Access(pdp, searches, box, authenticate_pep, issuer.rstrip("/"))


PATHS: Final = (*MAX_BYTES, CONFIGURATION)


class _Access:
    def __init__(self, pdp: Pdp, searches: Searches, box: Box, authenticate_pep: AuthenticatePep, issuer: str) -> None:
        self._pdp, self._searches, self._box, self._authenticate = pdp, searches, box, authenticate_pep
        self._configuration = json.dumps(
            {
                "policy_decision_point": issuer,
                "access_evaluation_endpoint": issuer + EVALUATION,
                "access_evaluations_endpoint": issuer + EVALUATIONS,
                **{f"search_{sought}_endpoint": issuer + path for path, sought in SEARCHES.items()},
            }
        ).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, method = scope["path"], scope["method"]
        headers: dict[bytes, bytes] = dict(scope["headers"])
        echo = _echo(headers.get(b"x-request-id"))
        if path == CONFIGURATION:
            if method in ("GET", "HEAD"):
                body = b"" if method == "HEAD" else self._configuration
                kept = b"public, max-age=%d" % METADATA_FOR_SECONDS
                await _respond(send, 200, body, echo, cache_control=kept)
            else:
                await _respond(send, 405, b"", [*echo, (b"allow", b"GET, HEAD")])
            return
        if path not in MAX_BYTES:
            await _respond(send, 404, b"", echo)
            return
        if method != "POST":
            await _respond(send, 405, b"", [*echo, (b"allow", b"POST")])
            return
        try:
            pep = self._authenticate(headers.get(b"authorization"))
            if SCOPE not in pep.scopes:
                raise PepNotAllowed(f"the scope `{SCOPE}` is needed")
            _need_json(headers.get(b"content-type"))
            raw = await _read_body(receive, headers.get(b"content-length"), MAX_BYTES[path])
            text = await self._answer(path, raw, pep)
        except AuthzRefusal as refusal:
            await _refuse(send, refusal, echo)
            return
        await _respond(send, 200, text.encode(), echo)

    async def _answer(self, path: str, raw: bytes, pep: Pep) -> str:
        if path == EVALUATION:
            return await self._one(raw, pep)
        return await (self._many(raw, pep) if path == EVALUATIONS else self._search(SEARCHES[path], raw, pep))

    async def _search(self, sought: Sought, raw: bytes, pep: Pep) -> str:
        asked = read_search(read_object(raw), sought, pep, self._box)
        return found_text(await self._searches.find(asked.search, pep), asked, self._box)

    async def _one(self, raw: bytes, pep: Pep) -> str:
        return answer_text(await self._pdp.evaluate(read_evaluation(read_object(raw)), pep))

    async def _many(self, raw: bytes, pep: Pep) -> str:
        batch = read_evaluations(read_object(raw))
        texts: list[str | None] = []
        answers = await self._pdp.evaluate_all(_askable(batch, texts), pep, batch.until)
        told = iter(answers)
        whole = [answer_text(next(told)) if text is None else text for text in texts]
        return whole[0] if batch.single else f'{{"evaluations":[{",".join(whole)}]}}'


def _askable(batch: Batch, texts: list[str | None]) -> Iterator[Question]:
    """The items that can be judged, one by one; ``texts`` gets a place per item, filled where it is malformed.

    A malformed item is a denial, and ends a batch that ends at the first denial.
    """
    for item in batch.items:
        if isinstance(item, Question):
            texts.append(None)
            yield item
        else:
            texts.append(fault_text(item))
            if batch.until is False:
                return


async def _read_body(receive: Receive, stated_length: bytes | None, limit: int) -> bytes:
    """The whole body. Raises ``QuestionTooLarge`` before more than ``limit`` bytes are kept."""
    if stated_length is not None and (len(stated_length) > 9 or int(stated_length) > limit):
        raise _too_large(limit)
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body") and len(body) <= limit:
        return body
    try:
        async with asyncio.timeout(RECEIVE_WITHIN_SECONDS):
            parts, size = [body], len(body)
            while message.get("more_body") and size <= limit:
                message = await receive()
                parts.append(message.get("body", b""))
                size += len(parts[-1])
    except TimeoutError:
        raise MalformedQuestion("the body did not arrive in time") from None
    if size > limit:
        raise _too_large(limit)
    return b"".join(parts)


def _too_large(limit: int) -> QuestionTooLarge:
    return QuestionTooLarge(f"the body is larger than {limit} bytes")


def _need_json(content_type: bytes | None) -> None:
    if content_type == b"application/json":
        return
    if content_type is None or content_type.partition(b";")[0].strip().lower() != b"application/json":
        raise MalformedQuestion("the content type is `application/json`")


def _echo(request_id: bytes | None) -> list[tuple[bytes, bytes]]:
    """The same identifier (section 10.1.4), whatever an HTTP field may hold (RFC 9110 section 5.5)."""
    if request_id is None or not all(byte == 9 or 32 <= byte != 127 for byte in request_id):
        return []
    return [(b"x-request-id", request_id)]


async def _refuse(send: Send, refusal: AuthzRefusal, echo: list[tuple[bytes, bytes]]) -> None:
    status = next((code for kind, code in _STATUS.items() if isinstance(refusal, kind)), 503)
    headers = list(echo)
    if status in (401, 403):
        wrong = b"invalid_token" if status == 401 else b"insufficient_scope"
        headers.append((b"www-authenticate", b'Bearer realm="tillit", error="%b", scope="tillit:pdp"' % wrong))
    body = {"status": status, "code": refusal.code, "title": refusal.description}
    if refusal.pointer is not None:
        body["pointer"] = refusal.pointer
    await _respond(send, status, json.dumps(body).encode(), headers, b"application/problem+json")


async def _respond(
    send: Send,
    status: int,
    body: bytes,
    more: list[tuple[bytes, bytes]],
    content_type: bytes = b"application/json",
    cache_control: bytes = b"no-store",
) -> None:
    headers = [
        (b"content-type", content_type),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", cache_control),
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


__all__ = ["PATHS", "Answer", "access_app"]
