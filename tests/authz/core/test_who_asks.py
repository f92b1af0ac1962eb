"""Who asks, in which assignment, with which right, about whose care: the gates before any ground."""

from dataclasses import replace
from datetime import timedelta

import pytest

from authz.core.facts import Reader
from authz.core.request import Action, Application, OwnRecord, Request
from authz.core.unknown import UNKNOWN
from tests.authz.core.situations import (
    BODEN,
    CARE_CENTRE,
    HEALTH,
    HOME_CARE,
    NOW,
    NURSE,
    NURSING,
    PAST,
    REGION,
    SOCIAL,
    TYRA,
    WARD,
    ask,
    assignment,
    block,
    consent,
    facts,
    moved,
    notes,
    outcome,
    perform,
    read,
    relationship,
    write,
)
from vocabulary.assurance import AssuranceLevel
from vocabulary.codes import Purpose
from vocabulary.network_zone import NetworkZone
from vocabulary.period import Period


@pytest.mark.law("HSLF-FS 2016:40 3 kap. 15 §")
@pytest.mark.parametrize(
    ("level", "zone", "enough"),
    [
        (AssuranceLevel.LOA3, NetworkZone.OPEN, True),
        (AssuranceLevel.LOA2, NetworkZone.SJUNET, True),
        (AssuranceLevel.LOA2, NetworkZone.LUMIORA, True),
        (AssuranceLevel.LOA2, NetworkZone.OPEN, False),
        (AssuranceLevel.NONE, NetworkZone.SJUNET, False),
    ],
)
def test_the_zone_tells_how_sure_the_login_must_be(level, zone, enough) -> None:
    permit, rule = outcome(replace(read(), assurance=level, zone=zone), facts())

    assert (permit, rule) == ((True, "own_unit") if enough else (False, "assurance_too_low"))


def test_an_unstated_zone_is_open() -> None:
    asked = read()

    stated_nothing = Request(asked.subject, asked.action, asked.resource, asked.patient, AssuranceLevel.LOA2)

    assert outcome(stated_nothing, facts()) == (False, "assurance_too_low")


@pytest.mark.law("PDL (2008:355) 4 kap. 2 §")
@pytest.mark.parametrize(
    "changes",
    [
        {"assignment": None},
        {"reader": None},
        {"reader": Reader(assignment().id, None, active=False)},
        {"assignment": assignment(purpose=None)},
        {"assignment": replace(assignment(), provider=None, capacity=None)},
        {"assignment": assignment(period=PAST)},
        {"assignment": assignment(period=Period(NOW + timedelta(seconds=1)))},
    ],
)
def test_without_a_current_assignment_in_use_nothing_opens(changes) -> None:
    assert outcome(read(), facts(**changes)) == (False, "no_current_assignment")


@pytest.mark.parametrize("register", ["reader", "assignment", "information", "care_relationships"])
def test_an_unreadable_register_closes(register) -> None:
    assert outcome(read(), facts(**{register: UNKNOWN})) == (False, "facts_unreadable")


@pytest.mark.law("PSL (2010:659) 1 kap. 4 §")
def test_the_stated_capacity_must_be_that_of_the_assignment() -> None:
    assert outcome(ask(notes(), capacity=HEALTH), facts()) == (True, "own_unit")
    assert outcome(ask(notes(), capacity=SOCIAL), facts()) == (False, "wrong_capacity")
    assert outcome(ask(notes(HOME_CARE), capacity=HEALTH), facts(HOME_CARE)) == (False, "wrong_capacity")


@pytest.mark.law("PSL (2010:659) 1 kap. 4 §")
def test_a_health_care_task_is_not_done_in_social_care() -> None:
    assert outcome(perform(), facts(HOME_CARE)) == (False, "wrong_capacity")
    assert outcome(read(HOME_CARE, "lak", task="give_insulin"), facts(HOME_CARE)) == (False, "wrong_capacity")


