"""What an admin assignment decided stands in the audit trail before a change is made, and each refusal stands there."""

import pytest

from authz.actions.decision_ids import decided_at
from authz.edge.trail import find_decision, verify
from directory.core.changes import Change
from directory.refusals import DirectoryUnavailable, NotAllowed
from tests.hub.administration.parts import (
    BODENS,
    JONAS,
    LULEA_NURSING,
    MARJA,
    NURSE,
    NURSING,
    NURSING_WORK,
    Administered,
    send,
)

BODY = {"reason": "nytt nummer", "telephone": "0921-62 000"}


def test_a_change_has_its_record_with_the_facts_that_decided(county: Administered) -> None:
    answer = send(county.browser(), JONAS, "PATCH", f"units/{NURSING.hsa_id}", BODY)

    assert answer.status_code == 200
    (record,) = county.records()
    assert (record["permit"], record["rule"], record["activity"]) == (True, "administers", "change")
    assert (record["person"], record["system"]) == (str(JONAS.hsa_id), "console")
    assert record["resource"] == {
        "type": "directory_object", "id": str(NURSING.hsa_id), "kind": "unit", "attribute_classes": ["open"],
    }  # fmt: skip
    facts = record["facts"]
    assert [held["id"] for held in facts["admin_assignments"]] == [str(BODENS.hsa_id)]
    assert facts["entry"]["id"] == facts["entry_after"]["id"] == str(NURSING.hsa_id)
    at = decided_at(record["decision_id"])
    assert at is not None
    assert find_decision(county.trail_folder, record["decision_id"], at) == record


def test_a_creation_has_one_record_under_the_id_that_was_given(county: Administered) -> None:
    body = {"reason": "ny", "parent": str(NURSING.hsa_id), "name": "Avdelning 2"}

    refused = send(county.browser(), JONAS, "POST", "units", body | {"telephone": "ring"})
    answer = send(county.browser(), JONAS, "POST", "units", body)

    assert (refused.status_code, answer.status_code) == (422, 201), answer.text
    (record,) = county.records()
    assert (record["resource"]["id"], record["facts"]["entry"]["id"]) == (answer.json()["hsa_id"],) * 2


def test_a_refusal_has_its_record(county: Administered) -> None:
    for who, path in ((JONAS, LULEA_NURSING), (NURSE, NURSING), (MARJA, NURSING)):
        assert send(county.browser(), who, "PATCH", f"units/{path.hsa_id}", BODY).status_code == 403

    told = [(record["permit"], record["rule"], record["person"]) for record in county.records()]
    assert told == [
        (False, "outside_area", str(JONAS.hsa_id)),
        (False, "right_missing", str(NURSE.hsa_id)),
        (False, "right_missing", str(MARJA.hsa_id)),
    ]


def test_each_entry_of_a_change_has_its_own(county: Administered) -> None:
    reach, entries = county.reach(JONAS), (NURSING, NURSING_WORK, MARJA)

    reach.demand_changes([Change(entry, entry) for entry in entries], dry_run=False)

    assert [record["resource"]["id"] for record in county.records()] == [str(entry.hsa_id) for entry in entries]


def test_reading_and_trying_leave_none_and_a_refused_try_does(county: Administered) -> None:
    http = county.browser()
    for path in (
        "units",
        f"units/{NURSING.hsa_id}",
        "admin-assignments",
        "changes",
        f"administrators?area={NURSING.hsa_id}",
    ):
        assert send(http, JONAS, "GET", path).status_code == 200
    assert send(http, JONAS, "PATCH", f"units/{NURSING.hsa_id}?dry_run=true", BODY).status_code == 200
    assert county.records() == []

    assert send(http, JONAS, "PATCH", f"units/{LULEA_NURSING.hsa_id}?dry_run=true", BODY).status_code == 403
    assert [record["permit"] for record in county.records()] == [False]


def test_without_a_record_nothing_is_changed_and_nothing_is_refused(county: Administered) -> None:
    revision, http = county.world.directory.snapshot().revision, county.browser()
    county.trail.close()

    for unit in (NURSING, LULEA_NURSING):
        answer = send(http, JONAS, "PATCH", f"units/{unit.hsa_id}", BODY)
        assert answer.status_code == 503, answer.text
    assert county.world.directory.snapshot().revision == revision
    with pytest.raises(DirectoryUnavailable):
        county.reach(JONAS).demand_credentials(MARJA, dry_run=False)
    assert send(http, JONAS, "GET", f"units/{NURSING.hsa_id}").status_code == 200, "reading needs none"


def test_an_application_that_calls_for_itself_is_not_judged_and_leaves_none(county: Administered) -> None:
    answer = send(county.browser(), "application", "PATCH", f"units/{NURSING.hsa_id}", BODY)

    assert answer.status_code == 200 and county.records() == []


def test_the_trail_is_whole_afterwards(county: Administered) -> None:
    for _ in range(3):
        with pytest.raises(NotAllowed):
            county.reach(NURSE).demand_changes([Change(NURSING, NURSING)], dry_run=False)
    county.trail.close()

    report = verify(county.trail_folder, county.trail_key)

    assert report.ok and report.records >= 3
