"""The change feed: every commit that stands, once and in order, for whoever follows from a revision on.

Three ways to follow, one feed: a page at once, a page when there is something (``wait``), and a stream of events
(``Accept: text/event-stream``). In all of them the caller keeps one number, the revision that she has been told up to.
"""

import asyncio
import re
from contextlib import ExitStack
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from directory.core.entries import KINDS
from directory.directory import Directory
from directory.edge.http.commit_telling import CommitShape, Wanted
from directory.edge.http.doors import Authenticate, id_in_query
from directory.edge.http.event_stream import MEDIA_TYPE, EventStream, events_of
from directory.edge.http.followers import Followers
from directory.edge.http.following import Follower
from directory.edge.http.reading import audiences
from directory.edge.http.shapes import Shape
from directory.ports import Administration
from vocabulary.refusals import InvalidValue

MOST_REVISION = 2**53
"""More than there will be; what a JSON number holds, and every database."""
LONGEST_WAIT_SECONDS = 55
"""Below the minute after which many proxies give a silent connection up."""
_CHANGES_IN_PAGE = 1_000
_CHANGES_LOOKED_AT = 10_000


class Changes(Shape):
    """``next_since`` is what to ask for next. It may be further than the last item, where there was nothing for you.
    ``revision`` is the newest there is: while ``next_since`` is below it, ask again at once."""

    items: list[CommitShape]
    next_since: int
    revision: int


Since = Annotated[
    int, Query(ge=0, le=MOST_REVISION, description="the revision that you have been told up to; 0 is the beginning")
]
Wait = Annotated[
    int,
    Query(
        ge=0, le=LONGEST_WAIT_SECONDS, description="seconds to wait for a change when there is none; not for streams"
    ),
]
Limit = Annotated[int, Query(ge=1, le=100, description="commits in a page, which may hold fewer; not for streams")]
Kinds = Annotated[
    list[str] | None,
    Query(description="only entries of these kinds", json_schema_extra={"items": {"type": "string", "enum": [*KINDS]}}),
]
LastEventId = Annotated[
    str | None, Header(max_length=20, description="of a stream that broke off: goes before `since`")
]

_PROBLEM: dict[str, Any] = {"application/problem+json": {}}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "model": Changes,
        "description": "A page of commits; or, for `Accept: text/event-stream`, a stream of events: `commit` (data as "
        "an item of a page, id its revision), `reached` (all up to the id was told), `end` (code and title of why).",
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
    },
    410: {
        "description": "What followed `since` is not kept any more, or `since` was never reached here: read the lists "
        "anew, and follow from the revision that they tell.",
        "content": _PROBLEM,
    },
    429: {"description": "You follow too often at once; `Retry-After` says when to try again.", "content": _PROBLEM},
    503: {"description": "Too many follow, the server stops, or the journal is away.", "content": _PROBLEM},
}
_HEADERS = {"cache-control": "no-store", "vary": "accept"}


def changes(
    directory: Directory, authenticate: Authenticate, administration: Administration, followers: Followers
) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["directory"])
    see = audiences(directory, authenticate, administration)

    @routes.get("/changes", responses=_RESPONSES, dependencies=[Depends(see)])
    async def follow(
        request: Request,
        since: Since = 0,
        wait: Wait = 0,
        limit: Limit = 50,
        kind: Kinds = None,
        member: Annotated[str | None, Query(description="only entries of this member")] = None,
        unit: Annotated[
            str | None, Query(description="only this unit, what stands at it, and who holds an assignment there")
        ] = None,
        feigned: bool = False,
        last_event_id: LastEventId = None,
    ) -> Response:
        wanted = Wanted(_kinds_in(kind), id_in_query(member, "member"), id_in_query(unit, "unit"), feigned)
        wants_stream = MEDIA_TYPE in _media_types(request)
        begin = since if not wants_stream or last_event_id is None else _revision_in(last_event_id)
        follower = Follower(request, authenticate, see, followers, wanted, begin)
        await follower.begin()
        with ExitStack() as place:
            if wants_stream or wait:
                place.enter_context(followers.place(authenticate(request)))
            if wants_stream:
                return EventStream(events_of(follower), place.pop_all())
            return Response(await _page(follower, wait, limit), media_type="application/json", headers=_HEADERS)

    return routes


async def _page(follower: Follower, wait: int, limit: int) -> bytes:
    """``Changes`` as JSON. It ends early where much was told or looked at."""
    followers, now = follower.followers, asyncio.get_running_loop().time
    until, items, told, looked_at = now() + wait, list[bytes](), 0, 0
    while len(items) < limit and told < _CHANGES_IN_PAGE and looked_at < _CHANGES_LOOKED_AT:
        with followers.bell() as bell:
            commit = await follower.next()
            if commit is None:
                left = until - now()
                if items or left <= 0 or await follower.request.is_disconnected():
                    break
                await followers.wait(bell, min(left, followers.pace.recheck))
                follower.recheck()
                continue
        if item := b"".join([piece async for piece in follower.tell(commit)]):
            items.append(item)
            told += len(commit.changes)
        looked_at += len(commit.changes)
    newest = max(follower.at, followers.feed.reached)
    return b'{"items":[%s],"next_since":%d,"revision":%d}' % (b",".join(items), follower.at, newest)


def _media_types(request: Request) -> set[str]:
    accepted = ",".join(request.headers.getlist("accept")).split(",")
    return {each.partition(";")[0].strip().lower() for each in accepted}


def _kinds_in(names: list[str] | None) -> frozenset[str] | None:
    if names is None:
        return None
    if not KINDS.keys() >= set(names):
        raise InvalidValue(f"a kind of entry is one of {', '.join(KINDS)}", pointer="/kind")
    return frozenset(names)


def _revision_in(text: str) -> int:
    if re.fullmatch("[0-9]{1,16}", text) is None or int(text) > MOST_REVISION:
        raise InvalidValue("`Last-Event-ID` is not one that a stream of ours gave", pointer="/Last-Event-ID")
    return int(text)
