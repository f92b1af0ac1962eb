"""``/api/v1/decisions/{decision_id}``: the audit record of one decision. Reading the log is itself logged."""

from typing import Any

from fastapi import APIRouter

from authz.actions.auditing.read_log import LogReading
from authz.actions.decision_ids import decided_at
from authz.edge.http.rows import REGISTRARS, Authenticate, caller_with
from authz.refusals import UnknownRecord
from vocabulary.caller import Caller


def decisions_router(reading: LogReading, authenticate: Authenticate) -> APIRouter:
    router = APIRouter(prefix="/api/v1/decisions", tags=["decisions"])
    reader = caller_with(authenticate, REGISTRARS)

    @router.get("/{decision_id}")
    def show(decision_id: str, caller: Caller = reader) -> dict[str, Any]:
        if decided_at(decision_id) is None:
            raise UnknownRecord("there is no such decision")
        return dict(reading.decision(decision_id, caller))

    return router
