"""The journal as history: who changed what, when, from what to what, why, and through which door.

For administrators, each of whom is told of the entries that she administers; a commit in which she may see nothing is
not there. Boundary: undoing is ``undoing``'s; the feed for applications is ``changes``'s.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import AwareDatetime

from directory.actions.writing import NAME_LENGTH, REASON_LENGTH
from directory.directory import Directory
from directory.edge.http.doors import Authenticate, cursor_after, id_in_query, number_in
from directory.edge.http.reading import Page, audiences
from directory.edge.http.shapes import Audience, Told
from directory.edge.http.telling import PastChangeShape, PastCommitShape, Teller
from directory.ports import Administration, CommitHead, History, HistoryQuery
from directory.refusals import RevisionUnknown
from vocabulary.text import parse_line

MOST_REVISION = 2**53
"""More than there will be; what a JSON number holds, and every database."""
CHANGES_IN_LISTS = 20
_LOOKED_AT_ONCE = 50
_LOOKED_AT_MOST = 2_000

RevisionInPath = Annotated[int, Path(ge=1, le=MOST_REVISION)]
RevisionInQuery = Annotated[int | None, Query(ge=0, le=MOST_REVISION)]
NumberCursor = Annotated[str | None, Query(max_length=100)]


class JournalPage(Page):
    """Newest first. A page may hold fewer than was asked for, or none, and still have a next one: that much was looked
    through and was not the caller's to see."""

    items: list[PastCommitShape]


class CommitPage(Page):
    """One commit, its changes page by page."""

    commit: PastCommitShape
    items: list[PastChangeShape]


def journal(directory: Directory, authenticate: Authenticate, administration: Administration) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["history"])
    seen_by = Depends(audiences(directory, authenticate, administration))

    @routes.get("/journal", response_model=JournalPage, response_model_exclude_unset=True)
    def commits(
        seen: Audience = seen_by,
        entry: str | None = None,
        member: str | None = None,
        actor: Annotated[str | None, Query(max_length=NAME_LENGTH)] = None,
        door: Annotated[
            str | None, Query(max_length=NAME_LENGTH, description="`api`, `sync`, or one run as `sync:RUN`")
        ] = None,
        reason: Annotated[str | None, Query(max_length=REASON_LENGTH, description="part of the reason")] = None,
        since: Annotated[AwareDatetime | None, Query(alias="from")] = None,
        until: Annotated[AwareDatetime | None, Query(alias="to", description="the first instant after")] = None,
        from_revision: RevisionInQuery = None,
        to_revision: RevisionInQuery = None,
        cursor: NumberCursor = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 50,
    ) -> Told:
        query = HistoryQuery(
            entry=id_in_query(entry, "entry"),
            member=id_in_query(member, "member"),
            actor=_line(actor, "actor"),
            door=_line(door, "door"),
            reason=_line(reason, "reason"),
            since=since,
            until=until,
            first=from_revision,
            last=to_revision,
        )
        items, following = _Pages(directory.history, Teller(seen), query).commits(number_in(cursor), limit)
        return {"items": items, "next_cursor": following, "revision": seen.snapshot.revision}

    @routes.get("/journal/{revision}", response_model=CommitPage, response_model_exclude_unset=True)
    def commit(
        revision: RevisionInPath,
        seen: Audience = seen_by,
        cursor: NumberCursor = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> Told:
        query = HistoryQuery(first=revision, last=revision)
        pages = _Pages(directory.history, Teller(seen), query)
        head = next(iter(directory.history.commits(query, None, 1)), None)
        if head is None or not pages.changes(head, -1, 1).told:
            raise RevisionUnknown("no such change stands")
        after = number_in(cursor)
        part = pages.changes(head, -1 if after is None else after, limit)
        return {
            "commit": pages.teller.commit(head, [], more=bool(part.told)),
            "items": part.told,
            "next_cursor": cursor_after(str(part.last)) if part.more else None,
            "revision": seen.snapshot.revision,
        }

    return routes


@dataclass(frozen=True, slots=True)
class _Part:
    """Some changes of one commit: what the caller may see of them, the position of the last one told, whether there is
    more to tell, and how many were looked at."""

    told: list[Told]
    last: int
    more: bool
    looked_at: int


@dataclass(frozen=True, slots=True)
class _Pages:
    history: History
    teller: Teller
    query: HistoryQuery

    def commits(self, below: int | None, limit: int) -> tuple[list[Told], str | None]:
        """Newest first, until there are enough or too much was looked through."""
        items: list[Told] = []
        looked_at = 0
        while heads := self.history.commits(self.query, below, limit):
            for head in heads:
                part = self.changes(head, -1, CHANGES_IN_LISTS)
                looked_at += part.looked_at
                below = head.revision
                if part.told:
                    items.append(self.teller.commit(head, part.told, more=part.more))
                if len(items) == limit or looked_at >= _LOOKED_AT_MOST:
                    return items, cursor_after(str(below)) if self.history.commits(self.query, below, 1) else None
        return items, None

    def changes(self, head: CommitHead, after: int, limit: int) -> _Part:
        told: list[Told] = []
        last, looked_at = after, 0
        while found := self.history.changes_of(head.revision, self.query, after, _LOOKED_AT_ONCE):
            for past in found:
                after, looked_at = past.position, looked_at + 1
                if (change := self.teller.change(past)) is None:
                    continue
                if len(told) == limit:
                    return _Part(told, last, True, looked_at)
                told.append(change)
                last = past.position
        return _Part(told, last, False, looked_at)


def _line(text: str | None, name: str) -> str | None:
    return None if text is None else parse_line(text, max_length=max(NAME_LENGTH, REASON_LENGTH), pointer=f"/{name}")
