"""What may be erased for good (*gallring*), by which law, and when: a table, and what of a snapshot is due by it.

A change ends and archives, it never takes away. Only what this table names is erased, only when its period has passed
since it ended, and only while nothing that stays names it. The periods are the shortest that the law that is named
allows for what depends on the entry; records of access are kept for ten years where the law asks for five. Whether to
erase at all each member's archive authority decides (``core.decisions``).

Boundary: pure. Erasing is ``actions.erase_what_is_due``'s.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from itertools import chain
from types import MappingProxyType
from typing import Any

from directory.core.decisions import NOBODY, Concern, Decisions, Members
from directory.core.entries import (
    NAMES,
    AdminAssignment,
    Assignment,
    Entry,
    Function,
    Held,
    Membership,
    Person,
    SystemRole,
    Unit,
    VideoEndpoint,
    parent_of,
)
from directory.core.planned_change import PlannedChange
from directory.core.snapshot import Snapshot
from directory.core.undoing import references
from vocabulary.hsa_id import HsaId

DOOR = "retention"
"""The door of the commits that erase. No other way into the directory has it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """``years`` whole years (of the calendar) after ``counts_from``; ``law`` bounds it from below."""

    years: int
    law: str
    counts_from: str
    why: str


_LOGS = "HSLF-FS 2016:40 4 kap. 9 §"
_RECORDS = "Patientdatalag (2008:355) 3 kap. 17 §"
_MINOR = "Arkivlag (1990:782) 10 §"
_NO_LONGER = "Dataskyddsförordningen (EU) 2016/679 art. 5.1 e"
_OVER = "the end of its period"


class Besides(StrEnum):
    """What is kept beside entries. What came of a staff list is kept by another room (``ports.StaffLists``)."""

    MEMBERSHIP = "membership"
    JOURNAL = "journal"
    PLANNED_CHANGE = "planned_change"
    CANCELLED_PLAN = "cancelled_plan"
    STAFF_LIST = "staff_list"
    STAFF_LIST_PREVIEW = "staff_list_preview"
    SEALED_NUMBER = "sealed_number"


RULES: Mapping[str, Rule] = {
    NAMES[Unit]: Rule(10, _RECORDS, _OVER, "patient records of those ten years name the unit"),
    NAMES[Function]: Rule(1, _MINOR, _OVER, "of passing interest once it has ended"),
    NAMES[Person]: Rule(10, _RECORDS, _OVER, "patient records of those ten years are signed by her"),
    NAMES[Assignment]: Rule(10, _LOGS, _OVER, "records of access name it for ten years"),
    NAMES[AdminAssignment]: Rule(10, _LOGS, _OVER, "records of what administrators did name it for ten years"),
    NAMES[VideoEndpoint]: Rule(1, _MINOR, _OVER, "of passing interest once it has ended"),
    NAMES[SystemRole]: Rule(10, _LOGS, _OVER, "records of access name it for ten years"),
    Besides.MEMBERSHIP: Rule(10, _LOGS, "the end of it, of what is held or of the employment, whichever came first",
                             "who held an assignment explains records of access for ten years"),
    Besides.JOURNAL: Rule(10, _LOGS, "the change", "who changed what is a record of access of its own"),
    Besides.PLANNED_CHANGE: Rule(10, _LOGS, "the day on which it was settled", "it tells who asked for a change"),
    Besides.CANCELLED_PLAN: Rule(1, _MINOR, "the day on which it was cancelled, before it was ever begun",
                                 "it changed nothing, so that no record of access rests on it"),
    Besides.STAFF_LIST: Rule(10, _LOGS, "the last time that it was carried out or failed",
                             "it tells who let whom in by a list, and the journal names it"),
    Besides.STAFF_LIST_PREVIEW: Rule(1, _MINOR, "the preview", "it changed nothing"),
    Besides.SEALED_NUMBER: Rule(0, _NO_LONGER, "the last entry, change or plan that has it",
                                "a number that nothing needs is not kept"),
}  # fmt: skip
"""Members, care providers and code tables are not erased: they are few, hold nobody's personal data and give everything
else its meaning."""


def cutoff(kind: str, now: datetime) -> datetime:
    """What ended by then is due now: the same day and time of an earlier year."""
    return years_later(now, -RULES[kind].years)


def years_later(instant: datetime, years: int) -> datetime:
    """The same day and time of another year. In place of a 29th of February it is the 28th: so a cutoff keeps a day
    longer, never shorter."""
    try:
        return instant.replace(year=instant.year + years)
    except ValueError:
        return instant.replace(year=instant.year + years, day=28)


