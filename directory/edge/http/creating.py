"""New entries: ``POST`` to a kind's address. Their ids are made by the directory, never given.  (HSA-id regelverk)"""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response

from directory.core.administration import Act
from directory.core.editing import AT_CREATION, attributes
from directory.core.entries import KINDS, Entry, Function, Member, Person, Unit, member_of
from directory.core.hsa_ids import hsa_id_with, letters_for
from directory.directory import Directory
from directory.edge.http.bodies import NEW, NumberBody, values_in
from directory.edge.http.carrying_out import Changing, DryRun, Situation, Wanted
from directory.edge.http.reading import PATHS
from directory.edge.http.shapes import SHAPES
from directory.edge.http.telling_all import TellsAll
from directory.refusals import EntryUnknown
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue

NOT_YET = 0
"""The serial in the id of an entry that is only tried, or judged before it gets its own: nobody is ever given it."""


def creating(changing: Changing) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["directory"], route_class=TellsAll)
    for name, kind in KINDS.items():
        _create(routes, name, kind, changing)
    return routes


def _create(routes: APIRouter, name: str, kind: type[Entry], changing: Changing) -> None:
    form = NEW[kind]

    @routes.post(f"/{PATHS[name]}", name=f"create {name}", status_code=201, response_model=SHAPES[kind])
    def create(
        body: form,  # type: ignore[valid-type]  # made from the kind's fields
        request: Request,
        dry_run: DryRun = False,
        caller: Caller = changing.caller,
    ) -> Response:
        def make(situation: Situation) -> Wanted:
            values = completed(kind, values_in(kind, body), situation.audience.seen)
            draft = kind(hsa_id=id_with(kind, values, NOT_YET), **values)
            _demand_known(draft, situation)
            situation.demand(Act.CREATE, draft, attributes(kind, AT_CREATION))
            number = getattr(body, "personal_number", None)
            numbers = {draft.hsa_id: number.parsed()} if isinstance(number, NumberBody) else {}
            return Wanted(draft, numbers=numbers, new_id=lambda: made_id(draft, changing.directory))

        return changing.carry_out(request, caller, body, make, dry_run=dry_run)


def completed(kind: type[Entry], values: dict[str, Any], seen: Callable[[HsaId], Entry | None]) -> dict[str, Any]:
    """What the body may leave out because something else in it tells, as far as the caller sees it."""
    if kind is Member:
        return {"id_prefixes": (f"SE{values['organisation_number']}",)} | values
    if kind is Unit:
        values = {"parent": None} | values
    if "member" not in values:
        place = values.get("parent") or values.get("unit")
        above = None if place is None else seen(place)
        if above is None:
            raise InvalidValue("name the member whose entry it is", pointer="/member")
        values["member"] = member_of(above)
    if kind is Person and "full_name" not in values:
        values["full_name"] = full_name_of(values.get("given_name"), values.get("middle_name"), values["family_name"])
    return values


def full_name_of(given: str | None, middle: str | None, family: str) -> str:
    return " ".join(name for name in (given, middle, family) if name)


def _demand_known(draft: Entry, situation: Situation) -> None:
    """What the new entry would stand below exists for the caller; else it does not for her at all."""
    above = draft.unit if isinstance(draft, Function) else draft.parent if isinstance(draft, Unit) else None
    for place in (above, None if isinstance(draft, Member) else draft.member):
        found = None if place is None else situation.snapshot.entry(place)
        if place is not None and (found is None or not situation.audience.sees(found)):
            raise EntryUnknown(f"there is no `{place}`")


def id_with(kind: type[Entry], values: dict[str, Any], serial: int) -> HsaId:
    """The id that an entry of ``values`` would have with this serial."""
    prefix = f"SE{values['organisation_number']}" if kind is Member else values["member"].prefix
    return hsa_id_with(prefix, letters_for(kind, values.get("capacity")), serial)


def made_id(draft: Entry, directory: Directory) -> HsaId:
    """An id for the new entry that nobody ever had."""
    if isinstance(draft, Member):
        return directory.new_member_id(draft.organisation_number)
    return directory.new_hsa_id(draft.member, letters_for(type(draft), getattr(draft, "capacity", None)))
