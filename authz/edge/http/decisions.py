"""``/api/v1/decisions/{decision_id}``: the audit record of one decision. Reading the log is itself logged."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import APIRouter

from authz.actions.decision_ids import decided_at
from authz.actions.records import instant_text
from authz.edge.http.rows import ADMINISTRATORS, Authenticate, caller_with
from authz.ports import Trail
from authz.refusals import UnknownRecord
from vocabulary.caller import Caller
from vocabulary.clock import Clock

Find = Callable[[str, datetime], dict[str, Any] | None]


def decisions_router(find: Find, trail: Trail, clock: Clock, authenticate: Authenticate) -> APIRouter:
    """``find`` gives the record of a decision that was made at about an instant (``authz.edge.trail``)."""
    router = APIRouter(prefix="/api/v1/decisions", tags=["decisions"])
    administrator = caller_with(authenticate, ADMINISTRATORS)

    @router.get("/{decision_id}")
    def show(decision_id: str, caller: Caller = administrator) -> dict[str, Any]:
        at = decided_at(decision_id)
        found = None if at is None else find(decision_id, at)
        if found is None:
            raise UnknownRecord("there is no such decision")
        read = {
            "kind": "log_read",
            "at": instant_text(clock.now()),
            "person": caller.name,
            "system": caller.client_id,
            "read_decision": decision_id,
            "patient": found.get("patient"),
        }
        trail.append([json.dumps(read, separators=(",", ":")).encode()]).result()
        return found

    return router