def kind_of_plan(plan: PlannedChange) -> Besides:
    """Which rule a planned change that is settled falls under."""
    return Besides.CANCELLED_PLAN if plan.was_never_begun else Besides.PLANNED_CHANGE


@dataclass(frozen=True, slots=True)
class HeldBack:
    """What is due and does not go: ``entry``, or so many ``parts`` in it (memberships) while it stays itself. ``by`` is
    the first of what stays and names it: an entry, or a planned change by its number."""

    entry: Entry
    by: HsaId | int
    parts: int | None = None


@dataclass(frozen=True, slots=True)
class Undecided:
    """What is due and would go, had all decided whom it concerns: ``entry``, or so many ``parts`` in it while it stays
    itself. No decision covers ``members``."""

    entry: Entry
    members: Members
    parts: int | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """``erased`` may go, what stands below others first. ``stripped`` are holders before and after they lose
    memberships, ``parts`` in all. ``held_back`` and ``undecided`` are due as well. ``concerned`` tells by key of which
    members each of ``erased`` and ``stripped`` tells."""

    erased: tuple[Entry, ...]
    stripped: tuple[tuple[Held, Held], ...]
    parts: int
    held_back: tuple[HeldBack, ...]
    undecided: tuple[Undecided, ...] = ()
    concerned: Mapping[str, Members] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Parts:
    """Memberships of ``held`` that are due: those that may go, and those that nobody has decided about."""

    held: Held
    going: tuple[Membership, ...]
    undecided: tuple[Membership, ...]
    concerned: Members
    missing: Members

    def without(self, *some: Membership) -> Held:
        return replace(self.held, memberships=tuple(each for each in self.held.memberships if each not in some))


def due_in(
    snapshot: Snapshot,
    now: datetime,
    settled_by: Mapping[str, int],
    left_alone: Collection[str] = (),
    planned: Mapping[str, int] = MappingProxyType({}),
    decisions: Decisions | None = None,
    told_of: Mapping[str, Members] = MappingProxyType({}),
) -> Due:
    """Everything that is due at ``now``, but for the entries with the keys ``left_alone``. Reads every entry.
    ``planned`` tells by key which planned change names an entry and so keeps it, and ``told_of`` which members' history
    tells of an entry that nothing of theirs need name any more. Without ``decisions`` all count as having decided.

    INVARIANT (not by a date alone): its last change is as old as its period, too; by kind, ``settled_by`` is the
    revision that the directory was at then. So nobody who may write dates has anything erased, by mistake or not.
    """

    def is_settled(entry: Entry) -> bool:
        return (
            entry.hsa_id.key not in left_alone and snapshot.changed_at(entry.hsa_id) <= settled_by[NAMES[type(entry)]]
        )

    concern = Concern.in_(snapshot)
    over = {entry.hsa_id.key: entry for entry in _over(snapshot, now) if is_settled(entry)}
    concerned = {key: concern.of(entry) | told_of.get(key, NOBODY) for key, entry in over.items()}
    missing = {key: NOBODY if decisions is None else decisions.missing(concerned[key]) for key in over}
    ended = [(held, parts) for held, parts in _ended_parts(snapshot, now) if is_settled(held)]
    parts = {held.hsa_id.key: _decided(held, some, concern, decisions) for held, some in ended}
    lost = {key: each for key, each in parts.items() if key not in planned}

    # What would go if everybody had decided, and of that what may go now: some of the rest may hold it back.
    free = {key: entry for key, entry in over.items() if key not in planned}
    users = _users(snapshot, over, {key: each.without(*each.going, *each.undecided) for key, each in lost.items()})
    would_go = _going(free, users)
    users_now = {key: list(naming) for key, naming in users.items()}
    for each in lost.values():
        for membership in each.undecided:
            users_now.setdefault(membership.person.key, []).append(each.held.hsa_id)
    going = _going({key: entry for key, entry in would_go.items() if not missing[key]}, users_now)

    def held_by(key: str) -> HsaId | int:
        stays, naming = (going, users_now[key]) if key in would_go else (would_go, users[key])
        return next(user for user in naming if user.key not in stays)

    stripped = [each for key, each in lost.items() if key not in going and each.going]
    undecided = [Undecided(entry, missing[key]) for key, entry in would_go.items() if missing[key]]
    waiting = {each.entry.hsa_id.key for each in undecided}
    undecided += [
        Undecided(each.held, each.missing, len(each.undecided))
        for key, each in lost.items()
        if key not in would_go and each.undecided
    ]
    held_back = [
        HeldBack(entry, planned.get(key) or held_by(key))
        for key, entry in over.items()
        if key not in going and key not in waiting
    ]
    held_back += [
        HeldBack(each.held, planned[key], len(each.going) + len(each.undecided))
        for key, each in parts.items()
        if key in planned
    ]
    return Due(
        tuple(sorted(going.values(), key=lambda entry: (-_depth(snapshot, entry), entry.hsa_id.key))),
        tuple((each.held, each.without(*each.going)) for each in stripped),
        sum(len(each.going) for each in stripped),
        tuple(held_back),
        tuple(undecided),
        {key: concerned[key] for key in going} | {each.held.hsa_id.key: each.concerned for each in stripped},
    )


