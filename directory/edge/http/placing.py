"""Moving an entry within its member's tree, and merging two that are one."""

from typing import Any

from fastapi import APIRouter, Request, Response

from directory.core.administration import Act
from directory.core.entries import NAMES, Assignment, Entry, Function, Held, Person, Unit
from directory.core.merging import merged_people, merged_units
from directory.core.moving import Movable, demand_whose, moved
from directory.edge.http.bodies import Merging, Moving, MovingUnit, id_at
from directory.edge.http.carrying_out import Changing, DryRun, Situation, Wanted
from directory.edge.http.reading import PATHS, found_by
from directory.edge.http.shapes import SHAPES
from directory.refusals import EntryUnknown
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId

_MOVABLE: tuple[type[Movable], ...] = (Unit, Function, Assignment)
_MERGEABLE: tuple[type[Unit | Person], ...] = (Unit, Person)


def placing(changing: Changing) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["directory"])
    for movable in _MOVABLE:
        _move(routes, movable, changing)
    for mergeable in _MERGEABLE:
        _merge(routes, mergeable, changing)
    return routes


def _move(routes: APIRouter, kind: type[Movable], changing: Changing) -> None:
    name = NAMES[kind]
    form = MovingUnit if kind is Unit else Moving

    @routes.post(f"/{PATHS[name]}/{{hsa_id}}/move", name=f"move {name}", response_model=SHAPES[kind])
    def move(
        hsa_id: str,
        body: form,  # type: ignore[valid-type]  # the kind's
        request: Request,
        dry_run: DryRun = False,
        caller: Caller = changing.caller,
    ) -> Response:
        to, provider = _place_in(body)

        def make(situation: Situation) -> Wanted:
            found = found_by(situation.audience, kind, hsa_id)
            place = situation.snapshot.entry(to)
            if place is None or not situation.audience.sees(place):
                raise EntryUnknown(f"there is no `{to}`")
            situation.demand(Act.CHANGE, found, {"parent", "unit"})
            if isinstance(found, Unit):
                demand_whose(situation.snapshot, found, to, provider)
            there = moved(situation.snapshot, found, to)
            situation.demand(Act.CHANGE, there, {"parent", "unit"})
            return Wanted(there)

        return changing.carry_out(request, caller, body, make, dry_run=dry_run, names={"parent": "to", "unit": "to"})


def _place_in(body: Moving) -> tuple[HsaId, HsaId | None]:
    """Where it goes, and the care provider that a unit is said to keep there."""
    kept = body.care_provider if isinstance(body, MovingUnit) else None
    return id_at(body.to, "to"), None if kept is None else id_at(kept, "care_provider")


def _merge(routes: APIRouter, kind: type[Unit | Person], changing: Changing) -> None:
    name = NAMES[kind]

    @routes.post(f"/{PATHS[name]}/{{hsa_id}}/merge", name=f"merge {name}", response_model=SHAPES[kind])
    def merge(
        hsa_id: str, body: Merging, request: Request, dry_run: DryRun = False, caller: Caller = changing.caller
    ) -> Response:
        def make(situation: Situation) -> Wanted:
            gone = found_by(situation.audience, kind, hsa_id)
            survivor: Any = found_by(situation.audience, kind, str(id_at(body.into, "into")))
            situation.demand(Act.END, gone, {"merged_into"})
            situation.demand(Act.CHANGE, survivor, {"merged_into"})
            at = changing.clock.now()
            entries = (
                merged_people(situation.snapshot, gone, survivor, at)
                if isinstance(gone, Person)
                else merged_units(situation.snapshot, gone, survivor, at)
            )
            for entry in entries:
                _demand(situation, entry)
            about = next(entry for entry in entries if entry.hsa_id == gone.hsa_id)
            return Wanted(about, [entry for entry in entries if entry is not about])

        return changing.carry_out(
            request, caller, body, make, dry_run=dry_run, names={"merged_into": "into", "care_provider": "into"}
        )


def _demand(situation: Situation, wanted: Entry) -> None:
    """What comes along is changed, too: as it stands and as it will stand."""
    before = situation.snapshot.entry(wanted.hsa_id)
    act, attributes = (Act.ASSIGN, {"memberships"}) if isinstance(wanted, Held) else (Act.CHANGE, {"parent", "unit"})
    if before is not None and isinstance(before, Held) and isinstance(wanted, Held):
        if before.memberships == wanted.memberships:
            act, attributes = Act.CHANGE, {"unit"}
        situation.demand(act, before, attributes)
    situation.demand(act, wanted, attributes)
