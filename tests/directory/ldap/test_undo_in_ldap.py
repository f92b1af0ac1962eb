"""After undoing, a real slapd holds byte for byte what it held before the change: names, values, and their order."""

from collections.abc import Iterator
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory import Entry, Membership
from directory.core.entries import KINDS
from directory.edge.ldap.slapd_child import SlapdChild
from tests.directory.ldap.parts import a_unit, emptied
from tests.directory.ldap.worlds import COUNTY, Dump, but, county_on, dumped
from tests.directory.parts import World
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period


@pytest.fixture
def world(slapd: SlapdChild) -> Iterator[World]:
    with county_on(slapd) as made:
        yield made


REWRITTEN = {
    "description": (None, "en text", "två $ 100 % \\ text #"),
    "mail": (None, "ny@example.se"),
    "telephone": (None, "0920-00 00 00"),
    "postal_address": (None, "Ny gata 1\\961 00 Boden"),
    "title": (None, "chef"),
}
LISTS = ("codes", "duties", "licences", "memberships", "opening_hours", "rights")


def of(suffix: str) -> HsaId:
    return HsaId.parse(f"SE2321000230-{suffix}")


def undone(world: World, slapd: SlapdChild, *changed: Entry) -> tuple[Dump, Dump, Dump]:
    """What the server holds before a change, after it, and after it was undone."""
    before = dumped(slapd)
    revision = world.change(*changed)
    between = dumped(slapd)
    world.directory.undo(revision, actor="Ada", reason="fel")
    return before, between, dumped(slapd)


def with_all_values_turned(entry: Entry) -> Entry:
    """Every list in another order, and one value fewer."""
    lists = {name: value[::-1][1:] for name in entry.__slots__ if len(value := listed(entry, name)) > 1}
    return but(entry, **lists)


def listed(entry: Entry, name: str) -> tuple[object, ...]:
    value = getattr(entry, name)
    return value if isinstance(value, tuple) else ()


def test_the_order_of_every_list_is_put_back(world: World, slapd: SlapdChild) -> None:
    turned = [turned for entry in COUNTY.values() if (turned := with_all_values_turned(entry)) != entry]

    before, between, after = undone(world, slapd, *turned)

    assert len(turned) > 3
    assert between != before == after


def test_marks_texts_and_periods_are_put_back(world: World, slapd: SlapdChild) -> None:
    person, eva, old, unit, held = (COUNTY[of(suffix)] for suffix in ("P1", "P2", "P3", "E2", "A1"))

    before, between, after = undone(
        world,
        slapd,
        but(person, protected=True, archived=True, title=None, period=Period()),
        but(eva, protected=False, feigned=False, given_name="Eva"),
        but(old, archived=False, feigned=True, protected=True),
        but(held, archived=True),
        but(unit, care_provider=None, manager=None, public=False, opening_hours=(), postal_address="x\ny"),
    )

    assert between != before == after


def test_a_unit_that_was_renamed_and_moved_comes_back_with_all_below_it(world: World, slapd: SlapdChild) -> None:
    other = a_unit("E77", "Annan förvaltning")
    world.change(other)
    unit = COUNTY[of("E2")]

    before, between, after = undone(
        world,
        slapd,
        but(unit, name="Avdelning 42", parent=other.hsa_id),
    )

    assert between.keys() != before.keys()
    assert before == after


def test_units_of_one_name_are_told_apart_as_before(world: World, slapd: SlapdChild) -> None:
    one, two = a_unit("E81", "Hemtjänsten"), a_unit("E82", "Hemtjänsten")
    world.change(one)
    world.change(two)

    before, between, after = undone(world, slapd, but(two, name="Hemtjänsten Norr"))

    assert between != before == after
    assert sum("HEMTJÄNSTEN" in dn.upper() for dn in after) == 2


def test_a_run_of_many_commits_is_put_back_whole(world: World, slapd: SlapdChild) -> None:
    before = dumped(slapd)
    person, care = COUNTY[of("P1")], COUNTY[of("A1")]
    for title in ("ett", "två"):
        world.directory.change([but(person, title=title)], actor="t", reason="r", door="sync:9")
    world.directory.change(
        [but(care, memberships=(Membership(person.hsa_id),))],
        actor="t", reason="r", door="sync:9",
    )  # fmt: skip

    world.directory.undo("sync:9", actor="Ada", reason="fel")

    assert dumped(slapd) == before


@st.composite
def changed(draw: st.DrawFn) -> list[Entry]:
    """Some entries of the county, each with some of its texts emptied or rewritten and its lists turned or cut."""
    found: list[Entry] = []
    for hsa_id in draw(st.lists(st.sampled_from(sorted(COUNTY, key=str)), min_size=1, max_size=4, unique=True)):
        entry = COUNTY[hsa_id]
        values: dict[str, object] = {"archived": draw(st.booleans())}
        optional = [each.name for each in fields(entry) if each.default is None and each.name in REWRITTEN]
        for name in optional:
            if draw(st.booleans()):
                values[name] = draw(st.sampled_from(REWRITTEN[name]))
        for name in [each.name for each in fields(entry) if each.name in LISTS]:
            turned = draw(st.permutations(getattr(entry, name)))
            # A code in use is not taken away.
            fewer = 0 if name == "codes" else draw(st.integers(0, 1))
            values[name] = tuple(turned[: max(1, len(turned) - fewer)])
        found.append(but(entry, **values))
    return found


@settings(max_examples=12, deadline=None)
@given(st.lists(changed(), min_size=1, max_size=3))
def test_any_changes_undone_from_the_last_to_the_first_leave_no_trace(
    one_slapd: SlapdChild, sequence: list[list[Entry]]
) -> None:
    with county_on(emptied(one_slapd)) as world:
        newest, steps = 1, []
        for entries in sequence:
            if world.directory.problems(entries):
                continue
            before = dumped(one_slapd)
            if (revision := world.change(*entries)) > newest:
                steps.append((revision, before))
                newest = revision

        for revision, before in reversed(steps):
            world.directory.undo(revision, actor="Ada", reason="fel")
            assert dumped(one_slapd) == before


def test_all_kinds_of_entries_are_among_these() -> None:
    assert {type(entry) for entry in COUNTY.values()} == set(KINDS.values())
