"""``/api/v1/audit``: accesses are reported once, the log is read by whom it belongs to, patients see who looked."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from authz.actions.keep_other_registers import keep_task
from authz.actions.records import instant_text
from authz.edge.trail import scan, verify
from tests.authz.actions.world import (
    ANNA,
    BODEN_CARE,
    ELSA,
    HOME_NURSING,
    INSULIN,
    KATARINA,
    MARIA,
    PEP,
    TYRA,
    WARD,
    World,
)
from tests.authz.http.log_parts import (
    ASKED,
    DOCUMENT,
    ELSAS,
    KATARINAS,
    TYRAS,
    access,
    bearer,
    client,
    decided,
    kinds,
    report,
    world,
)
from tests.authz.http.parts import CALLERS
from vocabulary.assurance import AssuranceLevel

__all__ = ["client", "world"]


def test_a_reported_access_stands_in_the_trail_before_it_is_answered(world: World, client: httpx.Client) -> None:
    decision = decided(world)

    answer = report(client, access(world, decision, document=DOCUMENT))
    record = list(scan(world.folder))[-1]

    assert (answer.status_code, answer.json()["items"][0]["recorded"]) == (201, True)
    assert answer.json()["items"][0]["line"] == record["sequence"]
    assert (record["kind"], record["decision_id"], record["document"]) == ("access", decision, DOCUMENT)
    assert (record["person"], record["unit"], record["data_unit"]) == (str(ANNA), str(WARD), str(WARD))
    assert record["patient"] == world.desk.seal.lookup(ELSA)


def test_the_same_access_is_recorded_once_however_often_it_is_reported(world: World, client: httpx.Client) -> None:
    told = access(world, decided(world))

    answers = [report(client, told), report(client, told), report(client, told, told)]

    items = [item for answer in answers for item in answer.json()["items"]]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert [item["repeated"] for item in items] == [False, True, True, True]
    assert len({item["line"] for item in items}) == 1
    assert kinds(world).count("access") == 1


def test_another_application_may_use_the_same_id_but_not_the_same_decision(world: World, client: httpx.Client) -> None:
    decision = decided(world)
    others = world.pdp().evaluate_blocking(ASKED, replace(PEP, client_id="another")).decision_id

    answers = [
        report(client, access(world, decision)),
        report(client, access(world, others), who="another"),
        report(client, access(world, decision, "a2"), who="another"),
    ]

    assert [answer.status_code for answer in answers] == [201, 201, 422]
    assert answers[2].json()["code"] == "unknown_decision"


def test_an_id_is_not_used_again_for_another_access(world: World, client: httpx.Client) -> None:
    first, second = decided(world), decided(world, patient=TYRA)
    report(client, access(world, first))

    answer = report(client, access(world, second))

    assert (answer.status_code, answer.json()["code"]) == (409, "access_id_reused")
    assert kinds(world).count("access") == 1


def test_an_access_against_a_denial_is_refused_and_recorded(world: World, client: httpx.Client) -> None:
    denied = decided(world, permit=False, action="sign", care_unit=HOME_NURSING, care_provider=BODEN_CARE)

    answer = report(client, access(world, denied, action="sign"))
    record = list(scan(world.folder))[-1]

    assert (answer.status_code, answer.json()["code"]) == (403, "access_without_permit")
    assert (record["kind"], record["permit"], record["rule"]) == ("access_refused", False, "access_without_permit")
    assert record["reported_decision"] == denied


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"decision_id": "no-such-decision"}, "unknown_decision"),
        ({"action": "print"}, "access_without_permit"),
        ({"at": "2026-03-02T08:59:59Z"}, "decision_too_old"),
        ({"at": "2026-03-02T09:00:01Z"}, "decision_too_old"),
    ],
    ids=["no decision", "another action", "before its decision", "in the future"],
)
def test_what_may_not_be_reported_is_refused_and_recorded(
    world: World, client: httpx.Client, changes: dict[str, Any], code: str
) -> None:
    decision = decided(world)

    answer = report(client, access(world, decision, **changes))

    assert answer.json()["code"] == code
    assert [read["rule"] for read in scan(world.folder) if read["kind"] == "access_refused"] == [code]
    assert "access" not in kinds(world)


@pytest.mark.parametrize(("hours", "status"), [(24, 201), (24.001, 422)])
def test_an_access_is_reported_within_a_day(world: World, client: httpx.Client, hours: float, status: int) -> None:
    decision, at = decided(world), instant_text(world.clock.now())
    world.clock.pass_(hours=hours)

    assert report(client, access(world, decision, at=at)).status_code == status


def test_of_many_each_says_for_itself(world: World, client: httpx.Client) -> None:
    good, bad = access(world, decided(world)), access(world, "none", "a2")

    answer = report(client, good, bad, access(world, decided(world), "a3"))

    assert answer.status_code == 207
    assert [item["recorded"] for item in answer.json()["items"]] == [True, False, True]
    assert answer.json()["items"][1]["code"] == "unknown_decision"


def signature(world: World, **changes: Any) -> dict[str, Any]:
    decision = decided(world, action="sign")
    return access(world, decision, action="sign", document=DOCUMENT, subject_token="anna", **changes)


def test_a_signature_keeps_the_documents_hash_and_the_level(world: World, client: httpx.Client) -> None:
    answer = report(client, signature(world, level="loa3"))
    record = list(scan(world.folder))[-1]

    assert answer.status_code == 201
    assert (record["activity"], record["document"], record["level"]) == ("Signera", DOCUMENT, 3)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"document": None}, "/document"),
        ({"document": "not a hash"}, "/document"),
        ({"subject_token": None}, "/subject_token"),
        ({"subject_token": "expired"}, "/subject_token"),
        ({"subject_token": "katarina"}, "/subject_token"),
        ({"subject_token": "weak", "level": "loa3"}, "/subject_token"),
    ],
)
def test_a_signature_needs_her_own_session_sure_enough_and_a_document(
    world: World, client: httpx.Client, changes: dict[str, Any], pointer: str
) -> None:
    world.tokens.subjects["weak"] = replace(world.tokens.subjects["anna"], level=AssuranceLevel.LOA2)

    answer = report(client, {**signature(world), **changes})

    assert (answer.status_code, answer.json()["code"]) == (403, "signature_needs_login")
    assert answer.json()["pointer"] == pointer
    assert "access" not in kinds(world)


def test_a_signature_is_as_sure_as_the_task_asks(world: World, client: httpx.Client) -> None:
    keep_task(world.desk, replace(INSULIN, signing_level=AssuranceLevel.LOA3), by="test")
    world.tokens.subjects["weak"] = replace(world.tokens.subjects["anna"], level=AssuranceLevel.LOA2)
    plain = signature(world)
    for_task = {**plain, "decision_id": decided(world, action="sign", task=INSULIN.code), "access_id": "a2"}

    answers = [report(client, {**each, "subject_token": "weak"}) for each in (plain, for_task)]

    assert [answer.status_code for answer in answers] == [201, 403]


def test_whoever_only_reads_registers_reports_nothing(world: World, client: httpx.Client) -> None:
    assert report(client, access(world, decided(world)), who="boden").status_code == 403


def test_the_log_is_searched_by_who_whom_where_when_and_result(world: World, client: httpx.Client) -> None:
    mine, hers = decided(world), decided(world, KATARINAS)
    world.clock.pass_(hours=1)
    later = decided(world, patient=TYRA)
    denied = decided(world, permit=False, purpose="Statistik")

    def found(**params: str) -> list[str]:
        answer = client.get("/api/v1/audit", params={"kind": "decision", **params}, headers=bearer("region"))
        assert answer.status_code == 200, answer.text
        return [item["decision_id"] for item in answer.json()["items"]]

    assert found(person=str(KATARINA)) == [hers]
    assert found(unit=str(WARD)) == [denied, later, mine]
    assert found(result="deny") == [denied]
    assert found(to="2026-03-02T10:30:00+01:00") == [hers, mine]
    assert found(**{"from": "2026-03-02T10:30:00+01:00"}) == [denied, later]
    of_patient = client.post(
        "/api/v1/audit/query", json={"patient": TYRAS, "kind": ["decision"]}, headers=bearer("region")
    )
    assert [item["decision_id"] for item in of_patient.json()["items"]] == [later]


def test_the_log_is_paged(world: World, client: httpx.Client) -> None:
    ids = [decided(world) for _ in range(5)]
    found, before = [], None
    while True:
        params = {"kind": "decision", "limit": "2", **({} if before is None else {"before": str(before)})}
        page = client.get("/api/v1/audit", params=params, headers=bearer("region")).json()
        found += [item["decision_id"] for item in page["items"]]
        before = page["before"]
        if before is None:
            break

    assert found == ids[::-1]


def test_reading_the_log_is_recorded_before_anything_is_shown(world: World, client: httpx.Client) -> None:
    decided(world)
    client.post("/api/v1/audit/query", json={"patient": ELSAS, "person": str(ANNA)}, headers=bearer("maria"))
    read = list(scan(world.folder))[-1]

    assert (read["kind"], read["how"], read["person"]) == ("log_read", "search", str(MARIA))
    assert read["patient"] == world.desk.seal.lookup(ELSA)
    assert read["asked"] == {"of_person": str(ANNA)}
    whole = client.get("/api/v1/audit", params={"kind": "log_read"}, headers=bearer("region")).json()
    assert [item["person"] for item in whole["items"]] == [str(MARIA)]


def test_nothing_is_shown_that_cannot_be_recorded_as_read(world: World, client: httpx.Client) -> None:
    decided(world)
    world.trail.close()

    answers = [
        client.get("/api/v1/audit", headers=bearer("region")),
        client.post("/api/v1/audit/extract", json={"patient": ELSAS}, headers=bearer("region")),
    ]

    assert [answer.status_code for answer in answers] == [503, 503]
    assert all("items" not in answer.json() for answer in answers)


@pytest.mark.parametrize(
    ("who", "status"),
    [("region", 200), ("boden-admin", 200), ("maria", 200), ("katarina", 403), ("boden", 403), ("reader", 403)],
)
def test_the_log_is_read_by_log_reviewers_and_administrators(
    world: World, client: httpx.Client, who: str, status: int
) -> None:
    assert client.get("/api/v1/audit", headers=bearer(who)).status_code == status
    assert client.post("/api/v1/audit/query", json={"patient": ELSAS}, headers=bearer(who)).status_code == status
    assert client.post("/api/v1/audit/extract", json={"patient": ELSAS}, headers=bearer(who)).status_code == status


@pytest.mark.parametrize("who", ["maria", "boden-admin"])
def test_each_sees_what_is_her_members_and_no_more(world: World, client: httpx.Client, who: str) -> None:
    regions, bodens = decided(world), decided(world, KATARINAS)

    found = client.get("/api/v1/audit", params={"kind": "decision"}, headers=bearer(who)).json()["items"]
    shown = [client.get(f"/api/v1/decisions/{each}", headers=bearer(who)).status_code for each in (regions, bodens)]

    assert [item["decision_id"] for item in found] == [bodens]
    assert shown == [404, 200]


def test_a_log_reviewer_with_a_weak_login_reads_nothing(world: World, client: httpx.Client) -> None:
    CALLERS["Bearer weak-maria"] = replace(CALLERS["Bearer maria"], level=AssuranceLevel.NONE)

    assert client.get("/api/v1/audit", headers=bearer("weak-maria")).status_code == 403


def test_no_personal_number_and_no_patients_name_reaches_the_trail(world: World, client: httpx.Client) -> None:
    report(client, access(world, decided(world), patients_family_name="Sundqvist"))
    report(client, access(world, ELSA.reveal(), "a2"))
    client.post("/api/v1/audit/extract", json={"patient": ELSAS}, headers=bearer("region"))

    written = b"".join(path.read_bytes() for path in world.folder.iterdir())

    assert ELSA.reveal().encode() not in written
    assert b"Sundqvist" not in written


@pytest.mark.parametrize(
    ("name", "booked", "marks"),
    [
        ("sundqvist", True, ["same_surname"]),
        ("Ek", False, ["not_booked"]),
        ("qvist", None, []),
        ("Sundqvist", False, ["not_booked", "same_surname"]),
    ],
)
def test_what_a_review_should_look_at_is_noted(
    world: World, client: httpx.Client, name: str, booked: bool | None, marks: list[str]
) -> None:
    report(client, access(world, decided(world), patients_family_name=name, booked=booked))

    assert list(scan(world.folder))[-1]["marks"] == marks


def test_the_patients_extract_tells_when_from_where_and_by_name_where_the_provider_says_so(
    world: World, client: httpx.Client
) -> None:
    report(client, access(world, decided(world)))
    world.clock.pass_(minutes=5)
    report(client, access(world, decided(world, KATARINAS), "a2"))
    decided(world)

    told = client.post("/api/v1/audit/extract", json={"patient": ELSAS}, headers=bearer("region")).json()["items"]

    assert [(one["at"], one["unit"]["hsa_id"], one["staff"]) for one in told] == [
        ("2026-03-02T09:05:00.000000Z", str(HOME_NURSING), "Katarina Ek"),
        ("2026-03-02T09:00:00.000000Z", str(WARD), None),
    ]
    assert told[0]["unit"]["name"] == "Hemsjukvården"


def test_a_provider_hands_out_the_log_of_its_own_information_only(world: World, client: httpx.Client) -> None:
    report(client, access(world, decided(world)))
    report(client, access(world, decided(world, KATARINAS), "a2"))

    told = client.post("/api/v1/audit/extract", json={"patient": ELSAS}, headers=bearer("maria")).json()["items"]

    assert [one["data_unit"]["hsa_id"] for one in told] == [str(HOME_NURSING)]


def test_the_extract_is_of_one_patient_and_one_period(world: World, client: httpx.Client) -> None:
    report(client, access(world, decided(world, patient=TYRA)))
    asked = {"patient": ELSAS}
    earlier = {"patient": TYRAS, "to": "2026-03-02"}

    answers = [
        client.post("/api/v1/audit/extract", json=body, headers=bearer("region")).json()["items"]
        for body in (asked, earlier, {"patient": TYRAS})
    ]

    assert [len(items) for items in answers] == [0, 0, 1]


def test_somebody_protected_is_never_named(world: World, client: httpx.Client) -> None:
    """The directory names nobody who is protected, whatever the provider has decided."""
    report(client, access(world, decided(world, KATARINAS)))
    del world.staff.names[KATARINA]

    told = client.post("/api/v1/audit/extract", json={"patient": ELSAS}, headers=bearer("region")).json()["items"]

    assert [one["staff"] for one in told] == [None]


@pytest.mark.parametrize(("language", "title"), [("sv", "Vem har läst i journalen"), ("en", "Who has read the record")])
def test_the_extract_is_printable_in_both_languages(
    world: World, client: httpx.Client, language: str, title: str
) -> None:
    report(client, access(world, decided(world, KATARINAS)))

    answer = client.post(
        f"/api/v1/audit/extract.html?lang={language}", json={"patient": ELSAS}, headers=bearer("region")
    )

    assert answer.headers["content-language"] == language
    assert title in answer.text and "Hemsjukvården" in answer.text and "Katarina Ek" in answer.text
    assert ELSA.reveal() not in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"accesses": []},
        {"accesses": [{}]},
        {"accesses": [{"access_id": "", "decision_id": "d", "action": "read", "at": "2026-03-02T09:00:00Z"}]},
        {"accesses": [{"access_id": "å", "decision_id": "d", "action": "read", "at": "2026-03-02T09:00:00Z"}]},
        {"accesses": [{"access_id": "a", "decision_id": "d", "action": "fly", "at": "2026-03-02T09:00:00Z"}]},
        {"accesses": [{"access_id": "a", "decision_id": "d", "action": "read", "at": "2026-03-02T09:00:00"}]},
        {"accesses": [{"access_id": "a", "decision_id": "d", "action": "read", "at": "soon", "more": 1}]},
        {"accesses": [{"access_id": "a", "decision_id": "d", "action": "read", "at": "2026-03-02T09:00:00Z"}] * 501},
    ],
)
def test_what_has_not_the_shape_of_a_report_is_refused(client: httpx.Client, body: dict[str, Any]) -> None:
    assert client.post("/api/v1/audit", json=body, headers=bearer("reporter")).status_code == 422


def test_the_trail_is_whole_after_all_of_it(world: World, client: httpx.Client) -> None:
    report(client, *[access(world, decided(world), f"a{number}") for number in range(50)])
    key = world.trail._key.public_key()
    world.trail.close()

    assert verify(world.folder, key).faults == []
    assert kinds(world).count("access") == 50
