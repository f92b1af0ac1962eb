"""What a list means against what is held: the pure difference, as steps that are complete in themselves.

A person is who she is by (source, anchor). A first-time anchor may adopt somebody of the same member who has the same
personal number and no source. Never by e-mail or name. A row in error holds its person: no change and no removal.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sync.core.faults import HeldRow, Note, RowFault, row_fault
from sync.core.people import Employee, HeldMembership, Present, Profile, StaffAssignment, is_over
from sync.core.placing import Placing
from sync.core.source import Source
from sync.core.staff_list import anchor_key
from sync.core.staff_row import CleanList, StaffRow
from sync.core.steps import KINDS, Adopt, Assign, Change, FieldChange, Join, Leave, Return, Step, Unassign
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.stockholm import day_of, start_of_day

PROFILE_FIELDS = ("given_name", "family_name", "title", "email", "phone")


@dataclass(frozen=True, slots=True)
class Plan:
    """``steps`` are ordered by anchor, whatever the order of the rows. ``active`` counts the source's people before.

    ``unattributed`` counts rows in error of which nobody can tell whom they speak of; ``emptied`` counts people who
    stay but lose their last assignment. ``moment`` is when the steps take effect. ``counts`` is for showing.
    """

    source: str
    revision: int
    moment: datetime
    digest: str
    steps: tuple[Step, ...]
    faults: tuple[RowFault, ...]
    notes: tuple[Note, ...]
    written: int
    in_error: int
    active: int
    unattributed: int
    emptied: int
    counts: Mapping[str, int]

    @property
    def leavers(self) -> frozenset[HsaId]:
        return frozenset(step.hsa_id for step in self.steps if isinstance(step, Leave))


def make_plan(clean_list: CleanList, present: Present, source: Source, now: datetime) -> Plan:
    """``now`` is the moment at which the steps will be carried out: leavers end, and joiners begin, then."""
    planning = _Planning(clean_list, present, source, now)
    for held in clean_list.held:
        planning.hold(held)
    for row in clean_list.rows:
        planning.take(row)
    return planning.finished()


class _Planning:
    def __init__(self, clean_list: CleanList, present: Present, source: Source, now: datetime) -> None:
        self._list, self._present, self._source, self._now = clean_list, present, source, now
        columns = clean_list.columns
        self._ungoverned = tuple(field for field in PROFILE_FIELDS if field not in columns)
        self._starts, self._ends = "start_date" in columns, "end_date" in columns
        self._assigns = "assignments" in columns
        self._placing = Placing(source, present, now)
        self._midnights: dict[date, datetime] = {}
        self._steps: list[Step] = []
        self._faults = list(clean_list.faults)
        self._counts: Counter[str] = Counter()
        self._in_error = self._unattributed = self._emptied = 0
        self._people: dict[str, Employee] = {}
        self._doubles: set[str] = set()  # anchors that two entries of a drifted directory bear
        self._bearers: dict[str, list[Employee]] = defaultdict(list)  # who of the source has a number, ended or not
        for person in present.people:
            if person.anchor is None:
                continue
            key = anchor_key(person.anchor)
            if key in self._people:
                self._doubles.add(key)
            self._people[key] = person
            if person.lookup is not None:
                self._bearers[person.lookup].append(person)
        self._spoken_of: set[str] = set()

    def hold(self, held: HeldRow) -> None:
        """INVARIANT (held): whoever a row in error may speak of is neither changed nor removed."""
        self._in_error += 1
        found = held.anchor is not None
        if held.anchor is not None:
            self._spoken_of.add(anchor_key(held.anchor))
        for person in self._bearers.get(held.lookup or "", ()):
            self._spoken_of.add(anchor_key(person.anchor or ""))
            found = True
        self._unattributed += not found

    def take(self, row: StaffRow) -> None:
        key = anchor_key(row.anchor)
        self._spoken_of.add(key)
        placed = self._placing.place(row.unit, row.assignments)
        if placed.troubles:
            self._faults += placed.faults(row.line)
            self.hold(HeldRow(row.line, row.anchor, row.lookup))
            return
        person = self._people.get(key)
        fault = self._identity_fault(row, key, person)
        if fault is not None:
            self._refuse(row, *fault)
        elif person is not None:
            self._compare(row, person, placed.assignments)
        else:
            self._arrive(row, placed.assignments)

    def finished(self) -> Plan:
        active = 0
        for person in self._present.people:
            if person.anchor is None or self._has_ended(person):
                continue
            active += 1
            if anchor_key(person.anchor) not in self._spoken_of:
                self._leave(person, None)
        self._counts["in_error"] = self._in_error
        self._counts["rows"] = self._list.written
        self._counts["active"] = active
        self._steps.sort(key=lambda step: (anchor_key(step.anchor), _ORDER[type(step)], _assignment_of(step)))
        self._counts.update(KINDS[type(step)] for step in self._steps)
        counts = {
            kind: self._counts[kind] for kind in (*KINDS.values(), "unchanged", "past", "in_error", "rows", "active")
        }
        return Plan(
            source=self._source.id,
            revision=self._present.revision,
            moment=self._now,
            digest=self._list.digest,
            steps=tuple(self._steps),
            faults=tuple(sorted(self._faults, key=lambda fault: fault.line)),
            notes=self._list.notes,
            written=self._list.written,
            in_error=self._in_error,
            active=active,
            unattributed=self._unattributed,
            emptied=self._emptied,
            counts=counts,
        )

    def _identity_fault(self, row: StaffRow, key: str, person: Employee | None) -> tuple[str, str] | None:
        """Doubt about who a row speaks of, as column and code."""
        if key in self._doubles:
            return "anchor", "ambiguous_person"
        if row.lookup is None or (person is not None and person.lookup == row.lookup):
            return None
        for bearer in self._bearers.get(row.lookup, ()):
            if bearer is not person and not self._has_ended(bearer):
                return "personal_number", "number_of_other_person"
        if person is None:
            return ("personal_number", "ambiguous_person") if len(self._adoptable(row)) > 1 else None
        renamed = (
            person.profile.family_name.casefold() != row.profile.family_name.casefold()
            and (person.profile.given_name or "").casefold() != (row.profile.given_name or "").casefold()
        )
        if renamed and "given_name" not in self._ungoverned and _comparable(person.lookup, row.lookup):
            return "anchor", "anchor_reused"
        return None

    def _adoptable(self, row: StaffRow) -> tuple[Employee, ...]:
        found = self._present.with_number.get(row.lookup or "", ())
        return tuple(person for person in found if person.source is None and person.member == self._source.member)

    def _refuse(self, row: StaffRow, column: str, code: str) -> None:
        self._faults.append(row_fault(row.line, column, code))
        self.hold(HeldRow(row.line, row.anchor, row.lookup))

    def _arrive(self, row: StaffRow, assignments: Mapping[HsaId, StaffAssignment]) -> None:
        end = self._end(row)
        if end is not None and end <= self._now:
            self._counts["past"] += 1
            return
        adoptable = self._adoptable(row)
        if adoptable:
            found = adoptable[0]
            self._steps.append(Adopt(row.line, row.anchor, found.hsa_id, found.profile, found.protected))
            self._compare(row, found, assignments)
            return
        period = Period(self._start(row) or self._now, end)
        self._steps.append(Join(row.line, row.anchor, row.profile, row.lookup, row.number, period))
        for assignment in assignments.values():
            self._assign(row, None, row.profile, assignment, period)

    def _compare(self, row: StaffRow, person: Employee, assignments: Mapping[HsaId, StaffAssignment]) -> None:
        ended = self._has_ended(person)
        end = self._end(row) if self._ends else (None if ended else person.period.end)
        if end is not None and end <= self._now:
            if ended:
                self._counts["past"] += 1
            else:
                self._leave(person, row)
            return
        start = self._start(row) or (self._now if ended else person.period.start)
        if start is not None and end is not None and end < start:
            self._refuse(row, "end_date", "end_before_start")
            return
        period = person.period if (start, end) == (person.period.start, person.period.end) else Period(start, end)
        before = len(self._steps)
        if ended:
            self._steps.append(Return(row.line, row.anchor, person.hsa_id, person.profile, period, person.protected))
        self._change(row, person, period, returning=ended)
        self._memberships(row, person, period, assignments, returning=ended)
        if len(self._steps) == before:
            self._counts["unchanged"] += 1

    def _change(self, row: StaffRow, person: Employee, period: Period, *, returning: bool) -> None:
        profile = self._governed(row.profile, person.profile) if self._ungoverned else row.profile
        numbered = row.lookup is not None and row.lookup != person.lookup and _comparable(person.lookup, row.lookup)
        if profile == person.profile and not numbered and (returning or period is person.period):
            return
        changes = [
            FieldChange(field, getattr(person.profile, field), getattr(profile, field))
            for field in PROFILE_FIELDS
            if getattr(person.profile, field) != getattr(profile, field)
        ]
        if not returning:
            changes += _period_changes(person.period, period)
        if numbered:
            changes.append(FieldChange("personal_number", None, None))
        lookup, number = (row.lookup, row.number) if numbered else (None, None)
        self._steps.append(
            Change(
                row.line, row.anchor, person.hsa_id, profile, period, tuple(changes), lookup, number, person.protected
            )
        )

    def _governed(self, written: Profile, held: Profile) -> Profile:
        """The fields whose column the list lacks stay as they are."""
        values = {f: getattr(held if f in self._ungoverned else written, f) for f in PROFILE_FIELDS}
        return Profile(**values)

    def _memberships(
        self,
        row: StaffRow,
        person: Employee,
        period: Period,
        wanted: Mapping[HsaId, StaffAssignment],
        *,
        returning: bool,
    ) -> None:
        """The list speaks for the memberships in its own member's assignments, and for no others."""
        held: dict[HsaId, HeldMembership] = {}
        for membership in person.memberships:
            if membership.member == self._source.member and not is_over(membership.period, self._now):
                held[membership.assignment] = membership
        losses = 0
        for assignment, membership in held.items():
            if self._assigns and assignment not in wanted:
                losses += 1
                self._steps.append(
                    Unassign(
                        row.line,
                        row.anchor,
                        person.hsa_id,
                        person.profile,
                        assignment,
                        membership.name,
                        person.protected,
                    )
                )
            else:
                self._rebound(row, person, membership, period)
        if self._assigns:
            for hsa_id, new in wanted.items():
                if hsa_id not in held:
                    self._assign(row, person, person.profile, new, period)
            self._emptied += bool(losses) and not wanted and not returning

    def _rebound(self, row: StaffRow, person: Employee, membership: HeldMembership, period: Period) -> None:
        """A membership that ended with the employment moves with it; a shorter one stays; none outlives it."""
        old = membership.period
        follows = old.end == person.period.end
        outlives = period.end is not None and (old.end is None or old.end > period.end)
        if old.end == period.end or not (follows or outlives):
            return
        start = old.start if old.start is None or period.end is None else min(old.start, period.end)
        self._steps.append(
            Assign(
                row.line, row.anchor, person.hsa_id, person.profile, membership.assignment, membership.name,
                Period(start, period.end), old, person.protected,
            )
        )  # fmt: skip

    def _assign(
        self, row: StaffRow, person: Employee | None, profile: Profile, assignment: StaffAssignment, period: Period
    ) -> None:
        start = self._now if period.start is None else max(self._now, period.start)
        self._steps.append(
            Assign(
                row.line, row.anchor, None if person is None else person.hsa_id, profile, assignment.hsa_id,
                assignment.name, Period(start, period.end), None, person is not None and person.protected,
            )
        )  # fmt: skip

    def _leave(self, person: Employee, row: StaffRow | None) -> None:
        open_ones = tuple(
            membership.assignment for membership in person.memberships if not is_over(membership.period, self._now)
        )
        anchor = row.anchor if row is not None else person.anchor or ""
        line = None if row is None else row.line
        self._steps.append(Leave(line, anchor, person.hsa_id, person.profile, open_ones, person.protected))

    def _has_ended(self, person: Employee) -> bool:
        return is_over(person.period, self._now)

    def _start(self, row: StaffRow) -> datetime | None:
        return None if row.start is None else self._midnight(row.start)

    def _end(self, row: StaffRow) -> datetime | None:
        """``end_date`` is the last day of employment: it ends when that day does."""
        return None if row.end is None else self._midnight(row.end + timedelta(days=1))

    def _midnight(self, day: date) -> datetime:
        if day not in self._midnights:
            self._midnights[day] = start_of_day(day)
        return self._midnights[day]


_ORDER = {kind: place for place, kind in enumerate(KINDS)}


def _assignment_of(step: Step) -> str:
    return step.assignment.key if isinstance(step, Assign | Unassign) else ""


def _comparable(held: str | None, written: str) -> bool:
    """Hashes under two versions of the key say nothing of each other: then the number counts as unchanged."""
    return held is None or held.partition(":")[0] == written.partition(":")[0]


def _period_changes(before: Period, after: Period) -> list[FieldChange]:
    changes = []
    if before.start != after.start:
        changes.append(FieldChange("start_date", _day(before.start), _day(after.start)))
    if before.end != after.end:
        changes.append(FieldChange("end_date", _last_day(before.end), _last_day(after.end)))
    return changes


def _day(instant: datetime | None) -> str | None:
    return None if instant is None else day_of(instant).isoformat()


def _last_day(end: datetime | None) -> str | None:
    return None if end is None else day_of(end - timedelta(microseconds=1)).isoformat()
