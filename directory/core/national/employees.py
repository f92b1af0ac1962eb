"""GetEmployee 4.0 and GetCommissionMembers 3.0, with and without protected people: how an employee is reached, and what
she is by profession."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum

from directory.core.entries import Assignment, Person
from directory.core.field_rules import problem_with
from directory.core.national.commissions import told_assignments
from directory.core.national.person import (
    PaTitle,
    licence_codes,
    licence_names,
    middle_and_sur_name,
    positions,
    specialities,
)
from directory.core.national.question import Flag, Question, flag, some
from vocabulary.codes import Purpose
from vocabulary.hsa_id import HsaId
from vocabulary.right import Right


class Profile(StrEnum):
    """How much of an employee is asked for. ``FULL`` is all of the others together."""

    BASIC = "basic"
    TITLE = "title"
    CONTACT = "contact"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class LicenceSpeciality:
    """As ``person.Speciality``, by the name that the domain ``employee`` has for the code of the licence."""

    health_care_professional_licence: str
    speciality_code: str
    speciality_name: str


@dataclass(frozen=True, slots=True)
class PersonInformation:
    """``person_start_date`` and ``person_end_date`` are told of members of an assignment only."""

    person_hsa_id: str
    middle_and_sur_name: str
    given_name: str | None = None
    nick_name: str | None = None
    person_start_date: datetime | None = None
    person_end_date: datetime | None = None
    mail: str | None = None
    telephone_number: tuple[str, ...] = ()
    switchboard_number: str | None = None
    mobile_number: tuple[str, ...] = ()
    description: str | None = None
    title: str | None = None
    health_care_professional_licence: tuple[str, ...] = ()
    health_care_professional_licence_speciality: tuple[LicenceSpeciality, ...] = ()
    pa_title: tuple[PaTitle, ...] = ()
    speciality_name: tuple[str, ...] = ()
    speciality_code: tuple[str, ...] = ()
    protected_person: Flag = None
    feigned_person: Flag = None


_BASIC = frozenset(
    "person_hsa_id middle_and_sur_name given_name nick_name protected_person feigned_person".split()
)  # fmt: skip
_TITLE = frozenset(
    "description title health_care_professional_licence health_care_professional_licence_speciality pa_title "
    "speciality_name speciality_code".split()
)
_CONTACT = frozenset("mail telephone_number switchboard_number mobile_number".split())
ASKED_FOR = {
    Profile.BASIC: _BASIC,
    Profile.TITLE: _BASIC | _TITLE,
    Profile.CONTACT: _BASIC | _CONTACT,
    Profile.FULL: _BASIC | _TITLE | _CONTACT,
}
_ALL = tuple(each.name for each in fields(PersonInformation))
_NOTHING = PersonInformation("", "")


def employees(
    question: Question, people: Iterable[Person], profile: Profile = Profile.FULL
) -> tuple[PersonInformation, ...]:
    """One per employee record. ``people`` are those of whom ``question`` may tell."""
    return tuple(_only(ASKED_FOR[profile], told) for told in _told(question, people))


@dataclass(frozen=True, slots=True)
class MembersWanted:
    """``unit`` is ``None`` for what is no HSA-id at all. ``rights`` must all be the assignment's.

    ``licences`` are codes; where any is named, the person must have one of them.
    """

    unit: HsaId | None
    purpose: Purpose
    rights: tuple[Right, ...] = ()
    licences: frozenset[str] = frozenset()


def commission_members(question: Question, wanted: MembersWanted) -> tuple[PersonInformation, ...]:
    """Who holds an assignment of that kind at the care unit now, each once. A unit that is none has nobody."""
    if wanted.unit is None or question.snapshot.unit(wanted.unit) is None:
        return ()
    there = [entry for entry in question.snapshot.below(wanted.unit) if isinstance(entry, Assignment)]
    matching = {one.hsa_id.key for one in there if _matches(one, wanted)}
    holders = {m.person.key: m.person for one in there if one.hsa_id.key in matching for m in one.memberships}
    people = (person for hsa_id in holders.values() for person in question.person(hsa_id))
    found = [
        person
        for person in people
        if (not wanted.licences or wanted.licences & set(licence_codes(person)))
        and any(held.hsa_id.key in matching for held in told_assignments(question, person))
    ]
    dates = {str(person.hsa_id): person.period for person in found}
    return tuple(
        replace(
            told,
            person_start_date=dates[told.person_hsa_id].start,
            person_end_date=dates[told.person_hsa_id].end,
            description=None,
        )
        for told in _told(question, sorted(found, key=lambda person: person.hsa_id.key))
    )


def _matches(assignment: Assignment, wanted: MembersWanted) -> bool:
    return assignment.purpose == wanted.purpose and {str(right) for right in wanted.rights} <= set(assignment.rights)


def _told(question: Question, people: Iterable[Person]) -> Iterator[PersonInformation]:
    for person in people:
        if problem_with(person, "family_name") is not None:
            continue
        special = specialities(person)
        yield PersonInformation(
            person_hsa_id=str(person.hsa_id),
            given_name=person.given_name,
            middle_and_sur_name=middle_and_sur_name(person),
            nick_name=person.nickname,
            mail=person.mail,
            telephone_number=some(person.telephone),
            switchboard_number=person.switchboard,
            mobile_number=some(person.mobile),
            description=person.description,
            title=person.title,
            health_care_professional_licence=licence_names(person),
            health_care_professional_licence_speciality=tuple(
                LicenceSpeciality(one.health_care_professional_licence_code, one.speciality_code, one.speciality_name)
                for one in special
            ),
            pa_title=positions(question.snapshot, person),
            speciality_name=tuple(one.speciality_name for one in special),
            speciality_code=tuple(one.speciality_code for one in special),
            protected_person=flag(person.protected),
            feigned_person=flag(person.feigned),
        )


def _only(asked_for: Collection[str], told: PersonInformation) -> PersonInformation:
    return replace(told, **{name: getattr(_NOTHING, name) for name in _ALL if name not in asked_for})
