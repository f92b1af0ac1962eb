"""The quality report over HTTP: what is wrong, with which entry, whose it is to mend, since when, and how.

Each caller is told of the entries that she administers. A finding that names a person whom she may not see, or an
object of the store that belongs to nobody, is told to who sees all of it. The licence register's checks are noted here.
"""

import base64
import binascii
import json
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from directory.actions.report_quality import Found, QualityReport
from directory.core.administration import Act
from directory.core.editing import SetBy, attributes
from directory.core.entries import NAMES, Entry, Person, member_of
from directory.core.quality.assess import order
from directory.core.quality.kinds import KINDS, Severity
from directory.core.visibility import Visibility
from directory.directory import Directory
from directory.edge.http.bodies import id_at
from directory.edge.http.carrying_out import Changing, DryRun
from directory.edge.http.doors import Authenticate, id_in_query
from directory.edge.http.reading import audiences
from directory.edge.http.shapes import Audience, Shape
from directory.ports import Administration
from directory.refusals import EntryUnknown
from vocabulary.caller import Caller
from vocabulary.refusals import InvalidValue

MOST_CHECKED = 10_000
_Place = tuple[int, str, str, str]
_BEFORE_ALL: _Place = (-1, "", "", "")


class OwnerShape(Shape):
    """The member whose entry it is, and whom it names for questions about its directory."""

    member: str
    name: str
    directory_contact: str


class FindingShape(Shape):
    """``entry`` and ``kind`` are absent for an object of the store without a readable id. ``about`` is the attribute,
    person or place that it is about. ``since_revision`` is the change that it follows from, as far as is known."""

    code: str
    rule: int | None
    severity: Severity
    entry: str | None
    kind: str | None
    name: str | None
    owner: OwnerShape | None
    about: str
    said: str
    means: str
    fix: str
    since: datetime
    since_revision: int


class CountShape(Shape):
    code: str
    rule: int | None
    severity: Severity
    means: str
    count: int


class QualityPage(Shape):
    """``counts`` are of all that was asked for, not of this page. ``revision`` and ``at`` are the report's."""

    items: list[FindingShape]
    counts: list[CountShape]
    next_cursor: str | None
    revision: int
    at: datetime


class LicenceCheck(BaseModel):
    """The licence register (HOSP) was asked about ``people``, and the directory says what it said. ``at`` is when; now
    if left out."""

    model_config = ConfigDict(extra="forbid")

    people: list[str] = Field(min_length=1, max_length=MOST_CHECKED)
    at: AwareDatetime | None = None


class NotedChecks(Shape):
    noted: int
    at: datetime


def quality(
    directory: Directory, authenticate: Authenticate, administration: Administration, report: QualityReport
) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["directory"])
    seen_by = Depends(audiences(directory, authenticate, administration))

    @routes.get("/quality")
    def findings(
        seen: Audience = seen_by,
        member: str | None = None,
        entry: Annotated[str | None, Query(description="HSA-id")] = None,
        code: Annotated[list[str] | None, Query(max_length=len(KINDS))] = None,
        rule: Annotated[int | None, Query(ge=1, le=7, description="HSA's rule of quality")] = None,
        severity: Severity | None = None,
        kind: Annotated[str | None, Query(max_length=40)] = None,
        cursor: Annotated[str | None, Query(max_length=1_000)] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> QualityPage:
        of, one, after = id_in_query(member, "member"), id_in_query(entry, "entry"), _place_in(cursor)
        _demand_known("code", code or (), KINDS)
        _demand_known("kind", () if kind is None else (kind,), NAMES.values())
        now = report.current()

        def wanted(found: Found) -> bool:
            about = found.finding.entry
            table = KINDS[found.finding.code]
            return (
                (code is None or found.finding.code in code)
                and (rule is None or table.rule == rule)
                and (severity is None or table.severity is severity)
                and (of is None or (about is not None and member_of(about) == of))
                and (one is None or (about is not None and about.hsa_id == one))
                and (kind is None or (about is not None and NAMES[type(about)] == kind))
                and _sees(seen, found)
            )

        matching = [found for found in now.found if wanted(found)]
        following = [found for found in matching if order(found.finding) > after]
        page = following[:limit]
        more = len(following) > limit
        return QualityPage(
            items=[_told(seen, found) for found in page],
            counts=_counts(matching),
            next_cursor=_cursor(order(page[-1].finding)) if more else None,
            revision=now.revision,
            at=now.at,
        )

    return routes


def licence_checks(changing: Changing, report: QualityReport) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["directory"])

    @routes.post("/licence-checks")
    def note(body: LicenceCheck, dry_run: DryRun = False, caller: Caller = changing.caller) -> NotedChecks:
        """For whoever keeps the licences. What the register says otherwise than the directory is written first."""
        now = changing.clock.now()
        at = now if body.at is None else body.at
        if at > now:
            raise InvalidValue("a check cannot be noted before it was made", pointer="/at")
        situation = changing.situation(caller)
        ids = [id_at(text, f"people/{place}") for place, text in enumerate(body.people)]
        for place, hsa_id in enumerate(ids):
            person = situation.snapshot.person(hsa_id)
            if person is None or not situation.audience.sees(person):
                raise EntryUnknown(f"there is no person `{hsa_id}`", pointer=f"/people/{place}")
            situation.demand(Act.CHANGE, person, attributes(Person, SetBy.LICENCE_REGISTER))
        if not dry_run:
            report.note_checks(ids, at, caller.name)
        return NotedChecks(noted=len(set(ids)), at=at)

    return routes


