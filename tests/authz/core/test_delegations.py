"""Tasks: by one's own licence, or by a delegation that stands. Each hurdle of a delegation has its rule."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from authz.core.decide import decide_or_raise
from authz.core.decision import Obligation
from authz.core.facts import Reader
from authz.core.unknown import UNKNOWN
from tests.authz.core.situations import (
    BODEN,
    CARE_CENTRE,
    DAY,
    HOUSING,
    INSULIN,
    NOW,
    NURSE,
    NURSING,
    OTHER,
    PAST,
    PRESCRIBE,
    TYRA,
    assignment,
    assistant,
    block,
    delegation,
    delegator,
    facts,
    moved,
    outcome,
    perform,
    placed,
    read,
    sign,
    write,
)
from vocabulary.period import ALWAYS, Period

HELD = (True, "delegated_task")


@pytest.mark.law("PSL (2010:659) 4 kap. 1 §")
def test_the_licensed_do_the_task_by_their_own_right() -> None:
    assert outcome(perform(), facts(NURSING)) == (True, "own_licence")
    assert outcome(perform(), facts(NURSING, delegations=UNKNOWN)) == (True, "own_licence")
    assert outcome(perform(PRESCRIBE), facts(NURSING)) == (False, "task_not_delegable")


@pytest.mark.law("PSL (2010:659) 8 kap. 10 §")
def test_a_restriction_stops_the_task_that_it_names() -> None:
    restricted = Reader(NURSE, None, frozenset({"SJ"}), frozenset({INSULIN.code}))

    assert outcome(perform(), facts(NURSING, reader=restricted)) == (False, "licence_restricted")
    assert outcome(sign(), facts(NURSING, reader=restricted)) == (False, "licence_restricted")
    elsewhere = replace(restricted, restrictions=frozenset({PRESCRIBE.code}))
    assert outcome(perform(), facts(NURSING, reader=elsewhere)) == (True, "own_licence")


@pytest.mark.parametrize("part", ["licences", "restrictions"])
def test_a_licence_register_that_cannot_be_read_closes(part) -> None:
    reader = replace(Reader(NURSE, None, frozenset({"SJ"})), **{part: UNKNOWN})

    assert outcome(perform(), facts(NURSING, reader=reader)) == (False, "facts_unreadable")


@pytest.mark.law("PSL (2010:659) 6 kap. 3 §")
def test_a_delegation_that_stands_gives_the_task_and_its_sight() -> None:
    gathered = assistant(delegation())

    assert outcome(perform(), gathered) == HELD
    assert outcome(read(NURSING, "lak", task="give_insulin"), gathered) == HELD
    assert outcome(read(NURSING, "voo", task="give_insulin"), gathered) == (False, "right_missing")
    assert outcome(write(NURSING, "lak", task="give_insulin"), gathered) == (False, "right_missing")
    assert outcome(sign(), gathered) == (False, "no_redelegation")


@pytest.mark.law("PSL (2010:659) 6 kap. 3 §")
def test_a_delegation_is_no_ground_across_providers_and_lifts_no_block() -> None:
    gathered = assistant(delegation())

    assert outcome(read(CARE_CENTRE, "lak", task="give_insulin"), gathered)[1] == "no_ground_across_providers"
    hidden = replace(gathered, blocks=(block(BODEN, HOUSING),))
    assert outcome(read(HOUSING, "lak", task="give_insulin"), hidden) == (False, "inner_block")


@pytest.mark.law("HSF (2017:80) 4 kap. 6 §")
@pytest.mark.parametrize(
    "given",
    [
        delegation(accepted=False),
        delegation(vetoed=True),
        delegation(delegator(CARE_CENTRE)),
    ],
)
def test_a_delegation_holds_only_when_everybody_has_accepted(given) -> None:
    assert outcome(perform(), assistant(given)) == (False, "delegation_not_accepted")


def test_across_providers_the_receiving_member_agrees() -> None:
    assert outcome(perform(), assistant(delegation(delegator(CARE_CENTRE), receiving_member_agreed=True))) == HELD


@pytest.mark.law("SOSFS 1997:14 delegation")
@pytest.mark.parametrize(
    "changes",
    [
        {"task": "dress_wound"},
        {"recipient": OTHER},
        {"period": PAST},
        {"period": Period(NOW + timedelta(seconds=1), NOW + DAY)},
        {"period": ALWAYS},
        {"period": Period(NOW - DAY, NOW - DAY + timedelta(days=366))},
        {"revoked_at": NOW},
        {"spent": True},
    ],
)
def test_without_a_current_delegation_there_is_nothing(changes) -> None:
    assert outcome(perform(), assistant(replace(delegation(), **changes))) == (False, "delegation_not_current")


def test_no_delegation_at_all_is_no_current_one() -> None:
    assert outcome(perform(), assistant()) == (False, "delegation_not_current")
    assert outcome(perform(), assistant(delegations=UNKNOWN)) == (False, "facts_unreadable")


@pytest.mark.parametrize(
    ("start", "end", "within"),
    [
        (datetime(2025, 3, 30, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 23, 30, tzinfo=UTC), True),
        (datetime(2027, 3, 2, tzinfo=UTC), datetime(2028, 3, 2, tzinfo=UTC), True),
        (datetime(2028, 2, 28, 23, 0, tzinfo=UTC), datetime(2029, 2, 27, 23, 0, tzinfo=UTC), True),
        (datetime(2028, 2, 28, 23, 0, tzinfo=UTC), datetime(2029, 2, 28, 23, 0, tzinfo=UTC), False),
    ],
)
def test_a_year_is_a_year_of_the_calendar_in_stockholm(start, end, within) -> None:
    gathered = assistant(
        delegation(period=Period(start, end)),
        now=start,
        care_relationships=tuple(replace(one, period=ALWAYS) for one in facts(NURSING).care_relationships),
    )

    assert outcome(perform(), gathered)[0] is within


@pytest.mark.law("SOSFS 1997:14 delegation")
def test_a_delegation_names_its_patients() -> None:
    assert outcome(perform(), assistant(delegation(patients=frozenset()))) == HELD
    elsewhere = assistant(delegation(patients=frozenset({TYRA})))
    assert outcome(perform(), elsewhere) == (False, "delegation_wrong_patient")


@pytest.mark.law("SOSFS 1997:14 delegation")
def test_a_delegated_task_is_never_delegated_onward() -> None:
    by_delegation = delegator(licences=frozenset(), holds_by_delegation=True)

    assert outcome(perform(), assistant(delegation(by_delegation))) == (False, "no_redelegation")


@pytest.mark.law("PSL (2010:659) 6 kap. 3 §")
@pytest.mark.parametrize(
    "given",
    [
        delegation(delegator(active=False)),
        delegation(delegator(assignments=())),
        delegation(delegator(assignments=(assignment(NURSING, period=PAST),))),
        delegation(delegator(licences=frozenset(), licence_lost_at=NOW - DAY)),
        delegation(units=frozenset({HOUSING})),
    ],
)
def test_a_delegation_lapses_with_what_it_stood_on(given) -> None:
    agreed = replace(given, receiving_member_agreed=True)

    assert outcome(perform(), assistant(agreed)) == (False, "delegation_lapsed")


@pytest.mark.law("PSL (2010:659) 6 kap. 3 §")
def test_a_delegation_lapses_when_responsibility_leaves_the_delegator() -> None:
    given = delegation(delegator(CARE_CENTRE), receiving_member_agreed=True)

    assert outcome(perform(), assistant(given, responsibility_moves=(moved(CARE_CENTRE, "SJ"),)))[1] == (
        "delegation_lapsed"
    )
    assert outcome(perform(), assistant(given, responsibility_moves=(moved(CARE_CENTRE, "AT"),))) == HELD
    assert outcome(perform(), assistant(given, responsibility_moves=UNKNOWN)) == (False, "facts_unreadable")


@pytest.mark.law("PSL (2010:659) 6 kap. 3 §")
@pytest.mark.parametrize(
    "by",
    [
        delegator(licences=frozenset({"AT"})),
        delegator(licences=frozenset()),
        delegator(restrictions=frozenset({INSULIN.code})),
        delegator(NURSING, "Läsa;vpo;VE"),
    ],
)
def test_nobody_delegates_what_she_may_not_do(by) -> None:
    assert outcome(perform(), assistant(delegation(by))) == (False, "delegator_not_competent")


@pytest.mark.law("PDL (2008:355) 4 kap. 2 §")
def test_sight_by_delegation_is_never_wider_than_the_delegators() -> None:
    narrow = assistant(delegation(delegator(NURSING, "Läsa;vpo;VE")))

    assert outcome(read(NURSING, "lak", task="give_insulin"), narrow) == (False, "wider_than_delegator")


@pytest.mark.law("PSL (2010:659) 4 kap. 4 §")
def test_what_is_not_delegable_is_neither_done_nor_signed() -> None:
    doctor = Reader(NURSE, None, frozenset({"LK"}))
    held = assistant(delegation(task=PRESCRIBE.code))

    assert outcome(perform(PRESCRIBE), held) == (False, "task_not_delegable")
    assert outcome(sign(PRESCRIBE), facts(NURSING, reader=doctor)) == (False, "task_not_delegable")
    assert outcome(perform(PRESCRIBE), facts(NURSING, reader=doctor)) == (True, "own_licence")
    unlisted = replace(INSULIN, code="unlisted")
    assert outcome(perform(unlisted), facts(NURSING)) == (False, "task_not_delegable")


@pytest.mark.law("PSL (2010:659) 6 kap. 3 §")
def test_a_signed_delegation_is_told_to_the_chief_nurse() -> None:
    decision = decide_or_raise(sign(), placed(sign(), facts(NURSING)))

    assert (decision.permit, decision.rule) == (True, "own_licence")
    assert decision.obligations == (Obligation.LOG, Obligation.NOTIFY_MAS)
    assert outcome(sign(), assistant()) == (False, "delegator_not_competent")
    assert outcome(sign(), facts(NURSING, "Läsa;vpo;VE")) == (False, "delegator_not_competent")


def test_one_good_delegation_among_bad_ones_is_enough() -> None:
    bad = delegation(delegator(licences=frozenset()), id="g2")

    assert outcome(perform(), assistant(bad, delegation())) == HELD
    assert outcome(perform(), assistant(delegation(), bad)) == HELD


def test_a_delegator_that_cannot_be_read_closes() -> None:
    assert outcome(perform(), assistant(replace(delegation(), delegator=UNKNOWN))) == (False, "facts_unreadable")