def parts_lost(before: Held, after: Held) -> int:
    """How many memberships fewer it is held by afterwards."""
    return len(before.memberships) - len(after.memberships)


def bare(entry: Entry) -> Entry:
    """All that history goes on telling of an erased entry: its kind, ids and, so that she stays hidden from who could
    not see her, whether a person was protected."""
    told: dict[str, Any] = {
        each.name: getattr(entry, each.name) if isinstance(getattr(entry, each.name), HsaId) else ""
        for each in fields(entry)
        if each.default is MISSING
    }
    if isinstance(entry, Unit):
        told["parent"] = entry.parent
    if isinstance(entry, Person):
        told["protected"] = entry.protected
    return type(entry)(**told)


def unnamed(entry: Entry, people: Collection[str]) -> Entry:
    """``entry`` without what it says of these people (``HsaId.key``), who were erased: once she is not there any more,
    nothing tells that she was protected, and she would be told of as somebody who held it."""
    values: dict[str, Any] = {
        each.name: None
        for each in fields(entry)
        if each.name not in ("hsa_id", "member")
        and isinstance(value := getattr(entry, each.name), HsaId)
        and value.key in people
    }
    if isinstance(entry, Held):
        values["memberships"] = tuple(held for held in entry.memberships if held.person.key not in people)
    made: Entry = replace(entry, **values)
    return made


def _over(snapshot: Snapshot, now: datetime) -> Iterator[Entry]:
    cutoffs = {kind: cutoff(NAMES[kind], now) for kind in NAMES if NAMES[kind] in RULES}
    for entry in snapshot.entries():
        if type(entry) in cutoffs and entry.period.end is not None and entry.period.end <= cutoffs[type(entry)]:
            yield entry


def _ended_parts(snapshot: Snapshot, now: datetime) -> Iterator[tuple[Held, tuple[Membership, ...]]]:
    limit = cutoff(Besides.MEMBERSHIP, now)
    holders: Iterator[Held] = chain(
        snapshot.all_of(Assignment), snapshot.all_of(AdminAssignment), snapshot.all_of(SystemRole)
    )
    for held in holders:
        ended = tuple(each for each in held.memberships if _ended_by(snapshot, held, each, limit))
        if ended:
            yield held, ended


def _decided(held: Held, ended: Iterable[Membership], concern: Concern, decisions: Decisions | None) -> _Parts:
    going, undecided = [], []
    concerned = missing = NOBODY
    for membership in ended:
        members = concern.of_membership(held, membership)
        lacking = NOBODY if decisions is None else decisions.missing(members)
        if lacking:
            undecided.append(membership)
            missing |= lacking
        else:
            going.append(membership)
            concerned |= members
    return _Parts(held, tuple(going), tuple(undecided), concerned, missing)


def _ended_by(snapshot: Snapshot, held: Held, membership: Membership, limit: datetime) -> bool:
    person = snapshot.person(membership.person)
    ends = [membership.period.end, held.period.end, None if person is None else person.period.end]
    first = min((end for end in ends if end is not None), default=None)
    return first is not None and first <= limit


def _users(snapshot: Snapshot, over: Mapping[str, Entry], stripped: Mapping[str, Entry]) -> dict[str, list[HsaId]]:
    """Who names each of these, once memberships that are due are gone."""
    users: dict[str, list[HsaId]] = {}
    if over:
        for entry in snapshot.entries():
            for key in references(stripped.get(entry.hsa_id.key, entry)) & over.keys():
                users.setdefault(key, []).append(entry.hsa_id)
    return users


def _going(over: Mapping[str, Entry], users: Mapping[str, list[HsaId]]) -> dict[str, Entry]:
    """Those that only others of them name."""
    going = dict(over)
    while blocked := [key for key in going if any(user.key not in going for user in users.get(key, ()))]:
        for key in blocked:
            del going[key]
    return going


def _depth(snapshot: Snapshot, entry: Entry) -> int:
    depth, above = 0, parent_of(entry)
    while above is not None and depth < 100:
        found = snapshot.entry(above)
        depth, above = depth + 1, None if found is None else parent_of(found)
    return depth
