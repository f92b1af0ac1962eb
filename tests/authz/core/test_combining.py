"""How votes become a decision, and how the decision explains itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from authz.core import decide as deciding
from authz.core.decide import decide, decide_or_raise
from authz.core.decision import Obligation
from authz.core.facts import Colleague
from authz.core.next_steps import next_steps
from authz.core.order import EVERY_ORDER, Gate
from authz.core.reasons import EXPLAINED_RULES
from authz.core.request import DirectoryObject
from authz.core.rule import Rule
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Verdict, Vote, forbid, permit, unknown
from tests.authz.core.situations import (
    BODEN,
    CARE_CENTRE,
    DAY,
    NOW,
    NURSING,
    OTHER,
    REGION,
    WARD,
    ask,
    assignment,
    block,
    consent,
    emergency,
    facts,
    lift,
    outcome,
    placed,
    read,
    relationship,
)
from vocabulary.citation import Citation
from vocabulary.period import Period


def rule(name: str, vote: Vote, *, since: datetime = datetime(2008, 7, 1, tzinfo=UTC)) -> Rule:
    cites = Citation("PDL (2008:355)", "4 kap.", in_force_from=since.date())
    return Rule(name, "test", cites, lambda request, gathered: vote, since, datetime.max.replace(tzinfo=UTC))


def weigh(*, restrictions: tuple[Rule, ...] = (), grounds: tuple[Rule, ...] = (), otherwise: tuple[Rule, ...] = ()):
    silence: list[Any] = [SILENT] * len(restrictions)
    gate = Gate("test", restrictions, grounds, otherwise, tuple(one.judge for one in restrictions), silence)
    return deciding._weigh((gate,), read(), facts(), [])


PERMITS, FORBIDS, DOUBTS = rule("own_unit", permit("yes")), rule("forbids", forbid("no")), rule("doubts", unknown("?"))
SAYS_NOTHING = rule("says_nothing", SILENT)


def test_default_deny() -> None:
    assert not weigh().permit
    assert not weigh(restrictions=(SAYS_NOTHING,)).permit
    assert weigh(grounds=(SAYS_NOTHING,), otherwise=(SAYS_NOTHING, FORBIDS)).rule == "forbids"


def test_forbid_overrides_permit() -> None:
    assert weigh(grounds=(PERMITS,)).permit
    for order in ((FORBIDS, SAYS_NOTHING), (SAYS_NOTHING, FORBIDS), (PERMITS, FORBIDS)):
        found = weigh(restrictions=order, grounds=(PERMITS,))
        assert (found.permit, found.rule) == (False, "forbids")


def test_unknown_in_a_restriction_forbids() -> None:
    found = weigh(restrictions=(DOUBTS,), grounds=(PERMITS,))

    assert (found.permit, found.rule) == (False, "facts_unreadable")


def test_unknown_in_a_ground_forbids_unless_another_ground_permits() -> None:
    assert weigh(grounds=(DOUBTS, PERMITS)).permit
    assert weigh(grounds=(DOUBTS,), otherwise=(FORBIDS,)).rule == "facts_unreadable"


def test_a_permit_whose_law_is_not_in_force_counts_for_nothing() -> None:
    tomorrow = rule("own_unit", permit("yes"), since=NOW + DAY)

    assert not weigh(grounds=(tomorrow,)).permit


def test_a_rule_that_fails_closes_and_says_so() -> None:
    broken = replace(facts(), care_relationships=(None,))  # type: ignore[arg-type]

    decision = decide(read(), placed(read(), broken))

    assert (decision.permit, decision.rule) == (False, "facts_unreadable")
    assert "AttributeError" in decision.reason_admin
    with pytest.raises(AttributeError):
        decide_or_raise(read(), placed(read(), broken))


def test_unknown_has_no_truth_value() -> None:
    with pytest.raises(TypeError):
        bool(UNKNOWN)


def test_findings_name_rule_law_and_facts_in_order() -> None:
    decision = decide(read(CARE_CENTRE), placed(read(CARE_CENTRE), facts(blocks=(block(REGION, CARE_CENTRE),))))

    denying = next(finding for finding in decision.findings if finding.verdict is Verdict.FORBID)

    assert [denying.gate, denying.rule, str(denying.citation)] == ["block", "inner_block", "PDL (2008:355) 4 kap. 4 §"]
    assert denying.facts == (("Block", "b1", 1),)
    assert decision.findings[0].rule == "assurance_too_low"
    assert decision.reason_admin == (
        "inner_block: the patient has blocked this unit (PDL (2008:355) 4 kap. 4 §; Block b1 v1)"
    )


def test_a_missing_and_a_protected_colleague_are_told_alike() -> None:
    wanted = ask(DirectoryObject(OTHER), patient=None)

    protected = decide(wanted, facts(colleague=Colleague(OTHER, True)))
    missing = decide(wanted, facts())

    assert protected.reason_user == missing.reason_user
    assert protected.reason_user.code == "unknown_to_you"
    assert next_steps(protected) == next_steps(missing) == ()


def test_every_rule_that_can_deny_has_words_for_the_asker() -> None:
    permitting = {
        "own_unit", "same_provider", "other_purpose", "consent", "child", "incapacity", "emergency", "lifted_block",
        "own_licence", "delegated_task", "sender_allowed", "concerned_unit", "own_record_permitted",
        "directory_entry", "application_named", "origin_known", "administers", "creates_assignments", "assigns_people",
        "keeps_licences", "reads_as_administrator",
    }  # fmt: skip
    rules = {
        each.name
        for order in EVERY_ORDER
        for gate in order
        for each in (*gate.restrictions, *gate.grounds, *gate.otherwise)
    }

    assert rules - permitting <= EXPLAINED_RULES
    assert rules | {"facts_unreadable"} >= EXPLAINED_RULES


def test_an_emergency_is_logged_as_one_also_when_a_block_was_lifted() -> None:
    gathered = facts(emergencies=(emergency(WARD),))

    plain = decide(read(NURSING), placed(read(NURSING), gathered))
    lifted = replace(gathered, blocks=(block(BODEN),), lifts=(lift(WARD),))
    opened = decide(read(NURSING), placed(read(NURSING), lifted))

    everything = (Obligation.LOG, Obligation.LOG_AS_EMERGENCY, Obligation.REVIEW_EMERGENCY)
    assert (plain.rule, plain.obligations) == ("emergency", everything)
    assert (opened.rule, opened.obligations) == ("lifted_block", everything)


def test_a_ground_that_is_not_needed_is_not_used() -> None:
    gathered = facts(emergencies=(emergency(WARD),), consents=(consent(WARD),))

    decision = decide(read(NURSING), placed(read(NURSING), gathered))

    assert (decision.rule, decision.obligations) == ("consent", (Obligation.LOG,))


def test_an_answer_says_until_when_it_can_stand() -> None:
    gathered = facts(
        assignment=assignment(period=Period(NOW - DAY, NOW + timedelta(days=30))),
        care_relationships=(relationship(period=Period(NOW - DAY, NOW + timedelta(days=3))),),
        lifts=(lift(WARD, period=Period(NOW - timedelta(days=6), None)),),
    )

    assert decide(read(), placed(read(), gathered)).valid_until == NOW + DAY
    assert decide(read(), placed(read(), facts(care_relationships=()))).valid_until is None


def test_the_same_question_gets_the_same_answer_in_any_company() -> None:
    shared = facts(blocks=(block(REGION, CARE_CENTRE),), consents=(consent(WARD),))
    rows = [read(), read(CARE_CENTRE), read(NURSING)]

    together = [outcome(row, shared) for row in rows * 2]

    assert together == [outcome(row, shared) for row in rows] * 2


@pytest.mark.parametrize(
    ("start", "end", "inside", "outside"),
    [
        (
            datetime.fromisoformat("2026-10-25T02:30:00+02:00"),
            datetime.fromisoformat("2026-10-25T02:30:00+01:00"),
            "2026-10-25T02:10:00+01:00",
            "2026-10-25T02:10:00+02:00",
        ),
        (
            datetime.fromisoformat("2026-03-29T01:30:00+01:00"),
            datetime.fromisoformat("2026-03-29T03:30:00+02:00"),
            "2026-03-29T03:10:00+02:00",
            "2026-03-29T03:30:00+02:00",
        ),
    ],
)
def test_on_both_nights_when_the_clock_is_moved_periods_are_of_instants(start, end, inside, outside) -> None:
    given = (emergency(WARD, period=Period(start, end)),)
    held = (relationship(period=Period(NOW - DAY)),)

    def at(instant: str) -> bool:
        now = datetime.fromisoformat(instant).astimezone(UTC)
        return outcome(read(NURSING), facts(now=now, emergencies=given, care_relationships=held))[0]

    assert end - start == timedelta(hours=1)
    assert at(inside)
    assert not at(outside)


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_an_assignment_of_days_turns_at_midnight_in_stockholm_on_those_nights(day) -> None:
    first = datetime.fromisoformat(day).date()
    held = (relationship(period=Period(NOW - DAY)),)
    begins = Period.of_days(first, None)
    assert begins.start is not None

    for step, found in ((timedelta(0), True), (-timedelta(seconds=1), False)):
        gathered = facts(now=begins.start + step, assignment=assignment(period=begins), care_relationships=held)
        assert outcome(read(), gathered)[0] is found