@pytest.mark.law("PDL (2008:355) 2 kap. 4 §")
def test_only_listed_purposes_open_patient_data() -> None:
    assert outcome(read(), facts(purpose="Forskning")) == (False, "purpose_not_allowed")
    assert outcome(read(), facts(purpose="vård och behandling")) == (False, "purpose_not_allowed")
    assert outcome(replace(read(), purpose="Statistik"), facts()) == (False, "purpose_not_allowed")
    assert outcome(replace(read(), purpose=Purpose.CARE), facts()) == (True, "own_unit")


@pytest.mark.law("PDL (2008:355) 2 kap. 4 §")
@pytest.mark.parametrize("purpose", [purpose for purpose in Purpose if purpose is not Purpose.CARE])
def test_other_purposes_need_no_care_relationship_and_stay_inside_the_provider(purpose) -> None:
    gathered = facts(purpose=purpose, care_relationships=(), consents=(consent(WARD),))

    assert outcome(read(), gathered) == (True, "other_purpose")
    assert outcome(read(CARE_CENTRE), gathered) == (True, "other_purpose")
    assert outcome(read(NURSING), gathered) == (False, "purpose_not_allowed")
    assert outcome(perform(), gathered) == (False, "purpose_not_allowed")


def test_social_care_has_no_other_purpose_than_care() -> None:
    assert outcome(read(HOME_CARE), facts(HOME_CARE, purpose=Purpose.STATISTICS)) == (False, "purpose_not_allowed")


@pytest.mark.parametrize("changes", [{"unit": None}, {"provider": None}, {"provider": BODEN}])
def test_information_without_a_true_origin_is_closed(changes) -> None:
    request = ask(replace(notes(), **changes))

    assert outcome(request, facts(information=None)) == (False, "facts_unreadable")


@pytest.mark.law("PDL (2008:355) 4 kap. 4 §")
@pytest.mark.parametrize("purpose", [Purpose.CARE, Purpose.STATISTICS])
def test_information_about_no_patient_is_closed_since_whose_blocks_to_heed_is_not_known(purpose) -> None:
    gathered = facts(purpose=purpose, blocks=(block(REGION, CARE_CENTRE),))

    assert outcome(replace(read(CARE_CENTRE), patient=None), gathered) == (False, "facts_unreadable")
    assert outcome(replace(read(WARD), patient=None), gathered) == (False, "facts_unreadable")


@pytest.mark.law("PDL (2008:355) 4 kap. 2 §")
@pytest.mark.parametrize(
    ("right", "request_", "found"),
    [
        ("Läsa;alla;VE", read(), (True, "own_unit")),
        ("Läsa;alla;SJF", read(), (True, "own_unit")),
        ("Läsa;voo;VG", read(CARE_CENTRE), (True, "same_provider")),
        (f"Läsa;alla;{str(CARE_CENTRE).lower()}", read(CARE_CENTRE), (True, "same_provider")),
        ("Läsa;alla;SJF", read(CARE_CENTRE), (False, "right_missing")),
        ("Läsa;alla;VE", read(CARE_CENTRE), (False, "right_missing")),
        ("Läsa;lak;VE", read(), (False, "right_missing")),
        ("Läsa;alla;VE", write(), (False, "right_missing")),
        ("Skriva;alla;VE", read(), (False, "right_missing")),
        ("Skriva;alla;VE", write(), (True, "own_unit")),
        ("Läsa;alla;VE", ask(notes(), Action.SIGN), (False, "right_missing")),
        ("Läsa;alla;VE", ask(notes(), Action.PRINT), (True, "own_unit")),
        ("Läsa;alla;VE", read(kind=None), (True, "own_unit")),
        ("Läsa;voo;VE", read(kind=None), (False, "right_missing")),
    ],
)
def test_a_right_matches_in_activity_type_and_scope(right, request_, found) -> None:
    assert outcome(request_, facts(WARD, right)) == found


@pytest.mark.law("PDL (2008:355) 4 kap. 2 §")
def test_a_right_to_another_providers_unit_by_name_opens_nothing() -> None:
    gathered = facts(WARD, f"Läsa;alla;{NURSING}", consents=(consent(WARD),))

    assert outcome(read(NURSING), gathered) == (False, "right_missing")


