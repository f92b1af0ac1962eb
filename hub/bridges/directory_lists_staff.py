"""The directory lists who and what there is, for searches: everything of one answer from the same snapshot.

What a search of a large region needs often (the units; the few assignments for other purposes than care) is kept with
the snapshot that it was made of, and made anew from what differs.
"""

import heapq
from collections.abc import Iterator

from authz.core.facts import InformationPlace
from authz.core.unknown import UNKNOWN, Unknown
from authz.ports import StaffLists, StaffView
from directory import Assignment, Directory, Person, Snapshot
from directory.core.entries import KINDS
from hub.bridges.directory_answers_authz import DirectoryStaff, StaffFacts
from vocabulary.codes import Purpose
from vocabulary.hsa_id import HsaId

Held = tuple[HsaId, HsaId]


class DirectoryLists:
    """Keeps ``authz.ports.ListedStaff``."""

    def __init__(self, directory: Directory, staff: DirectoryStaff) -> None:
        self._directory, self._staff = directory, staff
        self._lists: SnapshotLists | None = None

    def look(self) -> tuple[StaffView, StaffLists] | Unknown:
        snapshot = self._directory.snapshot()
        view = self._staff.view_of(snapshot)
        if view is UNKNOWN:
            return UNKNOWN
        lists = self._lists
        if lists is None or lists.snapshot is not snapshot:
            lists = self._lists = SnapshotLists(view, lists)
        return view, lists


class SnapshotLists:
    """Keeps ``authz.ports.StaffLists`` over one snapshot; ``before`` are those of an earlier one."""

    def __init__(self, view: StaffFacts, before: "SnapshotLists | None" = None) -> None:
        self.snapshot: Snapshot = view.snapshot
        self._view = view
        self._others: dict[str, Assignment] = _other_purposes(self.snapshot, before)
        self._places: tuple[InformationPlace, ...] | None = None

    @property
    def others(self) -> dict[str, Assignment]:
        """The assignments for other purposes than care, by key; only read."""
        return self._others

    def assignments_of(self, person: HsaId) -> tuple[HsaId, ...]:
        return tuple(held.hsa_id for held in self.snapshot.assignments_of(person))

    def holders_of(self, assignment: HsaId) -> tuple[HsaId, ...]:
        found = self.snapshot.assignment(assignment)
        return () if found is None else tuple({held.person: None for held in found.memberships})

    def held_at(self, unit: HsaId) -> tuple[Held, ...]:
        below = (entry for entry in self.snapshot.below(unit) if isinstance(entry, Assignment))
        return tuple(held for assignment in below for held in _held(assignment))

    def held_for_other_purposes(self) -> tuple[Held, ...]:
        return tuple(held for assignment in self._others.values() for held in _held(assignment))

    def places(self) -> tuple[InformationPlace, ...]:
        if self._places is None:
            units = sorted(unit.hsa_id.key for unit in self.snapshot.units() if unit.care_provider is not None)
            found = (self._view.place(HsaId.parse(key)) for key in units)
            self._places = tuple(place for place in found if place is not None and place.unit_provider is not None)
        return self._places

    def people_after(self, key: str) -> Iterator[HsaId]:
        return (person.hsa_id for person in self.snapshot.after(Person, key))

    def administrators_after(self, key: str) -> Iterator[HsaId]:
        held = {one.person for each in self.snapshot.admin_assignments() for one in each.memberships}
        return iter(sorted((person for person in held if person.key > key), key=lambda person: person.key))

    def entries_after(self, key: str) -> Iterator[HsaId]:
        kinds = (self.snapshot.after(kind, key) for kind in KINDS.values())
        return (entry.hsa_id for entry in heapq.merge(*kinds, key=lambda entry: entry.hsa_id.key))


def _held(assignment: Assignment) -> Iterator[Held]:
    for person in {membership.person: None for membership in assignment.memberships}:
        yield person, assignment.hsa_id


def _other_purposes(snapshot: Snapshot, before: SnapshotLists | None) -> dict[str, Assignment]:
    differing = None if before is None else snapshot.differing_from(before.snapshot, Assignment)
    if before is None or differing is None:
        return {one.hsa_id.key: one for one in snapshot.assignments() if _is_other(one)}
    made = dict(before.others)
    for key in differing:
        found = snapshot.assignment(HsaId.parse(key))
        if found is not None and _is_other(found):
            made[key] = found
        else:
            made.pop(key, None)
    return made


def _is_other(assignment: Assignment) -> bool:
    return bool(assignment.purpose) and assignment.purpose != Purpose.CARE
