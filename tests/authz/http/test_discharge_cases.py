"""A discharge from admission to closing: its states, its messages as recorded decisions, and the law's times."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from authz.ports import Kind
from tests.authz.actions.world import CARE_CENTRE, HOME_NURSING, KATARINA, WARD
from tests.authz.http.larger_world import (
    CECILIA,
    HOME_CARE,
    LULEA_NURSING,
    PATIENT,
    Served,
    served_world,
)

SJUNET = {"network_zone": "sjunet"}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with served_world(tmp_path) as made:
        yield made


def admission(served: Served, **changes: object) -> dict[str, Any]:
    return {
        "patient": PATIENT,
        "ward": str(WARD),
        "concerned_units": [str(CARE_CENTRE), str(HOME_NURSING), str(HOME_CARE)],
        "admitted_at": served.at(hours=-2),
    } | changes


class Case:
    """One case, and what its people do with it."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.id = str(served.made("anna", "discharge-cases", admission(served))["id"])
        self.put("cecilia", "care-contact", {"person": str(CECILIA)})

    def put(self, who: str, path: str, body: Any) -> Any:
        answer = self.served.put(who, f"discharge-cases/{self.id}/{path}", body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def do(self, who: str, path: str, body: Any = None) -> Any:
        return self.served.made(who, f"discharge-cases/{self.id}/{path}", body)

    def refused(self, who: str, path: str, body: Any = None) -> tuple[int, str, str | None]:
        answer = self.served.post(who, f"discharge-cases/{self.id}/{path}", body)
        told = answer.json()
        return answer.status_code, told["code"], told["pointer"]

    def send(self, who: str, kind: str, **says: object) -> Any:
        return self.do(who, "messages", {"kind": kind, **SJUNET, **says})

    def receive(self, who: str, message: Any) -> Any:
        return self.do(who, f"messages/{message['id']}/receive", SJUNET)

    def seen_by(self, who: str) -> Any:
        return self.served.get(who, f"discharge-cases/{self.id}").json()

    def deadlines(self) -> dict[str, str]:
        return {one["kind"]: one["state"] for one in self.seen_by("anna")["deadlines"]}

    def pass_(self, **duration: float) -> None:
        self.served.world.clock.pass_(**duration)
        assert self.served.world.model.refresh()


def test_the_whole_discharge(served: Served) -> None:
    case = Case(served)
    admitted = case.send("anna", "inskrivning", expected_discharge="2026-03-06")
    case.do("bo", "ready")
    told = case.send("anna", "utskrivningsklar")
    called = case.send("cecilia", "kallelse", meeting_at="2026-03-04T12:00:00Z", text="Möte i hemmet.")
    case.do("cecilia", "plan-consent", {"note": "muntligen, Elsa själv"})
    plan = case.send("cecilia", "plan", text="Planen finns hos hälsocentralen.")
    case.send("anna", "utskrivning")
    case.send("anna", "informationsoverforing", text="Insulindosen ändrad, se läkemedelslistan.")
    closed = case.do("cecilia", "close", {"reason": "planen är klar"})

    assert closed["state"] == "closed"
    assert [act["what"] for act in case.seen_by("katarina")["history"]] == [
        "registered", "care_contact", "ready", "plan_consent", "discharged", "closed",
    ]  # fmt: skip
    assert sorted(one["kind"] for one in closed["messages"]) == sorted([
        "inskrivning", "utskrivningsklar", "kallelse", "plan", "utskrivning", "informationsoverforing",
    ])  # fmt: skip
    assert case.deadlines() == {"inskrivning": "sent", "informationsoverforing": "sent", "kallelse": "sent"}
    assert set(admitted["to_units"]) == {str(CARE_CENTRE), str(HOME_NURSING), str(HOME_CARE)}
    assert set(called["to_units"]) == {str(HOME_NURSING), str(HOME_CARE)}, "not to the sender's own unit"
    assert told["expected_discharge"] is None and plan["text"].startswith("Planen")


def test_every_message_sent_and_received_is_a_recorded_decision(served: Served) -> None:
    case = Case(served)
    sent = case.send("anna", "inskrivning", expected_discharge="2026-03-06")
    case.receive("katarina", sent)
    case.receive("petra", sent)
    case.receive("petra", sent)

    decided = [record for record in served.records() if record.get("resource", {}).get("type") == "message"]

    assert [(one["activity"], one["permit"], one["rule"]) for one in decided] == [
        ("send", True, "sender_allowed"), *[("receive", True, "concerned_unit")] * 3,
    ]  # fmt: skip
    assert {one["resource"]["id"] for one in decided} == {case.id}
    assert decided[0]["decision_id"] == sent["decision"]
    shown = case.seen_by("anna")["messages"][0]
    assert (shown["received_by"], shown["waits_for"]) == (sorted([str(HOME_NURSING), str(HOME_CARE)]),
                                                          [str(CARE_CENTRE)])  # fmt: skip
    acts = served.world.desk.book.history(Kind.CASE_MESSAGE, sent["id"])
    assert [act.what for act in acts] == ["sent", "received", "received"], "the second opening changes nothing"
    assert str(decided[1]["decision_id"]) in str(acts[1].note)


def test_what_is_denied_is_recorded_and_not_sent(served: Served) -> None:
    case = Case(served)

    too_early = case.refused("anna", "messages", {"kind": "utskrivningsklar", **SJUNET})
    without_consent = case.refused("cecilia", "messages", {"kind": "plan", "text": "Plan", **SJUNET})
    another = case.refused("katarina", "messages", {"kind": "utskrivningsklar", **SJUNET})
    weak = case.refused("anna_weak", "messages", {"kind": "inskrivning", "expected_discharge": "2026-03-06"})

    assert {one[:2] for one in (too_early, without_consent, another, weak)} == {(403, "not_permitted")}
    rules = [one["rule"] for one in served.records() if one.get("resource", {}).get("type") == "message"]
    assert rules == ["not_ready", "plan_needs_consent", "wrong_sender", "assurance_too_low"]
    assert [one["kind"] for one in case.seen_by("anna")["messages"]] == []


def test_what_a_message_says_is_told_to_who_receives_it(served: Served) -> None:
    case = Case(served)
    case.do("bo", "ready")
    case.send("anna", "utskrivning")
    sent = case.send("anna", "informationsoverforing", text="Insulindosen är ändrad.")

    heads = case.seen_by("katarina")["messages"]
    listed = served.get("katarina", f"discharge-cases?unit={HOME_NURSING}").text
    received = case.receive("katarina", sent)

    assert "Insulindosen" not in str(heads) + listed
    assert received["text"] == "Insulindosen är ändrad."
    assert PATIENT["value"] not in str(received)


def test_the_times_of_the_law_are_due_then_late(served: Served) -> None:
    case = Case(served)  # Admitted two hours ago.
    begun = case.deadlines()
    case.pass_(hours=21, minutes=59)
    just_before = case.deadlines()["inskrivning"]
    case.pass_(minutes=1)
    late = case.deadlines()["inskrivning"]
    case.send("anna", "inskrivning", expected_discharge="2026-03-06")
    sent_late = case.deadlines()["inskrivning"]
    case.do("bo", "ready")
    case.send("anna", "utskrivningsklar")
    called = [case.deadlines()["kallelse"]]
    case.pass_(days=3)
    called.append(case.deadlines()["kallelse"])

    assert begun == {"inskrivning": "due", "informationsoverforing": "waits", "kallelse": "waits"}
    assert (just_before, late, sent_late, called) == ("due", "late", "sent_late", ["due", "late"])
    whole = {one["kind"]: one for one in case.seen_by("anna")["deadlines"]}
    assert [whole[kind]["late"] for kind in ("inskrivning", "informationsoverforing", "kallelse")] == [
        True, False, True,
    ]  # fmt: skip
    assert whole["inskrivning"]["due"] == "2026-03-03T07:00:00.000000Z"


def test_information_is_transferred_the_same_day_as_stockholm_counts(served: Served) -> None:
    case = Case(served)
    case.do("bo", "ready")
    case.send("anna", "utskrivning")

    due = next(one for one in case.seen_by("anna")["deadlines"] if one["kind"] == "informationsoverforing")
    case.pass_(hours=14)  # 2026-03-02 10:00 in Stockholm + 14 h: midnight there.

    assert (due["due"], due["state"]) == ("2026-03-02T23:00:00.000000Z", "due")
    assert case.deadlines()["informationsoverforing"] == "late"


def test_the_doctor_may_change_her_mind_and_the_order_of_steps_is_kept(served: Served) -> None:
    case = Case(served)

    early = case.refused("bo", "not-ready", {"reason": "fel"})
    case.do("bo", "ready")
    twice = case.refused("bo", "ready")
    back = case.do("bo", "not-ready", {"reason": "feber"})
    close = case.refused("anna", "close", {"reason": "klart"})

    assert {early[:2], twice[:2], close[:2]} == {(409, "wrong_state")}
    assert back["state"] == "admitted"
    assert case.refused("anna", "messages", {"kind": "utskrivningsklar", **SJUNET})[1] == "not_permitted"
    assert case.refused("cecilia", "plan-consent/withdraw", {"note": "nej"})[:2] == (409, "wrong_state")


def test_a_closed_case_sends_and_receives_nothing(served: Served) -> None:
    case = Case(served)
    case.do("bo", "ready")
    sent = case.send("anna", "utskrivning")
    case.do("anna", "close", {"reason": "klart"})

    assert case.refused("anna", "messages", {"kind": "utskrivning", **SJUNET})[:2] == (409, "wrong_state")
    assert case.refused("katarina", f"messages/{sent['id']}/receive", SJUNET)[:2] == (403, "not_permitted")
    assert served.get("anna", f"discharge-cases?unit={WARD}").json()["items"] == []
    assert served.post("anna", "discharge-cases", admission(served)).status_code == 201, "the next stay"


def test_a_message_is_found_under_its_own_case_alone(served: Served) -> None:
    first = Case(served)
    sent = first.send("anna", "inskrivning", expected_discharge="2026-03-06")
    first.do("anna", "annul", {"reason": "fel patient"})
    second = Case(served)

    assert second.refused("katarina", f"messages/{sent['id']}/receive", SJUNET)[:2] == (404, "unknown_record")
    assert first.refused("katarina", f"messages/{sent['id']}/receive", SJUNET)[:2] == (409, "already_ended")
    assert second.refused("katarina", "messages/none/receive", SJUNET)[:2] == (404, "unknown_record")


def test_a_patient_has_one_open_case_at_a_ward(served: Served) -> None:
    first = Case(served)

    again = served.post("anna", "discharge-cases", admission(served))

    assert (again.status_code, again.json()["code"]) == (409, "already_registered")
    assert first.id in again.json()["title"]
    first.do("anna", "annul", {"reason": "fel patient"})
    assert served.post("anna", "discharge-cases", admission(served)).status_code == 201


@pytest.mark.parametrize(
    ("message", "code", "pointer"),
    [
        ({"kind": "brev"}, "invalid_registration", "/kind"),
        ({"kind": "inskrivning"}, "wrong_content", "/expected_discharge"),
        ({"kind": "inskrivning", "expected_discharge": "2026-03-06", "text": "Även om…"}, "wrong_content", "/text"),
        ({"kind": "kallelse"}, "wrong_content", "/meeting_at"),
        ({"kind": "informationsoverforing", "text": "Se 193805172388"}, "personal_number_in_text", "/text"),
        ({"kind": "informationsoverforing", "text": "x" * 501}, "invalid_value", "/text"),
        ({"kind": "utskrivning", "to_units": [str(LULEA_NURSING)]}, "invalid_registration", "/to_units"),
        ({"kind": "utskrivning", "to_units": ["x"]}, "invalid_value", "/to_units"),
    ],
)
def test_a_message_holds_what_the_law_lists_and_goes_to_whom_it_concerns(
    served: Served, message: dict[str, Any], code: str, pointer: str
) -> None:
    case = Case(served)

    status, told, where = case.refused("anna", "messages", {**message, **SJUNET})

    assert (status, told, where) == (400 if code == "invalid_value" else 422, code, pointer)
    assert case.seen_by("anna")["messages"] == []


@pytest.mark.parametrize(
    ("changes", "status", "code", "pointer"),
    [
        ({"ward": str(HOME_NURSING)}, 403, "not_allowed", None),
        ({"concerned_units": [str(WARD)]}, 422, "invalid_registration", "/concerned_units"),
        ({"concerned_units": ["SE2120002767-E9999"]}, 422, "unknown_staff", "/concerned_units"),
        ({"admitted_at": "2027-03-02T00:00:00Z"}, 422, "invalid_period", "/admitted_at"),
    ],
)
def test_what_cannot_be_opened_says_why(
    served: Served, changes: dict[str, Any], status: int, code: str, pointer: str | None
) -> None:
    answer = served.post("anna", "discharge-cases", admission(served, **changes))

    assert (answer.status_code, answer.json()["code"], answer.json()["pointer"]) == (status, code, pointer)


def test_a_case_is_opened_in_in_patient_care(served: Served) -> None:
    sent = admission(served, ward=str(CARE_CENTRE), concerned_units=[str(HOME_NURSING)])

    assert served.post("cecilia", "discharge-cases", sent).json()["pointer"] == "/ward"


def test_the_care_contact_works_in_open_care_at_a_concerned_unit(served: Served) -> None:
    case = Case(served)

    nurse = served.put("anna", f"discharge-cases/{case.id}/care-contact", {"person": str(KATARINA)})
    case.put("anna", "concerned-units", {"units": [str(HOME_NURSING)]})

    assert (nurse.status_code, nurse.json()["pointer"]) == (422, "/person")
    assert case.seen_by("anna")["permanent_care_contact"] is None, "her unit is not concerned any more"
    assert served.get("cecilia", f"discharge-cases/{case.id}").status_code == 404


def test_who_cares_for_the_patient_at_a_receiving_unit_is_told(served: Served) -> None:
    case = Case(served)
    case.send("anna", "inskrivning", expected_discharge="2026-03-06")

    assert served.told("katarina") == [("discharge_cases", "registered"), ("case_messages", "sent")]
    assert ("discharge_cases", "care_contact") not in served.told("cecilia"), "she named herself"
    assert served.told("tora") == served.told("clerk") == []


def test_a_unit_finds_its_open_cases_and_no_others(served: Served) -> None:
    case = Case(served)

    for unit, who in ((HOME_NURSING, "katarina"), (WARD, "anna"), (HOME_CARE, "petra"), (HOME_NURSING, "boden_app")):
        assert [one["id"] for one in served.get(who, f"discharge-cases?unit={unit}").json()["items"]] == [case.id]
    assert served.get("tora", f"discharge-cases?unit={LULEA_NURSING}").json()["items"] == []
    assert served.get("tora", f"discharge-cases?unit={HOME_NURSING}").status_code == 403
