"""Boden's staff lists mean exactly what the sync story needs, judged by the real plan."""

from datetime import UTC, date, datetime

from hub.demo import staff_list
from hub.demo.region import SOURCE, Region
from sync.core.people import Employee, HeldMembership, Present, Profile, StaffAssignment, StaffUnit
from sync.core.plan import Plan, make_plan
from sync.core.source import Source
from sync.core.staff_row import clean
from sync.core.steps import Assign, Join
from sync.edge.csv.reader import StaffListReader
from vocabulary.personal_number import PersonalIdentityNumber

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def _plan(region: Region, text: str) -> Plan:
    boden = region.members["boden"]
    source = Source(SOURCE, boden.hsa_id, staff_list.SOURCE_NAME, unit_codes=staff_list.unit_codes(region))
    written = StaffListReader().read(text.encode(), source)
    return make_plan(clean(written, _lookup, NOW.date()), _present(region), source, NOW)


def _present(region: Region) -> Present:
    boden = region.members["boden"].hsa_id
    fed = [person for person in region.people.values() if person.source == SOURCE]
    assignments = [one for one in region.assignments.values() if one.member == boden]
    people = tuple(
        Employee(
            person.hsa_id, boden,
            Profile(person.given_name, person.family_name, person.title, person.mail, person.telephone),
            person.source, person.source_id, None, person.period,
            tuple(
                HeldMembership(one.hsa_id, one.member, one.name, held.period)
                for one in assignments for held in one.memberships if held.person == person.hsa_id
            ),
        )
        for person in fed
    )  # fmt: skip
    units = tuple(StaffUnit(unit.hsa_id, unit.name) for unit in region.units.values() if unit.member == boden)
    catalogue = tuple(StaffAssignment(one.hsa_id, one.unit, one.name) for one in assignments)
    return Present(1, frozenset(region.members["boden"].id_prefixes), people, {}, units, frozenset(), catalogue)


def _lookup(number: PersonalIdentityNumber) -> str:
    return f"1:{hash(number.reveal()):064x}"


def test_todays_list_changes_nothing(region: Region) -> None:
    plan = _plan(region, staff_list.today(region))

    assert (plan.steps, plan.faults) == ((), ())
    assert plan.counts["unchanged"] == plan.active == plan.written


def test_the_newcomer_joins_with_one_assignment_and_nobody_else_is_touched(region: Region) -> None:
    plan = _plan(region, staff_list.with_newcomer(region, NOW.date()))

    join, assign = plan.steps
    assert isinstance(join, Join)
    assert isinstance(assign, Assign)
    assert join.number is not None
    assert join.number.reveal() == "199001012385"
    assert region.assignments[assign.assignment].unit == region.unit("boden/home_nursing/1")
    assert plan.faults == ()


def test_the_list_without_her_differs_in_her_row_alone(region: Region) -> None:
    with_her = staff_list.with_newcomer(region, NOW.date()).splitlines()
    without = staff_list.without_her(region).splitlines()

    assert [line.split(";")[0] for line in with_her if line not in without] == [staff_list.NEWCOMER_ANCHOR]


def test_the_broken_list_has_five_faulty_rows_and_carries_out_the_rest(region: Region) -> None:
    plan = _plan(region, staff_list.broken(region, NOW.date()))

    assert sorted(fault.code for fault in plan.faults) == [
        "invalid_date", "invalid_personal_number", "missing_value", "unknown_assignment", "unknown_unit",
    ]  # fmt: skip
    assert plan.in_error == 5
    assert plan.leavers == frozenset()
    assert [type(step) for step in plan.steps] == [Join, Assign]


def test_no_number_but_the_newcomers_is_in_the_lists(region: Region) -> None:
    header, *rows = staff_list.with_newcomer(region, date(2026, 11, 23)).splitlines()

    numbers = [row.split(";")[header.split(";").index("personal_number")] for row in rows]

    assert set(numbers) == {"", "199001012385"}


def test_the_newcomer_is_nobody_whom_the_directory_has(region: Region) -> None:
    row = staff_list.with_newcomer(region, NOW.date()).splitlines()[-1].split(";")

    assert row[0] not in {person.source_id for person in region.people.values()}
    assert row[6] not in {person.mail for person in region.people.values()}


def test_the_four_files_are_written_the_same_each_time(region: Region) -> None:
    files = staff_list.written_files(region, NOW.date())

    assert files == staff_list.written_files(region, NOW.date())
    assert set(files) == {"boden-today.csv", "boden-with-new.csv", "boden-without-her.csv", "boden-broken.csv"}
