"""What a list leads to, one value per kind of step. Steps are complete: carrying them out needs no further thought.

Steps of one plan name a person by ``anchor``, unique in its source. ``line`` is for people, ``None`` if no row speaks.
"""

from dataclasses import dataclass

from sync.core.people import Profile
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.personal_number import PersonalIdentityNumber


@dataclass(frozen=True, slots=True)
class Join:
    """A person who is not in the directory. The directory gives her an HSA-id when the step is carried out."""

    line: int
    anchor: str
    profile: Profile
    lookup: str | None
    number: PersonalIdentityNumber | None
    period: Period


@dataclass(frozen=True, slots=True)
class Adopt:
    """From now on this source feeds a person who was already there without a source."""

    line: int
    anchor: str
    hsa_id: HsaId
    profile: Profile
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Return:
    """Somebody who had left is back: her period becomes ``period``. Her memberships come as ``Assign``."""

    line: int
    anchor: str
    hsa_id: HsaId
    profile: Profile
    period: Period
    protected: bool = False


@dataclass(frozen=True, slots=True)
class FieldChange:
    """``before`` and ``after`` are as shown; those of a personal number are always ``None``."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """The person's ``profile`` and ``period`` become these; ``changes`` says in which fields they differ.

    The number changes only when ``lookup`` is set.
    """

    line: int
    anchor: str
    hsa_id: HsaId
    profile: Profile
    period: Period
    changes: tuple[FieldChange, ...]
    lookup: str | None = None
    number: PersonalIdentityNumber | None = None
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Assign:
    """The person's membership in the assignment gets ``period``; ``before`` is its period when she already had one.

    ``hsa_id`` is ``None`` for somebody who joins in the same plan.
    """

    line: int
    anchor: str
    hsa_id: HsaId | None
    profile: Profile
    assignment: HsaId
    assignment_name: str
    period: Period
    before: Period | None = None
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Unassign:
    """The person's membership in the assignment ends at the moment of carrying out."""

    line: int
    anchor: str
    hsa_id: HsaId
    profile: Profile
    assignment: HsaId
    assignment_name: str
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Leave:
    """The person and all her memberships (``memberships``, of any member) end at the moment of carrying out.

    ``line`` is set when a row says that she has ended, and ``None`` when no row speaks of her.
    """

    line: int | None
    anchor: str
    hsa_id: HsaId
    profile: Profile
    memberships: tuple[HsaId, ...]
    protected: bool = False


Step = Join | Adopt | Return | Change | Assign | Unassign | Leave

KINDS: dict[type, str] = {
    Join: "join",
    Adopt: "adopt",
    Return: "return",
    Change: "change",
    Assign: "assign",
    Unassign: "unassign",
    Leave: "leave",
}
"""How each kind is called in counts and answers, in the order in which one person's steps are carried out."""
