"""The patient's extract of the log: who looked, from the accesses that applications reported.  (PDL 8 kap. 5 §)

Unit and time always, and enough to judge the access. Who it was by name only where the care provider whose information
it is says so; never somebody with protected personal data. Lookings of the patient herself are left out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from authz.actions.auditing.read_log import LogReading
from authz.actions.auditing.who_reads import members_read_by, visible_of
from authz.actions.desk import Desk
from authz.core.request import PatientKey
from authz.ports import AuditLog, LogQuery, StaffView
from authz.ports.audit_log import Record
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.personal_number import PersonalIdentityNumber

_PAGE: Final = 500
NamesStaff = Callable[[HsaId], bool]
"""Whether a care provider names its staff in extracts."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One access. ``unit`` is where the reader worked; ``staff`` is ``None`` where she is not named."""

    at: datetime
    activity: str
    information_type: str | None
    purpose: str | None
    unit: Mapping[str, str | None]
    data_unit: Mapping[str, str | None]
    provider: str | None
    staff: str | None
    in_emergency: bool


def extract(
    desk: Desk,
    log: AuditLog,
    reading: LogReading,
    names_staff: NamesStaff,
    patient: PersonalIdentityNumber,
    caller: Caller,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[Looked, ...]:
    """Newest first. Recorded as read before it is given. Raises as ``LogReading.search`` does."""
    view = desk.directory()
    members = members_read_by(view, caller)
    visible = None if members is None else visible_of(view, log, members)
    query = LogQuery(
        patient=PatientKey(desk.seal.lookup(patient)), since=since, until=until, kinds=frozenset({"access"})
    )
    wanted = replace(query, visible=visible)
    found: list[Looked] = []
    before = None
    while True:
        page = log.search(wanted, before, _PAGE)
        found += [_looked(view, record, names_staff) for record in page if _belongs(view, record, members)]
        if len(page) < _PAGE:
            break
        before = int(page[-1]["sequence"])
    reading.record_reading(caller, query, "extract", len(found))
    return tuple(found)


def _belongs(view: StaffView, record: Record, members: frozenset[HsaId] | None) -> bool:
    """A provider hands out the log of its own information, and not of what its staff read elsewhere."""
    if record.get("citizen"):
        return False
    if members is None:
        return True
    provider = record.get("data_provider")
    return isinstance(provider, str) and view.member_of_provider(HsaId.parse(provider)) in members


def _looked(view: StaffView, record: Record, names_staff: NamesStaff) -> Looked:
    provider, person = _id(record.get("data_provider")), _id(record.get("person"))
    named = provider is not None and person is not None and names_staff(provider)
    return Looked(
        at=datetime.fromisoformat(record["happened_at"]),
        activity=str(record["activity"]),
        information_type=record.get("information_type"),
        purpose=record.get("purpose"),
        unit=_place(view, record.get("unit")),
        data_unit=_place(view, record.get("data_unit")),
        provider=None if provider is None else view.name_of(provider),
        staff=view.name_of(person) if named and person is not None else None,
        in_emergency="emergency" in record.get("marks", ()),
    )


def _place(view: StaffView, unit: Any) -> Mapping[str, str | None]:
    found = _id(unit)
    return {"hsa_id": unit, "name": None if found is None else view.name_of(found)}


def _id(text: Any) -> HsaId | None:
    return HsaId.parse(text) if isinstance(text, str) else None
