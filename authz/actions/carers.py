"""Who takes part in the care of a patient at certain units now: they are told of what happens to her."""

from collections.abc import Collection

from authz.actions.desk import Desk
from authz.core.request import PatientKey
from authz.core.unknown import UNKNOWN
from authz.ports import PatientRecords
from authz.refusals import RegistersUnavailable
from vocabulary.hsa_id import HsaId


def records_of(desk: Desk, patient: PatientKey) -> PatientRecords:
    """Raises ``RegistersUnavailable`` when the registers are too old to be relied on."""
    records = desk.registers.of_patient(patient)
    if records is UNKNOWN:
        raise RegistersUnavailable("the registers cannot be read now")
    return records


def carers_at(desk: Desk, patient: PatientKey, units: Collection[HsaId]) -> list[HsaId]:
    now, found = desk.clock.now(), set[HsaId]()
    for relationships in records_of(desk, patient).care_relationships.values():
        found |= {one.person for one in relationships if one.unit in units and one.period.contains(now)}
    return sorted(found, key=lambda person: person.key)