@pytest.mark.law("PDL (2008:355) 4 kap. 2 §")
def test_an_investigation_stays_in_the_unit_that_made_it() -> None:
    assert outcome(read(investigation=True), facts()) == (True, "own_unit")
    assert outcome(read(CARE_CENTRE, investigation=True), facts()) == (False, "investigation_data")
    across = facts(consents=(consent(WARD),))
    assert outcome(read(NURSING, investigation=True), across) == (False, "investigation_data")


@pytest.mark.law("PDL (2008:355) 4 kap. 1 §")
@pytest.mark.parametrize(
    "held",
    [
        (),
        (relationship(CARE_CENTRE),),
        (relationship(period=PAST),),
        (relationship(patient=TYRA),),
        (replace(relationship(), person=assignment().id),),
    ],
)
def test_without_a_care_relationship_of_the_assignment_nothing_opens(held) -> None:
    assert outcome(read(), facts(care_relationships=held)) == (False, "no_care_relationship")
    assert outcome(perform(), facts(care_relationships=held)) == (False, "no_care_relationship")


@pytest.mark.law("PDL (2008:355) 4 kap. 1 §")
def test_the_relationship_ends_for_the_professions_that_moved() -> None:
    nurse = facts(responsibility_moves=(moved(WARD, "SJ", "AT"),))

    assert outcome(read(), nurse) == (False, "no_care_relationship")
    assert outcome(read(), facts(responsibility_moves=(moved(WARD, "AT"),))) == (True, "own_unit")
    assert outcome(read(), facts(responsibility_moves=(moved(CARE_CENTRE, "SJ"),))) == (True, "own_unit")
    later = moved(WARD, "SJ", at=NOW + timedelta(seconds=1))
    assert outcome(read(), facts(responsibility_moves=(later,))) == (True, "own_unit")
    exactly = moved(WARD, "SJ", at=NOW)
    assert outcome(read(), facts(responsibility_moves=(exactly,))) == (False, "no_care_relationship")


def test_a_relationship_that_begins_after_the_move_is_a_new_one() -> None:
    begun = relationship(period=Period(NOW - timedelta(hours=1)))

    gathered = facts(care_relationships=(begun,), responsibility_moves=(moved(WARD, "SJ"),))

    assert outcome(read(), gathered) == (True, "own_unit")


def test_a_move_that_does_not_concern_the_relationship_needs_no_licence_to_be_known() -> None:
    """Else a batch, for which others' moves are gathered too, would be answered otherwise than the question alone."""
    elsewhere = (
        replace(moved(WARD, "SJ"), patient=TYRA),
        moved(CARE_CENTRE, "SJ"),
        moved(WARD, "SJ", at=NOW + timedelta(1)),
    )
    unreadable = Reader(NURSE, None, UNKNOWN)

    assert outcome(read(), facts(reader=unreadable, responsibility_moves=elsewhere)) == (True, "own_unit")
    here = (*elsewhere, moved(WARD, "SJ"))
    assert outcome(read(), facts(reader=unreadable, responsibility_moves=here)) == (False, "facts_unreadable")


@pytest.mark.law("PDL (2008:355) 2 kap. 2 §")
def test_inside_the_provider_no_consent_is_needed() -> None:
    assert outcome(read(CARE_CENTRE), facts(consents=UNKNOWN)) == (True, "same_provider")
    assert outcome(read(NURSING), facts()) == (False, "no_ground_across_providers")


def test_a_combination_that_nobody_offers_is_denied() -> None:
    assert outcome(ask(OwnRecord()), facts()) == (False, "right_missing")
    assert outcome(ask(Application("svp"), Action.USE), facts()) == (False, "right_missing")
    assert outcome(ask(notes(), Action.ASSIGN), facts()) == (False, "right_missing")


def test_the_first_denying_rule_in_the_order_is_named() -> None:
    everything_wrong = facts(WARD, "Skriva;alla;VE", purpose="Forskning", care_relationships=())

    assert outcome(read(NURSING), everything_wrong)[1] == "purpose_not_allowed"
