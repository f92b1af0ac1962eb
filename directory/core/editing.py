"""Which attribute of an entry is set how: at its creation, by an ordinary change, or only by a verb of its own.

Each attribute stands on one list; one that stands on none of them is set by nobody, and a test finds it.
"""

from collections.abc import Mapping
from enum import Flag, auto

from directory.core.entries import FIELDS, Entry


class SetBy(Flag):
    """The ways in which an attribute gets its value."""

    HOUSE = auto()
    """By the directory itself: ids, look-up hashes, marks that follow from a verb."""
    CREATION = auto()
    """When the entry is made, and then never again."""
    CHANGE = auto()
    """When the entry is made, and by an ordinary change."""
    PLACE = auto()
    """When the entry is made, and by moving it."""
    ASSIGNING = auto()
    """By saying who holds it."""
    LICENCE_REGISTER = auto()
    """From the licence register (HOSP), never by hand.  (HSA, rule of quality 4)"""
    STAFF_LIST = auto()
    """By a staff list."""


_NAMED: Mapping[str, SetBy] = {
    "hsa_id": SetBy.HOUSE,
    "archived": SetBy.HOUSE,
    "merged_into": SetBy.HOUSE,
    "number_lookup": SetBy.HOUSE,
    "member": SetBy.CREATION,
    "organisation_number": SetBy.CREATION,
    "capacity": SetBy.CREATION,
    "system": SetBy.CREATION,
    "role": SetBy.CREATION,
    "table": SetBy.CREATION,
    "parent": SetBy.PLACE,
    "unit": SetBy.PLACE,
    "memberships": SetBy.ASSIGNING,
    "licences": SetBy.LICENCE_REGISTER,
    "licence_restrictions": SetBy.LICENCE_REGISTER,
    "specialities": SetBy.LICENCE_REGISTER,
    "prescription_rights": SetBy.LICENCE_REGISTER,
    "source": SetBy.STAFF_LIST,
    "source_id": SetBy.STAFF_LIST,
}
"""What is not set by an ordinary change; it means the same in every kind that has it."""


def attributes(kind: type[Entry], ways: SetBy) -> tuple[str, ...]:
    """The attributes of ``kind`` that are set in one of ``ways``, in the order of the entry."""
    return tuple(name for name in FIELDS[kind] if _NAMED.get(name, SetBy.CHANGE) & ways)


AT_CREATION = SetBy.CREATION | SetBy.CHANGE | SetBy.PLACE
