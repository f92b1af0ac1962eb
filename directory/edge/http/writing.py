"""Two things that an administrator changes by hand: who holds an assignment, and that somebody leaves.

Both say why (``reason``), honour ``If-Match``, and can be tried with ``?dry_run=true``. Doing either twice is doing it
once, so that a lost answer can simply be asked for again.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from directory.core.administration import Act
from directory.core.entries import Assignment, Entry, Membership, Person
from directory.core.snapshot import Snapshot
from directory.directory import Directory
from directory.edge.http.doors import (
    Authenticate,
    demand_version,
    etag_of,
    id_in_path,
)
from directory.edge.http.shapes import SHAPES, Audience
from directory.ports import Administration
from directory.refusals import ChangeRefused, EntryUnknown, RevisionMoved
from vocabulary.caller import Caller
from vocabulary.clock import Clock
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

E = TypeVar("E", Assignment, Person)

DOOR = "api"
_ATTEMPTS = 5

DryRun = Annotated[bool, Query(description="tell what would be, and change nothing")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=500)


class NewMembership(_Body):
    """``end`` is the first instant at which the person no longer holds the assignment."""

    person: str
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None


class Leaving(_Body):
    """``at`` is when the employment ends; now if left out."""

    at: AwareDatetime | None = None


def writing(
    directory: Directory, authenticate: Authenticate, administration: Administration, clock: Clock
) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["directory"])

    def allowed(request: Request) -> Caller:
        caller = authenticate(request)
        administration.reach(caller, directory.snapshot()).demand_reader()
        return caller

    # A dependency, since a stranger is to be refused before anything is said about the body's form.
    allowed_caller = Depends(allowed)

    @routes.post(
        "/assignments/{hsa_id}/memberships", response_model=SHAPES[Assignment], response_model_exclude_unset=True
    )
    def assign(
        hsa_id: str,
        body: NewMembership,
        request: Request,
        response: Response,
        dry_run: DryRun = False,
        caller: Caller = allowed_caller,
    ) -> object:
        new = Membership(HsaId.parse(body.person), Period(body.start, body.end))

        def wanted(snapshot: Snapshot) -> Assignment:
            found = _found(hsa_id, snapshot.assignment)
            reach = administration.reach(caller, snapshot)
            reach.demand(Act.ASSIGN, found, {"memberships"})
            if not Audience(snapshot, reach).sees_id(new.person):
                raise EntryUnknown(f"there is no person `{new.person}`")
            if new in found.memberships:
                return found
            return replace(found, memberships=(*found.memberships, new))

        made = _carry_out(directory, wanted, caller, body.reason, request, dry_run=dry_run)
        snapshot = directory.snapshot()
        response.headers["etag"] = etag_of(snapshot, made.hsa_id)
        return Audience(snapshot, administration.reach(caller, snapshot)).entry(made)

    @routes.post("/people/{hsa_id}/end", response_model=SHAPES[Person], response_model_exclude_unset=True)
    def end(
        hsa_id: str,
        body: Leaving,
        request: Request,
        response: Response,
        dry_run: DryRun = False,
        caller: Caller = allowed_caller,
    ) -> object:
        at: datetime = clock.now() if body.at is None else body.at

        def wanted(snapshot: Snapshot) -> Person:
            found = _found(hsa_id, snapshot.person)
            reach = administration.reach(caller, snapshot)
            if not Audience(snapshot, reach).sees(found):
                raise EntryUnknown("there is no such entry")
            reach.demand(Act.END, found, {"period"})
            return replace(found, period=found.period.ended_at(at))

        made = _carry_out(directory, wanted, caller, body.reason, request, dry_run=dry_run)
        snapshot = directory.snapshot()
        response.headers["etag"] = etag_of(snapshot, made.hsa_id)
        return Audience(snapshot, administration.reach(caller, snapshot)).entry(made)

    return routes


def _carry_out(
    directory: Directory,
    wanted: Callable[[Snapshot], Entry],
    caller: Caller,
    reason: str,
    request: Request,
    *,
    dry_run: bool,
) -> Entry:
    """Change to what ``wanted`` makes of the newest snapshot; again from the start when somebody else was faster."""
    for attempt in range(1, _ATTEMPTS + 1):
        snapshot = directory.snapshot()
        entry = wanted(snapshot)
        demand_version(request, snapshot, entry.hsa_id)
        if dry_run:
            if problems := directory.problems([entry]):
                raise ChangeRefused(problems)
            return entry
        try:
            directory.change([entry], actor=caller.name, reason=reason, door=DOOR, expected_revision=snapshot.revision)
        except RevisionMoved:
            if attempt == _ATTEMPTS:
                raise
        else:
            return entry
    raise AssertionError("the last attempt returns or raises")


def _found(text: str, find: Callable[[HsaId], E | None]) -> E:
    hsa_id = id_in_path(text)
    found = None if hsa_id is None else find(hsa_id)
    if found is None:
        raise EntryUnknown("there is no such entry")
    return found
