"""A member with two units, a person who administers some of it, and entries that each test changes."""

from dataclasses import replace
from typing import Any

from authz.core.directory_facts import AdminAssignmentInUse, Area, DirectoryEntry, Power
from authz.core.directory_words import AttributeClass, EntryKind
from authz.core.facts import Colleague, Facts, Reader
from authz.core.request import Action, DirectoryObject, Request
from tests.authz.core.situations import NOW, NURSE, ask, facts
from vocabulary.duties import Duty
from vocabulary.hsa_id import HsaId
from vocabulary.period import ALWAYS, Period

BODEN, LULEA = HsaId.parse("SE2120002767-HM01"), HsaId.parse("SE2120002742-HM01")
OFFICE, ROOM = HsaId.parse("SE2120002767-E0001"), HsaId.parse("SE2120002767-E0002")
LULEAS = HsaId.parse("SE2120002742-E0001")
COLLEAGUE = HsaId.parse("SE2120002767-P0002")

MEMBER, UNIT, SUBUNIT = Area(BODEN, BODEN, frozenset()), Area(OFFICE, BODEN, frozenset({BODEN})), Area(
    ROOM, BODEN, frozenset({OFFICE, BODEN})
)  # fmt: skip
ELSEWHERE = Area(LULEAS, LULEA, frozenset({LULEA}))


def held(*duties: Duty, areas: tuple[Area, ...] | None = (MEMBER,), period: Period = ALWAYS) -> AdminAssignmentInUse:
    """``areas`` are ``None`` for the whole region."""
    hsa_id = HsaId.parse("SE2120002767-A0001")
    return AdminAssignmentInUse(hsa_id, Power(areas, frozenset(duties or (Duty.ADMINISTER,))), period)


def an_entry(kind: EntryKind = EntryKind.FUNCTION, **fields: Any) -> DirectoryEntry:
    """In the room, unless something else is said."""
    hsa_id = HsaId.parse("SE2120002767-X0001")
    return replace(DirectoryEntry(hsa_id, kind, BODEN, frozenset({ROOM, OFFICE, BODEN})), **fields)


def a_person(**fields: Any) -> DirectoryEntry:
    plain = DirectoryEntry(COLLEAGUE, EntryKind.PERSON, BODEN, frozenset({BODEN}))
    return replace(plain, **fields)


def an_admin_assignment(*duties: Duty, areas: tuple[Area, ...] | None = (UNIT,), **fields: Any) -> DirectoryEntry:
    power = Power(areas, frozenset(duties))
    return an_entry(EntryKind.ADMIN_ASSIGNMENT, above=frozenset({BODEN}), power=power, **fields)


def wants(entry: DirectoryEntry, action: Action = Action.CHANGE, *classes: AttributeClass) -> Request:
    return ask(DirectoryObject(entry.id, frozenset(classes)), action, patient=None)


def standing(entry: DirectoryEntry, *admin_assignments: AdminAssignmentInUse, **changes: Any) -> Facts:
    """The facts of a question about ``entry`` by somebody who holds these, and no ordinary assignment."""
    known = entry.kind is EntryKind.PERSON
    colleague = Colleague(entry.id, entry.protected) if known else None
    plain = facts(reader=Reader(NURSE, None), assignment=None, colleague=colleague, entry=entry)
    return replace(plain, admin_assignments=admin_assignments, now=NOW, **changes)
