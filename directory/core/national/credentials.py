"""GetCredentialsForPerson 2.2, with and without protected people: what somebody may be authorized by.

One ``Credential`` per HSA-id: a person who works in several branches has several, and assignments hang on the id.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from directory.core.entries import Person, SystemRole
from directory.core.field_rules import problem_with
from directory.core.national.commissions import Commission, commissions_of
from directory.core.national.person import (
    NursePrescriptionRight,
    Speciality,
    licence_codes,
    licence_names,
    middle_and_sur_name,
    prescription_rights,
    specialities,
)
from directory.core.national.question import Flag, Question, flag


@dataclass(frozen=True, slots=True)
class HsaSystemRole:
    system_id: str
    role: str


@dataclass(frozen=True, slots=True)
class Credential:
    """The contract's ``credentialInformation``."""

    person_hsa_id: str
    middle_and_sur_name: str
    given_name: str | None = None
    health_care_professional_licence: tuple[str, ...] = ()
    health_care_professional_licence_code: tuple[str, ...] = ()
    health_care_professional_licence_speciality: tuple[Speciality, ...] = ()
    personal_prescription_code: str | None = None
    nurse_prescription_right: tuple[NursePrescriptionRight, ...] = ()
    hsa_system_role: tuple[HsaSystemRole, ...] = ()
    pa_title_code: tuple[str, ...] = ()
    protected_person: Flag = None
    feigned_person: Flag = None
    commission: tuple[Commission, ...] = ()


def credentials(question: Question, people: Iterable[Person]) -> tuple[Credential, ...]:
    """``people`` are those of whom ``question`` may tell. A person without a family name is not told at all."""
    return tuple(_credential(question, person) for person in people if problem_with(person, "family_name") is None)


def _credential(question: Question, person: Person) -> Credential:
    shown = question.shown(person)
    code = person.prescription_code if "prescription_code" in shown else None
    return Credential(
        person_hsa_id=str(person.hsa_id),
        given_name=person.given_name,
        middle_and_sur_name=middle_and_sur_name(person),
        health_care_professional_licence=licence_names(person),
        health_care_professional_licence_code=licence_codes(person),
        health_care_professional_licence_speciality=specialities(person),
        personal_prescription_code=code,
        nurse_prescription_right=prescription_rights(person),
        hsa_system_role=tuple(_system_roles(question, person)),
        pa_title_code=() if person.position_code is None else (person.position_code,),
        protected_person=flag(person.protected),
        feigned_person=flag(person.feigned),
        commission=commissions_of(question, person),
    )


def _system_roles(question: Question, person: Person) -> Iterator[HsaSystemRole]:
    """Her current roles, as far as the asker may see who holds them; one that is malformed is left out alone."""
    held = question.snapshot.held_by(SystemRole, person.hsa_id)
    for role in sorted(held, key=lambda one: (one.system, one.role)):
        counts = not role.archived and role.period.contains(question.now)
        hers = any(m.person == person.hsa_id and m.period.contains(question.now) for m in role.memberships)
        sound = problem_with(role, "system") is None and problem_with(role, "role") is None
        if counts and hers and sound and "memberships" in question.shown(role):
            yield HsaSystemRole(role.system, role.role)
