"""Who administers a member or a unit, by which admin assignment, until when, and when it was last used there.

For administrators of the place. A duty that is not used can be taken back: the last use is the newest change that
stands in the journal by that person in that place, whichever of her duties it was made by.
"""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from directory.core.administration import Administers
from directory.core.entries import Member, Unit, member_of
from directory.core.placement import stands_in
from directory.core.visibility import Visibility
from directory.directory import Directory
from directory.edge.http.doors import Authenticate, id_in_query
from directory.edge.http.reading import audiences
from directory.edge.http.shapes import Audience, PeriodShape, Shape
from directory.ports import Administration, HistoryQuery
from directory.refusals import EntryUnknown, NotAllowed
from vocabulary.hsa_id import HsaId

AT_ONCE, LOOKED_AT = 200, 2_000
"""Commits of one person that are read at once, and at most: of somebody who changes thousands elsewhere it is told how
far back was looked."""


class Use(Shape):
    at: datetime
    revision: int


class Administrator(Shape):
    """``whole`` is false when the admin assignment is for parts of the place only; no ``areas`` are the whole region.

    ``last_use`` is ``null`` when no change is found back to ``looked_back_to``, or at all.
    """

    person: str
    name: str
    member: str
    admin_assignment: str
    admin_assignment_name: str
    areas: list[str]
    duties: list[str]
    whole: bool
    period: PeriodShape
    last_use: Use | None
    looked_back_to: datetime | None


class Administrators(Shape):
    area: str
    name: str
    items: list[Administrator]
    revision: int


def administrators(directory: Directory, authenticate: Authenticate, administration: Administration) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["directory"])
    seen_by = Depends(audiences(directory, authenticate, administration))

    @routes.get("/administrators")
    def administrators_of(
        area: Annotated[str, Query(max_length=31, description="HSA-id of a member or unit")], seen: Audience = seen_by
    ) -> Administrators:
        place = _place(seen, area)
        found = administration.administrators(place.hsa_id, seen.snapshot)
        known = [one for one in found if seen.sees(one.assignment) and seen.sees_id(one.person)]
        told = [_told(directory, seen, place, one) for one in known]
        told.sort(key=lambda one: (one.name, one.person, one.admin_assignment))
        return Administrators(area=str(place.hsa_id), name=place.name, items=told, revision=seen.snapshot.revision)

    return routes


def _place(seen: Audience, area: str) -> Member | Unit:
    hsa_id = id_in_query(area, "area")
    assert hsa_id is not None, "the query is not optional"
    place = seen.snapshot.member(hsa_id) or seen.snapshot.unit(hsa_id)
    if place is None or not seen.sees(place):
        raise EntryUnknown("there is no such member or unit")
    if seen.reach.circle(place) < Visibility.ADMINISTRATORS:
        raise NotAllowed("this is told to whoever administers the place")
    return place


def _told(directory: Directory, seen: Audience, place: Member | Unit, one: Administers) -> Administrator:
    person, held = seen.snapshot.person(one.person), one.assignment
    assert person is not None, "who administers stands in the snapshot"
    last, looked_back_to = _last_use(directory, seen, place, person.hsa_id)
    return Administrator(
        person=str(person.hsa_id),
        name=person.full_name,
        member=str(person.member),
        admin_assignment=str(held.hsa_id),
        admin_assignment_name=held.name,
        areas=list(held.areas),
        duties=list(held.duties),
        whole=one.whole,
        period=PeriodShape(start=one.period.start, end=one.period.end),
        last_use=last,
        looked_back_to=looked_back_to,
    )


def _last_use(
    directory: Directory, seen: Audience, place: Member | Unit, person: HsaId
) -> tuple[Use | None, datetime | None]:
    """A member's entries say whose they are; of a part of it, it is looked up where each stands now."""
    query, below = HistoryQuery(actor=str(person), member=member_of(place)), None
    looked_back_to: datetime | None = None
    for _ in range(LOOKED_AT // AT_ONCE):
        commits = directory.history.commits(query, below, AT_ONCE)
        for commit in commits:
            if isinstance(place, Member) or _touched(directory, seen, place, commit.revision, query):
                return Use(at=commit.at, revision=commit.revision), None
        if len(commits) < AT_ONCE:
            return None, None
        below, looked_back_to = commits[-1].revision, commits[-1].at
    return None, looked_back_to


def _touched(directory: Directory, seen: Audience, place: Unit, revision: int, query: HistoryQuery) -> bool:
    after = -1
    while changes := directory.history.changes_of(revision, query, after, AT_ONCE):
        entries = (seen.snapshot.entry(past.change.hsa_id) for past in changes)
        if any(entry is not None and stands_in(seen.snapshot, entry, place.hsa_id) for entry in entries):
            return True
        after = changes[-1].position
    return False
