"""Whether a change set may be made: every rule over every entry, all problems told at once (HSA's rules of quality).

Boundary: pure, and sees only the snapshot and the change. That an id was never used before is the ledger's question;
who may make the change is asked at the door.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from directory.core.changes import Change
from directory.core.entries import Assignment, CareProvider, Entry, Member, Person, Unit
from directory.core.field_rules import field_problems
from directory.core.snapshot import Snapshot
from directory.refusals import Problem
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

_DEEPEST_TREE = 20


@dataclass(slots=True)
class _After:
    """The directory as it would be after the change."""

    snapshot: Snapshot
    news: dict[str, Entry] = field(default_factory=dict)

    def member(self, hsa_id: HsaId) -> Member | None:
        found = self.news.get(hsa_id.key) or self.snapshot.member(hsa_id)
        return found if isinstance(found, Member) else None

    def care_provider(self, hsa_id: HsaId) -> CareProvider | None:
        found = self.news.get(hsa_id.key) or self.snapshot.care_provider(hsa_id)
        return found if isinstance(found, CareProvider) else None

    def unit(self, hsa_id: HsaId) -> Unit | None:
        found = self.news.get(hsa_id.key) or self.snapshot.unit(hsa_id)
        return found if isinstance(found, Unit) else None

    def person(self, hsa_id: HsaId) -> Person | None:
        found = self.news.get(hsa_id.key) or self.snapshot.person(hsa_id)
        return found if isinstance(found, Person) else None


def problems_of(changes: Sequence[Change], snapshot: Snapshot) -> tuple[Problem, ...]:
    """Everything that is wrong with ``changes`` against ``snapshot``; empty when they may be made."""
    after = _After(snapshot)
    found: list[Problem] = []
    for change in changes:
        if change.after is None:
            continue
        key = change.after.hsa_id.key
        if key in after.news:
            found.append(Problem(str(change.after.hsa_id), "hsa_id", "the id stands twice in the same change"))
        after.news[key] = change.after
    for entry in after.news.values():
        found += field_problems(entry)
        found += _identity(entry, after)
        found += _references(entry, after)
    found += _cycles((e for e in after.news.values() if isinstance(e, Unit)), after)
    found += _shared_sources((e for e in after.news.values() if isinstance(e, Person)), after)
    found += _prefixes([e for e in after.news.values() if isinstance(e, Member)], after)
    return tuple(found)


def _identity(entry: Entry, after: _After) -> Iterator[Problem]:
    """The id is the member's to give, and goes on naming the same kind of entry of the same member."""
    name = str(entry.hsa_id)
    before = after.snapshot.entry(entry.hsa_id)
    if before is not None and type(before) is not type(entry):
        yield Problem(name, "hsa_id", "the id names an entry of another kind already")
    if isinstance(entry, Member):
        if entry.hsa_id.prefix not in entry.id_prefixes:
            yield Problem(name, "id_prefixes", "the member's own id has a prefix that is not among its prefixes")
        return
    if before is not None and not isinstance(before, Member) and before.member != entry.member:
        yield Problem(name, "member", "an entry cannot move to another member")
    member = after.member(entry.member)
    if member is None:
        yield Problem(name, "member", f"there is no member `{entry.member}`")
    elif entry.hsa_id.prefix not in member.id_prefixes:
        yield Problem(name, "hsa_id", f"the prefix `{entry.hsa_id.prefix}` is not one of `{member.hsa_id}`")


def _references(entry: Entry, after: _After) -> Iterator[Problem]:
    match entry:
        case Unit():
            yield from _unit_references(entry, after)
        case Assignment():
            yield from _assignment_references(entry, after)


def _unit_references(unit: Unit, after: _After) -> Iterator[Problem]:
    name = str(unit.hsa_id)
    if unit.parent is not None:
        parent = after.unit(unit.parent)
        if parent is None:
            yield Problem(name, "parent", f"there is no unit `{unit.parent}`")
        elif parent.member != unit.member:
            yield Problem(name, "parent", f"the unit `{unit.parent}` belongs to another member")
    if unit.care_provider is not None:
        provider = after.care_provider(unit.care_provider)
        if provider is None:
            yield Problem(name, "care_provider", f"there is no care provider `{unit.care_provider}`")
        elif provider.member != unit.member:
            yield Problem(name, "care_provider", f"the care provider `{unit.care_provider}` belongs to another member")


