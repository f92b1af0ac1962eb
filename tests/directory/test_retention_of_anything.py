"""Whatever stands, is planned and is decided: only what all decided about goes, and nothing that stays names it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from directory import Entry, Membership, Unit
from directory.core.decisions import Concern, Decisions
from directory.core.entries import NAMES, Held, VideoEndpoint, member_of
from directory.core.retention import Due, due_in
from directory.core.snapshot import Snapshot
from directory.core.undoing import references
from tests.directory.parts import BODEN, CARE, REGION, a_person, boden, region
from vocabulary.hsa_id import HsaId
from vocabulary.period import ALWAYS, Period

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
AT_ONE = dict.fromkeys(NAMES.values(), 1)
OVER = Period(None, datetime(2000, 1, 1, tzinfo=UTC))
OWN = {REGION.hsa_id: "Regionarkivet, dnr 18", BODEN.hsa_id: "Arkivnämnden i Boden, dnr 17"}
MEMBERS: Sequence[tuple[HsaId, Callable[[str], HsaId]]] = ((REGION.hsa_id, region), (BODEN.hsa_id, boden))

periods = st.sampled_from([ALWAYS, OVER])
T = TypeVar("T")


@st.composite
def anything(draw: st.DrawFn) -> Snapshot:
    """People, units with parents and heads, assignments that people hold, and what units and people own: of two
    members, each naming those of both, and about half of it over."""

    def some(made: Callable[[str, HsaId, HsaId], T], letter: str, most: int) -> list[T]:
        chosen = draw(st.lists(st.sampled_from(MEMBERS), max_size=most))
        return [made(str(id_of(f"{letter}{number}")), member, id_of(f"{letter}{number}"))
                for number, (member, id_of) in enumerate(chosen)]  # fmt: skip

    people = some(lambda name, member, hsa_id: replace(
        a_person("P", "Zelma Zqvist"), hsa_id=hsa_id, member=member, period=draw(periods)), "P", 5)  # fmt: skip
    anybody = st.sampled_from([None, *(person.hsa_id for person in people)])
    units: list[Unit] = []
    for unit in some(lambda name, member, hsa_id: Unit(hsa_id, member, None, name, period=draw(periods)), "E", 5):
        above = [None, *(one.hsa_id for one in units)]
        units.append(replace(unit, parent=draw(st.sampled_from(above)), manager=draw(anybody)))
    anywhere = st.sampled_from([REGION.hsa_id, BODEN.hsa_id, *(unit.hsa_id for unit in units)])
    held = some(lambda name, member, hsa_id: replace(
        CARE, hsa_id=hsa_id, member=member, unit=draw(anywhere), period=draw(periods), memberships=tuple(
            Membership(person.hsa_id, draw(periods)) for person in people if draw(st.booleans())
        )), "M", 5)  # fmt: skip
    owned = some(lambda name, member, hsa_id: VideoEndpoint(
        hsa_id, member, name, draw(st.one_of(anybody, anywhere)), period=draw(periods)), "V", 3)  # fmt: skip
    entries: list[Entry] = [REGION, BODEN, *people, *units, *held, *owned]
    return Snapshot.of(((entry, 1) for entry in entries), 1)


decisions = st.sets(st.sampled_from(sorted(OWN, key=str))).map(
    lambda members: Decisions(own={member: OWN[member] for member in members})
)


@st.composite
def plans(draw: st.DrawFn, snapshot: Snapshot) -> dict[str, int]:
    keys = sorted(entry.hsa_id.key for entry in snapshot.entries())
    return {key: number for number, key in enumerate(draw(st.lists(st.sampled_from(keys), max_size=2)), start=1)}


def left(snapshot: Snapshot, due: Due) -> list[Entry]:
    gone = {entry.hsa_id.key for entry in due.erased}
    stripped = {after.hsa_id.key: after for _, after in due.stripped}
    return [stripped.get(entry.hsa_id.key, entry) for entry in snapshot.entries() if entry.hsa_id.key not in gone]


def whole(due: Due) -> list[str]:
    """What is due itself and not a part in something, by where it is told."""
    found = [entry.hsa_id.key for entry in due.erased]
    found += [held.entry.hsa_id.key for held in due.held_back if held.parts is None]
    return found + [waiting.entry.hsa_id.key for waiting in due.undecided if waiting.parts is None]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_nothing_goes_that_somebody_has_not_decided_about_and_nothing_that_stays_names_it(data: st.DataObject) -> None:
    snapshot = data.draw(anything())
    decided, planned = data.draw(decisions), data.draw(plans(snapshot))

    due = due_in(snapshot, NOW, AT_ONE, planned=planned, decisions=decided)

    concern, gone = Concern.in_(snapshot), {entry.hsa_id.key for entry in due.erased}
    for entry in due.erased:
        assert decided.covering(concern.of(entry)) and entry.hsa_id.key not in planned
        assert due.concerned[entry.hsa_id.key] == concern.of(entry)
    for before, after in due.stripped:
        lost = {each.person for each in before.memberships} - {each.person for each in after.memberships}
        members = {member_of(snapshot.person(each) or before) for each in lost} | {before.member}
        assert decided.covering(members) and members <= due.concerned[before.hsa_id.key]
    for entry in left(snapshot, due):
        assert not references(entry) & gone, entry


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_whatever_is_due_is_told_once_and_as_much_is_due_whoever_has_decided(data: st.DataObject) -> None:
    snapshot = data.draw(anything())
    decided, planned = data.draw(decisions), data.draw(plans(snapshot))

    due = due_in(snapshot, NOW, AT_ONE, planned=planned, decisions=decided)
    by_law = due_in(snapshot, NOW, AT_ONE, planned=planned)

    assert sorted(whole(due)) == sorted(whole(by_law))
    assert {entry.hsa_id for entry in due.erased} <= {entry.hsa_id for entry in by_law.erased}
    for waiting in due.undecided:
        assert waiting.members and waiting.members == decided.missing(waiting.members)
    for held in due.held_back:
        if isinstance(held.by, HsaId):
            naming = next(entry for entry in left(snapshot, due) if entry.hsa_id == held.by)
            assert held.entry.hsa_id.key in references(naming), "what it is said to be held back by names it"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_when_all_have_decided_it_is_as_by_the_law_alone_and_when_nobody_has_nothing_goes(data: st.DataObject) -> None:
    snapshot = data.draw(anything())
    planned = data.draw(plans(snapshot))
    by_law = due_in(snapshot, NOW, AT_ONE, planned=planned)

    for everybody in (Decisions(own=OWN), Decisions("dnr 17")):
        assert due_in(snapshot, NOW, AT_ONE, planned=planned, decisions=everybody) == by_law
    nobody = due_in(snapshot, NOW, AT_ONE, planned=planned, decisions=Decisions())
    assert (nobody.erased, nobody.stripped, nobody.concerned) == ((), (), {})


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_one_decision_after_another_comes_to_the_same_as_all_at_once(data: st.DataObject) -> None:
    first = snapshot = data.draw(anything())

    for decided in (Decisions(own={REGION.hsa_id: OWN[REGION.hsa_id]}), Decisions(own=OWN)):
        for _ in range(2):
            due = due_in(snapshot, NOW, AT_ONE, decisions=decided)
            snapshot = Snapshot.of(((entry, 1) for entry in left(snapshot, due)), 1)

    again = due_in(snapshot, NOW, AT_ONE, decisions=Decisions(own=OWN))
    assert (again.erased, again.stripped) == ((), ())
    at_once = left(first, due_in(first, NOW, AT_ONE, decisions=Decisions(own=OWN)))
    assert {entry.hsa_id for entry in snapshot.entries()} == {entry.hsa_id for entry in at_once}
    assert all(isinstance(entry, Held) or entry in at_once for entry in snapshot.entries())
