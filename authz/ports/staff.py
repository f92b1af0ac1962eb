"""What decisions ask the directory: who somebody is, what she is assigned to, where a unit stands.

``UNKNOWN`` says that nobody could tell, and denies.
"""

from collections.abc import Iterator
from typing import Protocol

from authz.core.directory_facts import AdminAssignmentInUse, DirectoryEntry
from authz.core.directory_words import EntryKind
from authz.core.facts import AssignmentInUse, Colleague, Delegator, InformationPlace, Reader
from authz.core.request import PatientKey
from authz.core.unknown import Unknown
from vocabulary.hsa_id import HsaId


class StaffView(Protocol):
    """One revision of the directory, unchanging: everything that one answer rests on is read from one view.

    ``None`` says that there is no such entry. An assignment is ``None`` also when it is not the person's, or is
    suppressed whole (DOMAIN 4); dates are left to the rules.
    """

    @property
    def revision(self) -> int: ...

    def reader(self, person: HsaId) -> Reader | None: ...

    def assignment(self, assignment: HsaId, person: HsaId) -> AssignmentInUse | None: ...

    def place(self, unit: HsaId) -> InformationPlace | None: ...

    def delegator(self, person: HsaId) -> Delegator | None: ...

    def colleague(self, person: HsaId) -> Colleague | None: ...

    def admin_assignments(self, person: HsaId) -> tuple[AdminAssignmentInUse, ...]:
        """All that the person holds, whatever their dates."""
        ...

    def entry(self, entry: HsaId, asker: HsaId) -> DirectoryEntry | None:
        """The entry of whatever kind; ``own`` are the memberships of ``asker``, as any of her employee records."""
        ...

    def below(self, place: HsaId, kind: EntryKind) -> DirectoryEntry | None:
        """An entry of ``kind`` as it would stand right below ``place``; ``None`` where nothing can."""
        ...

    def named(self, name: str) -> HsaId | None:
        """The id of the one entry with this distinguished name (RFC 4514), or ``None``."""
        ...

    def holders(self, office: str, member: HsaId) -> tuple[HsaId, ...]:
        """Who holds an office of a member now: a current system role of the system `tillit`."""
        ...

    def name_of(self, entry: HsaId) -> str | None:
        """What people call a person, a unit, a provider or a member; ``None`` for nobody, and for who is protected."""
        ...

    def employed_as(self, patient: PatientKey) -> tuple[HsaId, ...]:
        """The employee records of whoever has the patient's number, ended ones too; protected ones as well."""
        ...

    def member_of_unit(self, unit: HsaId) -> HsaId | None: ...

    def member_of_provider(self, provider: HsaId) -> HsaId | None: ...


class Staff(Protocol):
    def view(self) -> StaffView | Unknown:
        """The newest revision, or ``UNKNOWN`` when it is too long since it was confirmed. Never blocks."""
        ...


class StaffLists(Protocol):
    """Who and what there is in the directory at one revision, for searches; what of it somebody may, the rules say.

    People are told by their records, whatever their dates. What comes *after* a key is in the order of ``HsaId.key``.
    """

    def assignments_of(self, person: HsaId) -> tuple[HsaId, ...]:
        """Those that the person holds, whatever the dates."""
        ...

    def holders_of(self, assignment: HsaId) -> tuple[HsaId, ...]: ...

    def held_at(self, unit: HsaId) -> tuple[tuple[HsaId, HsaId], ...]:
        """Person and assignment, for every assignment at the unit itself."""
        ...

    def held_for_other_purposes(self) -> tuple[tuple[HsaId, HsaId], ...]:
        """Person and assignment, for every assignment with another purpose than care."""
        ...

    def places(self) -> tuple[InformationPlace, ...]:
        """The units that belong to a care provider, in order."""
        ...

    def people_after(self, key: str) -> Iterator[HsaId]: ...

    def administrators_after(self, key: str) -> Iterator[HsaId]:
        """The people who hold an admin assignment."""
        ...

    def entries_after(self, key: str) -> Iterator[HsaId]: ...


class ListedStaff(Protocol):
    def look(self) -> tuple[StaffView, StaffLists] | Unknown:
        """Both of the newest revision, or ``UNKNOWN`` when it is too long since it was confirmed. Never blocks."""
        ...
