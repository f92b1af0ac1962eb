"""Which assignments are whole enough to be told at all: one that lacks anything is suppressed whole, a malformed right
alone.  (HSA, rule of quality 2)

Ids and organisation numbers are not asked about: ``HsaId`` and ``OrganisationNumber`` refuse what is malformed, so that
an entry with such a one is never read. Boundary: whether a whole assignment counts at an instant is ``currency``'s
question; what it opens is ``authz``'s.
"""

from enum import StrEnum

from directory.core.entries import Assignment, CareProvider, Unit
from directory.core.field_rules import problem_with
from directory.core.snapshot import Snapshot
from vocabulary.refusals import InvalidValue
from vocabulary.right import Right


class Lack(StrEnum):
    """What is missing or malformed, so that an assignment, or a care unit, is not told."""

    NAME = "its name"
    PURPOSE = "its purpose"
    PLACE = "the unit or care provider that it stands at"
    UNIT_NAME = "the unit's name"
    PROVIDER = "the care provider that its unit must point at"
    PROVIDER_NAME = "the care provider's name"


def lacks_of(snapshot: Snapshot, assignment: Assignment) -> tuple[Lack, ...]:
    """Everything that suppresses ``assignment``; empty when it may be told."""
    found = []
    if problem_with(assignment, "name") is not None:
        found.append(Lack.NAME)
    if problem_with(assignment, "purpose") is not None:
        found.append(Lack.PURPOSE)
    unit = snapshot.unit(assignment.unit)
    if unit is not None:
        return (*found, *care_unit_lacks(snapshot, unit))
    provider = snapshot.care_provider(assignment.unit)
    return (*found, Lack.PLACE) if provider is None else (*found, *provider_lacks(provider))


def care_unit_lacks(snapshot: Snapshot, unit: Unit) -> tuple[Lack, ...]:
    """What keeps ``unit`` from being told as a care unit: its own name, and its one provider's."""
    named = () if problem_with(unit, "name") is None else (Lack.UNIT_NAME,)
    provider = None if unit.care_provider is None else snapshot.care_provider(unit.care_provider)
    return (*named, Lack.PROVIDER) if provider is None else (*named, *provider_lacks(provider))


def provider_lacks(provider: CareProvider) -> tuple[Lack, ...]:
    return () if problem_with(provider, "name") is None else (Lack.PROVIDER_NAME,)


def told_rights(assignment: Assignment) -> tuple[Right, ...]:
    """Its rights without those that are malformed."""
    return tuple(right for text in assignment.rights if (right := _right(text)) is not None)


def _right(text: str) -> Right | None:
    try:
        return Right.parse(text)
    except InvalidValue:
        return None
