"""The addresses that every register has alike: find by patient or person, show one, end one in the ways it can end."""

from collections.abc import Mapping
from typing import Any, Protocol

from fastapi import APIRouter, Request, Response

from authz.actions.desk import Desk
from authz.actions.rights import Rights
from authz.edge.http.carrying_out import DryRun
from authz.edge.http.register_door import RegisterDoor
from authz.edge.http.rows import EndBody, PatientQuery
from authz.ports import Row
from vocabulary.caller import Caller


class Ending(Protocol):
    """An action that ends a row."""

    def __call__(self, desk: Desk, row_id: str, *, by: str, reason: str) -> Row: ...


def offer_finding(router: APIRouter, door: RegisterDoor, registrar: Any, *, whoever_asks: bool = False) -> None:
    """``whoever_asks`` is told what she may know of; elsewhere she must be one who may list the register at all."""

    @router.post("/query")
    def of_patient(body: PatientQuery, caller: Caller = registrar) -> dict[str, Any]:
        """What the caller may know of what stands, and stood, of a patient."""
        return door.of_patient(caller, body.patient, listing=not whoever_asks)


def offer_finding_by_person(router: APIRouter, door: RegisterDoor, registrar: Any) -> None:
    @router.get("")
    def of_person(person: str, caller: Caller = registrar) -> dict[str, Any]:
        """What the caller may know of what names an employee."""
        return door.of_person(caller, person)


def offer_showing(router: APIRouter, door: RegisterDoor, registrar: Any) -> None:
    @router.get("/{row_id}")
    def show(row_id: str, caller: Caller = registrar) -> Response:
        """One row with its history."""
        return door.show_one(caller, row_id)


def offer_endings(router: APIRouter, door: RegisterDoor, registrar: Any, endings: Mapping[str, Ending]) -> None:
    for name, ending in endings.items():
        _offer_ending(router, door, registrar, name, ending)


def _offer_ending(router: APIRouter, door: RegisterDoor, registrar: Any, name: str, ending: Ending) -> None:
    @router.post(f"/{{row_id}}/{name}", name=name)
    def finish(
        row_id: str, body: EndBody, request: Request, dry_run: DryRun = False, caller: Caller = registrar
    ) -> Response:
        def do(desk: Desk, rights: Rights) -> Row:
            row = door.wanted(request, rights, row_id)
            return ending(desk, row.id, by=caller.name, reason=body.reason)

        return door.carry_out(request, caller, body, do, dry_run=dry_run)
