"""The JSON of the directory's API: what is told of each entry, to whom.

A person is never told with her number or its keyed hash. A protected person (*skyddade personuppgifter*) is told only
to an administrator of her member; for everybody else she does not exist, in lists, memberships and changes alike.
"""

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from directory.core.entries import Assignment, CareProvider, Entry, Member, Person, Unit
from directory.core.entry_json import kind_of
from directory.core.snapshot import Snapshot
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PeriodShape(_Shape):
    """Half-open: ``end`` is the first instant that does not belong to it."""

    start: datetime | None
    end: datetime | None


class MemberShape(_Shape):
    hsa_id: str
    name: str
    organisation_number: str
    id_prefixes: list[str]
    directory_contact: str
    mail: str
    telephone: str
    postal_address: str
    municipality_code: str | None


class UnitShape(_Shape):
    hsa_id: str
    member: str
    parent: str | None
    name: str
    care_provider: str | None
    kind: str | None
    care_type: str | None
    municipality_code: str | None
    municipality_name: str | None
    telephone: str | None
    mail: str | None
    postal_address: str | None
    opening_hours: list[str]
    public: bool
    source: str | None
    source_id: str | None
    period: PeriodShape


class PersonShape(_Shape):
    hsa_id: str
    member: str
    full_name: str
    family_name: str
    given_name: str | None
    title: str | None
    licences: list[str]
    licence_restrictions: list[str]
    mail: str | None
    telephone: str | None
    protected: bool
    feigned: bool
    archived: bool
    source: str | None
    period: PeriodShape


class MembershipShape(_Shape):
    person: str
    period: PeriodShape


class AssignmentShape(_Shape):
    hsa_id: str
    member: str
    unit: str
    name: str
    purpose: str | None
    rights: list[str]
    memberships: list[MembershipShape]
    source: str | None
    period: PeriodShape


class CareProviderShape(_Shape):
    hsa_id: str
    member: str
    name: str
    organisation_number: str
    capacity: str
    period: PeriodShape


EntryShape = MemberShape | CareProviderShape | UnitShape | PersonShape | AssignmentShape


class ChangeShape(_Shape):
    hsa_id: str
    kind: str
    before: EntryShape | None
    after: EntryShape | None


class CommitShape(_Shape):
    """``actor``, ``reason`` and ``door`` are told to administrators only."""

    revision: int
    at: datetime
    actor: str | None
    reason: str | None
    door: str | None
    changes: list[ChangeShape]


@dataclass(frozen=True, slots=True)
class Audience:
    """One caller, and what she may see of one snapshot."""

    snapshot: Snapshot
    caller: Caller
    is_admin: bool

    def sees(self, person: Person) -> bool:
        return not person.protected or (self.is_admin and self.caller.may_act_for(person.member))

    def sees_id(self, person: HsaId) -> bool:
        found = self.snapshot.person(person)
        return found is None or self.sees(found)

    def entry(self, entry: Entry) -> EntryShape:
        match entry:
            case Member():
                return self.member(entry)
            case CareProvider():
                return _care_provider(entry)
            case Unit():
                return self.unit(entry)
            case Person():
                return self.person(entry)
            case Assignment():
                return self.assignment(entry)

    def change(self, before: Entry | None, after: Entry | None) -> ChangeShape | None:
        """``None`` when it is about a person whom the caller may not see, as she was, as she became or as she is."""
        told = after if after is not None else before
        assert told is not None, "the journal holds no change of nothing"
        if any(isinstance(entry, Person) and not self.sees(entry) for entry in (before, after)):
            return None
        if isinstance(told, Person) and not self.sees_id(told.hsa_id):
            return None
        return ChangeShape(
            hsa_id=str(told.hsa_id),
            kind=kind_of(told),
            before=None if before is None else self.entry(before),
            after=None if after is None else self.entry(after),
        )

    def member(self, member: Member) -> MemberShape:
        return MemberShape(
            hsa_id=str(member.hsa_id),
            name=member.name,
            organisation_number=str(member.organisation_number),
            id_prefixes=list(member.id_prefixes),
            directory_contact=member.directory_contact,
            mail=member.mail,
            telephone=member.telephone,
            postal_address=member.postal_address,
            municipality_code=member.municipality_code,
        )

    def unit(self, unit: Unit) -> UnitShape:
        return UnitShape(
            hsa_id=str(unit.hsa_id),
            member=str(unit.member),
            parent=_maybe(unit.parent),
            name=unit.name,
            care_provider=_maybe(unit.care_provider),
            kind=unit.kind,
            care_type=unit.care_type,
            municipality_code=unit.municipality_code,
            municipality_name=unit.municipality_name,
            telephone=unit.telephone,
            mail=unit.mail,
            postal_address=unit.postal_address,
            opening_hours=list(unit.opening_hours),
            public=unit.public,
            source=unit.source,
            source_id=unit.source_id,
            period=_period(unit.period),
        )

    def person(self, person: Person) -> PersonShape:
        return PersonShape(
            hsa_id=str(person.hsa_id),
            member=str(person.member),
            full_name=person.full_name,
            family_name=person.family_name,
            given_name=person.given_name,
            title=person.title,
            licences=list(person.licences),
            licence_restrictions=list(person.licence_restrictions),
            mail=person.mail,
            telephone=person.telephone,
            protected=person.protected,
            feigned=person.feigned,
            archived=person.archived,
            source=person.source,
            period=_period(person.period),
        )

    def assignment(self, assignment: Assignment) -> AssignmentShape:
        return AssignmentShape(
            hsa_id=str(assignment.hsa_id),
            member=str(assignment.member),
            unit=str(assignment.unit),
            name=assignment.name,
            purpose=assignment.purpose,
            rights=list(assignment.rights),
            memberships=[
                MembershipShape(person=str(held.person), period=_period(held.period))
                for held in assignment.memberships
                if self.sees_id(held.person)
            ],
            source=assignment.source,
            period=_period(assignment.period),
        )


def _care_provider(provider: CareProvider) -> CareProviderShape:
    return CareProviderShape(
        hsa_id=str(provider.hsa_id),
        member=str(provider.member),
        name=provider.name,
        organisation_number=str(provider.organisation_number),
        capacity=provider.capacity.value,
        period=_period(provider.period),
    )


def _period(period: Period) -> PeriodShape:
    return PeriodShape(start=period.start, end=period.end)


def _maybe(hsa_id: HsaId | None) -> str | None:
    return None if hsa_id is None else str(hsa_id)
