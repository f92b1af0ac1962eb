"""A request's body, raw and within a limit: a list that is too large is refused before it is in memory."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request

from sync.edge.csv.reader import MAX_BYTES
from sync.edge.http.access import require_scope
from sync.refusals import ListTooLarge, NotAStaffList
from vocabulary.caller import Caller

CSV, JSON = "text/csv", "application/json"


def media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def require_csv(request: Request) -> None:
    if media_type(request) != CSV:
        raise NotAStaffList(f"send the staff list as it is, with `Content-Type: {CSV}`")


def body_reader(authenticated: Callable[[Request], Caller], max_bytes: int = MAX_BYTES) -> object:
    """A dependency that reads the body, after the caller has shown that she may send one."""

    async def read(request: Request, caller: Annotated[Caller, Depends(authenticated)]) -> bytes:
        require_scope(caller)
        stated = request.headers.get("content-length", "")
        if stated.isascii() and stated.isdigit() and (len(stated) > 15 or int(stated) > max_bytes):
            raise _too_large(max_bytes)
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > max_bytes:
                raise _too_large(max_bytes)
        return bytes(body)

    return Depends(read)


def _too_large(max_bytes: int) -> ListTooLarge:
    return ListTooLarge(f"the list is larger than {max_bytes // 1024} KiB")
