"""Searching the log. That it was read, by whom and what for, is recorded before anything of it is shown.

(HSLF-FS 2016:40 4 kap. 9 §)
"""

import json
from dataclasses import dataclass, replace
from typing import Any, Final

from authz.actions.auditing.who_reads import visible_to
from authz.actions.desk import Desk
from authz.actions.records import instant_text
from authz.ports import AuditLog, LogQuery, Trail, Visible
from authz.ports.audit_log import Record
from authz.refusals import UnknownRecord
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId

MOST_AT_ONCE: Final = 500

_SHOWN: Final = (
    "sequence", "at", "happened_at", "kind", "permit", "rule", "decision_id", "access_id", "system", "person",
    "citizen", "assignment", "unit", "provider", "activity", "action", "purpose", "information_type", "data_unit",
    "data_provider", "marks", "document", "level", "register", "row", "what", "member", "revision", "read_decision",
)  # fmt: skip
"""What is told of a record in a list: never the patient, whom one record alone may name."""


@dataclass(frozen=True, slots=True)
class Found:
    """``before`` goes on with the next page; ``None`` on the last."""

    items: tuple[dict[str, Any], ...]
    before: int | None


class LogReading:
    """Reads the log for a caller, and records that she did."""

    def __init__(self, desk: Desk, log: AuditLog, trail: Trail) -> None:
        self._desk, self._log, self._trail = desk, log, trail

    def search(self, query: LogQuery, caller: Caller, before: int | None, limit: int) -> Found:
        """Raises ``NotAllowed``, ``StaffUnavailable``, ``LogUnavailable``; ``TrailUnavailable`` before it shows what
        could not be recorded as read."""
        visible = visible_to(self._desk, self._log, caller)
        found = self._log.search(replace(query, visible=visible), before, limit + 1)
        page = found[:limit]
        self.record_reading(caller, query, "search", len(page))
        return Found(tuple(map(shown, page)), int(page[-1]["sequence"]) if len(found) > limit else None)

    def decision(self, decision_id: str, caller: Caller) -> Record:
        """The whole record of one decision. Raises ``UnknownRecord``, also for one that she may not know of."""
        visible = visible_to(self._desk, self._log, caller)
        found = self._log.decision(decision_id)
        if found is None or not _is_visible(found, visible):
            raise UnknownRecord("there is no such decision")
        read = {
            "kind": "log_read",
            "at": instant_text(self._desk.clock.now()),
            "permit": True,
            "person": caller.name,
            "system": caller.client_id,
            "how": "decision",
            "read_decision": decision_id,
            "patient": found.get("patient"),
        }
        self._trail.append([json.dumps(read, separators=(",", ":")).encode()]).result()
        return found

    def record_reading(self, caller: Caller, query: LogQuery, how: str, count: int) -> None:
        """Durable on return. Names what was asked for: of the patient only her key."""
        asked = {
            "of_person": None if query.person is None else str(query.person),
            "of_unit": None if query.unit is None else str(query.unit),
            "from": None if query.since is None else instant_text(query.since),
            "to": None if query.until is None else instant_text(query.until),
            "permitted": query.permitted,
            "kinds": sorted(query.kinds) or None,
        }
        read = {
            "kind": "log_read",
            "at": instant_text(self._desk.clock.now()),
            "permit": True,
            "person": caller.name,
            "system": caller.client_id,
            "how": how,
            "patient": query.patient,
            "asked": {name: value for name, value in asked.items() if value is not None},
            "count": count,
        }
        self._trail.append([json.dumps(read, separators=(",", ":"), ensure_ascii=False).encode()]).result()


def _is_visible(record: Record, visible: Visible | None) -> bool:
    if visible is None:
        return True
    named = [HsaId.parse(record[name]) for name in ("provider", "data_provider") if record.get(name) is not None]
    if named:
        return not visible.providers.isdisjoint(named)
    return str(record.get("person", "")).upper()[:12] in visible.prefixes


def shown(record: Record) -> dict[str, Any]:
    told = {name: record[name] for name in _SHOWN if record.get(name) is not None}
    resource = record.get("resource")
    if isinstance(resource, dict):
        told["resource_type"] = resource.get("type")
        if resource.get("information_type") is not None:
            told["information_type"] = resource["information_type"]
    return told
