"""An emergency access from its registering to its review: what it opens, who is told, what is owed and overdue."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from authz.actions.emergencies.remind import remind_of_reviews
from authz.edge.sql.worklists import SqlWorklists
from tests.authz.actions.world import ANNA, HOME_NURSING
from tests.authz.http.larger_world import BODEN_CARE, PATIENT, Served, assignment_of, served_world

REASON = "Medvetslös vid ankomst, kan inte tillfrågas"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with served_world(tmp_path) as made:
        yield made


def body(served: Served, **changes: object) -> dict[str, Any]:
    return {"patient": PATIENT, "reason": REASON, "to": served.at(hours=12)} | changes


def registered(served: Served, who: str = "anna", **changes: object) -> str:
    return str(served.made(who, "emergency-accesses", body(served, **changes))["id"])


def may_read(served: Served) -> tuple[bool, list[str]]:
    """Whether Anna at the ward may read the municipality's notes, and what she is obliged to."""
    question = {
        "subject": {"type": "employee", "id": str(ANNA), "properties": {"assignment": str(assignment_of(ANNA))}},
        "action": {"name": "read"},
        "resource": {
            "type": "patient_information",
            "id": "*",
            "properties": {
                "patient": PATIENT, "information_type": "lak", "care_unit": str(HOME_NURSING),
                "care_provider": str(BODEN_CARE),
            },
        },
        "context": {"network_zone": "sjunet", "explain": True},
    }  # fmt: skip
    headers = {"authorization": "Bearer peephole"}
    answer = served.http.post("/access/v1/evaluation", json=question, headers=headers).json()
    return answer["decision"], answer["context"]["obligations"]


def test_it_opens_while_it_stands_and_obliges_to_a_review(served: Served) -> None:
    before = may_read(served)
    row = registered(served)
    meanwhile = may_read(served)
    ended = served.made("anna", f"emergency-accesses/{row}/end", {"reason": "patienten är vaken"})
    after = may_read(served)

    assert (before[0], meanwhile[0], after[0]) == (False, True, False)
    assert "review_emergency" in meanwhile[1]
    assert ended["ended"]["by"] == str(ANNA)
    assert ended["review"]["state"] == "owed", "ending it does not settle the review"


def test_it_ends_by_itself_at_its_instant(served: Served) -> None:
    registered(served, to=served.at(hours=1))

    served.world.clock.pass_(seconds=3599)
    assert served.world.model.refresh()
    just_before = may_read(served)[0]
    served.world.clock.pass_(seconds=1)
    assert served.world.model.refresh()

    assert (just_before, may_read(served)[0]) == (True, False)


def test_the_head_of_operations_is_told_and_then_the_reader(served: Served) -> None:
    row = registered(served)
    told_at_once = {name: served.told(name) for name in ("head", "reviewer", "boden_head", "anna")}
    verdict = {"verdict": "not_justified", "text": "Patienten var kontaktbar."}
    reviewed = served.made("reviewer", f"emergency-accesses/{row}/review", verdict)

    assert told_at_once == {
        "head": [("emergencies", "registered")], "reviewer": [], "boden_head": [], "anna": [],
    }  # fmt: skip
    assert served.told("anna") == [("emergency_reviews", "not_justified")]
    assert reviewed["review"] | {"due": None} == {
        "state": "reviewed", "due": None, "verdict": "not_justified", "text": "Patienten var kontaktbar.",
    }  # fmt: skip
    shown = served.get("anna", f"emergency-accesses/{row}").json()
    assert [(act["what"], act["level"]) for act in shown["review_history"]] == [
        ("owed", "loa3"), ("not_justified", "loa3"),
    ]  # fmt: skip
    assert [act["what"] for act in shown["history"]] == ["registered"]


def test_what_is_owed_is_listed_per_member_and_what_is_overdue_is_shown(served: Served) -> None:
    old = registered(served)
    served.world.clock.pass_(days=7)
    assert served.world.model.refresh()
    new = registered(served)
    nursing = registered(served, "katarina")

    regions = served.get("head", "emergency-accesses/reviews-owed").json()
    bodens = served.get("boden_app", "emergency-accesses/reviews-owed").json()
    nobodys = served.get("anna", "emergency-accesses/reviews-owed").json()

    assert [(one["emergency_access"], one["state"]) for one in regions["items"]] == [(old, "overdue"), (new, "owed")]
    assert (regions["owed"], regions["overdue"]) == (2, 1)
    assert [one["emergency_access"] for one in bodens["items"]] == [nursing]
    assert nobodys == {"items": [], "owed": 0, "overdue": 0}
    assert PATIENT["value"] not in str(bodens), "an application knows her already"
    of_another = served.get("head", "emergency-accesses/reviews-owed?member=SE2120002767-0000").json()
    assert of_another["items"] == []


