"""A second, naive implementation of decision 0018, written from that page alone: lists and loops, no indexes.

It shares nothing with the rules. ``Oracle`` is one state of the directory at one instant.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from directory import Assignment, CareProvider, Change, Entry, Member, Person, Unit
from directory.core.entries import AdminAssignment, CodeTable, Function, SystemRole, VideoEndpoint
from vocabulary.period import Period

CLASSES = {
    "protected": "protected", "period": "validity", "archived": "validity", "member": "place", "parent": "place",
    "unit": "place", "owner": "place", "care_provider": "place", "memberships": "holders", "purpose": "authority",
    "rights": "authority", "areas": "authority", "duties": "authority", "system": "authority", "role": "authority",
    "number_lookup": "identity", "source": "identity", "source_id": "identity", "merged_into": "identity",
    "feigned": "identity",
    "licences": "licences", "licence_restrictions": "licences", "specialities": "licences",
    "prescription_rights": "licences", "organisation_number": "registration", "id_prefixes": "registration",
    "capacity": "registration", "table": "registration", "codes": "registration",
}  # fmt: skip
KNOWN_DUTIES = {"administer", "create_assignments", "assign_people", "keep_licences", "see_protected", "read"}
CONTAINED = {"administer": {"administer", "create_assignments", "assign_people", "read"}}


@dataclass
class Grant:
    areas: list[str] | None
    duties: set[str]
    period: Period

    def lets(self, duty: str) -> bool:
        return any(duty in CONTAINED.get(own, {own}) for own in self.duties)


class Oracle:
    def __init__(self, entries: Iterable[Entry], now: datetime) -> None:
        self.entries, self.now = {str(entry.hsa_id): entry for entry in entries}, now

    # -- what counts ----------------------------------------------------------------------------------------------

    def grants_of(self, person: str, *, at_any_time: bool = False) -> list[tuple[str, Grant]]:
        found = []
        record = self.entries.get(person)
        for key, entry in self.entries.items():
            if not isinstance(entry, AdminAssignment) or not isinstance(record, Person):
                continue
            owner = self.entries.get(str(entry.member))
            if not isinstance(owner, Member) or owner.archived or entry.archived or record.archived:
                continue
            for held in entry.memberships:
                if str(held.person) == person:
                    period = entry.period.within(owner.period).within(record.period).within(held.period)
                    if at_any_time or period.contains(self.now):
                        found.append((key, Grant(self.areas_given(entry, owner), self.duties(entry), period)))
        return found

    def areas_given(self, entry: AdminAssignment, owner: Member) -> list[str] | None:
        regional = len(owner.municipality_code or "") == 2
        if not entry.areas:
            return None if regional else []
        places = [area for area in entry.areas if isinstance(self.entries.get(area), Member | Unit)]
        return [area for area in places if regional or self.member(self.entries[area]) == str(entry.member)]

    def duties(self, entry: AdminAssignment) -> set[str]:
        return {str(duty) for duty in entry.duties} & KNOWN_DUTIES

    # -- where an entry stands ------------------------------------------------------------------------------------

    def member(self, entry: Entry) -> str:
        return str(entry.hsa_id if isinstance(entry, Member) else entry.member)

    def above(self, entry: Entry) -> list[str]:
        match entry:
            case Member():
                return []
            case Unit():
                return self.from_place(str(entry.parent or entry.member))
            case Function() | Assignment():
                return self.from_place(str(entry.unit))
            case VideoEndpoint() if isinstance(self.entries.get(str(entry.owner)), Unit):
                return self.from_place(str(entry.owner))
        return [self.member(entry)]

    def from_place(self, place: str) -> list[str]:
        return [place, *self.above(self.entries[place])]

    def work(self, person: str) -> list[list[str]]:
        found = []
        for entry in self.entries.values():
            if isinstance(entry, Assignment) and not entry.archived and not self.over(entry.period):
                parts = [held for held in entry.memberships if str(held.person) == person]
                if any(not self.over(held.period) for held in parts):
                    found.append(self.above(entry))
        return found

    def over(self, period: Period) -> bool:
        return period.end is not None and period.end <= self.now

    # -- what a duty lets -----------------------------------------------------------------------------------------

    def reaches(self, grant: Grant, entry: Entry) -> bool:
        if grant.areas is None:
            return True
        if isinstance(entry, AdminAssignment):
            if not entry.areas:
                return True
            mine = [[area, *self.above(self.entries[area])] for area in grant.areas]
            theirs = [[area, *(self.above(self.entries[area]) if area in self.entries else [])] for area in entry.areas]
            return any(chain[0] in grant.areas or set(chain) & set(grant.areas) for chain in theirs) or any(
                set(chain) & set(entry.areas) for chain in mine
            )
        if self.member(entry) in grant.areas or str(entry.hsa_id) in grant.areas:
            return True
        if isinstance(entry, Person):
            return any(set(grant.areas) & set(place) for place in self.work(str(entry.hsa_id)))
        return bool(set(grant.areas) & set(self.above(entry)))

    def sees(self, grants: Sequence[Grant], entry: Entry, asker: str) -> bool:
        if isinstance(entry, AdminAssignment) and any(
            held.person in self.human(asker) and held.period.contains(self.now) for held in entry.memberships
        ):
            return True
        kinds: dict[str, tuple[type, ...]] = {
            "create_assignments": (Assignment,), "assign_people": (Assignment, SystemRole), "keep_licences": (Person,),
            "administer": (object,), "read": (object,), "see_protected": (),
        }  # fmt: skip
        return any(
            self.reaches(grant, entry) and any(isinstance(entry, kinds[duty]) for duty in grant.duties)
            for grant in grants
        )

    def knows_protected(self, grants: Sequence[Grant], entry: Entry) -> bool:
        return any(
            self.reaches(grant, entry) for grant in grants if "see_protected" in grant.duties and len(grant.duties) > 1
        )

    def circle_is_narrow(self, asker: str, entry: Entry) -> bool:
        """Whether she sees the entry as administrators do."""
        if not self.active(asker):
            return False
        grants = [grant for _, grant in self.grants_of(asker)]
        hidden = isinstance(entry, Person) and entry.protected and str(entry.hsa_id) != asker
        return self.sees(grants, entry, asker) and (not hidden or self.knows_protected(grants, entry))

    def lets(self, grants: Sequence[Grant], duty: str, kind: str, entry: Entry) -> bool:
        table: dict[str, tuple[tuple[type, ...], set[str] | None]] = {
            "administer": ((object,), None),
            "create_assignments": ((Assignment,), {"ordinary", "authority", "place", "validity"}),
            "assign_people": ((Assignment, SystemRole), {"holders"}),
            "keep_licences": ((Person,), {"licences"}),
        }
        kinds, classes = table[duty]
        if not isinstance(entry, kinds) or (kind == "licences" if classes is None else kind not in classes):
            return False
        fitting = [grant for grant in grants if grant.lets(duty)]
        if isinstance(entry, AdminAssignment):
            return self.all_areas(fitting, entry)
        return any(self.covers(grant, kind, entry) for grant in fitting)

    def covers(self, grant: Grant, kind: str, entry: Entry) -> bool:
        if grant.areas is None:
            return True
        areas, from_above = set(grant.areas), kind in ("place", "validity")
        if isinstance(entry, Person):
            if str(entry.member) in areas:
                return True
            work = self.work(str(entry.hsa_id))
            return kind == "ordinary" and bool(work) and all(areas & set(place) for place in work)
        if not from_above and str(entry.hsa_id) in areas:
            return True
        return bool(areas & set(self.above(entry)))

    def all_areas(self, grants: Sequence[Grant], entry: AdminAssignment) -> bool:
        if any(grant.areas is None for grant in grants):
            return True
        mine = {area for grant in grants for area in grant.areas or ()}
        chains = [[area, *(self.above(self.entries[area]) if area in self.entries else [])] for area in entry.areas]
        return bool(chains) and all(mine & set(chain) for chain in chains)

    # -- persons --------------------------------------------------------------------------------------------------

    def active(self, person: str) -> bool:
        found = self.entries.get(person)
        return isinstance(found, Person) and not found.archived and found.period.contains(self.now)

    def human(self, person: str) -> set[Any]:
        """All records of the same human."""
        found = self.entries[person]
        assert isinstance(found, Person)
        same = {
            other.hsa_id
            for other in self.entries.values()
            if isinstance(other, Person) and other.number_lookup == found.number_lookup is not None
        }
        return same | {found.hsa_id}

    def has(self, grants: Sequence[Grant], entry: AdminAssignment) -> bool:
        """Each of its areas with each of its duties, and administering there."""
        return all(
            self.all_areas([grant for grant in grants if grant.lets(duty)], entry)
            for duty in self.duties(entry) | {"administer"}
        )

    def weaker(self, grants: Sequence[Grant], person: str) -> bool:
        for entry in self.entries.values():
            if isinstance(entry, AdminAssignment) and not entry.archived and not self.over(entry.period):
                owner = self.entries.get(str(entry.member))
                if not isinstance(owner, Member) or owner.archived:
                    continue
                if any(str(held.person) == person and not self.over(held.period) for held in entry.memberships):
                    areas = self.areas_given(entry, owner)
                    given = [a for a in areas or () if a in self.entries]
                    if areas is None and not any(g.areas is None and g.lets("administer") for g in grants):
                        return False
                    for duty in self.duties(entry) | {"administer"}:
                        fitting = [grant for grant in grants if grant.lets(duty)]
                        if any(grant.areas is None for grant in fitting):
                            continue
                        mine = {area for grant in fitting for area in grant.areas or ()}
                        if areas is None or not given:
                            return False
                        if not all(mine & {area, *self.above(self.entries[area])} for area in given):
                            return False
        return True


def touched(before: Entry | None, after: Entry) -> set[str]:
    found = set()
    for each in fields(after):
        differs = (
            getattr(after, each.name) != each.default if before is None
            else getattr(before, each.name) != getattr(after, each.name)
        )  # fmt: skip
        if differs and each.name != "hsa_id":
            of_member = isinstance(after, Member) and each.name == "municipality_code"
            found.add("registration" if of_member else CLASSES.get(each.name, "ordinary"))
    return found | ({"place"} if before is None else set())


def permitted(world: Oracle, asker: str, changes: Sequence[Change]) -> bool:
    """Whether ``asker`` may make these changes together."""
    grants = [grant for _, grant in world.grants_of(asker)]
    if not world.active(asker) or not grants:
        return False
    stand = {str(change.after.hsa_id): change.after for change in changes if change.after is not None}
    later = Oracle({**world.entries, **stand}.values(), world.now)
    hers = {str(one) for one in (*world.human(asker), *later.human(asker))}
    if _power(world, hers) != _power(later, hers):
        return False
    return all(_one(world, later, asker, hers, grants, change) for change in changes)


def _power(world: Oracle, records: set[str]) -> set[Any]:
    return {
        (key, None if grant.areas is None else frozenset(grant.areas), frozenset(grant.duties), grant.period)
        for record in records
        for key, grant in world.grants_of(record, at_any_time=True)
    }


def _one(world: Oracle, later: Oracle, asker: str, hers: set[str], grants: Sequence[Grant], change: Change) -> bool:
    before, after = change.before, change.after
    assert after is not None
    classes = touched(before, after)
    ends = _is_ending(before, after)
    states = [(world, before)] if before is not None else []
    states.append((later, after))
    for at, entry in states:
        assert entry is not None
        hidden = isinstance(entry, Person) and entry.protected and str(entry.hsa_id) != asker
        if hidden and not at.knows_protected(grants, entry):
            return False
    if isinstance(before, AdminAssignment) and not world.sees(grants, before, asker):
        return False
    for kind in classes:
        duties = ("administer", "create_assignments", "assign_people", "keep_licences")
        if not any(all(at.lets(grants, duty, kind, entry) for at, entry in states if entry) for duty in duties):
            return False
    return (
        _within_own(states, grants, ends and classes == {"validity"})
        and _not_hers(before, after, asker, hers, classes)
        and _regions_own(after, grants, classes)
        and _weaker(states, grants, classes, ends)
        and _provider(later, before, after, grants)
        and _lets_in(later, before, after, grants)
    )


def _is_ending(before: Entry | None, after: Entry) -> bool:
    if before is None or (before.period == after.period and before.archived == after.archived):
        return False
    less = before.period.within(after.period) == after.period
    return less and (after.archived or not before.archived)


def _within_own(states: Sequence[tuple[Oracle, Any]], grants: Sequence[Grant], only_ending: bool) -> bool:
    whole = any(grant.areas is None and grant.lets("administer") for grant in grants)
    for at, entry in states:
        if isinstance(entry, AdminAssignment):
            members = {at.member(at.entries[area]) if area in at.entries else None for area in entry.areas}
            if not whole and (not entry.areas or members != {str(entry.member)}):
                return False
            if not only_ending and not at.has(grants, entry):
                return False
    return True


def _not_hers(before: Entry | None, after: Entry, asker: str, hers: set[str], classes: set[str]) -> bool:
    if isinstance(after, Person) and str(after.hsa_id) in hers:
        return classes <= {"ordinary"}
    own = [
        [held for held in getattr(entry, "memberships", ()) if str(held.person) in hers] for entry in (before, after)
    ]
    if isinstance(after, AdminAssignment):
        return not own[0] and not own[1]
    if own[0] or own[1]:
        return own[0] == own[1] and classes <= {"ordinary", "holders"}
    return True


def _regions_own(after: Entry, grants: Sequence[Grant], classes: set[str]) -> bool:
    left: set[str] | None = None
    if isinstance(after, Member | CareProvider):
        left = {"ordinary"}
    if isinstance(after, CodeTable):
        left = set()
    if isinstance(after, SystemRole):
        left = {"holders"}
    return left is None or classes <= left or any(g.areas is None and g.lets("administer") for g in grants)


def _weaker(states: Sequence[tuple[Oracle, Any]], grants: Sequence[Grant], classes: set[str], ends: bool) -> bool:
    if "identity" not in classes and ("validity" not in classes or ends):
        return True
    return all(not isinstance(entry, Person) or at.weaker(grants, str(entry.hsa_id)) for at, entry in states)


def _provider(later: Oracle, before: Entry | None, after: Entry, grants: Sequence[Grant]) -> bool:
    if not isinstance(after, Unit) or after.care_provider is None:
        return True
    if isinstance(before, Unit) and before.care_provider == after.care_provider:
        return True
    above = later.entries.get(str(after.parent))
    if isinstance(above, Unit) and above.care_provider == after.care_provider:
        return True
    return any(
        grant.lets("administer") and (grant.areas is None or str(after.member) in grant.areas) for grant in grants
    )


def _lets_in(later: Oracle, before: Entry | None, after: Entry, grants: Sequence[Grant]) -> bool:
    had = getattr(before, "memberships", ())
    for held in getattr(after, "memberships", ()):
        person = later.entries.get(str(held.person))
        if held in had or not isinstance(person, Person) or person.member == getattr(after, "member", None):
            continue
        if not any(
            grant.lets("assign_people") and (grant.areas is None or str(person.member) in grant.areas)
            for grant in grants
        ):
            return False
    return True