def _assignment_references(assignment: Assignment, after: _After) -> Iterator[Problem]:
    name = str(assignment.hsa_id)
    place = after.unit(assignment.unit) or after.care_provider(assignment.unit)
    if place is None:
        yield Problem(name, "unit", f"there is no unit or care provider `{assignment.unit}`")
    elif place.member != assignment.member:
        yield Problem(name, "unit", f"`{assignment.unit}` belongs to another member")
    periods: dict[str, list[Period]] = {}
    for membership in assignment.memberships:
        if after.person(membership.person) is None:
            yield Problem(name, "memberships", f"there is no person `{membership.person}`")
        others = periods.setdefault(membership.person.key, [])
        if any(_overlap(membership.period, other) for other in others):
            yield Problem(name, "memberships", f"two memberships of `{membership.person}` overlap")
        others.append(membership.period)


def _overlap(one: Period, other: Period) -> bool:
    both = one.within(other)
    return one == other or both.start is None or both.end is None or both.start < both.end


def _cycles(units: Iterable[Unit], after: _After) -> Iterator[Problem]:
    """INVARIANT (a tree): going up from any unit ends right under its member, after few steps."""
    sound: set[str] = set()
    for unit in units:
        path: list[str] = []
        above: Unit | None = unit
        while above is not None and above.hsa_id.key not in sound:
            if above.hsa_id.key in path:
                yield Problem(str(unit.hsa_id), "parent", "the unit would stand below itself")
                break
            path.append(above.hsa_id.key)
            if len(path) > _DEEPEST_TREE:
                yield Problem(str(unit.hsa_id), "parent", f"the tree would be deeper than {_DEEPEST_TREE} units")
                break
            above = None if above.parent is None else after.unit(above.parent)
        else:
            sound.update(path)


def _shared_sources(people: Iterable[Person], after: _After) -> Iterator[Problem]:
    """A staff list's key names one person."""
    taken: dict[tuple[str, str], str] = {}
    for person in people:
        if person.source is None or person.source_id is None:
            continue
        holder = after.snapshot.person_from(person.source, person.source_id)
        if holder is not None and holder.hsa_id != person.hsa_id:
            now = after.person(holder.hsa_id)
            if now is not None and (now.source, now.source_id) == (person.source, person.source_id):
                taken.setdefault((person.source, person.source_id), holder.hsa_id.key)
        first = taken.setdefault((person.source, person.source_id), person.hsa_id.key)
        if first != person.hsa_id.key:
            yield Problem(str(person.hsa_id), "source_id", f"the staff list names `{first}` by the same key")


def _prefixes(members: Sequence[Member], after: _After) -> Iterator[Problem]:
    """A prefix belongs to one member, and is not given up while entries have it."""
    if not members:
        return
    everyone = {m.hsa_id.key: m for m in after.snapshot.members()} | {m.hsa_id.key: m for m in members}
    owners: dict[str, list[str]] = {}
    for member in everyone.values():
        for prefix in member.id_prefixes:
            owners.setdefault(prefix, []).append(member.hsa_id.key)
    for member in members:
        for prefix in member.id_prefixes:
            others = [owner for owner in owners[prefix] if owner != member.hsa_id.key]
            if others:
                yield Problem(str(member.hsa_id), "id_prefixes", f"the prefix `{prefix}` belongs to `{others[0]}`")
        before = after.snapshot.member(member.hsa_id)
        for prefix in set(before.id_prefixes if before else ()) - set(member.id_prefixes):
            if _in_use(prefix, member.hsa_id, after.snapshot):
                yield Problem(str(member.hsa_id), "id_prefixes", f"the prefix `{prefix}` is in use")


def _in_use(prefix: str, member: HsaId, snapshot: Snapshot) -> bool:
    of_member = (snapshot.care_providers, snapshot.units, snapshot.people, snapshot.assignments)
    return any(entry.hsa_id.prefix == prefix for kind in of_member for entry in kind(member))