def test_who_is_to_review_is_reminded_once_when_it_has_become_overdue(served: Served) -> None:
    row, worklists = registered(served, "head"), SqlWorklists(served.world.engine)
    desk, clock = served.world.desk, served.world.clock

    clock.pass_(days=7, microseconds=-1)
    assert served.world.model.refresh()
    remind_of_reviews(desk, worklists)
    too_early = served.told("reviewer")
    clock.pass_(microseconds=1)
    remind_of_reviews(desk, worklists)
    revision = served.world.model.revision
    remind_of_reviews(desk, worklists)

    assert too_early == []
    assert served.told("reviewer") == [("emergency_reviews", "overdue")]
    assert served.told("head") == [], "she does not review her own"
    assert served.told("head_again") == [("emergencies", "registered")], "nor by another record of hers"
    assert served.world.model.revision == revision, "nothing is written again"
    assert [act["what"] for act in served.get("head", f"emergency-accesses/{row}").json()["review_history"]] == [
        "owed", "overdue",
    ]  # fmt: skip
    served.made("reviewer", f"emergency-accesses/{row}/review", {"verdict": "justified", "text": "I sin ordning."})
    remind_of_reviews(desk, worklists)
    assert served.told("head") == [("emergency_reviews", "justified")]


def test_unclear_settles_nothing_and_a_settled_one_is_not_reviewed_again(served: Served) -> None:
    row = registered(served)
    path = f"emergency-accesses/{row}/review"

    unclear = served.made("reviewer", path, {"verdict": "unclear", "text": "Läkaren tillfrågas."})
    still_owed = served.get("head", "emergency-accesses/reviews-owed").json()["owed"]
    settled = served.made("head", path, {"verdict": "justified", "text": "Bekräftat av läkaren."})
    again = served.post("reviewer", path, {"verdict": "not_justified", "text": "Jag tycker annat."})

    assert (unclear["review"]["state"], still_owed) == ("owed", 1)
    assert settled["review"]["state"] == "reviewed"
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    assert served.get("head", "emergency-accesses/reviews-owed").json()["owed"] == 0


@pytest.mark.parametrize(
    ("changes", "status", "code", "pointer"),
    [
        ({"to_hours": 24.001}, 422, "emergency_too_long", "/to"),
        ({"to_hours": -1}, 422, "invalid_period", "/to"),
        ({"to_hours": 0}, 422, "invalid_period", "/to"),
        ({"reason": " "}, 400, "invalid_value", "/reason"),
        ({"reason": "x" * 501}, 400, "invalid_value", "/reason"),
        ({"reason": "Gäller 19380517-2388"}, 422, "personal_number_in_text", "/reason"),
        ({"reason": "rad\nrad"}, 400, "invalid_value", "/reason"),
        ({"patient": PATIENT | {"value": "193805172389"}}, 400, "invalid_value", "/patient"),
    ],
)
def test_what_cannot_stand_says_which_field_and_what_to_do(
    served: Served, changes: dict[str, Any], status: int, code: str, pointer: str | None
) -> None:
    sent = body(served, **{name: value for name, value in changes.items() if name != "to_hours"})
    if "to_hours" in changes:
        sent["to"] = served.at(hours=changes["to_hours"])

    answer = served.post("anna", "emergency-accesses", sent)

    assert (answer.status_code, answer.json()["code"], answer.json()["pointer"]) == (status, code, pointer)


def test_a_day_is_allowed_and_an_unknown_member_of_the_body_is_not(served: Served) -> None:
    assert served.post("anna", "emergency-accesses", body(served, to=served.at(hours=24))).status_code == 201
    assert served.post("anna", "emergency-accesses", body(served, person=str(ANNA))).status_code == 422


def test_who_has_chosen_no_assignment_or_has_left_registers_none(served: Served) -> None:
    unassigned = served.post("anna_unassigned", "emergency-accesses", body(served))
    served.world.staff.gone.add(ANNA)
    left = served.post("anna", "emergency-accesses", body(served))

    assert (unassigned.status_code, left.status_code) == (403, 403)
    assert "logged in with a current assignment" in unassigned.json()["title"]


def test_found_by_patient_and_by_reader_by_whom_it_concerns(served: Served) -> None:
    row = registered(served)

    by_patient = served.made("reviewer", "emergency-accesses/query", {"patient": PATIENT})["items"]
    by_reader = served.get("region_app", f"emergency-accesses?person={ANNA}").json()["items"]
    by_a_colleague = served.get("bo", f"emergency-accesses?person={ANNA}").json()["items"]

    assert [one["id"] for one in by_patient] == [one["id"] for one in by_reader] == [row]
    assert by_patient[0]["patient"] == PATIENT
    assert "patient" not in by_reader[0]
    assert by_a_colleague == []
