"""Each fault has its row that is refused, beside a row that is not; tidying is seen; no personal number is repeated."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from sync.core.plan import Plan
from sync.core.plan_document import document_of
from sync.core.steps import Join
from tests.parts import HeldClock
from tests.sync.register import CLOSED_UNIT, MemoryRegister, listing, row
from vocabulary.hsa_id import HsaId

PlanOf = Callable[[bytes], Plan]

FAULTS = [
    ("missing_value", "anchor", {"anchor": ""}),
    ("missing_value", "family_name", {"family_name": " "}),
    ("too_long", "title", {"title": "x" * 129}),
    ("forbidden_character", "given_name", {"given_name": "An\u202ena"}),
    ("forbidden_character", "family_name", {"family_name": "Be\x07rg"}),
    ("forbidden_character", "title", {"title": "a\u2028b"}),
    ("personal_number_in_text", "title", {"title": "191212121212"}),
    ("anchor_is_personal_number", "anchor", {"anchor": "19121212-1212"}),
    ("anchor_is_personal_number", "anchor", {"anchor": "8507722398", "personal_number": "198507722398"}),
    ("invalid_personal_number", "personal_number", {"personal_number": "191212121213"}),
    ("invalid_personal_number", "personal_number", {"personal_number": "abc"}),
    ("number_in_exponent_form", "personal_number", {"personal_number": "1,98508E+11"}),
    ("invalid_email", "email", {"email": "anna.example.se"}),
    ("invalid_phone", "phone", {"phone": "växeln"}),
    ("invalid_date", "start_date", {"start_date": "2026-02-30"}),
    ("end_before_start", "end_date", {"start_date": "2026-05-01", "end_date": "2026-04-30"}),
    ("unknown_unit", "unit", {"unit": "999"}),
    ("unit_ended", "unit", {"unit": str(CLOSED_UNIT), "assignments": ""}),
    ("foreign_prefix", "unit", {"unit": "SE2321000230-E001"}),
    ("foreign_prefix", "assignments", {"assignments": "SE2321000230-A001"}),
    ("unit_of_other_member", "unit", {"unit": "SE2120002668-E777"}),
    ("unknown_assignment", "assignments", {"assignments": "Hemtjänst|Städ"}),
    ("ambiguous_assignment", "assignments", {"unit": "905", "assignments": "Dag"}),
    ("unit_needed", "assignments", {"unit": ""}),
]


@pytest.mark.parametrize(("code", "column", "cells"), FAULTS, ids=[f"{code}-{column}" for code, column, _ in FAULTS])
def test_a_row_in_error_is_named_and_harms_no_other(
    code: str, column: str, cells: dict[str, str], plan_of: PlanOf, register: MemoryRegister
) -> None:
    elsewhere = replace(next(iter(register.units.values()))[1], hsa_id=HsaId.parse("SE2120002668-E777"), own_code=None)
    register.units[elsewhere.hsa_id] = (HsaId.parse("SE2321000230-O001"), elsewhere)

    plan = plan_of(listing(row("1"), row(**{"anchor": "2", **cells}), row("3")))

    assert [(fault.line, fault.column, fault.code) for fault in plan.faults] == [(3, column, code)]
    assert plan.faults[0].remedy
    assert [step.anchor for step in plan.steps if isinstance(step, Join)] == ["1", "3"]


GOOD = [
    {"title": "x" * 128},
    {"given_name": "José (Pepe)*", "family_name": "a=b,c+d\\e<f>"},
    {"anchor": "2120002668"},
    {"personal_number": "198507722398"},
    {"email": "anna@arjeplog.example", "phone": "0961-140 00"},
    {"start_date": "2026-05-01", "end_date": "2026-05-01"},
    {"unit": "SE2120002668-E001"},
    {"unit": "Hemtjänst"},
    {"unit": "", "assignments": "SE2120002668-A002"},
    {"unit": "905", "assignments": "natt | SE2120002668-A004"},
    {"unit": "", "assignments": "", "title": "", "given_name": ""},
]


@pytest.mark.parametrize("cells", GOOD, ids=lambda cells: ",".join(cells))
def test_a_good_row_has_no_fault(cells: dict[str, str], plan_of: PlanOf) -> None:
    plan = plan_of(listing(row(**{"anchor": "2", **cells})))

    assert plan.faults == ()
    assert plan.counts["join"] == 1


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("198507722398", "198507722398"),
        ("19850772-2398", "198507722398"),
        ("850772-2398", "198507722398"),
        ("8507722398", "198507722398"),
        ("121212+1212", "191212121212"),
        ("121212-1212", "201212121212"),
        ("900101+9802", "189001019802"),
    ],
)
def test_personal_numbers_are_written_out_with_a_note(written: str, digits: str, plan_of: PlanOf) -> None:
    plan = plan_of(listing(row("1", personal_number=written)))

    (join,) = [step for step in plan.steps if isinstance(step, Join)]
    assert join.number is not None
    assert join.number.reveal() == digits
    assert ("number_normalised" in {note.code for note in plan.notes}) == (written != digits)


@pytest.mark.parametrize(
    ("written", "dialled"),
    [("0961-140 00", "+4696114000"), ("+46 (0)70 123 45 67", "+46701234567"), ("0046701234567", "+46701234567"),
     ("+46701234567", "+46701234567"), ("4567", "4567")],
)  # fmt: skip
def test_telephone_numbers_are_tidied(written: str, dialled: str, plan_of: PlanOf) -> None:
    plan = plan_of(listing(row("1", phone=written)))

    (join,) = [step for step in plan.steps if isinstance(step, Join)]
    assert join.profile.phone == dialled


def test_blanks_and_line_breaks_in_a_cell_become_one_space_with_a_note(plan_of: PlanOf) -> None:
    plan = plan_of(listing(row("1", title='" Leg.\n sjuksköterska "')))

    (join,) = [step for step in plan.steps if isinstance(step, Join)]
    assert join.profile.title == "Leg. sjuksköterska"
    assert [(note.code, note.lines) for note in plan.notes] == [("blanks_tidied", (2,))]


def test_two_rows_with_one_number_are_both_held(plan_of: PlanOf) -> None:
    plan = plan_of(
        listing(row("1", personal_number="19850772-2398"), row("2", personal_number="198507722398"), row("3"))
    )

    assert [(fault.line, fault.code) for fault in plan.faults] == [
        (2, "duplicate_personal_number"),
        (3, "duplicate_personal_number"),
    ]
    assert {step.anchor for step in plan.steps} == {"3"}


def test_a_personal_number_stands_nowhere_in_the_document(plan_of: PlanOf, clock: HeldClock) -> None:
    digits = "198507722398"
    mistakes = [{"title": digits}, {"unit": digits}, {"assignments": digits}, {"email": f"{digits}@a.se"}, {}]

    for cells in mistakes:
        for number in (digits, "198507722397"):
            plan = plan_of(listing(row("1", **{"personal_number": number, **cells})))
            text = str(document_of(plan)) + repr(plan)
            assert "7722398" not in text
            assert "7722397" not in text