def _demand_known(name: str, given: Iterable[str], known: Collection[str]) -> None:
    for value in given:
        if value not in known:
            raise InvalidValue(f"it is one of {', '.join(f'`{one}`' for one in known)}", pointer=f"/{name}")


def _sees(seen: Audience, found: Found) -> bool:
    entry = found.finding.entry
    if entry is None:
        return all(seen.reach.circle(member) >= Visibility.ADMINISTRATORS for member in seen.snapshot.members())
    return (
        seen.reach.circle(entry) >= Visibility.ADMINISTRATORS
        and seen.sees(entry)
        and all(seen.sees_id(person) for person in found.finding.named)
    )


def _told(seen: Audience, found: Found) -> FindingShape:
    finding = found.finding
    entry, table = finding.entry, KINDS[finding.code]
    return FindingShape(
        code=finding.code,
        rule=table.rule,
        severity=table.severity,
        entry=None if entry is None else str(entry.hsa_id),
        kind=None if entry is None else NAMES[type(entry)],
        name=_name(entry),
        owner=_owner(seen, entry),
        about=finding.about,
        said=finding.said,
        means=table.means,
        fix=table.fix,
        since=found.since.at,
        since_revision=found.since.revision,
    )


def _name(entry: Entry | None) -> str | None:
    match entry:
        case None:
            return None
        case Person():
            return entry.full_name
    return entry.name


def _owner(seen: Audience, entry: Entry | None) -> OwnerShape | None:
    member = None if entry is None else seen.snapshot.member(member_of(entry))
    if member is None:
        return None
    return OwnerShape(member=str(member.hsa_id), name=member.name, directory_contact=member.directory_contact)


def _counts(found: Iterable[Found]) -> list[CountShape]:
    """In the order of the table."""
    count = Counter(one.finding.code for one in found)
    return [
        CountShape(code=code, rule=table.rule, severity=table.severity, means=table.means, count=count[code])
        for code, table in KINDS.items()
        if count[code]
    ]


def _cursor(place: _Place) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _place_in(cursor: str | None) -> _Place:
    """The place that a page goes on after. Raises ``InvalidValue``."""
    if cursor is None:
        return _BEFORE_ALL
    try:
        rank, code, key, about = json.loads(base64.b64decode(cursor.encode(), b"-_", validate=True))
        if type(rank) is not int or not all(isinstance(text, str) for text in (code, key, about)):
            raise ValueError("not a place")
    except (binascii.Error, UnicodeError, ValueError, TypeError, RecursionError):
        raise InvalidValue("the cursor is not one that an earlier page gave", pointer="/cursor") from None
    return rank, code, key, about
