"""Blocks and lifts: whom they hide from, what opens them, and what may be told of them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from authz.core.decide import decide_or_raise
from authz.core.facts import Ground, LiftReason
from authz.core.next_steps import next_steps
from authz.core.unknown import UNKNOWN
from tests.authz.core.situations import (
    BODEN,
    CARE_CENTRE,
    DAY,
    ELSA,
    HOME_CARE,
    NOW,
    NURSING,
    OTHER,
    PAST,
    REGION,
    TYRA,
    WARD,
    ask,
    block,
    consent,
    emergency,
    facts,
    lift,
    notes,
    outcome,
    placed,
    read,
    recipient,
)
from vocabulary.codes import Purpose
from vocabulary.period import Period

INNER = (False, "inner_block")
OUTER = (False, "outer_block")
AGREED = {"consents": (consent(WARD),)}


@pytest.mark.law("PDL (2008:355) 4 kap. 4 §")
def test_own_notes_stay_readable() -> None:
    assert outcome(read(), facts(blocks=(block(REGION, WARD),))) == (True, "own_unit")
    assert outcome(read(), facts(blocks=UNKNOWN)) == (True, "own_unit")


@pytest.mark.law("PDL (2008:355) 4 kap. 4 §")
def test_an_inner_block_hides_a_unit_from_the_others_also_for_quality_work() -> None:
    blocks = (block(REGION, CARE_CENTRE),)

    assert outcome(read(CARE_CENTRE), facts(blocks=blocks)) == INNER
    assert outcome(read(CARE_CENTRE), facts(blocks=blocks, purpose=Purpose.QUALITY_ASSURANCE)) == INNER
    assert outcome(read(CARE_CENTRE), facts(blocks=UNKNOWN)) == (False, "facts_unreadable")


@pytest.mark.law("PDL (2008:355) 4 kap. 4 §")
@pytest.mark.parametrize(
    ("changes", "kind", "hidden"),
    [
        ({"patient": TYRA}, "voo", False),
        ({"excepted": frozenset({"lak"})}, "lak", False),
        ({"excepted": frozenset({"upp"})}, "upp", False),
        ({"excepted": frozenset({"lak"})}, "voo", True),
        ({"excepted": frozenset({"voo"})}, "voo", True),
        ({"excepted": frozenset({"lak"})}, None, True),
        ({"first": NOW.date() + DAY}, "voo", False),
        ({"last": NOW.date() - DAY}, "voo", False),
        ({"first": NOW.date()}, "voo", True),
        ({"last": NOW.date()}, "voo", True),
        ({"period": PAST}, "voo", False),
    ],
)
def test_what_a_block_leaves_out_it_does_not_hide(changes, kind, hidden) -> None:
    blocks = (block(REGION, CARE_CENTRE, **changes),)

    found = outcome(read(CARE_CENTRE, kind), facts(blocks=blocks))

    assert found == (INNER if hidden else (True, "same_provider"))


def test_information_of_unknown_days_is_hidden_by_a_block_on_some_days() -> None:
    undated = ask(replace(notes(CARE_CENTRE), first=None, last=None))
    open_ended = ask(replace(notes(CARE_CENTRE), last=None))
    blocks = (block(REGION, CARE_CENTRE, last=NOW.date() - DAY),)

    assert outcome(undated, facts(blocks=blocks)) == INNER
    assert outcome(open_ended, facts(blocks=blocks)) == (True, "same_provider")


@pytest.mark.law("Lag (2022:913) 2 kap. 3 §")
def test_an_outer_block_hides_from_other_providers_whatever_the_ground() -> None:
    blocks = (block(BODEN),)

    assert outcome(read(NURSING), facts(blocks=blocks, **AGREED)) == OUTER
    assert outcome(read(NURSING), facts(blocks=blocks, emergencies=(emergency(WARD),))) == OUTER
    assert outcome(read(NURSING), facts(blocks=(block(REGION),), **AGREED)) == (True, "consent")
    assert outcome(read(CARE_CENTRE), facts(blocks=(block(REGION),))) == (True, "same_provider")
    assert outcome(read(NURSING), facts(blocks=UNKNOWN, **AGREED)) == (False, "facts_unreadable")


@pytest.mark.law("PDL (2008:355) 4 kap. 4 §")
def test_an_inner_block_hides_from_other_providers_too() -> None:
    assert outcome(read(NURSING), facts(blocks=(block(BODEN, NURSING),), **AGREED)) == INNER


@pytest.mark.law("PDL (2008:355) 4 kap. 5 §")
@pytest.mark.parametrize("reason", LiftReason)
def test_inside_the_provider_a_lift_of_either_reason_opens(reason) -> None:
    gathered = facts(blocks=(block(REGION, CARE_CENTRE),), lifts=(lift(WARD, reason),))

    assert outcome(read(CARE_CENTRE), gathered) == (True, "lifted_block")


@pytest.mark.law("PDL (2008:355) 4 kap. 5 §")
@pytest.mark.parametrize(
    "changes",
    [
        {"unit": CARE_CENTRE},
        {"person": OTHER},
        {"block": "b2"},
        {"period": PAST},
        {"period": Period(NOW - timedelta(days=7), NOW + DAY)},
        {"period": Period(None, NOW + DAY)},
    ],
)
def test_any_other_lift_opens_nothing(changes) -> None:
    gathered = facts(blocks=(block(REGION, CARE_CENTRE),), lifts=(replace(lift(WARD), **changes),))

    assert outcome(read(CARE_CENTRE), gathered) == INNER


def test_a_lift_without_end_lasts_seven_days() -> None:
    begun = Period(NOW - timedelta(days=7) + timedelta(seconds=1))

    gathered = facts(blocks=(block(REGION, CARE_CENTRE),), lifts=(lift(WARD, period=begun),))

    assert outcome(read(CARE_CENTRE), gathered) == (True, "lifted_block")


@pytest.mark.law("Lag (2022:913) 2 kap. 3 §")
def test_only_the_patients_consent_lifts_an_outer_block_and_a_lift_is_no_ground() -> None:
    blocks = (block(BODEN),)

    assert outcome(read(NURSING), facts(blocks=blocks, lifts=(lift(WARD),), **AGREED)) == (True, "lifted_block")
    hurried = (lift(WARD, LiftReason.EMERGENCY),)
    assert outcome(read(NURSING), facts(blocks=blocks, lifts=hurried, **AGREED)) == OUTER
    assert outcome(read(NURSING), facts(blocks=blocks, lifts=(lift(WARD),)))[1] == "no_ground_across_providers"


def test_every_block_that_hides_must_be_lifted() -> None:
    blocks = (block(BODEN), replace(block(BODEN, NURSING), id="b2"))

    assert outcome(read(NURSING), facts(blocks=blocks, lifts=(lift(WARD),), **AGREED)) == INNER


def test_a_lift_serves_care_and_no_other_purpose() -> None:
    gathered = facts(blocks=(block(REGION, CARE_CENTRE),), lifts=(lift(WARD),), purpose=Purpose.QUALITY_ASSURANCE)

    assert outcome(read(CARE_CENTRE), gathered) == INNER


def test_a_block_whose_lifts_cannot_be_read_closes() -> None:
    gathered = facts(blocks=(block(REGION, CARE_CENTRE),), lifts=UNKNOWN)

    assert outcome(read(CARE_CENTRE), gathered) == (False, "facts_unreadable")


@pytest.mark.parametrize(
    ("gathered", "unit", "told"),
    [
        (facts(blocks=(block(REGION, CARE_CENTRE),)), CARE_CENTRE, True),
        (facts(blocks=(block(BODEN),), **AGREED), NURSING, True),
        (facts(blocks=(block(BODEN, NURSING),), **AGREED), NURSING, False),
        (
            facts(
                HOME_CARE,
                blocks=(block(REGION),),
                consents=(consent(HOME_CARE, Ground.CONSENT_SOCIAL_3_2),),
                service_recipients=(recipient(),),
            ),
            WARD,
            False,
        ),
    ],
)
def test_who_is_told_that_blocked_information_exists(gathered, unit, told) -> None:
    decision = decide_or_raise(read(unit), placed(read(unit), gathered))

    assert decision.rule in ("inner_block", "outer_block")
    assert decision.may_show_blocked_exists is told
    assert decision.reason_user.code == ("blocked" if told else "no_ground")
    assert {step.reason.code for step in next_steps(decision)} == ({"ask_for_lift"} if told else {"ask_for_consent"})
    assert not any(str(who) in decision.reason_user.text for who in (BODEN, REGION, NURSING, ELSA))
