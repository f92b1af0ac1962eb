"""Changes of what stands: ``PATCH`` sets attributes; ending, archiving and restoring have addresses of their own.

Nothing is ever taken away by these: what is over has an end, and may be archived and restored.
"""

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from directory.core.administration import Act
from directory.core.ending import ended
from directory.core.entries import KINDS, Entry, Function, Person, Unit
from directory.edge.http.bodies import CHANGED, Body, Ending, Restoring, values_in
from directory.edge.http.carrying_out import Changing, DryRun, Situation, Wanted
from directory.edge.http.creating import full_name_of
from directory.edge.http.reading import PATHS, found_by
from directory.edge.http.shapes import SHAPES
from directory.edge.http.telling_all import TellsAll
from directory.refusals import ChangeRefused, Problem
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period


def changing_entries(changing: Changing) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["directory"], route_class=TellsAll)
    for name, kind in KINDS.items():
        _change(routes, name, kind, changing)
        _end(routes, name, kind, changing)
        _archive(routes, name, kind, changing)
        _restore(routes, name, kind, changing)
    return routes


def _change(routes: APIRouter, name: str, kind: type[Entry], changing: Changing) -> None:
    form = CHANGED[kind]

    @routes.patch(f"/{PATHS[name]}/{{hsa_id}}", name=f"change {name}", response_model=SHAPES[kind])
    def change(
        hsa_id: str,
        body: form,  # type: ignore[valid-type]  # made from the kind's fields
        request: Request,
        dry_run: DryRun = False,
        caller: Caller = changing.caller,
    ) -> Response:
        def make(situation: Situation) -> Wanted:
            found = found_by(situation.audience, kind, hsa_id)
            values = values_in(kind, body)
            wanted = replace(found, **values)
            if isinstance(found, Person) and isinstance(wanted, Person) and "full_name" not in values:
                wanted = called_anew(found, wanted)
                values |= {"full_name": wanted.full_name} if wanted.full_name != found.full_name else {}
            situation.demand(Act.CHANGE, found, values)
            situation.demand(Act.CHANGE, wanted, values)
            if wanted.period.end != found.period.end:
                situation.demand(Act.END, found, {"period"})
            named = (value.key for value in values.values() if isinstance(value, HsaId))
            return Wanted(wanted, names=frozenset(named))

        return changing.carry_out(request, caller, body, make, dry_run=dry_run)


def called_anew(before: Person, after: Person) -> Person:
    """Where the full name was made of the other names, it is made of the new ones; one that was chosen stays."""
    made = full_name_of(before.given_name, before.middle_name, before.family_name)
    without_middle = full_name_of(before.given_name, None, before.family_name)
    if before.full_name == made:
        return replace(after, full_name=full_name_of(after.given_name, after.middle_name, after.family_name))
    if before.full_name == without_middle:
        return replace(after, full_name=full_name_of(after.given_name, None, after.family_name))
    return after


def _end(routes: APIRouter, name: str, kind: type[Entry], changing: Changing) -> None:
    @routes.post(f"/{PATHS[name]}/{{hsa_id}}/end", name=f"end {name}", response_model=SHAPES[kind])
    def end(
        hsa_id: str, body: Ending, request: Request, dry_run: DryRun = False, caller: Caller = changing.caller
    ) -> Response:
        now = changing.clock.now()

        def make(situation: Situation) -> Wanted:
            found = found_by(situation.audience, kind, hsa_id)
            situation.demand(Act.END, found, {"period"})
            return Wanted(ended(found, body.at, now))

        return changing.carry_out(request, caller, body, make, dry_run=dry_run, names={"period": "at"})


def _archive(routes: APIRouter, name: str, kind: type[Entry], changing: Changing) -> None:
    @routes.post(f"/{PATHS[name]}/{{hsa_id}}/archive", name=f"archive {name}", response_model=SHAPES[kind])
    def archive(
        hsa_id: str, body: Body, request: Request, dry_run: DryRun = False, caller: Caller = changing.caller
    ) -> Response:
        def make(situation: Situation) -> Wanted:
            found = found_by(situation.audience, kind, hsa_id)
            situation.demand(Act.END, found, {"archived"})
            if found.period.end is None or changing.clock.now() < found.period.end:
                raise ChangeRefused((Problem(str(found.hsa_id), "period", "it counts still; end it first"),))
            over = replace(found, archived=True)
            return Wanted(replace(over, public=False) if isinstance(over, Unit | Function) else over)

        return changing.carry_out(request, caller, body, make, dry_run=dry_run, names={})


def _restore(routes: APIRouter, name: str, kind: type[Entry], changing: Changing) -> None:
    @routes.post(f"/{PATHS[name]}/{{hsa_id}}/restore", name=f"restore {name}", response_model=SHAPES[kind])
    def restore(
        hsa_id: str, body: Restoring, request: Request, dry_run: DryRun = False, caller: Caller = changing.caller
    ) -> Response:
        def make(situation: Situation) -> Wanted:
            found = found_by(situation.audience, kind, hsa_id)
            again = _restored(found, Period(found.period.start, body.end))
            situation.demand(Act.CHANGE, found, {"period", "archived"})
            situation.demand(Act.CHANGE, again, {"period", "archived"})
            return Wanted(again)

        return changing.carry_out(request, caller, body, make, dry_run=dry_run, names={"period": "end"})


def _restored(entry: Entry, period: Period) -> Entry:
    """As it was before it ended. What others held of it has its own ends and stays ended."""
    again = replace(entry, archived=False, period=period)
    return replace(again, merged_into=None) if isinstance(again, Unit | Person) else again
