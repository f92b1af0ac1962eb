"""``/api/v1/reorganisations``: a unit is moved, merged, split or closed, at a date to come or at once.

``?dry_run=true`` is the preview: which units, functions, assignments and people are touched, and what hangs on them
outside the directory.
"""

from fastapi import APIRouter, Request, Response

from directory.core.entries import Unit
from directory.core.hsa_ids import letters_for
from directory.edge.http.bodies import id_at
from directory.edge.http.carrying_out import DryRun
from directory.edge.http.moments import AudienceThen
from directory.edge.http.plan_door import Draft, PlanDoor
from directory.edge.http.plan_shapes import PlanWithPreview
from directory.edge.http.planned_changes import add_shared
from directory.edge.http.reorganisation_bodies import ReorganisationBody, SplittingBody, read_reorganisation
from directory.refusals import EntryUnknown
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.stockholm import parse_instant


def reorganisations(door: PlanDoor) -> APIRouter:
    routes = APIRouter(prefix="/api/v1/reorganisations", tags=["planned changes"])

    @routes.post("", status_code=201, response_model=PlanWithPreview)
    def reorganise(
        body: ReorganisationBody, request: Request, dry_run: DryRun = False, caller: Caller = door.caller
    ) -> Response:
        def tried(audience: AudienceThen) -> Draft:
            return Draft((read_reorganisation(body, audience),))

        def meant(audience: AudienceThen) -> Draft:
            return Draft((read_reorganisation(body, audience, _new_ids(body, audience, door)),))

        due = None if body.due is None else parse_instant(body.due, pointer="/due")
        return door.propose(request, caller, body, due, tried, meant, dry_run=dry_run)

    add_shared(routes, door, reorganisation=True)
    return routes


def _new_ids(body: ReorganisationBody, audience: AudienceThen, door: PlanDoor) -> tuple[HsaId, ...]:
    if not isinstance(body, SplittingBody):
        return ()
    unit = audience.snapshot.unit(id_at(body.unit, "unit"))
    if unit is None:
        raise EntryUnknown(f"there is no `{body.unit}`")
    return door.directory.new_hsa_ids(unit.member, letters_for(Unit), len(body.parts))
