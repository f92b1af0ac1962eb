"""A directory in memory that keeps the promises of ``sync.ports.StaffRegister``, and parts for lists and sources.

It can be told to be interrupted: before a commit, or after it and before its answer.
"""

import hashlib
import hmac
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sync import Source, Sync
from sync.core.people import Employee, HeldMembership, StaffAssignment, StaffUnit
from sync.core.steps import Adopt, Assign, Change, Join, Leave, Return, Step, Unassign
from sync.edge.csv.reader import StaffListReader
from sync.ports import Runs, Sources
from sync.refusals import RegisterMoved, RegisterUnavailable
from tests.parts import HeldClock
from vocabulary.hsa_id import HsaId
from vocabulary.personal_number import PersonalIdentityNumber

ARJEPLOG = HsaId.parse("SE2120002668-O001")
REGION = HsaId.parse("SE2321000230-O001")
HOME_CARE = HsaId.parse("SE2120002668-E001")
SPECIAL_HOUSING = HsaId.parse("SE2120002668-E002")
CLOSED_UNIT = HsaId.parse("SE2120002668-E003")
CARE_CENTRE = HsaId.parse("SE2321000230-E001")
NURSE = HsaId.parse("SE2120002668-A001")
ASSISTANT = HsaId.parse("SE2120002668-A002")
NIGHT_NURSE = HsaId.parse("SE2120002668-A003")
DOCTOR = HsaId.parse("SE2321000230-A001")


class TestSeal:
    __test__ = False

    def __init__(self) -> None:
        self._key = b"k" * 32

    def lookup(self, number: PersonalIdentityNumber) -> str:
        return "1:" + hmac.digest(self._key, number.reveal().encode(), hashlib.sha256).hex()

    def close(self, number: PersonalIdentityNumber) -> bytes:
        nonce = os.urandom(12)
        return nonce + AESGCM(self._key).encrypt(nonce, number.reveal().encode(), None)

    def open(self, sealed: bytes) -> PersonalIdentityNumber:
        return PersonalIdentityNumber.parse(AESGCM(self._key).decrypt(sealed[:12], sealed[12:], None).decode())


class Interrupted(BaseException):
    """Stands for kill -9: no code of ours can catch it by catching refusals."""


@dataclass
class MemoryRegister:
    units: dict[HsaId, tuple[HsaId, StaffUnit]]
    assignments: dict[HsaId, StaffAssignment]
    people: dict[HsaId, Employee]
    numbers: dict[HsaId, str]
    revision: int = 1
    serial: int = 0
    interrupt: str | None = None

    def __post_init__(self) -> None:
        self.commits: dict[int, str] = {}

    def view(self) -> "MemoryView":
        return MemoryView(self.revision, dict(self.people), dict(self.units), dict(self.assignments))

    def carry_out(
        self,
        source: Source,
        steps: Sequence[Step],
        *,
        at: datetime,
        expected_revision: int,
        run_id: str,
        actor: str,
        reason: str,
    ) -> int:
        if self.interrupt == "before":
            self.interrupt = None
            raise Interrupted
        if self.interrupt == "unavailable":
            self.interrupt = None
            raise RegisterUnavailable("the directory did not answer")
        if self.interrupt == "moved":
            self.interrupt = None
            self.revision += 1
        if expected_revision != self.revision:
            raise RegisterMoved("the directory has moved")
        people, numbers = dict(self.people), dict(self.numbers)
        by_anchor = {p.anchor.casefold(): p.hsa_id for p in people.values() if p.source == source.id and p.anchor}
        for step in steps:
            self._do(step, source, at, people, numbers, by_anchor)
        self.people, self.numbers = people, numbers
        self.revision += 1
        self.commits[self.revision] = run_id
        if self.interrupt == "after":
            self.interrupt = None
            raise Interrupted
        return self.revision

    def revision_of_run(self, run_id: str, *, base_revision: int) -> int | None:
        return base_revision + 1 if self.commits.get(base_revision + 1) == run_id else None

    def _do(
        self,
        step: Step,
        source: Source,
        at: datetime,
        people: dict[HsaId, Employee],
        numbers: dict[HsaId, str],
        by_anchor: dict[str, HsaId],
    ) -> None:
        match step:
            case Join():
                self.serial += 1
                hsa_id = HsaId.parse(f"{source.member.prefix}-P{self.serial:05}")
                by_anchor[step.anchor.casefold()] = hsa_id
                people[hsa_id] = Employee(
                    hsa_id, source.member, step.profile, source.id, step.anchor, step.lookup, step.period
                )
                if step.number is not None:
                    numbers[hsa_id] = step.number.reveal()
            case Adopt():
                by_anchor[step.anchor.casefold()] = step.hsa_id
                people[step.hsa_id] = replace(people[step.hsa_id], source=source.id, anchor=step.anchor)
            case Return():
                people[step.hsa_id] = replace(people[step.hsa_id], period=step.period)
            case Change():
                person = replace(people[step.hsa_id], profile=step.profile, period=step.period)
                if step.lookup is not None and step.number is not None:
                    person = replace(person, lookup=step.lookup)
                    numbers[step.hsa_id] = step.number.reveal()
                people[step.hsa_id] = person
            case Assign():
                hsa_id = step.hsa_id or by_anchor[step.anchor.casefold()]
                held = HeldMembership(step.assignment, source.member, step.assignment_name, step.period)
                others = tuple(m for m in people[hsa_id].memberships if m.assignment != step.assignment)
                people[hsa_id] = replace(people[hsa_id], memberships=(*others, held))
            case Unassign():
                people[step.hsa_id] = _without(people[step.hsa_id], (step.assignment,), at)
            case Leave():
                person = _without(people[step.hsa_id], step.memberships, at)
                people[step.hsa_id] = replace(person, period=person.period.ended_at(at))


