"""The read model finds everything by every key, however it came to be, and says which assignments count when."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from directory import Assignment, Entry, Membership, Person, Snapshot
from directory.core.currency import (
    NotCurrent,
    current_assignments,
    current_until,
    why_not_current,
    why_person_not_current,
)
from directory.core.entry_json import from_json, to_json
from directory.core.layered_map import LayeredMap
from tests.directory.parts import ANNA, CARE, CENTRE, COUNTY, EVA, PROVIDER, REGION, ROOM, a_person, region
from vocabulary.codes import Purpose
from vocabulary.period import Period

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SNAPSHOT = Snapshot.of([(entry, 3) for entry in COUNTY], 3)
BEFORE, AFTER = Period(None, NOW), Period(NOW + timedelta(days=1), None)


def test_every_entry_is_found_by_its_id_as_its_kind_only() -> None:
    assert SNAPSHOT.member(REGION.hsa_id) == REGION
    assert SNAPSHOT.care_provider(PROVIDER.hsa_id) == PROVIDER
    assert SNAPSHOT.unit(CENTRE.hsa_id) == CENTRE
    assert SNAPSHOT.person(region("p001")) == ANNA
    assert SNAPSHOT.assignment(CARE.hsa_id) == CARE
    assert SNAPSHOT.unit(ANNA.hsa_id) is None
    assert {SNAPSHOT.entry(entry.hsa_id) for entry in COUNTY} == set(COUNTY)


def test_people_are_found_by_number_source_and_assignment() -> None:
    numbered = replace(ANNA, number_lookup="1:" + "a" * 64)
    snapshot = SNAPSHOT.succeeded_by([numbered], 4)

    assert snapshot.people_with_number("1:" + "a" * 64) == (numbered,)
    assert snapshot.people_with_number("1:" + "b" * 64) == ()
    assert snapshot.person_from("hr", "4711") == numbered
    assert snapshot.person_from("hr", "1") is None
    assert list(snapshot.people_from("hr")) == [numbered]
    assert snapshot.assignments_of(ANNA.hsa_id) == (CARE,)


def test_a_snapshot_does_not_change_when_it_is_succeeded() -> None:
    later = SNAPSHOT.succeeded_by([replace(ANNA, source=None, source_id=None), replace(CARE, memberships=())], 4)

    assert SNAPSHOT.person_from("hr", "4711") == ANNA
    assert SNAPSHOT.assignments_of(ANNA.hsa_id) == (CARE,)
    assert later.person_from("hr", "4711") is None
    assert later.assignments_of(ANNA.hsa_id) == ()
    assert (SNAPSHOT.changed_at(ANNA.hsa_id), later.changed_at(ANNA.hsa_id), later.changed_at(EVA.hsa_id)) == (3, 4, 3)


def test_pages_come_in_order_of_ids() -> None:
    snapshot = SNAPSHOT.succeeded_by([a_person("P0005"), a_person("A1")], 4)

    assert [str(p.hsa_id)[13:] for p in snapshot.after(Person, "")] == ["A1", "P0005", "P001", "P002"]
    assert [str(p.hsa_id)[13:] for p in snapshot.after(Person, region("p0005").key)] == ["P001", "P002"]


_SOURCES = st.one_of(st.none(), st.sampled_from(["1", "2", "3"]))
_NUMBERS = st.one_of(st.none(), st.sampled_from(["1:a", "1:b"]))
_PEOPLE = st.builds(
    lambda n, source, number: a_person(
        f"P{n}", source=None if source is None else "hr", source_id=source and f"{source}-{n}", number_lookup=number
    ),
    st.integers(0, 5),
    _SOURCES,
    _NUMBERS,
)
_ASSIGNMENTS = st.builds(
    lambda n, held: replace(CARE, hsa_id=region(f"M{n}"), memberships=tuple(Membership(region(f"P{p}")) for p in held)),
    st.integers(0, 3),
    st.sets(st.integers(0, 5)),
)


@given(st.lists(st.lists(st.one_of(_PEOPLE, _ASSIGNMENTS), max_size=6, unique_by=lambda e: e.hsa_id), max_size=6))
def test_a_snapshot_grown_step_by_step_answers_as_one_built_at_once(steps: list[list[Person | Assignment]]) -> None:
    grown, last = Snapshot.of([], 0), {}
    for revision, entries in enumerate(steps, 1):
        grown = grown.succeeded_by(entries, revision)
        last.update({entry.hsa_id: (entry, revision) for entry in entries})

    built = Snapshot.of(last.values(), len(steps))

    assert set(grown.entries()) == set(built.entries())
    assert [p.hsa_id for p in grown.after(Person, "")] == [p.hsa_id for p in built.after(Person, "")]
    for number in ("1:a", "1:b"):
        assert set(grown.people_with_number(number)) == set(built.people_with_number(number))
    for n in range(6):
        assert set(grown.assignments_of(region(f"P{n}"))) == set(built.assignments_of(region(f"P{n}")))
        assert grown.changed_at(region(f"P{n}")) == built.changed_at(region(f"P{n}"))
        for source in ("1", "2", "3"):
            assert grown.person_from("hr", f"{source}-{n}") == built.person_from("hr", f"{source}-{n}")


def test_a_layered_map_answers_as_a_dict_through_many_layers() -> None:
    chance, plain, layered = random.Random(1), {}, LayeredMap[int]({})
    for _ in range(300):
        news = {str(chance.randrange(3_000)): chance.randrange(1_000) for _ in range(chance.randrange(40))}
        plain.update(news)
        layered = layered.succeeded_by(news)

    assert {key: layered.get(key) for key in plain} == plain
    assert (len(layered), sorted(layered.values()), set(layered.keys())) == (
        len(plain),
        sorted(plain.values()),
        set(plain),
    )


def test_what_is_taken_away_from_a_layered_map_is_not_there_through_many_layers() -> None:
    chance, plain, layered = random.Random(2), {}, LayeredMap[int]({})
    for _ in range(300):
        news = {str(chance.randrange(900)): chance.choice([None, 1, 2, 3]) for _ in range(chance.randrange(40))}
        plain = {key: value for key, value in {**plain, **news}.items() if value is not None}
        layered = layered.succeeded_by(news)

    assert {key: value for n in range(900) if (value := layered.get(key := str(n))) is not None} == plain
    assert (len(layered), sorted(layered.values()), set(layered.keys())) == (
        len(plain),
        sorted(plain.values()),
        set(plain),
    )


def test_every_entry_survives_json() -> None:
    odd = replace(
        CARE, purpose=None, rights=("nonsens",), period=Period(NOW, None), memberships=(Membership(EVA.hsa_id, BEFORE),)
    )

    for entry in (*COUNTY, odd):
        assert from_json(to_json(entry)) == entry


def test_json_of_another_version_kind_or_field_is_not_guessed_at() -> None:
    good = to_json(ANNA)

    for bad in ({**good, "v": 2}, {**good, "entry": "robot"}, {**good, "shoe_size": 38}, {"v": 1, "entry": "person"}):
        try:
            from_json(bad)
        except ValueError:
            continue
        raise AssertionError(bad)


def test_an_assignment_counts_when_all_that_bounds_it_contains_the_instant() -> None:
    assert why_not_current(SNAPSHOT, ANNA.hsa_id, CARE.hsa_id, NOW) is None
    assert current_assignments(SNAPSHOT, ANNA.hsa_id, NOW) == (CARE,)


def test_an_assignment_right_under_its_provider_counts() -> None:
    snapshot = SNAPSHOT.succeeded_by([replace(CARE, unit=PROVIDER.hsa_id)], 4)

    assert why_not_current(snapshot, ANNA.hsa_id, CARE.hsa_id, NOW) is None


def reason_when(*entries: Entry) -> NotCurrent | None:
    return why_not_current(SNAPSHOT.succeeded_by(entries, 4), ANNA.hsa_id, CARE.hsa_id, NOW)


def test_whatever_does_not_contain_the_instant_is_named() -> None:
    out = (Membership(ANNA.hsa_id, BEFORE),)

    assert reason_when(replace(ANNA, period=BEFORE)) is NotCurrent.PERSON_NOT_NOW
    assert reason_when(replace(ANNA, archived=True)) is NotCurrent.PERSON_ARCHIVED
    assert reason_when(replace(CARE, period=AFTER)) is NotCurrent.ASSIGNMENT_NOT_NOW
    assert reason_when(replace(CARE, purpose=None)) is NotCurrent.PURPOSE_MISSING
    assert reason_when(replace(CARE, memberships=out)) is NotCurrent.MEMBERSHIP_NOT_NOW
    assert reason_when(replace(CARE, memberships=())) is NotCurrent.NO_MEMBERSHIP
    assert reason_when(replace(CARE, unit=region("E999"))) is NotCurrent.UNIT_UNKNOWN
    assert reason_when(replace(CENTRE, period=AFTER)) is NotCurrent.UNIT_NOT_NOW
    assert reason_when(replace(CENTRE, care_provider=None)) is NotCurrent.PROVIDER_UNKNOWN
    assert reason_when(replace(PROVIDER, period=BEFORE)) is NotCurrent.PROVIDER_NOT_NOW


def test_who_or_what_is_unknown_is_not_current() -> None:
    assert why_person_not_current(SNAPSHOT, region("P999"), NOW) is NotCurrent.PERSON_UNKNOWN
    assert why_not_current(SNAPSHOT, ANNA.hsa_id, region("M999"), NOW) is NotCurrent.ASSIGNMENT_UNKNOWN
    assert why_not_current(SNAPSHOT, region("P999"), CARE.hsa_id, NOW) is NotCurrent.PERSON_UNKNOWN


def test_an_assignment_is_current_until_the_first_written_end() -> None:
    day, week = NOW + timedelta(days=1), NOW + timedelta(days=7)
    snapshot = SNAPSHOT.succeeded_by(
        [replace(ROOM, period=Period(None, NOW)), replace(PROVIDER, period=Period(None, week))], 4
    )
    sooner = snapshot.succeeded_by([replace(CARE, memberships=(Membership(ANNA.hsa_id, Period(None, day)),))], 5)

    assert current_until(SNAPSHOT, ANNA.hsa_id, CARE.hsa_id, NOW) is None
    assert current_until(snapshot, ANNA.hsa_id, CARE.hsa_id, NOW) == week
    assert current_until(sooner, ANNA.hsa_id, CARE.hsa_id, NOW) == day


def test_purposes_of_the_code_table_are_texts_in_the_entry() -> None:
    assert from_json(to_json(replace(CARE, purpose=Purpose.STATISTICS.value))) == replace(CARE, purpose="Statistik")
