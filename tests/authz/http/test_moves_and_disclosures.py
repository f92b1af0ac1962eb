"""Responsibility moves to another unit at its instant; information is disclosed by the patient's consent alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from authz.actions.delegating.register_on_paper import Paper, register_on_paper
from authz.actions.delegating.written import Written
from authz.actions.end_consent import end_consent
from authz.actions.keep_other_registers import keep_task
from authz.actions.register_block import BlockTerms, register_block
from authz.actions.register_consent import register_consent
from authz.core.facts import Ground
from tests.authz.actions.world import (
    BODEN_CARE,
    CARE_CENTRE,
    ELSA,
    HOME_NURSING,
    INSULIN,
    KATARINA,
    MARIA,
    REGION_CARE,
    TYRA,
    WARD,
)
from tests.authz.http.larger_world import LULEA_NURSING, PATIENT, Served, assignment_of, served_world
from vocabulary.hsa_id import HsaId
from vocabulary.period import ALWAYS

REASON = {"reason": "fel registrerat"}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with served_world(tmp_path) as made:
        yield made


def move(served: Served, **changes: object) -> dict[str, Any]:
    return {
        "patient": PATIENT, "from_unit": str(HOME_NURSING), "to_unit": str(LULEA_NURSING), "professions": ["SJ"],
        "at": served.at(days=3),
    } | changes  # fmt: skip


def katarina_reads_her_own_unit(served: Served) -> str:
    question = {
        "subject": {
            "type": "employee", "id": str(KATARINA), "properties": {"assignment": str(assignment_of(KATARINA))}
        },
        "action": {"name": "read"},
        "resource": {
            "type": "patient_information", "id": "*",
            "properties": {"patient": PATIENT, "information_type": "lak", "care_unit": str(HOME_NURSING),
                           "care_provider": str(BODEN_CARE)},
        },
        "context": {"network_zone": "sjunet", "explain": True},
    }  # fmt: skip
    headers = {"authorization": "Bearer peephole"}
    return str(served.http.post("/access/v1/evaluation", json=question, headers=headers).json()["context"]
               ["reason_admin"]["code"])  # fmt: skip


def test_the_care_relationship_ends_at_the_very_instant_and_not_before(served: Served) -> None:
    served.made("katarina", "responsibility-moves", move(served))

    served.world.clock.pass_(days=3, seconds=-1)
    assert served.world.model.refresh()
    before = katarina_reads_her_own_unit(served)
    served.world.clock.pass_(seconds=1)
    assert served.world.model.refresh()

    assert (before, katarina_reads_her_own_unit(served)) == ("own_unit", "no_care_relationship")


def test_delegations_for_the_patient_end_at_that_instant_too(served: Served) -> None:
    keep_task(served.world.desk, INSULIN, by="x")
    written = Written(KATARINA, MARIA, INSULIN.code, frozenset({HOME_NURSING}), served.world.days(100), (ELSA,))
    register_on_paper(served.world.desk, Paper(written), by="x")
    question = {
        "subject": {"type": "employee", "id": str(MARIA), "properties": {"assignment": str(assignment_of(MARIA))}},
        "action": {"name": "perform"},
        "resource": {"type": "task", "id": INSULIN.code, "properties": {"patient": PATIENT}},
        "context": {"network_zone": "sjunet"},
    }
    headers = {"authorization": "Bearer peephole"}

    before = served.http.post("/access/v1/evaluation", json=question, headers=headers).json()
    served.made("katarina", "responsibility-moves", move(served, at=served.at()))
    after = served.http.post("/access/v1/evaluation", json=question, headers=headers).json()

    assert (before, after) == ({"decision": True}, {"decision": False})


def test_a_move_that_was_annulled_never_counted(served: Served) -> None:
    row = served.made("katarina", "responsibility-moves", move(served, at=served.at()))["id"]
    moved = katarina_reads_her_own_unit(served)

    annulled = served.made("boden_app", f"responsibility-moves/{row}/annul", REASON)

    assert (moved, katarina_reads_her_own_unit(served)) == ("no_care_relationship", "own_unit")
    assert annulled["ended"]["annulled"] is True
    assert served.post("katarina", f"responsibility-moves/{row}/annul", REASON).json()["code"] == "already_ended"


def test_both_units_are_told(served: Served) -> None:
    row = served.made("maria", "responsibility-moves", move(served))["id"]
    served.made("maria", f"responsibility-moves/{row}/annul", REASON)

    for name in ("katarina", "tora", "boden_head", "boden_mas"):
        assert served.told(name) == [("responsibility_moves", "registered"), ("responsibility_moves", "annulled")]
    assert served.told("maria") == served.told("anna") == []


def test_the_same_professions_move_once(served: Served) -> None:
    first = served.made("katarina", "responsibility-moves", move(served))["id"]
    same = served.post("katarina", "responsibility-moves", move(served))
    overlapping = served.post("katarina", "responsibility-moves", move(served, professions=["AT", "SJ"]))
    others = served.post("katarina", "responsibility-moves", move(served, professions=["AT", "FT"]))
    of_another = served.post("katarina", "responsibility-moves", move(served, patient=another()))
    served.world.clock.pass_(days=4)
    assert served.world.model.refresh()
    left_already = served.post("katarina", "responsibility-moves", move(served, to_unit=str(WARD)))
    back = served.post(
        "tora", "responsibility-moves", move(served, from_unit=str(LULEA_NURSING), to_unit=str(HOME_NURSING))
    )

    for refused in (same, overlapping):
        assert (refused.status_code, refused.json()["code"]) == (409, "already_registered")
        assert first in refused.json()["title"]
    assert (left_already.status_code, left_already.json()["pointer"]) == (409, "/from_unit")
    assert (others.status_code, of_another.status_code, back.status_code) == (201, 201, 201)


def another() -> dict[str, str]:
    return {"kind": "personnummer", "value": TYRA.reveal()}


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"to_unit": str(HOME_NURSING)}, "invalid_registration", "/to_unit"),
        ({"to_unit": "SE2120002742-E9999"}, "unknown_staff", "/to_unit"),
        ({"professions": ["XX"]}, "invalid_registration", "/professions"),
        ({"at": "2026-03-02T08:59:59Z"}, "invalid_period", "/at"),
        ({"at": "2028-03-02T09:00:00Z"}, "invalid_period", "/at"),
    ],
)
def test_a_move_that_cannot_be_says_why(served: Served, changes: dict[str, Any], code: str, pointer: str) -> None:
    answer = served.post("katarina", "responsibility-moves", move(served, **changes))

    assert (answer.status_code, answer.json()["code"], answer.json()["pointer"]) == (422, code, pointer)


def consented(served: Served, unit: HsaId = HOME_NURSING, ground: Ground = Ground.DISCLOSURE_CONSENT_OSL) -> str:
    return register_consent(
        served.world.desk, patient=ELSA, unit=unit, person=None, ground=ground, period=ALWAYS, by="katarina"
    ).id


def handing(consent: str, **changes: object) -> dict[str, Any]:
    return {
        "patient": PATIENT, "consent": consent, "to_unit": str(HOME_NURSING), "information_types": ["vpo", "lak"],
        "network_zone": "sjunet",
    } | changes  # fmt: skip


def test_a_disclosure_is_an_arrow_with_its_decisions_and_its_record(served: Served) -> None:
    made = served.made("anna", "disclosures", handing(consented(served)))
    waiting = served.get("maria", f"disclosures?unit={HOME_NURSING}").json()["items"]
    came = served.made("maria", f"disclosures/{made['id']}/acknowledge")

    records = {record.get("decision_id", record["kind"]): record for record in served.records()}
    decisions = [records[one] for one in made["decisions"]]
    arrows = [record for record in served.records() if record["kind"] == "disclosure"]
    assert [(one["activity"], one["permit"]) for one in decisions] == [("Utskrift", True)] * 2
    assert {one["resource"]["information_type"] for one in decisions} == {"lak", "vpo"}
    assert [(one["what"], one["data_unit"], one["to_unit"]) for one in arrows] == [
        ("disclosed", str(WARD), str(HOME_NURSING)), ("received", str(WARD), str(HOME_NURSING)),
    ]  # fmt: skip
    assert arrows[0]["consent"] == made["consent"]
    assert (made["ground"], made["patient"], came["received"]) == ("DISCLOSURE_CONSENT_OSL", PATIENT, True)
    assert [one["id"] for one in waiting] == [made["id"]]
    assert served.get("maria", f"disclosures?unit={HOME_NURSING}").json()["items"] == []
    assert served.told("katarina") == [("disclosures", "disclosed")]
    assert served.told("anna") == [("disclosures", "received")]
    assert PATIENT["value"] not in str(served.records())
    assert served.post("katarina", f"disclosures/{made['id']}/acknowledge").json()["code"] == "wrong_state"


@pytest.mark.parametrize("what", ["none", "ended", "for another unit", "with another ground"])
def test_without_a_consent_that_covers_it_nothing_is_disclosed(served: Served, what: str) -> None:
    consent = {
        "none": lambda: "0" * 32,
        "ended": lambda: end_consent(served.world.desk, consented(served), by="x", reason="ångrat").id,
        "for another unit": lambda: consented(served, LULEA_NURSING),
        "with another ground": lambda: consented(served, HOME_NURSING, Ground.CONSENT_3_1),
    }[what]()

    answer = served.post("anna", "disclosures", handing(consent))

    assert (answer.status_code, answer.json()["code"]) == (422, "consent_does_not_cover")
    assert [record for record in served.records() if record["kind"] == "disclosure"] == []


@pytest.mark.parametrize(("unit", "excepted", "status"), [
    (WARD, (), 403), (None, (), 403), (CARE_CENTRE, (), 201), (WARD, ("lak",), 403),
])  # fmt: skip
def test_blocks_beat_the_consent(served: Served, unit: HsaId | None, excepted: tuple[str, ...], status: int) -> None:
    block = BlockTerms(ELSA, REGION_CARE, unit, None, None, frozenset(excepted))
    register_block(served.world.desk, block, by="x")

    assert served.post("anna", "disclosures", handing(consented(served))).status_code == status


def test_who_may_not_read_it_herself_does_not_disclose_it(served: Served) -> None:
    answer = served.post("head", "disclosures", handing(consented(served)))

    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
    assert served.records()[-1]["rule"] == "no_care_relationship"
    assert [record for record in served.records() if record["kind"] == "disclosure"] == []


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [({"to_unit": str(CARE_CENTRE)}, "/to_unit"), ({"information_types": ["alla", "hemligt"]}, "/information_types")],
)
def test_a_disclosure_that_cannot_be_says_why(served: Served, changes: dict[str, Any], pointer: str) -> None:
    answer = served.post("anna", "disclosures", handing(consented(served), **changes))

    assert (answer.status_code, answer.json()["pointer"]) == (422, pointer)
