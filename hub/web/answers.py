"""One table: refusal code → HTTP status; and the body of a refusal in RFC 9457's form.

OAuth, SCIM and AuthZEN errors keep their own standard form at their own edge; this table is for the admin API and for
what escapes a page.
"""

from collections.abc import Mapping

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from vocabulary.refusals import Refusal

STATUS: Mapping[str, int] = {
    "invalid_value": 400,
}


def problem(status: int, code: str, title: str, **members: object) -> JSONResponse:
    """An RFC 9457 problem. ``type`` is a URN that never changes; ``detail`` and ``errors`` come as ``members``."""
    body = {"type": f"urn:tillit:{code}", "title": title, "status": status, **members}
    headers = {"www-authenticate": "Bearer"} if status == 401 else None
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def answer_refusal(_: Request, refusal: Exception) -> JSONResponse:
    """The problem for a refusal. An unlisted code is our own fault: 500, and a test finds it."""
    assert isinstance(refusal, Refusal)
    members = {"pointer": refusal.pointer} if refusal.pointer is not None else {}
    return problem(STATUS.get(refusal.code, 500), refusal.code, refusal.description, **members)


def answer_bad_shape(_: Request, error: Exception) -> JSONResponse:
    """FastAPI's validation errors, a pointer per field; never the input itself, which may hold a personal number."""
    assert isinstance(error, RequestValidationError)
    errors = [
        {"pointer": "/" + "/".join(str(part) for part in found["loc"]), "detail": found["msg"]}
        for found in error.errors()
    ]
    return problem(400, "bad_request", "the request is not of the form that this address takes", errors=errors)


def answer_http_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, f"http_{error.status_code}", str(error.detail).lower())
