"""What the directory holds, in sync's words: employees, units and assignments, each as far as a list can touch it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from vocabulary.hsa_id import HsaId
from vocabulary.period import ALWAYS, Period


def is_over(period: Period, now: datetime) -> bool:
    """True when nothing of ``period`` lies ahead: it has ended, or was cut before it began and is empty."""
    return period.end is not None and (period.end <= now or period.end == period.start)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a list says of a person herself."""

    given_name: str | None
    family_name: str
    title: str | None = None
    email: str | None = None
    phone: str | None = None

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}" if self.given_name else self.family_name


@dataclass(frozen=True, slots=True)
class HeldMembership:
    """One person's part in one assignment, as the directory has it. ``member`` is whose assignment it is."""

    assignment: HsaId
    member: HsaId
    name: str
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class Employee:
    """A person in the directory. ``source`` and ``anchor`` are both set or both ``None``.

    ``lookup`` is the keyed hash of her personal number. ``memberships`` are all of hers, whatever dates and member.
    """

    hsa_id: HsaId
    member: HsaId
    profile: Profile
    source: str | None = None
    anchor: str | None = None
    lookup: str | None = None
    period: Period = ALWAYS
    memberships: tuple[HeldMembership, ...] = ()
    protected: bool = False


@dataclass(frozen=True, slots=True)
class StaffUnit:
    """A unit of the member. ``own_code`` is the member's own code for it, where the directory has one."""

    hsa_id: HsaId
    name: str
    own_code: str | None = None
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class StaffAssignment:
    """An assignment that the member's people can be given."""

    hsa_id: HsaId
    unit: HsaId
    name: str
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class Present:
    """Everything that a plan is made against, read at one ``revision``.

    ``people`` are all that the source has ever fed, ended ones too. ``with_number`` answers for the look-ups of
    first-time anchors: the member's people with that number. ``units_elsewhere`` are units of other members, among
    those that the list names.
    """

    revision: int
    id_prefixes: frozenset[str]
    people: tuple[Employee, ...]
    with_number: Mapping[str, tuple[Employee, ...]]
    units: tuple[StaffUnit, ...]
    units_elsewhere: frozenset[HsaId]
    assignments: tuple[StaffAssignment, ...]
