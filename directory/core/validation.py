"""Whether a change set may be made: every rule over every entry, all problems told at once (HSA's rules of quality).

Boundary: pure, and sees only the snapshot and the change. That an id was never used before is the ledger's question;
who may make the change is asked at the door.
"""

from collections.abc import Iterable, Iterator, Sequence

from directory.core.after import After
from directory.core.bounds import assigning_problems, bound_problems, lending_problems
from directory.core.changes import Change
from directory.core.code_rules import code_problems, lost_codes
from directory.core.entries import (
    AdminAssignment,
    Assignment,
    CareProvider,
    CodeTable,
    Entry,
    Function,
    Held,
    Member,
    Person,
    SystemRole,
    Unit,
    VideoEndpoint,
    member_of,
)
from directory.core.field_rules import field_problems
from directory.core.placement import area_named
from directory.core.snapshot import Snapshot
from directory.refusals import Problem
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

_DEEPEST_TREE = 20


def problems_of(changes: Sequence[Change], snapshot: Snapshot, *, restores: bool = False) -> tuple[Problem, ...]:
    """Everything that is wrong with ``changes`` against ``snapshot``; empty when they may be made. ``restores`` is for
    changes that put back what stood before.
    """
    after = After(snapshot)
    found: list[Problem] = []
    for change in changes:
        if change.after is None:
            continue
        key = change.after.hsa_id.key
        if key in after.news:
            found.append(Problem(str(change.after.hsa_id), "hsa_id", "the id stands twice in the same change"))
        after.news[key] = change.after
    for entry in after.news.values():
        before = snapshot.entry(entry.hsa_id)
        found += field_problems(entry)
        found += identity_problems(entry, after)
        found += reference_problems(entry, after)
        found += code_problems(entry, after, before)
        found += lending_problems(entry, before, after)
        if not restores:
            found += bound_problems(entry, before, after)
            found += lost_codes(entry, before, after)
    found += _providers_kept([e for e in after.news.values() if isinstance(e, Unit)], after)
    found += _cycles((e for e in after.news.values() if isinstance(e, Unit)), after)
    found += _shared_sources((e for e in after.news.values() if isinstance(e, Person)), after)
    found += _named_once(after.news.values(), after)
    found += _prefixes([e for e in after.news.values() if isinstance(e, Member)], after)
    return tuple(found)


def foreign_entries(changes: Sequence[Change], member: HsaId) -> Iterator[Problem]:
    """What is not ``member``'s own among ``changes``: whoever writes for one member writes below it only."""
    for change in changes:
        for entry in (change.before, change.after):
            if entry is not None and member_of(entry) != member:
                yield Problem(str(change.hsa_id), "member", f"it is not of `{member}`, for whom this is written")
                break


def identity_problems(entry: Entry, after: After) -> Iterator[Problem]:
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


def reference_problems(entry: Entry, after: After) -> Iterator[Problem]:
    """What an entry names is there, and is where it may be named."""
    match entry:
        case Member():
            yield from assigning_problems(entry, after)
        case Unit():
            yield from _unit_references(entry, after)
            yield from _merging(entry, after)
        case Function():
            below = after.unit(entry.unit) or after.member(entry.unit)
            yield from _place(entry, below, f"there is no unit or member `{entry.unit}`")
        case Assignment():
            place = after.unit(entry.unit) or after.of_kind(CareProvider, entry.unit)
            yield from _place(entry, place, f"there is no unit or care provider `{entry.unit}`")
        case Person():
            yield from _merging(entry, after)
        case AdminAssignment():
            yield from _admin_references(entry, after)
        case VideoEndpoint() if entry.owner is not None:
            owner = after.unit(entry.owner) or after.person(entry.owner)
            if owner is None or owner.member != entry.member:
                yield Problem(str(entry.hsa_id), "owner", f"the member has no unit or person `{entry.owner}`")
    if isinstance(entry, Held):
        yield from _memberships(entry, after)


def _place(entry: Assignment | Function, place: Entry | None, missing: str) -> Iterator[Problem]:
    if place is None:
        yield Problem(str(entry.hsa_id), "unit", missing)
    elif member_of(place) != entry.member:
        yield Problem(str(entry.hsa_id), "unit", f"`{entry.unit}` belongs to another member")


def _unit_references(unit: Unit, after: After) -> Iterator[Problem]:
    name = str(unit.hsa_id)
    if unit.parent is not None:
        parent = after.unit(unit.parent)
        if parent is None:
            yield Problem(name, "parent", f"there is no unit `{unit.parent}`")
        elif parent.member != unit.member:
            yield Problem(name, "parent", f"the unit `{unit.parent}` belongs to another member")
    if unit.care_provider is not None:
        provider = after.of_kind(CareProvider, unit.care_provider)
        if provider is None:
            yield Problem(name, "care_provider", f"there is no care provider `{unit.care_provider}`")
        elif provider.member != unit.member:
            yield Problem(name, "care_provider", f"the care provider `{unit.care_provider}` belongs to another member")
    if unit.manager is not None and unit.care_provider is None:
        yield Problem(name, "manager", "only a unit with a care provider has a head of operations")
    if unit.manager is not None and after.person(unit.manager) is None:
        yield Problem(name, "manager", f"there is no person `{unit.manager}`")


