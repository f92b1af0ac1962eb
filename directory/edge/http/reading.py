"""Reading the directory: lists page by page, single entries with their version, the journal of changes."""

from collections.abc import Callable
from typing import Annotated, Generic, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from directory.core.entries import Assignment, Entry, Person, Unit
from directory.directory import Directory
from directory.edge.http.doors import (
    ADMINISTER,
    Authenticate,
    etag_of,
    id_in_path,
    id_in_query,
    is_known,
    key_in,
    page_of,
    reader,
)
from directory.edge.http.shapes import (
    AssignmentShape,
    Audience,
    CommitShape,
    EntryShape,
    MemberShape,
    PersonShape,
    UnitShape,
)
from directory.ports import JournalRecord, RecordState
from directory.refusals import EntryUnknown
from vocabulary.hsa_id import HsaId

S = TypeVar("S", bound=BaseModel)

Limit = Annotated[int, Query(ge=1, le=500)]
Words = Annotated[str | None, Query(max_length=100, description="part of a name or title; never a personal number")]
Cursor = Annotated[str | None, Query(max_length=100)]


class Page(BaseModel, Generic[S]):
    """``next_cursor`` is absent on the last page. ``revision`` is the directory's, of this page."""

    items: list[S]
    next_cursor: str | None
    revision: int


class Changes(BaseModel):
    """``next_since`` is what to ask for next; without news it is what was asked for."""

    items: list[CommitShape]
    next_since: int


def reading(directory: Directory, authenticate: Authenticate) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["directory"])

    def sight(request: Request) -> Audience:
        caller = reader(authenticate(request))
        return Audience(directory.snapshot(), caller, ADMINISTER in caller.scopes)

    Seen = Annotated[Audience, Depends(sight)]

    @routes.get("/members")
    def members(seen: Seen, q: Words = None, cursor: Cursor = None, limit: Limit = 100) -> Page[MemberShape]:
        entries = seen.snapshot.members_after(key_in(cursor))
        found, following = page_of(entries, lambda m: _says(q, m.name), limit)
        return Page(
            items=[seen.member(member) for member in found], next_cursor=following, revision=seen.snapshot.revision
        )

    @routes.get("/units")
    def units(
        seen: Seen, member: str | None = None, q: Words = None, cursor: Cursor = None, limit: Limit = 100
    ) -> Page[UnitShape]:
        of = id_in_query(member, "member")

        def wanted(unit: Unit) -> bool:
            return _in(of, unit.member) and _says(q, unit.name, unit.municipality_name)

        found, following = page_of(seen.snapshot.units_after(key_in(cursor)), wanted, limit)
        return Page(items=[seen.unit(unit) for unit in found], next_cursor=following, revision=seen.snapshot.revision)

    @routes.get("/people")
    def people(
        seen: Seen,
        member: str | None = None,
        unit: str | None = None,
        q: Words = None,
        feigned: bool = False,
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> Page[PersonShape]:
        of, at = id_in_query(member, "member"), id_in_query(unit, "unit")
        there = () if at is None else (a for a in seen.snapshot.assignments() if a.unit == at)
        holders = {membership.person.key for assignment in there for membership in assignment.memberships}

        def wanted(person: Person) -> bool:
            return (
                seen.sees(person)
                and (feigned or not person.feigned)
                and _in(of, person.member)
                and _says(q, person.full_name, person.title)
                and (at is None or person.hsa_id.key in holders)
            )

        found, following = page_of(seen.snapshot.people_after(key_in(cursor)), wanted, limit)
        items = [seen.person(person) for person in found]
        return Page(items=items, next_cursor=following, revision=seen.snapshot.revision)

    @routes.get("/assignments")
    def assignments(
        seen: Seen,
        member: str | None = None,
        unit: str | None = None,
        q: Words = None,
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> Page[AssignmentShape]:
        of, at = id_in_query(member, "member"), id_in_query(unit, "unit")

        def wanted(assignment: Assignment) -> bool:
            return _in(of, assignment.member) and _in(at, assignment.unit) and _says(q, assignment.name)

        found, following = page_of(seen.snapshot.assignments_after(key_in(cursor)), wanted, limit)
        items = [seen.assignment(assignment) for assignment in found]
        return Page(items=items, next_cursor=following, revision=seen.snapshot.revision)

    @routes.get("/members/{hsa_id}", response_model=MemberShape)
    def member(hsa_id: str, seen: Seen, request: Request, response: Response) -> EntryShape | Response:
        return _single(seen, hsa_id, seen.snapshot.member, request, response)

    @routes.get("/units/{hsa_id}", response_model=UnitShape)
    def unit(hsa_id: str, seen: Seen, request: Request, response: Response) -> EntryShape | Response:
        return _single(seen, hsa_id, seen.snapshot.unit, request, response)

    @routes.get("/people/{hsa_id}", response_model=PersonShape)
    def person(hsa_id: str, seen: Seen, request: Request, response: Response) -> EntryShape | Response:
        return _single(seen, hsa_id, seen.snapshot.person, request, response)

    @routes.get("/assignments/{hsa_id}", response_model=AssignmentShape)
    def assignment(hsa_id: str, seen: Seen, request: Request, response: Response) -> EntryShape | Response:
        return _single(seen, hsa_id, seen.snapshot.assignment, request, response)

    @routes.get("/changes")
    def changes(
        seen: Seen, since: Annotated[int, Query(ge=0)] = 0, limit: Annotated[int, Query(ge=1, le=100)] = 50
    ) -> Changes:
        records = [found for found in directory.records(since, limit) if found.state is RecordState.APPLIED]
        reached = max((found.revision for found in records if found.revision is not None), default=since)
        return Changes(items=[_commit(seen, found) for found in records], next_since=reached)

    return routes


def _single(
    seen: Audience, text: str, find: Callable[[HsaId], Entry | None], request: Request, response: Response
) -> EntryShape | Response:
    hsa_id = id_in_path(text)
    found = None if hsa_id is None else find(hsa_id)
    if found is None or (isinstance(found, Person) and not seen.sees(found)):
        raise EntryUnknown("there is no such entry")
    etag = etag_of(seen.snapshot, found.hsa_id)
    if is_known(request, etag):
        return Response(status_code=304, headers={"etag": etag})
    response.headers["etag"] = etag
    return seen.entry(found)


def _in(wanted: HsaId | None, found: HsaId) -> bool:
    return wanted is None or wanted == found


def _says(words: str | None, *texts: str | None) -> bool:
    return words is None or any(text is not None and words.casefold() in text.casefold() for text in texts)


def _commit(seen: Audience, record: JournalRecord) -> CommitShape:
    told = (seen.change(change.before, change.after) for change in record.changes)
    assert record.revision is not None, "an applied record has a revision"
    return CommitShape(
        revision=record.revision,
        at=record.at,
        actor=record.actor if seen.is_admin else None,
        reason=record.reason if seen.is_admin else None,
        door=record.door if seen.is_admin else None,
        changes=[change for change in told if change is not None],
    )
