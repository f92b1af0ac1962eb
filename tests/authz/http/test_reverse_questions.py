"""Questions the other way round: two people compared, and what would be otherwise, now and over recorded decisions."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from authz.actions.register_care_relationship import register_care_relationship
from authz.actions.register_consent import register_consent
from authz.core.facts import Ground
from authz.edge.trail import scan
from tests.authz.actions.world import ANNA, ELSA, HOME_NURSING, KATARINA, MARIA, REGION_CARE, TYRA, WARD, World
from vocabulary.hsa_id import HsaId
from vocabulary.period import ALWAYS

ADMIN, BODENS = {"authorization": "Bearer region"}, {"authorization": "Bearer boden-admin"}
PEEPHOLE = {"authorization": "Bearer peephole", "content-type": "application/json"}
WHO, WHAT, COMPARE, WHAT_IF, RECORDED = (
    f"/api/v1/decisions/{path}" for path in ("who-can", "what-can", "compare", "what-if", "what-if/recorded")
)


def subject(person: HsaId) -> dict[str, Any]:
    return {"type": "employee", "id": person.value, "properties": {"assignment": person.value.replace("-P", "-M")}}


def patient(number: Any = ELSA) -> dict[str, str]:
    return {"kind": "personnummer", "value": number.reveal()}


def reading(person: HsaId, unit: HsaId, provider: str, number: Any = ELSA) -> dict[str, Any]:
    properties = {"patient": patient(number), "information_type": "voo", "care_unit": unit.value,
                  "care_provider": provider}  # fmt: skip
    return {
        "subject": subject(person),
        "action": {"name": "read"},
        "resource": {"type": "patient_information", "id": "*", "properties": properties},
        "context": {"network_zone": "sjunet"},
    }


AT_THE_WARD = reading(KATARINA, WARD, "SE2321000230-VG01")
AT_HOME = reading(KATARINA, HOME_NURSING, "SE2120002767-VG01")


@pytest.fixture(scope="module")
def consent(world: World) -> str:
    """Katarina takes part in Elsa's care in Boden, and the patient lets her unit see what the region wrote."""
    register_care_relationship(world.desk, patient=ELSA, person=KATARINA, unit=HOME_NURSING, period=ALWAYS, by="x")
    row = register_consent(
        world.desk, patient=ELSA, unit=HOME_NURSING, person=None, ground=Ground.CONSENT_3_1, period=world.days(90),
        note="asked", by="x",
    )  # fmt: skip
    return row.id


def ask(client: httpx.Client, path: str, body: Any, headers: dict[str, str] = ADMIN) -> httpx.Response:
    return client.post(path, json=body, headers=headers)


def decided(client: httpx.Client, question: dict[str, Any]) -> bool:
    answer = client.post("/access/v1/evaluation", content=json.dumps(question), headers=PEEPHOLE)
    return bool(answer.raise_for_status().json()["decision"])


def a_second_later(world: World) -> None:
    """What was decided at this very instant is not over yet."""
    world.clock.pass_(seconds=1)
    assert world.model.refresh()


def test_who_may_see_this_and_what_she_may_see(client: httpx.Client, world: World, consent: str) -> None:
    register_care_relationship(world.desk, patient=ELSA, person=ANNA, unit=WARD, period=ALWAYS, by="x")
    who = {"search": {**AT_THE_WARD, "subject": {"type": "employee"}}}
    what = {"search": {**AT_HOME, "resource": {"type": "patient_information", "properties": {"patient": patient()}}}}

    everybody = ask(client, WHO, who).raise_for_status().json()
    bodens = ask(client, WHO, who, BODENS).raise_for_status().json()
    paged = ask(client, WHAT, {"search": {**what["search"], "page": {"limit": 5}}}).raise_for_status().json()
    token = paged["page"]["next_token"]
    rest = ask(client, WHAT, {"search": {**what["search"], "page": {"token": token}}}).raise_for_status().json()

    assert [one["id"] for one in everybody["results"]] == [KATARINA.value, ANNA.value]
    assert everybody["context"]["rules"] == ["consent", "own_unit"]
    assert [one["id"] for one in bodens["results"]] == [KATARINA.value], "each member's reader sees its own people"
    assert len(paged["results"]) == 5 and len(rest["results"]) == 5
    others = {"search": {**what["search"], "subject": subject(ANNA)}}
    assert ask(client, WHAT, others, BODENS).status_code == 403
    assert ask(client, WHO, {"search": {}}).status_code == 400


def test_two_people_are_compared_gate_by_gate(client: httpx.Client, consent: str) -> None:
    body = {"question": AT_HOME, "subjects": [subject(KATARINA), subject(MARIA)]}

    told = ask(client, COMPARE, body).raise_for_status().json()

    assert [one["decision"] for one in told["answers"]] == [True, False]
    assert told["answers"][1]["context"]["reason_admin"]["code"] == "no_care_relationship"
    assert told["parts_at"] == ["relationship"]


