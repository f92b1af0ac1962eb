"""Registering twice is once; a key answers a repeated request; a version is asked for; what is tried is not done."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from authz.core.request import PatientKey
from authz.edge.memory import RegisterModel
from authz.edge.sql import RegisterStore
from authz.edge.sql.acts import SqlNotices
from authz.ports import Kind
from tests.authz.actions.world import ANNA, BERIT, CARE_CENTRE, CLARA, ELSA, TYRA, WARD, World, at
from tests.authz.http.registering import (
    PATIENT,
    REASON,
    Asking,
    block_body,
    consent_body,
    recipient_body,
    relationship_body,
)

BODIES: dict[str, tuple[dict[str, Any], Kind, str]] = {
    "care-relationships": (relationship_body(BERIT, WARD), Kind.CARE_RELATIONSHIP, "end"),
    "consents": (consent_body(represented_by="Eva Ek, god man"), Kind.CONSENT, "end"),
    "blocks": (block_body(asked_by="clerk"), Kind.BLOCK, "revoke"),
    "service-recipients": (recipient_body(), Kind.SERVICE_RECIPIENT, "end"),
}


def rows(world: World, kind: Kind) -> list[tuple[str, int]]:
    key = PatientKey(world.desk.seal.lookup(ELSA))
    return [
        (row.id, row.version)
        for row in world.desk.book.rows_of_patient(kind, key)
        if kind is not Kind.CARE_RELATIONSHIP or BERIT in (getattr(row.content, "person", None),)
    ]


@pytest.mark.parametrize("register", list(BODIES))
def test_what_is_registered_twice_is_one(asking: Asking, register: str) -> None:
    body, kind, verb = BODIES[register]

    first = asking.post("region", register, body)
    asking.world.clock.pass_(hours=1)
    asking.world.model.refresh()
    second = asking.post("region", register, body)
    asking.post("region", f"{register}/{first.json()['id']}/{verb}", REASON)
    after_its_end = asking.post("region", register, body)

    assert [answer.status_code for answer in (first, second, after_its_end)] == [201, 200, 201]
    assert second.json() == first.json()
    assert "location" not in second.headers
    assert len(rows(asking.world, kind)) == 2


def test_what_says_something_else_is_another(asking: Asking) -> None:
    month = asking.world.days(30)
    assert month.start is not None and month.end is not None
    whole, dated = consent_body(), consent_body(**{"from": month.start.isoformat(), "to": month.end.isoformat()})
    bodies = [
        whole, dated, whole | {"represented_by": "Eva Ek, god man"}, whole | {"person": str(ANNA)},
        whole | {"ground": "INCAPACITY_3_3"}, whole | {"patient": {"kind": "personnummer", "value": TYRA.reveal()}},
    ]  # fmt: skip

    answers = [asking.post("region", "consents", body) for body in bodies]
    again = asking.post("region", "consents", dated)

    assert [answer.status_code for answer in answers] == [201] * len(bodies)
    assert len({answer.json()["id"] for answer in answers}) == len(bodies)
    assert (again.status_code, again.json()["id"]) == (200, answers[1].json()["id"])


@pytest.mark.parametrize("register", list(BODIES))
def test_of_many_at_once_one_registers(asking_either: Asking, register: str) -> None:
    body, kind, _ = BODIES[register]

    with ThreadPoolExecutor(8) as several:
        answers = list(several.map(lambda _: asking_either.post("region", register, body), range(8)))

    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(rows(asking_either.world, kind)) == 1


def test_two_processes_register_the_same_once(asking_either: Asking) -> None:
    other = RegisterModel(RegisterStore(asking_either.world.engine), asking_either.world.clock)
    assert other.refresh()
    first = asking_either.post("region", "consents", consent_body())
    row = other.row(Kind.CONSENT, first.json()["id"])

    assert row is not None and row.version == 1
    assert asking_either.post("region", "consents", consent_body()).json()["id"] == row.id


@pytest.mark.parametrize("register", list(BODIES))
def test_of_two_ends_at_once_one_is_refused(asking_either: Asking, register: str) -> None:
    body, kind, verb = BODIES[register]
    row = asking_either.made("region", register, body)

    with ThreadPoolExecutor(6) as several:
        answers = list(
            several.map(lambda _: asking_either.post("region", f"{register}/{row}/{verb}", REASON), range(6))
        )

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {
        "already_ended",
        "changed_meanwhile",
    }
    assert rows(asking_either.world, kind) == [(row, 2)]
    assert [act["what"] for act in asking_either.get("region", f"{register}/{row}").json()["history"]] == [
        "registered",
        "ended",
    ]


def test_a_repeated_request_with_its_key_is_answered_and_not_done_again(asking: Asking) -> None:
    block = asking.block()
    lift = asking.lift_body()

    made = [asking.post("signe", f"blocks/{block}/lifts", lift, idempotency_key="k1") for _ in range(2)]
    ended = [
        asking.post("signe", f"lifts/{made[0].json()['id']}/end", REASON, idempotency_key="k2") for _ in range(2)
    ]  # fmt: skip

    assert [answer.status_code for answer in (*made, *ended)] == [201, 201, 200, 200]
    assert [answer.headers.get("idempotency-replayed") for answer in (*made, *ended)] == [None, "true"] * 2
    assert made[0].json() == made[1].json()
    assert ended[0].json() == ended[1].json()
    assert len(rows(asking.world, Kind.LIFT)) == 1


def test_a_key_that_came_with_another_request_is_refused(asking: Asking) -> None:
    asking.post("region", "consents", consent_body(), idempotency_key="k")

    for path, body in (
        ("consents", consent_body(ground="CHILD_3_1")),
        ("consents", consent_body(patient={"kind": "personnummer", "value": TYRA.reveal()})),
        ("blocks", block_body()),
    ):
        answer = asking.post("region", path, body, idempotency_key="k")
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert asking.post("anna", "consents", consent_body(person=str(ANNA)), idempotency_key="k").status_code == 201


def test_a_refused_request_leaves_its_key_free(asking: Asking) -> None:
    refused = asking.post("region", "consents", consent_body(unit="SE2321000230-E9999"), idempotency_key="k")
    done = asking.post("region", "consents", consent_body(), idempotency_key="k")

    assert (refused.status_code, done.status_code) == (422, 201)


def test_with_one_key_many_at_once_do_it_once(asking_either: Asking) -> None:
    block, lift = asking_either.block(), asking_either.lift_body()

    with ThreadPoolExecutor(8) as several:
        answers = list(
            several.map(
                lambda _: asking_either.post("region", f"blocks/{block}/lifts", lift, idempotency_key="same"), range(8)
            )
        )  # fmt: skip

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(rows(asking_either.world, Kind.LIFT)) == 1


def test_a_repeated_request_tells_only_what_the_caller_may_know_now(asking: Asking) -> None:
    asking.post("anna", "consents", consent_body(), idempotency_key="k")
    (mine,) = (
        row for row in asking.get("anna", f"care-relationships?person={ANNA}").json()["items"] if not row["ended"]
    )
    asking.post("anna", f"care-relationships/{mine['id']}/end", REASON)

    answer = asking.post("anna", "consents", consent_body(), idempotency_key="k")

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_record")


def test_keys_are_forgotten_after_their_time_and_hold_no_patient(asking: Asking) -> None:
    asking.post("region", "consents", consent_body(), idempotency_key="k")
    store = RegisterStore(asking.world.engine)
    with asking.world.engine.connect() as connection:
        kept = repr(connection.execute(text("SELECT * FROM authz_requests")).all())

    early, late = store.forget_requests(at(asking.world)), store.forget_requests(at(asking.world, hours=1))

    assert ELSA.reveal() not in kept
    assert (early, late) == (0, 1)


@pytest.mark.parametrize("register", list(BODIES))
def test_what_is_tried_is_told_and_not_done(asking: Asking, register: str) -> None:
    body, kind, verb = BODIES[register]

    tried = asking.post("region", f"{register}?dry_run=true", body, idempotency_key="k")
    none = rows(asking.world, kind)
    row = asking.made("region", register, body)
    again = asking.post("region", f"{register}?dry_run=true", body)
    ending = asking.post("region", f"{register}/{row}/{verb}?dry_run=true", REASON)

    assert (tried.status_code, tried.json()["id"], tried.headers["tillit-dry-run"]) == (200, None, "true")
    assert [act["what"] for act in tried.json()["history"]] == ["registered"]
    assert none == []
    assert again.json()["id"] == row
    assert (ending.json()["ended"]["reason"], ending.json()["version"]) == ("på patientens begäran", 2)
    assert [act["what"] for act in ending.json()["history"]] == ["registered", "ended"]
    assert rows(asking.world, kind) == [(row, 1)]
    refused = asking.post("boden", "blocks?dry_run=true", block_body())
    assert refused.status_code == 403, "what may not be done may not be tried"


@pytest.mark.parametrize("register", list(BODIES))
def test_only_the_version_that_was_seen_is_ended(asking: Asking, register: str) -> None:
    body, _, verb = BODIES[register]
    made = asking.post("region", register, body)
    row, path = made.json()["id"], f"{register}/{made.json()['id']}/{verb}"

    for wrong in ('"2"', "1", 'W/"1"', '"x", "3"'):
        refused = asking.post("region", path, REASON, if_match=wrong)
        assert (refused.status_code, refused.json()["code"]) == (412, "record_moved")
    tried = asking.post("region", f"{path}?dry_run=true", REASON, if_match='"7"')
    done = asking.post("region", path, REASON, if_match=made.headers["etag"])

    assert tried.status_code == 412
    assert (done.status_code, done.headers["etag"]) == (200, '"2"')
    assert asking.get("region", f"{register}/{row}").headers["etag"] == '"2"'


def test_who_ended_what_and_why_is_kept_and_told_to_whom_it_concerns(asking: Asking) -> None:
    for_berit = asking.made("region", "care-relationships", relationship_body(BERIT, WARD))
    consent = asking.made("region", "consents", consent_body(person=str(BERIT)))

    asking.post("anna", f"care-relationships/{for_berit}/end", {"reason": "bytte avdelning"})
    asking.post("anna", f"consents/{consent}/annul", {"reason": "fel person"})
    mine = asking.made("clara", "care-relationships", relationship_body(CLARA, CARE_CENTRE) | {"to": END})
    asking.post("clara", f"care-relationships/{mine}/end", {"reason": "klart"})

    history = asking.get("region", f"care-relationships/{for_berit}").json()["history"]
    assert [(act["what"], act["by"], act["note"], act["level"]) for act in history] == [
        ("registered", "client:region", None, None),
        ("ended", str(ANNA), "bytte avdelning", "loa3"),
    ]
    notices = SqlNotices(asking.world.engine)
    assert [(one.notice.what, one.notice.row) for one in notices.of_person(BERIT, 0, 9)] == [
        ("ended", for_berit),
        ("annulled", consent),
    ]
    assert notices.of_person(CLARA, 0, 9) == (), "nobody is told of what she did herself"


END = "2027-01-01T00:00:00+01:00"


@pytest.mark.parametrize(
    ("register", "changes", "status", "pointer"),
    [
        ("consents", {"represented_by": "19380517-2388"}, 422, "/represented_by"),
        ("consents", {"represented_by": "380517-2388"}, 422, "/represented_by"),
        ("consents", {"represented_by": "x" * 201}, 400, "/represented_by"),
        ("consents", {"represented_by": " "}, 400, "/represented_by"),
        ("consents", {"note": "a\x00b"}, 400, "/note"),
        ("consents", {"unit": "x"}, 400, "/unit"),
        ("consents", {"person": "SE2321000230-P9999"}, 422, "/person"),
        ("consents", {"to": "2020-01-01T00:00:00Z"}, 422, "/period"),
        ("blocks", {"asked_by": "guardian"}, 422, "/asked_by"),
        ("blocks", {"asked_by_guardian": True}, 422, "/asked_by"),
        ("blocks", {"except": ["voo"]}, 422, "/except"),
        ("blocks", {"unit": "SE2120002767-E2001"}, 422, "/unit"),
        ("blocks", {"information_from": "2026-02-02", "information_to": "2026-02-01"}, 422, "/information_to"),
        ("service-recipients", {"provider": "SE2321000230-E9999"}, 422, "/provider"),
    ],
)
def test_what_cannot_stand_says_which_field(
    asking: Asking, register: str, changes: dict[str, Any], status: int, pointer: str | None
) -> None:
    answer = asking.post("region", register, BODIES[register][0] | changes)

    assert (answer.status_code, answer.json().get("pointer")) == (status, pointer), answer.text
    assert "2388" not in answer.text


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("consents", {"patient": PATIENT}),
        ("consents", consent_body(ground="WISH")),
        ("blocks", block_body(asked_by="aunt")),
        ("lifts", {"block": "b", "unit": "x", "reason": "Emergency", "text": "x", "look": "a b"}),
        ("blocks/looks", {"patient": PATIENT, "provider": "x", "reason": "Curiosity", "text": "x"}),
        ("consents/query", {"patient": {"kind": "personnummer"}}),
        ("consents", []),
        ("consents", consent_body(surprise=10**400)),
        ("consents", consent_body(**{"from": "0001-01-01T00:00:00+14:00"})),
        ("consents", consent_body(to="9999-12-31T23:59:59-12:00")),
    ],
)
def test_what_is_not_of_the_form_is_refused(asking: Asking, path: str, body: Any) -> None:
    assert asking.post("region", path, body).status_code == 422


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_that_is_none_is_refused(asking: Asking, key: str) -> None:
    answer = asking.post("region", "consents", consent_body(), idempotency_key=key)

    assert answer.status_code == 400
