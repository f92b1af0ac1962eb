"""Random trees, admin assignments and acts: the rules and a naive reading of decision 0018 say the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory import Change, Entry, Member, Membership, Person, Unit
from directory.core.entries import AdminAssignment, Function, SystemRole, VideoEndpoint
from directory.core.snapshot import Snapshot
from directory.core.visibility import Visibility
from directory.refusals import EntryUnknown, NotAllowed
from tests.hub.administration.oracle import Oracle, permitted
from tests.hub.administration.parts import (
    BODEN,
    BODEN_CARE,
    BODEN_SOCIAL,
    LULEA,
    LULEA_CARE,
    REGION,
    REGION_CARE,
    Administered,
    administered,
    administering,
    logged_in,
    somebody,
    work,
)
from tests.parts import HeldClock
from vocabulary.duties import Duty
from vocabulary.hsa_id import HsaId
from vocabulary.period import ALWAYS, Period

NOW = HeldClock().now()
DAY = timedelta(days=1)
MEMBERS = (REGION, BODEN, LULEA)
PROVIDERS = {REGION.hsa_id: (REGION_CARE,), BODEN.hsa_id: (BODEN_CARE, BODEN_SOCIAL), LULEA.hsa_id: (LULEA_CARE,)}
PERIODS = st.sampled_from([ALWAYS] * 12 + [Period(NOW - DAY, NOW), Period(NOW, NOW + DAY), Period(NOW + DAY, None)])
DUTIES = st.lists(
    st.sampled_from([Duty.ADMINISTER] * 3 + [*Duty, "rule_the_world"]), min_size=1, max_size=3, unique=True
).map(lambda found: tuple(map(str, found)))
LOOKUP = "1:" + "a" * 64


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Administered]:
    folder: Path = tmp_path_factory.mktemp("oracle")
    with administered(folder, HeldClock()) as made:
        yield made


@st.composite
def counties(draw: st.DrawFn) -> dict[str, list[Any]]:
    units: list[Unit] = []
    for member in MEMBERS:
        of_member: list[Unit] = []
        for number in range(draw(st.integers(1, 4))):
            parent = draw(st.sampled_from([None, *of_member]))
            provider = draw(st.sampled_from([None, *PROVIDERS[member.hsa_id]]))
            hsa_id = HsaId.parse(f"{member.hsa_id.prefix}-E1{number}")
            of_member.append(
                Unit(
                    hsa_id,
                    member.hsa_id,
                    None if parent is None else parent.hsa_id,
                    f"Enhet {number}",
                    None if provider is None else provider.hsa_id,
                )
            )
        units += of_member
    people = [
        somebody(
            f"P1{number}",
            draw(st.sampled_from(MEMBERS)),
            protected=draw(st.sampled_from([False] * 4 + [True])),
            number_lookup=draw(st.sampled_from([None] * 5 + [LOOKUP])),
            period=draw(PERIODS),
            archived=draw(st.sampled_from([False] * 8 + [True])),
        )
        for number in range(draw(st.integers(3, 5)))
    ]
    assignments = []
    for number in range(draw(st.integers(0, 3))):
        made = work(f"M1{number}", draw(st.sampled_from(units)), *draw(st.lists(st.sampled_from(people), max_size=2)))
        held = tuple(Membership(m.person, draw(PERIODS)) for m in dict.fromkeys(made.memberships))
        assignments.append(replace(made, memberships=held, period=draw(PERIODS)))
    places = [*MEMBERS, *units]
    admin = []
    for number in range(draw(st.integers(1, 4))):
        made_by = administering(
            f"A1{number}",
            draw(st.sampled_from([REGION, REGION, BODEN, LULEA])),
            draw(st.lists(st.sampled_from(places), max_size=2, unique=True)),
            draw(DUTIES),
            period=draw(PERIODS),
            archived=draw(st.sampled_from([False] * 8 + [True])),
        )
        holders = draw(st.lists(st.sampled_from(people), max_size=2, unique=True))
        admin.append(
            replace(made_by, memberships=tuple(Membership(person.hsa_id, draw(PERIODS)) for person in holders))
        )
    hers = replace(people[0], period=ALWAYS, archived=False)
    people[0] = hers
    # Mostly she may much: what then still denies is one limit at a time, and that is what is compared.
    area = draw(st.sampled_from([*[[]] * 6, *[[member] for member in MEMBERS] * 3, *([unit] for unit in units)]))
    much = [(Duty.ADMINISTER,), (Duty.ADMINISTER, Duty.SEE_PROTECTED), (Duty.ADMINISTER, Duty.KEEP_LICENCES)] * 4
    duties = draw(st.sampled_from([*much, *((duty,) for duty in Duty)]))
    admin.append(administering("A20", REGION, area, duties, hers))
    others = [
        Function(HsaId.parse(f"{unit.member.prefix}-F10"), unit.member, unit.hsa_id, "Reception") for unit in units[:1]
    ] + [
        VideoEndpoint(HsaId.parse(f"{unit.member.prefix}-V10"), unit.member, "Skärm", unit.hsa_id, "sip:a@b.example")
        for unit in units[-1:]
    ]
    roles = [SystemRole(HsaId.parse(f"{BODEN.hsa_id.prefix}-R10"), BODEN.hsa_id, "svp", "roll", "Roll")]
    providers = [one for found in PROVIDERS.values() for one in found]
    return {
        "members": list(MEMBERS), "providers": providers, "units": units, "people": people,
        "assignments": assignments, "admin": admin, "others": others, "roles": roles,
    }  # fmt: skip


@st.composite
def acts(draw: st.DrawFn, county: dict[str, list[Any]]) -> list[Change]:
    count = draw(st.sampled_from([1, 1, 1, 2]))
    found: dict[Any, Change] = {}
    for _ in range(count):
        change = _one(draw, county)
        found[change.hsa_id] = change
    return [change for change in found.values() if change.before != change.after]


def _one(draw: st.DrawFn, county: dict[str, list[Any]]) -> Change:
    kind = draw(st.sampled_from([*[kind for kind in county if county[kind]], "admin", "people"]))
    before = draw(st.sampled_from(county[kind]))
    after = _changed(draw, before, county)
    if kind in ("units", "assignments", "admin", "people") and draw(st.sampled_from([False, False, False, True])):
        return Change(None, replace(after, hsa_id=HsaId.parse(f"{after.hsa_id.prefix}-X99")))
    return Change(before, after)


def _changed(draw: st.DrawFn, entry: Any, county: dict[str, list[Any]]) -> Any:
    unit = st.sampled_from(county["units"])
    choices: list[dict[str, Any]] = [
        {"name": "Nytt"} if not isinstance(entry, Person) else {"title": "chef"},
        {"period": draw(PERIODS)},
        {"archived": not entry.archived},
    ]
    if isinstance(entry, Member):
        choices.append({"municipality_code": draw(st.sampled_from(["25", "2599"]))})
    if isinstance(entry, Unit):
        same = [one.hsa_id for one in county["units"] if one.member == entry.member and not _below(one, entry, county)]
        choices.append({"parent": draw(st.sampled_from([None, *same]))})
        choices.append({"care_provider": draw(st.sampled_from(PROVIDERS[entry.member])).hsa_id})
    if isinstance(entry, Person):
        choices += [
            {"licences": ("SJ",)}, {"protected": not entry.protected}, {"feigned": not entry.feigned},
            {"number_lookup": LOOKUP}, {"licences": ("SJ",), "title": "sjuksköterska"},
        ]  # fmt: skip
    if hasattr(entry, "memberships"):
        people = draw(st.lists(st.sampled_from(county["people"]), max_size=2, unique=True))
        held = tuple(Membership(person.hsa_id, draw(PERIODS)) for person in people)
        choices += [{"memberships": (*entry.memberships, *held)}, {"memberships": held}, {"memberships": ()}]
    if isinstance(entry, AdminAssignment):
        areas = draw(st.lists(st.sampled_from([*MEMBERS, *county["units"]]), max_size=2, unique=True))
        choices += [{"areas": tuple(str(a.hsa_id) for a in areas)}, {"duties": draw(DUTIES)}]
    if hasattr(entry, "rights"):
        there = [one.hsa_id for one in county["units"] if one.member == entry.member]
        choices += [{"rights": ("Läsa;alla;SJF",)}, {"unit": draw(st.sampled_from(there))}]
    if isinstance(entry, Function):
        choices.append({"unit": draw(unit.filter(lambda one: one.member == entry.member)).hsa_id})
    return replace(entry, **draw(st.sampled_from(choices)))


def _below(one: Unit, top: Unit, county: dict[str, list[Any]]) -> bool:
    by_id = {unit.hsa_id: unit for unit in county["units"]}
    at: Unit | None = one
    while at is not None:
        if at.hsa_id == top.hsa_id:
            return True
        at = None if at.parent is None else by_id[at.parent]
    return False


@st.composite
def questions(draw: st.DrawFn) -> tuple[list[Entry], Person, list[Change]]:
    county = draw(counties())
    people = county["people"]
    who = draw(st.sampled_from([people[0]] * 6 + people))
    return [entry for found in county.values() for entry in found], who, draw(acts(county).filter(bool))


def says_yes(engine: Administered, snapshot: Snapshot, who: Person, changes: list[Change]) -> bool:
    reach = engine.administration.of_person(logged_in(who), who.hsa_id, snapshot)
    try:
        reach.demand_changes(changes, dry_run=True)
    except (NotAllowed, EntryUnknown):
        return False
    return True


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(question=questions())
def test_the_rules_and_the_naive_reading_agree_on_changes(
    engine: Administered, question: tuple[list[Entry], Person, list[Change]]
) -> None:
    entries, who, changes = question
    snapshot = Snapshot.of(((entry, 1) for entry in entries), 1)

    ours = says_yes(engine, snapshot, who, changes)

    assert ours is permitted(Oracle(entries, NOW), str(who.hsa_id), changes)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(question=questions())
def test_the_rules_and_the_naive_reading_agree_on_sight(
    engine: Administered, question: tuple[list[Entry], Person, list[Change]]
) -> None:
    entries, who, _ = question
    snapshot, oracle = Snapshot.of(((entry, 1) for entry in entries), 1), Oracle(entries, NOW)
    reach = engine.administration.of_person(logged_in(who), who.hsa_id, snapshot)

    for entry in entries:
        narrow = reach.circle(entry) is Visibility.ADMINISTRATORS
        assert narrow is oracle.circle_is_narrow(str(who.hsa_id), entry), entry


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(question=questions())
def test_no_permitted_change_lets_her_see_or_end_more_than_before(
    engine: Administered, question: tuple[list[Entry], Person, list[Change]]
) -> None:
    """The law behind all limits, whatever the rules are: by her own change nobody's reach grows over what stood."""
    entries, who, changes = question
    snapshot = Snapshot.of(((entry, 1) for entry in entries), 1)
    if not says_yes(engine, snapshot, who, changes):
        return
    later = snapshot.succeeded_by([change.after for change in changes if change.after is not None], 2)
    before = engine.administration.of_person(logged_in(who), who.hsa_id, snapshot)
    after = engine.administration.of_person(logged_in(who), who.hsa_id, later)
    changed = {change.hsa_id for change in changes}

    for entry in entries:
        if entry.hsa_id in changed or isinstance(entry, Person):
            continue
        assert after.circle(entry) <= before.circle(entry), entry