def test_one_fact_less_and_one_more_flip_the_answer(client: httpx.Client, consent: str) -> None:
    block = {"kind": "blocks", "patient": patient(), "provider": REGION_CARE.value}
    related = {
        "kind": "care_relationships",
        "patient": patient(),
        "person": MARIA.value,
        "unit": HOME_NURSING.value,
    }
    hers = {**AT_THE_WARD, "subject": subject(MARIA)}

    less = ask(client, WHAT_IF, {"question": AT_THE_WARD, "without": [consent]}).raise_for_status().json()
    more = ask(client, WHAT_IF, {"question": AT_THE_WARD, "with": [block]}).raise_for_status().json()
    other = ask(client, WHAT_IF, {"question": hers, "with": [related]}).raise_for_status().json()
    same = ask(client, WHAT_IF, {"question": AT_THE_WARD, "without": ["another"]}).raise_for_status().json()

    assert [one["flips"] for one in (less, more, other, same)] == [True, True, True, False]
    assert (less["now"]["decision"], less["would"]["decision"]) == (True, False)
    assert less["would"]["context"]["reason_admin"]["code"] == "no_ground_across_providers"
    assert more["would"]["context"]["reason_admin"]["code"] == "outer_block"
    assert other["would"]["context"]["reason_admin"]["code"] == "consent"
    assert less["parts_at"] == ["ground"]
    assert decided(client, AT_THE_WARD), "nothing was changed"


def test_a_draft_policy_is_tried(client: httpx.Client, consent: str) -> None:
    low = {**AT_THE_WARD, "context": {"network_zone": "sjunet"}}
    draft = {"lowest_level": {"sjunet": "loa3"}}

    told = ask(client, WHAT_IF, {"question": low, "level": "loa2", "policy": draft}).raise_for_status().json()
    looser = ask(client, WHAT_IF, {"question": low, "policy": {"longest_lift_days": 400}})

    assert (told["now"]["decision"], told["would"]["decision"]) == (True, False)
    assert told["would"]["context"]["policy_version"].startswith("draft of ")
    assert looser.status_code == 422, "a draft chooses between readings that the law allows"


def test_what_would_flip_of_what_was_decided_is_listed(client: httpx.Client, world: World, consent: str) -> None:
    for _ in range(3):
        assert decided(client, AT_THE_WARD)
    assert decided(client, AT_HOME)
    a_second_later(world)

    told = ask(client, RECORDED, {"without": [consent]}).raise_for_status().json()
    none = ask(client, RECORDED, {"without": ["another"]}).raise_for_status().json()
    draft = ask(client, RECORDED, {"policy": {"lowest_level": {"sjunet": "loa3"}}}).raise_for_status().json()

    assert len(told["flipped"]) >= 3 and told["judged"] > len(told["flipped"])
    assert {(one["was"]["rule"], one["would"]["rule"]) for one in told["flipped"]} == {
        ("consent", "no_ground_across_providers")
    }
    assert {one["decision"]["person"] for one in told["flipped"]} == {KATARINA.value}
    assert none["flipped"] == draft["flipped"] == [] and none["judged"] == told["judged"]
    assert told["before"] is None and told["unreadable"] == 0
    assert ELSA.reveal() not in json.dumps(told)
    assert world.desk.seal.lookup(ELSA) not in json.dumps(told)


def test_a_denial_that_would_have_been_a_permit_flips_too(client: httpx.Client, world: World, consent: str) -> None:
    denied = {**AT_HOME, "subject": subject(MARIA)}
    assert not decided(client, denied)
    a_second_later(world)
    related = {
        "kind": "care_relationships",
        "patient": patient(),
        "person": MARIA.value,
        "unit": HOME_NURSING.value,
    }

    told = ask(client, RECORDED, {"with": [related], "person": MARIA.value}).raise_for_status().json()

    assert {(one["was"]["decision"], one["would"]["decision"]) for one in told["flipped"]} == {(False, True)}


def test_only_what_was_decided_then_is_judged_again(client: httpx.Client, world: World, consent: str) -> None:
    now = world.clock.now()
    assert decided(client, AT_THE_WARD)
    a_second_later(world)

    coming = ask(client, RECORDED, {"without": [consent], "from": "2999-01-01T00:00:00Z"}).json()
    past = ask(client, RECORDED, {"without": [consent], "to": (now.replace(year=2000)).isoformat()}).json()

    assert coming["judged"] == past["judged"] == 0


@pytest.fixture
def refused() -> Iterator[list[dict[str, str]]]:
    names = ("boden", "reader", "katarina", "maria", "anna", "reporter", "lulea")
    yield [{"authorization": f"Bearer {name}"} for name in names]


