"""Two entries that turn out to be one: what the survivor takes over, and what becomes of the one that goes.

Nothing is lost: the one that goes is ended, archived and names its survivor, and its history stays in the journal.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from directory.core.entries import AdminAssignment, Assignment, Entry, Function, Membership, Person, SystemRole, Unit
from directory.core.snapshot import Snapshot
from directory.refusals import ChangeRefused, Problem
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period


def merged_units(snapshot: Snapshot, gone: Unit, survivor: Unit, at: datetime) -> list[Entry]:
    """All entries that differ once ``survivor`` has taken over at ``at``: what stood below ``gone`` stands below it.

    Raises ``ChangeRefused`` across members or care providers: assignments would open another provider's data.
    """
    _demand_mergeable(gone, survivor)
    if gone.care_provider != survivor.care_provider:
        raise _refused(gone, "care_provider", f"`{survivor.hsa_id}` has another care provider")
    above: Unit | None = survivor
    while above is not None:
        if above.parent == gone.hsa_id:
            raise _refused(
                gone, "merged_into", f"`{survivor.hsa_id}` stands below the unit that would be merged into it"
            )
        above = None if above.parent is None else snapshot.unit(above.parent)
    below: list[Entry] = []
    for entry in snapshot.below(gone.hsa_id):
        match entry:
            case Unit():
                below.append(replace(entry, parent=survivor.hsa_id))
            case Function() | Assignment():
                below.append(replace(entry, unit=survivor.hsa_id))
    over = replace(gone, merged_into=survivor.hsa_id, archived=True, public=False, period=gone.period.ended_at(at))
    return [*below, over]


def merged_people(snapshot: Snapshot, gone: Person, survivor: Person, at: datetime) -> list[Entry]:
    """All entries that differ once ``survivor`` has taken over at ``at``: what ``gone`` holds then, she holds.

    The personal number and the staff list's key go over where she has none. Raises ``ChangeRefused`` across members,
    and for two people with different personal numbers, who are not one.
    """
    _demand_mergeable(gone, survivor)
    numbers = {gone.number_lookup, survivor.number_lookup} - {None}
    if len(numbers) > 1:
        raise _refused(gone, "merged_into", "the two have different personal numbers, and so are not one person")
    takes_key = survivor.source is None
    over = replace(
        gone,
        merged_into=survivor.hsa_id,
        archived=True,
        period=gone.period.ended_at(at),
        source=None if takes_key else gone.source,
        source_id=None if takes_key else gone.source_id,
    )
    one = replace(
        survivor,
        number_lookup=survivor.number_lookup or gone.number_lookup,
        source=gone.source if takes_key else survivor.source,
        source_id=gone.source_id if takes_key else survivor.source_id,
        protected=survivor.protected or gone.protected,
        licence_restrictions=tuple(dict.fromkeys((*survivor.licence_restrictions, *gone.licence_restrictions))),
    )
    return [over, one, *_handed_over(snapshot, gone.hsa_id, survivor.hsa_id, at)]


def _handed_over(snapshot: Snapshot, gone: HsaId, survivor: HsaId, at: datetime) -> Iterator[Entry]:
    held: tuple[Assignment | AdminAssignment | SystemRole, ...] = (
        *snapshot.held_by(Assignment, gone),
        *snapshot.held_by(AdminAssignment, gone),
        *snapshot.held_by(SystemRole, gone),
    )
    for each in held:
        yield replace(each, memberships=tuple(_memberships(each.memberships, gone, survivor, at)))


def _memberships(held: Iterable[Membership], gone: HsaId, survivor: HsaId, at: datetime) -> Iterator[Membership]:
    """What was is left as it was; from ``at`` on hers are the survivor's, and what then overlaps becomes one."""
    taken: list[Period] = []
    for membership in held:
        if membership.person == survivor:
            taken.append(membership.period)
        elif membership.person != gone:
            yield membership
        else:
            period = membership.period
            if period.end is None or at < period.end:
                taken.append(Period(at if period.start is None or period.start < at else period.start, period.end))
            ended = period.ended_at(at)
            if ended.start != ended.end or ended.start is None:
                yield Membership(gone, ended)
    for period in _joined(taken):
        yield Membership(survivor, period)


def _start(period: Period) -> tuple[bool, datetime]:
    return (False, datetime.max.replace(tzinfo=UTC)) if period.start is None else (True, period.start)


def _joined(periods: list[Period]) -> Iterator[Period]:
    """The same instants in periods that neither overlap nor touch."""
    open_one: Period | None = None
    for period in sorted(periods, key=_start):
        if open_one is None:
            open_one = period
        elif open_one.end is None or (period.start is None or period.start <= open_one.end):
            end = None if open_one.end is None or period.end is None else max(open_one.end, period.end)
            open_one = Period(open_one.start, end)
        else:
            yield open_one
            open_one = period
    if open_one is not None:
        yield open_one


def _demand_mergeable(gone: Unit | Person, survivor: Unit | Person) -> None:
    if gone.hsa_id == survivor.hsa_id:
        raise _refused(gone, "merged_into", "an entry cannot be merged into itself")
    if gone.member != survivor.member:
        raise _refused(gone, "merged_into", f"`{survivor.hsa_id}` belongs to another member")
    if gone.merged_into is not None or survivor.merged_into is not None:
        raise _refused(gone, "merged_into", "one of the two was merged already")
    if survivor.archived:
        raise _refused(gone, "merged_into", f"`{survivor.hsa_id}` is archived; restore it first")


def _refused(entry: Entry, field: str, said: str) -> ChangeRefused:
    return ChangeRefused((Problem(str(entry.hsa_id), field, said),))
