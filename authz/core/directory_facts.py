"""What the directory tells a decision about who administers, and about the entry that is asked for.

A place is told by the HSA-ids of all that contains it. ``UNKNOWN`` says that the tree could not be followed.
"""

from dataclasses import dataclass

from authz.core.directory_words import EntryKind
from authz.core.unknown import Unknown
from vocabulary.duties import Duty
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

Places = frozenset[HsaId]


@dataclass(frozen=True, slots=True)
class Area:
    """A member or unit with all that stands below it. ``above`` is what it stands below itself, its member included.

    ``member`` is ``None`` when there is no such place: then it stands nowhere.
    """

    id: HsaId
    member: HsaId | None
    above: Places | Unknown


@dataclass(frozen=True, slots=True)
class Power:
    """What an admin assignment gives to whoever holds it. ``areas`` are ``None`` for the whole region."""

    areas: tuple[Area, ...] | None
    duties: frozenset[Duty]


@dataclass(frozen=True, slots=True)
class AdminAssignmentInUse:
    """One admin assignment as one person holds it.

    ``period`` is what the assignment, the membership, the person and the owning member have in common; what is put away
    has none. Areas that the owner may not give, or that are nowhere, and duties that nobody knows are left out.
    """

    id: HsaId
    power: Power
    period: Period
    version: int = 1


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """One entry as it stands, or as it will stand after the change in question.

    ``above`` holds the units above it up to and with its member, not itself. ``work`` is for people: for each of her
    assignments that is not over, all that contains it. ``provider`` is a unit's care provider, ``inherited`` the one
    of the unit right above. ``own`` are the asker's own memberships of it, whatever dates. ``power`` is what an admin
    assignment gives, ``powers`` what a person may administer, now or later. ``lets_in`` holds the members whose people
    the change lets hold it.
    """

    id: HsaId
    kind: EntryKind
    member: HsaId
    above: Places | Unknown
    work: tuple[Places | Unknown, ...] = ()
    protected: bool = False
    provider: HsaId | None = None
    inherited: HsaId | None = None
    own: tuple[Period, ...] = ()
    power: Power | None = None
    powers: tuple[AdminAssignmentInUse, ...] = ()
    lets_in: frozenset[HsaId] = frozenset()
    version: int = 1
