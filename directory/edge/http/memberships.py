"""Who holds an assignment, an admin assignment or a system role. Doing either twice is doing it once."""

from dataclasses import replace
from typing import get_args

from fastapi import APIRouter, Request, Response

from directory.core.administration import Act
from directory.core.ending import without_holder
from directory.core.entries import NAMES, Held, Membership
from directory.edge.http.bodies import EndedMembership, NewMembership, id_at
from directory.edge.http.carrying_out import Changing, DryRun, Situation, Wanted
from directory.edge.http.reading import PATHS, found_by
from directory.edge.http.shapes import SHAPES
from directory.refusals import EntryUnknown
from vocabulary.caller import Caller

_KINDS: tuple[type[Held], ...] = get_args(Held)


def memberships(changing: Changing) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["directory"])
    for kind in _KINDS:
        _assign(routes, kind, changing)
        _end(routes, kind, changing)
    return routes


def _assign(routes: APIRouter, kind: type[Held], changing: Changing) -> None:
    path = f"/{PATHS[NAMES[kind]]}/{{hsa_id}}/memberships"

    @routes.post(path, name=f"assign {NAMES[kind]}", response_model=SHAPES[kind])
    def assign(
        hsa_id: str, body: NewMembership, request: Request, dry_run: DryRun = False, caller: Caller = changing.caller
    ) -> Response:
        new = body.parsed(changing.clock.now())

        def make(situation: Situation) -> Wanted:
            found = found_by(situation.audience, kind, hsa_id)
            situation.demand(Act.ASSIGN, found, {"memberships"})
            if new in found.memberships or (body.begins_now and _holds_it(found, new)):
                return Wanted(found)
            return Wanted(replace(found, memberships=(*found.memberships, new)))

        return changing.carry_out(request, caller, body, make, dry_run=dry_run, names={"memberships": "person"})


def _holds_it(held: Held, new: Membership) -> bool:
    """Whether she holds it already when ``new`` would begin, and until then, so that asking again changes nothing."""
    hers = (each.period for each in held.memberships if each.person == new.person)
    return any(new.period.start is not None and p.contains(new.period.start) and p.end == new.period.end for p in hers)


def _end(routes: APIRouter, kind: type[Held], changing: Changing) -> None:
    path = f"/{PATHS[NAMES[kind]]}/{{hsa_id}}/memberships/end"

    @routes.post(path, name=f"end membership of {NAMES[kind]}", response_model=SHAPES[kind])
    def end(
        hsa_id: str, body: EndedMembership, request: Request, dry_run: DryRun = False, caller: Caller = changing.caller
    ) -> Response:
        person = id_at(body.person, "person")
        now = changing.clock.now()

        def make(situation: Situation) -> Wanted:
            found = found_by(situation.audience, kind, hsa_id)
            situation.demand(Act.ASSIGN, found, {"memberships"})
            held = {membership.person for membership in found.memberships}
            if person not in held or not situation.audience.sees_id(person):
                raise EntryUnknown(f"`{person}` does not hold it")
            return Wanted(without_holder(found, person, body.at, now))

        return changing.carry_out(request, caller, body, make, dry_run=dry_run, names={"memberships": "person"})
