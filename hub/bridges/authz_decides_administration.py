"""The decision engine decides who sees and changes what in the directory; an application's own scopes only bound it.

A person who calls with her own token is judged by her admin assignments. An application that calls for itself has the
reach of its scopes, as before. One reach serves one request, on one snapshot, and asks about each place once.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from authz.actions.judge_administration import AdministrationJudge, Administrator
from authz.core.administering import contains, meets
from authz.core.decide import UNREADABLE
from authz.core.decision import Decision
from authz.core.directory_facts import Area
from authz.core.directory_words import AttributeClass
from authz.core.facts import Colleague, Facts
from authz.core.request import Action, DirectoryObject
from authz.core.unknown import UNKNOWN, Unknown
from authz.refusals import TrailUnavailable
from directory.core.administration import ADMINISTER, READ, Act, Administers, ScopedReach
from directory.core.changes import Change
from directory.core.entries import AdminAssignment, Entry, Member, Person, Unit, VideoEndpoint, member_of, parent_of
from directory.core.snapshot import Snapshot
from directory.core.visibility import Visibility
from directory.ports import Reach
from directory.refusals import DirectoryUnavailable, EntryUnknown, NotAllowed
from hub.bridges.attribute_classes import KINDS, changed, classes
from hub.bridges.directory_answers_authz import DirectoryStaff, StaffFacts
from hub.bridges.directory_tells_where_entries_stand import EntryFacts
from vocabulary.caller import Caller
from vocabulary.clock import Clock
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import Refusal

_ACTIONS = {Act.CREATE: Action.CREATE, Act.CHANGE: Action.CHANGE, Act.END: Action.END, Act.ASSIGN: Action.ASSIGN}
_UNKNOWN_TO_HER = frozenset({"protected_person", "not_hers_to_know"})
_NO_ADMIN_ASSIGNMENT = "right_missing"
_ELSEWHERE = "a part of this lies outside of what you administer"
_AS_ADMINISTRATOR = frozenset({AttributeClass.ADMINISTRATORS})
_AS_PROTECTED = frozenset({AttributeClass.PROTECTED})


class AuthzDecidesAdministration:
    """Keeps ``directory.ports.Administration``."""

    def __init__(self, staff: DirectoryStaff, judge: AdministrationJudge, clock: Clock) -> None:
        self._staff, self._judge, self._clock = staff, judge, clock

    def reach(self, caller: Caller, snapshot: Snapshot) -> Reach:
        return ScopedReach(caller) if caller.person is None else self.of_person(caller, caller.person, snapshot)

    def administrators(self, place: HsaId, snapshot: Snapshot) -> tuple[Administers, ...]:
        view = self._staff.view_of(snapshot)
        if view is UNKNOWN:
            raise DirectoryUnavailable("the directory has not been confirmed for some seconds; try again")
        return tuple(_administering(view, place, self._clock.now()))

    def of_person(self, caller: Caller, person: HsaId, snapshot: Snapshot) -> "PersonsReach":
        """The reach of somebody who calls with her own token."""
        who = Administrator(person, caller.assignment, caller.level, caller.client_id)
        view = self._staff.view_of(snapshot)
        facts = Facts(self._clock.now())
        if view is not UNKNOWN:
            facts = replace(facts, reader=view.reader(person), admin_assignments=view.admin_assignments(person))
        return PersonsReach(caller, who, snapshot, view, facts, self._judge, self._clock)


@dataclass(slots=True)
class PersonsReach:
    """Keeps ``directory.ports.Reach``. ``view`` is ``UNKNOWN`` when the directory is not confirmed: then she sees what
    all staff see, and changes nothing."""

    caller: Caller
    who: Administrator
    snapshot: Snapshot
    view: StaffFacts | Unknown
    facts: Facts
    judge: AdministrationJudge
    clock: Clock
    _seen: dict[object, bool] = field(default_factory=dict)
    _one_place: dict[tuple[str, bool], bool] = field(default_factory=dict)

    def circle(self, entry: Entry) -> Visibility:
        if not self.caller.scopes & {READ, ADMINISTER}:
            return Visibility.OPEN
        return Visibility.ADMINISTRATORS if self._sees(entry, _AS_ADMINISTRATOR) else Visibility.STAFF

    def sees_protected(self, person: Person) -> bool:
        return person.hsa_id == self.who.person or self._sees(person, _AS_PROTECTED)

    def demand_reader(self) -> None:
        ScopedReach(self.caller).demand_reader()

    def demand(self, act: Act, entry: Entry, attributes: Collection[str] = ()) -> None:
        view = self._bounded([entry])
        touched = _touched(type(entry), attributes)
        facts = replace(self.facts, entry=view.entries.entry(entry, self._herself(view)), colleague=_colleague(entry))
        decision = self._judged(_ACTIONS[act], entry, touched, facts)
        if not decision.permit:
            self._recorded([decision])
            raise _refusal(decision, known=self._knows(entry.hsa_id))

    def demand_changes(self, changes: Sequence[Change], *, dry_run: bool, upon: Snapshot | None = None) -> None:
        states = (state for change in changes for state in (change.before, change.after))
        view = self._bounded(state for state in states if state is not None)
        before = view.entries if upon is None else EntryFacts(upon, self.clock)
        after = self._after(changes, before.snapshot)
        self.settle([self._decided(change, view, before, after) for change in changes], dry_run=dry_run)

    def demand_credentials(self, person: Person, *, dry_run: bool) -> None:
        """Return when she may give ``person`` new credentials. Raises as ``demand`` does, and ``EntryUnknown``."""
        view = self._bounded([person])
        facts = replace(self.facts, entry=view.entries.entry(person, self._herself(view)), colleague=_colleague(person))
        self.settle([self._judged(Action.CHANGE, person, frozenset({AttributeClass.IDENTITY}), facts)], dry_run=dry_run)

    def settle(self, decisions: Sequence[Decision], *, dry_run: bool) -> None:
        """Record, then refuse if one of them denies. A permit that is only tried needs no record."""
        refused = next((each for each in decisions if not each.permit), None)
        self._recorded([each for each in decisions if not dry_run or not each.permit])
        if refused is not None:
            raise _refusal(refused, known=True)

    def _sees(self, entry: Entry, as_whom: frozenset[AttributeClass]) -> bool:
        view, caller = self.view, self.caller
        if view is UNKNOWN or ADMINISTER not in caller.scopes or not caller.may_act_for(member_of(entry)):
            return False
        place = self._place(entry)
        seen = self._seen.get((as_whom, place))
        if seen is None or place is None:
            told = view.entries.entry(entry, self._herself(view))
            facts = replace(self.facts, entry=told, colleague=_colleague(entry))
            seen = self._judged(Action.READ, entry, as_whom, facts).permit
            self._seen[as_whom, place] = seen
        return seen

    def _knows(self, hsa_id: HsaId) -> bool:
        """Whether the entry as it stands exists for her; one that is only to be made does in her own hands."""
        entry = self.snapshot.entry(hsa_id)
        if isinstance(entry, Person):
            return not entry.protected or self.sees_protected(entry)
        return not isinstance(entry, AdminAssignment) or self._sees(entry, _AS_ADMINISTRATOR)

    def _place(self, entry: Entry) -> object:
        """Entries of one place and kind get the same answer; ``None`` for one that has to be asked about by itself."""
        kind, member = type(entry), member_of(entry)
        if isinstance(entry, Person):
            alone = entry.hsa_id == self.who.person or not self._is_one_place(member, people=True)
            return kind, entry.hsa_id if alone else member, entry.protected
        if isinstance(entry, AdminAssignment):
            return None
        if self._is_one_place(member, people=False):
            return kind, member
        own = entry.hsa_id if isinstance(entry, Unit | Member | VideoEndpoint) else None
        return kind, member, parent_of(entry), getattr(entry, "owner", None), own

    def _is_one_place(self, member: HsaId, *, people: bool) -> bool:
        """Whether all of a member's is the same to her: no area of hers is a part of it. People may work elsewhere,
        too, so theirs is the same only where each admin assignment is for the whole of the member."""
        known = self._one_place.get((member.key, people))
        if known is None:
            held = self.facts.admin_assignments
            areas = [one.power.areas for one in held if one.power.areas is not None] if held is not UNKNOWN else []
            known = all(
                any(area.id == member for area in some) if people else not any(_is_part(area, member) for area in some)
                for some in areas
            )
            self._one_place[member.key, people] = known
        return known

    def _bounded(self, entries: Iterable[Entry]) -> StaffFacts:
        """What the scopes and the application's members bound, whoever calls. Raises ``NotAllowed``."""
        bounds = ScopedReach(self.caller)
        for entry in entries:
            bounds.demand(Act.CHANGE, entry)
        if self.view is UNKNOWN:
            raise DirectoryUnavailable("the directory has not been confirmed for some seconds; try again")
        return self.view

    def _herself(self, view: StaffFacts) -> frozenset[HsaId]:
        return view.entries.records_of(self.who.person)

    def _after(self, changes: Sequence[Change], upon: Snapshot) -> EntryFacts:
        stand = [change.after for change in changes if change.after is not None]
        return EntryFacts(upon.succeeded_by(stand, upon.revision + 1), self.clock)

    def _decided(self, change: Change, view: StaffFacts, stands: EntryFacts, after: EntryFacts) -> Decision:
        """One entry's change, judged beside what the whole of it does to her own powers."""
        before, wanted = change.before, change.after
        if wanted is None:
            raise NotAllowed("nothing is taken away by an administrator")
        person = self.who.person
        herself = self._herself(view) | stands.records_of(person) | after.records_of(person)
        reader = view.reader(person)
        will_be = after.after(wanted, herself, before)
        touched = _touched(type(wanted), changed(before, wanted))
        facts = replace(
            self.facts,
            reader=None if reader is None else replace(reader, same_human=herself),
            entry=will_be if before is None else stands.entry(before, herself),
            entry_after=None if before is None else will_be,
            colleague=_colleague(wanted) if before is None else _colleague(before),
            powers=tuple(held for one in sorted(herself, key=str) for held in stands.admin_assignments(one)),
            powers_after=tuple(held for one in sorted(herself, key=str) for held in after.admin_assignments(one)),
        )
        return self._judged(_action(before, wanted), wanted, touched, facts)

    def _judged(self, action: Action, entry: Entry, touched: frozenset[AttributeClass], facts: Facts) -> Decision:
        return self.judge.judge(self.who, action, DirectoryObject(entry.hsa_id, touched, KINDS[type(entry)]), facts)

    def _recorded(self, decisions: Sequence[Decision]) -> None:
        try:
            self.judge.record(self.who, decisions, self.snapshot.revision)
        except TrailUnavailable as refusal:
            raise DirectoryUnavailable(
                "the decision cannot be recorded, so nothing is changed; try again", detail=refusal.description
            ) from None