def test_only_administrators_and_log_reviewers_ask_so(
    client: httpx.Client, world: World, consent: str, refused: list[dict[str, str]]
) -> None:
    bodies = (
        (WHO, {"search": {**AT_HOME, "subject": {"type": "employee"}}}),
        (WHAT, {"search": AT_HOME}),
        (COMPARE, {"question": AT_HOME, "subjects": [subject(KATARINA), subject(MARIA)]}),
        (WHAT_IF, {"question": AT_HOME, "without": [consent]}),
        (RECORDED, {"without": [consent]}),
    )

    answers = [ask(client, path, body, who) for path, body in bodies for who in refused]
    world.staff.offices[("loggranskare", HsaId.parse("SE2120002767-0000"))] = (KATARINA,)
    try:
        reviewer = [ask(client, path, body, {"authorization": "Bearer katarina"}) for path, body in bodies]
    finally:
        world.staff.offices.clear()

    assert {answer.status_code for answer in answers} == {403}
    assert [answer.status_code for answer in reviewer] == [200] * 5


def test_who_reads_one_members_log_asks_about_its_people_only(client: httpx.Client, consent: str) -> None:
    hers = {"question": AT_HOME, "subjects": [subject(KATARINA), subject(MARIA)]}
    others = {"question": AT_HOME, "subjects": [subject(KATARINA), subject(ANNA)]}

    assert ask(client, COMPARE, hers, BODENS).status_code == 200
    assert ask(client, COMPARE, others, BODENS).status_code == 403
    assert ask(client, WHAT_IF, {"question": {**AT_HOME, "subject": subject(ANNA)}}, BODENS).status_code == 403


def test_each_reverse_question_is_itself_recorded(client: httpx.Client, world: World, consent: str) -> None:
    before = sum(1 for _ in scan(world.folder))

    ask(client, COMPARE, {"question": AT_HOME, "subjects": [subject(KATARINA), subject(MARIA)]})
    ask(client, WHAT_IF, {"question": AT_HOME, "without": [consent]})
    ask(client, RECORDED, {"without": [consent]})

    records = list(scan(world.folder))[before:]
    assert [(record["kind"], record["how"]) for record in records] == [
        ("reverse_question", "compare"), ("reverse_question", "what_if"), ("reverse_question", "over_recorded")
    ]  # fmt: skip
    assert records[0]["about"] == [KATARINA.value, MARIA.value]
    assert {record["person"] for record in records} == {"client:region"}
    assert ELSA.reveal() not in json.dumps(records)


BAD: list[tuple[str, dict[str, Any]]] = [
    (COMPARE, {"question": AT_HOME, "subjects": [subject(KATARINA)]}),
    (COMPARE, {"question": {}, "subjects": [subject(KATARINA), subject(MARIA)]}),
    (COMPARE, {"question": AT_HOME, "subjects": [{}, {}]}),
    (COMPARE, {"subjects": []}),
    (WHAT_IF, {"question": {**AT_HOME, "action": {}}}),
    (WHAT_IF, {"question": AT_HOME, "with": [{"kind": "consents"}]}),
    (WHAT_IF, {"question": AT_HOME, "with": [{"kind": "weather"}]}),
    (WHAT_IF, {"question": AT_HOME, "with": [{"kind": "consents", "patient": patient(), "unit": "x"}]}),
    (WHAT_IF, {"question": AT_HOME, "with": [{"kind": "consents", "patient": patient(), "unit": WARD.value,
                                              "ground": "because"}]}),
    (WHAT_IF, {"question": AT_HOME, "policy": {"version": "mine"}}),
    (RECORDED, {"from": "yesterday"}),
    (RECORDED, {"person": "nobody"}),
    (RECORDED, {"before": -1}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body"), BAD)
def test_a_reverse_question_of_wrong_shape_is_refused(client: httpx.Client, path: str, body: dict[str, Any]) -> None:
    answer = ask(client, path, copy.deepcopy(body))

    assert answer.status_code in (400, 422), answer.text
    assert ELSA.reveal() not in answer.text


def test_an_unreadable_directory_answers_nothing_the_other_way_round(
    client: httpx.Client, world: World, consent: str
) -> None:
    world.staff.stale = True
    try:
        answer = ask(client, WHAT_IF, {"question": AT_HOME, "without": [consent]})
    finally:
        world.staff.stale = False

    assert answer.status_code == 503


def test_an_unknown_patient_is_only_somebody_without_anything(client: httpx.Client, consent: str) -> None:
    question = reading(KATARINA, HOME_NURSING, "SE2120002767-VG01", TYRA)

    told = ask(client, WHAT_IF, {"question": question, "without": [consent]}).raise_for_status().json()

    assert told["flips"] is False and told["now"]["context"]["final"] is False