def _admin_references(admin: AdminAssignment, after: After) -> Iterator[Problem]:
    """Only the region's own member hands out duties beyond itself: a municipality's reach ends at its own tree."""
    name = str(admin.hsa_id)
    member = after.member(admin.member)
    regional = member is not None and is_regional(member)
    if not admin.areas and not regional:
        yield Problem(name, "areas", "only the region's own admin assignments may be for the whole region; name areas")
    for area in admin.areas:
        hsa_id = area_named(area)
        place = None if hsa_id is None else after.member(hsa_id) or after.unit(hsa_id)
        if place is None:
            yield Problem(name, "areas", f"there is no member or unit `{area}`")
        elif not regional and member_of(place) != admin.member:
            yield Problem(name, "areas", f"`{area}` belongs to another member")
    if admin.responsible is not None and after.person(admin.responsible) is None:
        yield Problem(name, "responsible", f"there is no person `{admin.responsible}`")


def is_regional(member: Member) -> bool:
    """Whether the member is the county council (region): its code is the county's two digits, not a municipality's."""
    return member.municipality_code is not None and len(member.municipality_code) == 2


def _memberships(held: Held, after: After) -> Iterator[Problem]:
    name = str(held.hsa_id)
    periods: dict[str, list[Period]] = {}
    for membership in held.memberships:
        if after.person(membership.person) is None:
            yield Problem(name, "memberships", f"there is no person `{membership.person}`")
        others = periods.setdefault(membership.person.key, [])
        if any(_overlap(membership.period, other) for other in others):
            yield Problem(name, "memberships", f"two memberships of `{membership.person}` overlap")
        others.append(membership.period)


def _merging(entry: Unit | Person, after: After) -> Iterator[Problem]:
    """What was merged names what took over: another entry of the same kind and member that was not merged itself."""
    if entry.merged_into is None:
        return
    survivor = after.of_kind(type(entry), entry.merged_into)
    name = str(entry.hsa_id)
    if survivor is None:
        yield Problem(name, "merged_into", f"there is no such entry as `{entry.merged_into}`")
    elif survivor.hsa_id == entry.hsa_id or survivor.merged_into is not None:
        yield Problem(name, "merged_into", f"`{entry.merged_into}` is no entry that can take over")
    elif survivor.member != entry.member:
        yield Problem(name, "merged_into", f"`{entry.merged_into}` belongs to another member")


def _named_once(entries: Iterable[Entry], after: After) -> Iterator[Problem]:
    """A role of a system, and a code table, stand once in the region."""
    for entry in entries:
        if isinstance(entry, SystemRole):
            for other in after.all_of(SystemRole):
                if other.hsa_id != entry.hsa_id and (other.system, other.role) == (entry.system, entry.role):
                    yield Problem(str(entry.hsa_id), "role", f"`{other.hsa_id}` is the same role of the same system")
        if isinstance(entry, CodeTable):
            for table in after.all_of(CodeTable):
                if table.hsa_id != entry.hsa_id and table.table == entry.table:
                    yield Problem(str(entry.hsa_id), "table", f"`{table.hsa_id}` is the table of that name")


def _providers_kept(units: Iterable[Unit], after: After) -> Iterator[Problem]:
    """An assignment opens its care provider's data: so a unit comes to another provider without its assignments.

    One that was archived already is judged where it opens again (``actions.change_directory``).
    """
    for unit in units:
        before = after.snapshot.unit(unit.hsa_id)
        if before is None or before.care_provider in (None, unit.care_provider):
            continue
        for below in after.snapshot.below(unit.hsa_id):
            was, held = after.snapshot.assignment(below.hsa_id), after.of_kind(Assignment, below.hsa_id)
            if was is not None and was.archived:
                continue
            if held is not None and held.unit == unit.hsa_id and not held.archived:
                said = f"`{held.hsa_id}` would come under another care provider; end and archive it, or move it first"
                yield Problem(str(unit.hsa_id), "care_provider", said)
                break


def _overlap(one: Period, other: Period) -> bool:
    return one == other or one.overlaps(other)


def _cycles(units: Iterable[Unit], after: After) -> Iterator[Problem]:
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


def _shared_sources(people: Iterable[Person], after: After) -> Iterator[Problem]:
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


def _prefixes(members: Sequence[Member], after: After) -> Iterator[Problem]:
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
