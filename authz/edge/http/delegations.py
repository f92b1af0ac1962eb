"""``/api/v1/delegations``: those that a person gave or received, and revocation."""

from typing import Any

from fastapi import APIRouter

from authz.actions.desk import Desk
from authz.actions.revoke_delegation import revoke_delegation
from authz.edge.http.rows import REGISTRARS, Authenticate, EndBody, caller_with, own_row, row_json, rows_json
from authz.ports import Kind
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId

PREFIX = "/api/v1/delegations"


def delegations_router(desk: Desk, authenticate: Authenticate) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["delegations"])
    registrar = caller_with(authenticate, REGISTRARS)

    @router.get("")
    def of_person(person: str, caller: Caller = registrar) -> dict[str, Any]:
        return rows_json(desk, caller, desk.book.rows_of_person(Kind.DELEGATION, HsaId.parse(person)))

    @router.get("/{row_id}")
    def show(row_id: str, caller: Caller = registrar) -> dict[str, Any]:
        return row_json(own_row(desk, caller, Kind.DELEGATION, row_id))

    @router.post("/{row_id}/revoke")
    def revoke(row_id: str, body: EndBody, caller: Caller = registrar) -> dict[str, Any]:
        own_row(desk, caller, Kind.DELEGATION, row_id)
        return row_json(revoke_delegation(desk, row_id, by=caller.name, reason=body.reason))

    return router
