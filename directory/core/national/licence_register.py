"""GetHospCredentialsForPerson 1.0 and GetHospLastUpdate 1.0: what the licence register (HOSP) says of a human.

The register speaks of humans, we keep what it said with each employee record. Where records differ, the ones that were
checked last count; of several such, the licences that all of them have, and the restrictions of any.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from directory.core.entries import Person
from directory.core.national.person import (
    NursePrescriptionRight,
    Speciality,
    licence_codes,
    prescription_rights,
    specialities,
)
from directory.core.national.question import Flag, flag
from vocabulary.codes import LICENCE_NAMES

T = TypeVar("T")

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class HealthCareProfessionalLicence:
    health_care_professional_licence_code: str
    health_care_professional_licence_name: str


@dataclass(frozen=True, slots=True)
class Restriction:
    """A restriction that we hold as text only is told without its codes: to leave it out would hide it."""

    restriction_name: str
    health_care_professional_licence_code: str | None = None
    restriction_code: str | None = None


@dataclass(frozen=True, slots=True)
class HospCredentials:
    health_care_professional_licence: tuple[HealthCareProfessionalLicence, ...] = ()
    personal_prescription_code: str | None = None
    health_care_professional_licence_speciality: tuple[Speciality, ...] = ()
    nurse_prescription_right: tuple[NursePrescriptionRight, ...] = ()
    restrictions: tuple[Restriction, ...] = ()
    feigned_person: Flag = None


def hosp_credentials(people: Sequence[Person], checked_at: Mapping[str, datetime]) -> HospCredentials | None:
    """``people`` are the records of one human; ``checked_at`` is by ``HsaId.key``. ``None`` for nobody."""
    if not people:
        return None
    newest = max(checked_at.get(person.hsa_id.key, _NEVER) for person in people)
    last = [person for person in people if checked_at.get(person.hsa_id.key, _NEVER) == newest]
    codes = _in_all(licence_codes(person) for person in last)
    prescription_codes = {person.prescription_code for person in last}
    return HospCredentials(
        health_care_professional_licence=tuple(
            HealthCareProfessionalLicence(code, LICENCE_NAMES[code]) for code in codes
        ),
        personal_prescription_code=prescription_codes.pop() if len(prescription_codes) == 1 else None,
        health_care_professional_licence_speciality=_in_all(specialities(person) for person in last),
        nurse_prescription_right=_in_all(prescription_rights(person) for person in last),
        restrictions=tuple(_restriction(text) for text in _in_any(person.licence_restrictions for person in people)),
        feigned_person=flag(any(person.feigned for person in people)),
    )


def _restriction(text: str) -> Restriction:
    parts = text.split(";")
    if len(parts) == 3 and parts[0] in LICENCE_NAMES and all(parts):
        return Restriction(parts[2], parts[0], parts[1])
    return Restriction(text)


def _in_all(lists: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    first, *others = lists
    return tuple(value for value in first if all(value in other for other in others))


def _in_any(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for values in lists for value in values))
