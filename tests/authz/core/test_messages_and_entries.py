"""Discharge messages, the plan, the citizen's own record, directory entries and applications."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from authz.core.facts import ApplicationEntry, CaseState, Colleague, Reader
from authz.core.messages import MESSAGES_2017_612
from authz.core.request import Action, Application, Citizen, DirectoryObject, Message, OwnRecord
from authz.core.unknown import UNKNOWN
from tests.authz.core.situations import (
    CARE_CENTRE,
    ELSA,
    HOME_CARE,
    HOUSING,
    NURSE,
    NURSING,
    OTHER,
    REGION,
    TYRA,
    WARD,
    ask,
    block,
    discharge,
    facts,
    notes,
    outcome,
    receive,
    relationship,
    send,
    write,
)
from vocabulary.assurance import AssuranceLevel
from vocabulary.codes import Purpose
from vocabulary.network_zone import NetworkZone
from vocabulary.period import ALWAYS

SENT = (True, "sender_allowed")
READY = discharge(CaseState.READY)


@pytest.mark.law("Lag (2017:612) 2 kap. 1 §")
def test_the_ward_sends_its_messages_and_nobody_else_does() -> None:
    assert outcome(send("inskrivning"), facts(discharge_cases=(discharge(),))) == SENT
    for unit in (NURSING, CARE_CENTRE, HOME_CARE):
        assert outcome(send("inskrivning"), facts(unit, discharge_cases=(discharge(),))) == (False, "wrong_sender")
    assert outcome(send("inskrivning"), facts()) == (False, "wrong_sender")
    assert outcome(send("brev"), facts(discharge_cases=(discharge(),))) == (False, "wrong_sender")
    closed = discharge(CaseState.CLOSED)
    assert outcome(send("inskrivning"), facts(discharge_cases=(closed,))) == (False, "wrong_sender")
    another = discharge(patient=TYRA)
    assert outcome(send("inskrivning"), facts(discharge_cases=(another,))) == (False, "wrong_sender")


@pytest.mark.law("Lag (2017:612) 2 kap. 1 §")
def test_the_call_is_the_permanent_care_contacts_in_regional_open_care() -> None:
    assert outcome(send("kallelse"), facts(CARE_CENTRE, discharge_cases=(READY,))) == SENT
    somebody = discharge(CaseState.READY, permanent_care_contact=OTHER)
    assert outcome(send("kallelse"), facts(CARE_CENTRE, discharge_cases=(somebody,))) == (False, "wrong_sender")
    assert outcome(send("kallelse"), facts(discharge_cases=(READY,))) == (False, "wrong_sender")
    assert outcome(send("kallelse"), facts(NURSING, discharge_cases=(READY,))) == (False, "wrong_sender")


def test_sending_takes_part_in_the_care() -> None:
    gathered = facts(discharge_cases=(discharge(),), care_relationships=())

    assert outcome(send("inskrivning"), gathered) == (False, "no_care_relationship")


@pytest.mark.law("Lag (2017:612) 3 kap. 1 §")
def test_readiness_is_told_after_the_doctor_has_judged() -> None:
    for kind in ("utskrivningsklar", "utskrivning", "informationsoverforing"):
        assert outcome(send(kind), facts(discharge_cases=(READY,))) == SENT
        assert outcome(send(kind), facts(discharge_cases=(discharge(),))) == (False, "not_ready")


@pytest.mark.law("Lag (2017:612) 4 kap. 2 §")
def test_the_plan_needs_consent_and_the_call_does_not() -> None:
    refused = discharge(CaseState.READY, plan_consent=False)
    gathered = facts(CARE_CENTRE, discharge_cases=(refused,))

    assert outcome(write(CARE_CENTRE, "vpo"), gathered) == (False, "plan_needs_consent")
    assert outcome(send("plan"), gathered) == (False, "plan_needs_consent")
    assert outcome(send("kallelse"), gathered) == SENT
    assert outcome(write(CARE_CENTRE, "voo"), gathered) == (True, "own_unit")
    assert outcome(write(CARE_CENTRE, "vpo"), facts(CARE_CENTRE, discharge_cases=(READY,))) == (True, "own_unit")
    assert outcome(write(CARE_CENTRE, "vpo"), facts(CARE_CENTRE, discharge_cases=UNKNOWN)) == (
        False,
        "facts_unreadable",
    )


@pytest.mark.law("Lag (2017:612) 2 kap. 1 §")
@pytest.mark.parametrize("unit", [CARE_CENTRE, NURSING, HOME_CARE])
def test_concerned_units_receive_without_consent_or_relationship(unit) -> None:
    gathered = facts(unit, discharge_cases=(discharge(),), care_relationships=UNKNOWN, consents=UNKNOWN)

    assert outcome(receive("inskrivning"), gathered) == (True, "concerned_unit")


@pytest.mark.law("Lag (2017:612) 2 kap. 1 §")
def test_others_receive_nothing() -> None:
    assert outcome(receive("inskrivning"), facts(HOUSING, discharge_cases=(discharge(),))) == (False, "not_concerned")
    assert outcome(receive("inskrivning"), facts(NURSING)) == (False, "not_concerned")
    assert outcome(receive("brev"), facts(NURSING, discharge_cases=(discharge(),))) == (False, "not_concerned")
    other_case = ask(Message("inskrivning", "d2"))
    assert outcome(other_case, facts(NURSING, discharge_cases=(discharge(),))) == (False, "not_concerned")
    assert outcome(receive("inskrivning"), facts(NURSING, discharge_cases=UNKNOWN)) == (False, "facts_unreadable")
    statistics = facts(NURSING, purpose=Purpose.STATISTICS, discharge_cases=(discharge(),))
    assert outcome(receive("inskrivning"), statistics) == (False, "purpose_not_allowed")


def test_before_the_law_on_discharge_nothing_is_sent() -> None:
    early = facts(
        now=datetime(2017, 12, 31, 22, 59, tzinfo=UTC),
        discharge_cases=(discharge(),),
        care_relationships=(relationship(period=ALWAYS),),
    )

    assert outcome(send("inskrivning"), early) == (False, "wrong_sender")


def test_every_kind_of_message_has_a_sender_that_can_send_it() -> None:
    for kind, order in MESSAGES_2017_612.items():
        unit = WARD if order.sender.value == "ward" else CARE_CENTRE

        assert outcome(send(kind), facts(unit, discharge_cases=(READY,))) == SENT


@pytest.mark.law("PDL (2008:355) 5 kap. 5 §")
def test_the_patient_reads_her_own_record_whatever_she_has_blocked() -> None:
    gathered = facts(assignment=None, reader=None, blocks=(block(REGION), block(REGION, WARD)))
    own = replace(ask(notes()), subject=Citizen(ELSA), zone=NetworkZone.OPEN)

    assert outcome(own, gathered) == (True, "own_record_permitted")
    assert outcome(own, replace(gathered, blocks=UNKNOWN)) == (True, "own_record_permitted")
    assert outcome(replace(own, resource=OwnRecord()), gathered) == (True, "own_record_permitted")
    assert outcome(replace(own, patient=TYRA), gathered) == (False, "no_care_relationship")
    assert outcome(replace(own, resource=Message("kallelse")), gathered) == (False, "no_care_relationship")
    assert outcome(replace(own, assurance=AssuranceLevel.LOA2), gathered) == (False, "assurance_too_low")


@pytest.mark.law("PDL (2008:355) 3 kap. 3 §")
@pytest.mark.parametrize("action", [Action.WRITE, Action.SIGN, Action.CHANGE, Action.PERFORM])
def test_the_patient_does_nothing_else_with_her_record(action) -> None:
    own = replace(ask(notes(), action), subject=Citizen(ELSA))

    assert outcome(own, facts()) == (False, "own_record_read_only")


@pytest.mark.law("OSL (2009:400) 21 kap. 3 §")
def test_a_protected_entry_is_as_if_it_were_not_there() -> None:
    wanted = ask(DirectoryObject(OTHER), patient=None)

    assert outcome(wanted, facts(colleague=Colleague(OTHER, True))) == (False, "protected_person")
    assert outcome(wanted, facts()) == (False, "protected_person")
    assert outcome(wanted, facts(colleague=UNKNOWN)) == (False, "facts_unreadable")


@pytest.mark.law("OSL (2009:400) 21 kap. 3 §")
def test_herself_and_the_explicitly_allowed_see_a_protected_entry() -> None:
    own = ask(DirectoryObject(NURSE), patient=None)
    allowed = Reader(NURSE, None, may_see_protected=True)

    assert outcome(own, facts(colleague=Colleague(NURSE, True))) == (True, "directory_entry")
    wanted = ask(DirectoryObject(OTHER), patient=None)
    assert outcome(wanted, facts(colleague=Colleague(OTHER, True), reader=allowed)) == (True, "directory_entry")


@pytest.mark.law("PDL (2008:355) 2 kap. 4 §")
def test_colleagues_entries_are_read_and_not_changed() -> None:
    gathered = facts(colleague=Colleague(OTHER, False))

    assert outcome(ask(DirectoryObject(OTHER), patient=None), gathered) == (True, "directory_entry")
    assert outcome(ask(DirectoryObject(OTHER), Action.CHANGE), gathered) == (False, "right_missing")


@pytest.mark.law("PDL (2008:355) 4 kap. 2 §")
def test_an_application_is_for_whom_its_policy_names() -> None:
    use = ask(Application("svp"), Action.USE, patient=None)
    by_role = facts(reader=Reader(NURSE, None, system_roles=frozenset({"svp;user"})))

    def entry(**named) -> dict[str, ApplicationEntry]:
        return {"application": ApplicationEntry("svp", **named)}

    assert outcome(use, replace(by_role, **entry(system_roles=frozenset({"svp;user"})))) == (True, "application_named")
    held = facts().assignment.id
    assert outcome(use, facts(**entry(assignments=frozenset({held})))) == (True, "application_named")
    assert outcome(use, facts(**entry(system_roles=frozenset({"svp;user"})))) == (False, "right_missing")
    assert outcome(use, facts(application=UNKNOWN)) == (False, "facts_unreadable")
    other = facts(application=ApplicationEntry("npo", assignments=frozenset({held})))
    assert outcome(use, other) == (False, "right_missing")


@pytest.mark.law("PDL (2008:355) 2 kap. 4 §")
def test_an_assignment_whose_purpose_is_none_of_the_laws_opens_no_application_and_no_directory() -> None:
    """It is suppressed whole (HSA), whatever is asked for."""
    use, wanted = ask(Application("svp"), Action.USE, patient=None), ask(DirectoryObject(OTHER), patient=None)
    named = ApplicationEntry("svp", assignments=frozenset({facts().assignment.id}))
    gathered = facts(purpose="Forskning", application=named, colleague=Colleague(OTHER, False))

    assert outcome(use, gathered) == (False, "purpose_not_allowed")
    assert outcome(wanted, gathered) == (False, "purpose_not_allowed")
    assert outcome(use, replace(gathered, assignment=facts(purpose=Purpose.STATISTICS).assignment))[0]