def _without(person: Employee, ended: tuple[HsaId, ...], at: datetime) -> Employee:
    memberships = tuple(
        replace(m, period=m.period.ended_at(at)) if m.assignment in ended else m for m in person.memberships
    )
    return replace(person, memberships=memberships)


@dataclass(frozen=True)
class MemoryView:
    revision: int
    people: dict[HsaId, Employee]
    units: dict[HsaId, tuple[HsaId, StaffUnit]]
    assignments: dict[HsaId, StaffAssignment]

    def id_prefixes(self, member: HsaId) -> frozenset[str]:
        return frozenset({member.prefix}) if member in (ARJEPLOG, REGION) else frozenset()

    def people_from(self, source: str) -> Iterable[Employee]:
        return [person for person in self.people.values() if person.source == source]

    def people_with_number(self, member: HsaId, lookup: str) -> tuple[Employee, ...]:
        return tuple(p for p in self.people.values() if p.lookup == lookup and p.member == member)

    def units_of(self, member: HsaId) -> Iterable[StaffUnit]:
        return [unit for owner, unit in self.units.values() if owner == member]

    def member_of_unit(self, unit: HsaId) -> HsaId | None:
        return self.units[unit][0] if unit in self.units else None

    def assignments_of_unit(self, unit: HsaId) -> tuple[StaffAssignment, ...]:
        return tuple(assignment for assignment in self.assignments.values() if assignment.unit == unit)


def arjeplog_register(clock: HeldClock) -> MemoryRegister:
    """Two units of Arjeplog with assignments, one that has closed, and one care centre of the region."""
    closed = replace(
        StaffUnit(CLOSED_UNIT, "Gamla hemmet", "910"),
        period=StaffUnit(CLOSED_UNIT, "").period.ended_at(clock.now()),
    )
    units = [
        (ARJEPLOG, StaffUnit(HOME_CARE, "Hemtjänst Arjeplog", "900")),
        (ARJEPLOG, StaffUnit(SPECIAL_HOUSING, "Solbacken", "905")),
        (ARJEPLOG, closed),
        (REGION, StaffUnit(CARE_CENTRE, "Arjeplogs hälsocentral", "77")),
    ]
    assignments = [
        StaffAssignment(NURSE, HOME_CARE, "Sjuksköterska, vård och behandling"),
        StaffAssignment(ASSISTANT, HOME_CARE, "Hemtjänst"),
        StaffAssignment(NIGHT_NURSE, SPECIAL_HOUSING, "Natt"),
        StaffAssignment(HsaId.parse("SE2120002668-A004"), SPECIAL_HOUSING, "Dag"),
        StaffAssignment(HsaId.parse("SE2120002668-A005"), SPECIAL_HOUSING, "Dag"),
        StaffAssignment(DOCTOR, CARE_CENTRE, "Läkare"),
    ]
    return MemoryRegister(
        {unit.hsa_id: (member, unit) for member, unit in units},
        {assignment.hsa_id: assignment for assignment in assignments},
        {},
        {},
    )


def arjeplog_source(**changes: object) -> Source:
    source = Source("arjeplog-hr", ARJEPLOG, "Personalsystemet", {}, {"hemtjänst": HOME_CARE})
    return replace(source, **changes)  # type: ignore[arg-type] # a test's keywords are the fields of the source


HEADER = "anchor;personal_number;given_name;family_name;title;unit;email;phone;start_date;end_date;assignments"


def row(anchor: str, **cells: str) -> str:
    """One line under ``HEADER``: Anna Berg in home care, unless the cells say otherwise."""
    values = {
        "anchor": anchor, "personal_number": "", "given_name": "Anna", "family_name": "Berg", "title": "Undersköterska",
        "unit": "900", "email": "", "phone": "", "start_date": "", "end_date": "", "assignments": "Hemtjänst",
    } | cells  # fmt: skip
    assert len(values) == 11
    return ";".join(values.values())


def listing(*rows: str) -> bytes:
    return "\r\n".join((HEADER, *rows)).encode()


def make_sync(register: MemoryRegister, sources: Sources, runs: Runs, clock: HeldClock) -> Sync:
    return Sync(
        reader=StaffListReader(),
        register=register,
        sources=sources,
        runs=runs,
        seal=TestSeal(),
        clock=clock,
        random_bytes=os.urandom,
    )