def _administering(view: StaffFacts, place: HsaId, now: datetime) -> Iterator[Administers]:
    """By the facts that the rules judge: what would be permitted is what is told."""
    there = view.entries.area(place)
    if there is None:
        return
    for assignment in view.snapshot.all_of(AdminAssignment):
        for person in dict.fromkeys(membership.person for membership in assignment.memberships):
            reader = view.reader(person)
            if reader is None or not reader.active:
                continue
            for held in view.admin_assignments(person):
                if held.id == assignment.hsa_id and held.period.contains(now) and meets(held, there) is True:
                    yield Administers(person, assignment, contains(held, there) is True, held.period)


def _is_part(area: Area, member: HsaId) -> bool:
    return area.member == member and area.id != member


def _touched(kind: type[Entry], attributes: Iterable[str]) -> frozenset[AttributeClass]:
    found = classes(kind, attributes)
    if found is None:
        raise NotAllowed("an attribute that is touched is nobody's to change")
    return found


def _action(before: Entry | None, after: Entry) -> Action:
    """What is done, by the names of the decision point: it stands in the record, and giving life is not ending."""
    if before is None:
        return Action.CREATE
    names = changed(before, after)
    if names == {"memberships"}:
        return Action.ASSIGN
    return Action.END if names & {"period", "archived"} and _is_less(before, after) else Action.CHANGE


def _is_less(before: Entry, after: Entry) -> bool:
    """Whether it counts at no instant at which it did not count before."""
    kept = before.period.within(after.period) == after.period
    return kept and (after.archived or not before.archived)


def _colleague(entry: Entry) -> Colleague | None:
    return Colleague(entry.hsa_id, entry.protected) if isinstance(entry, Person) else None


def _refusal(decision: Decision, *, known: bool) -> Refusal:
    """Names no entry: what is refused may be another part of the change than the caller asked for, and not hers to know
    of. ``known``: what she asked for exists for her."""
    if decision.rule == UNREADABLE:
        return DirectoryUnavailable("what decides this cannot be read just now; try again")
    if decision.rule in _UNKNOWN_TO_HER:
        return NotAllowed(_ELSEWHERE) if known else EntryUnknown("there is no such entry")
    if decision.rule == _NO_ADMIN_ASSIGNMENT:
        return NotAllowed("no admin assignment of yours allows it")
    said = decision.reason_user.text_en.rstrip(".")
    return NotAllowed(f"{said[:1].lower()}{said[1:]}")
