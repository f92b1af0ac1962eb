"""Lifting a block: first who has blocked, on the record; then only the one that is needed, for a week at most."""

from typing import Any

import pytest

from authz.actions.delegating.overseers import HEAD_OF_OPERATIONS
from authz.actions.question import Question
from authz.actions.rights import BLOCK_OFFICER
from authz.edge.sql.acts import SqlNotices
from tests.authz.actions.world import (
    CARE_CENTRE,
    CLARA,
    ELSA,
    PEP,
    REGION,
    REGION_CARE,
    SIGNE,
    WARD,
    World,
    assignment_of,
)
from tests.authz.http.registering import REASON, Asking, block_body, look_body
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone


def told(world: World, person: HsaId) -> list[tuple[str, str]]:
    return [(one.notice.what, one.notice.row) for one in SqlNotices(world.engine).of_person(person, 0, 100)]


def trail_of(world: World) -> str:
    return "".join(
        file.read_text() for file in sorted(world.folder.rglob("*")) if file.suffix != ".pem" and file.is_file()
    )


def may_read(world: World) -> tuple[bool, str]:
    """Clara, at the care centre, what the ward wrote."""
    question = Question(
        "read", "patient_information", "*", person=CLARA, assignment=assignment_of(CLARA).id, patient=ELSA,
        zone=NetworkZone.SJUNET, information_type="lak", care_unit=WARD, care_provider=REGION_CARE,
    )  # fmt: skip
    answer = world.pdp().evaluate_blocking(question, PEP)
    return answer.permit, answer.rule


def test_in_the_night_a_physician_sees_who_has_blocked_and_opens_the_one_she_needs(asking: Asking) -> None:
    needed, other = asking.block(WARD), asking.block(None)
    before = may_read(asking.world)

    look = asking.look("clara", "Emergency").json()
    lift = asking.post("clara", f"blocks/{needed}/lifts", asking.lift_body(reason="Emergency", look=look["id"]))

    assert before == (False, "inner_block")
    assert look["blocks"] == [{"id": needed, "level": "inner", "provider": str(REGION_CARE), "unit": str(WARD)}], (
        "and not the outer one, which hides nothing from her own provider"
    )
    assert (lift.status_code, lift.headers["location"]) == (201, f"/api/v1/lifts/{lift.json()['id']}")
    assert may_read(asking.world)[0]
    assert told(asking.world, SIGNE) == [("emergency_lift", lift.json()["id"])]
    assert told(asking.world, CLARA) == []
    listed = asking.get("signe", f"blocks/{needed}/lifts").json()["items"]
    assert [(one["reason"], one["registered_by"]) for one in listed] == [("Emergency", str(CLARA))]
    assert asking.get("signe", f"blocks/{other}/lifts").json()["items"] == []
    assert asking.get("signe", f"blocks/looks/{look['id']}").json()["note"] == "medvetslös, medicinlista"


def test_looking_stands_in_the_trail_with_its_reason_before_anybody_is_told(asking: Asking) -> None:
    block = asking.block(WARD)

    look = asking.look("clara", "Emergency").json()
    asking.get("signe", f"blocks/looks/{look['id']}")
    written = [line for line in trail_of(asking.world).splitlines() if "blocks_looked_at" in line]

    assert len(written) == 2, "and again whenever somebody is told of it"
    for part in (f'"look":"{look["id"]}"', '"reason":"Emergency"', f'"person":"{CLARA}"', f'"blocks":["{block}"]'):
        assert part in written[0]
    assert f'"person":"{SIGNE}"' in written[1]
    assert ELSA.reveal() not in trail_of(asking.world)


def test_nobody_is_told_when_the_trail_cannot_write(asking: Asking) -> None:
    asking.block(WARD)
    asking.world.trail.close()

    answers = [
        asking.look("clara", "Emergency"),
        asking.post("signe", "blocks/query", {"patient": block_body()["patient"]}),
    ]

    assert [answer.status_code for answer in answers] == [503, 503]
    assert all(str(WARD) not in answer.text for answer in answers)


def test_a_look_is_of_whoever_looked_for_this_reason_and_a_day(asking: Asking) -> None:
    block, later = asking.block(WARD), {}
    looks = {
        "anna's": asking.look("anna", "Emergency").json()["id"],
        "with consent": asking.look("clara", "PatientsConsent").json()["id"],
        "none": "0" * 32,
    }
    later["too old"] = asking.look("clara", "Emergency").json()["id"]

    for why, look in looks.items():
        answer = asking.post("clara", f"blocks/{block}/lifts", asking.lift_body(reason="Emergency", look=look))
        assert answer.status_code == 404, why
    asking.world.clock.pass_(hours=24)
    asking.world.model.refresh()
    answer = asking.post(
        "clara", f"blocks/{block}/lifts", asking.lift_body(reason="Emergency", look=later["too old"])
    )  # fmt: skip
    assert answer.status_code == 404
    officer = asking.post("signe", f"blocks/{block}/lifts", asking.lift_body(reason="Emergency"))
    assert (officer.status_code, officer.json()["code"], officer.json()["pointer"]) == (
        422,
        "not_looked_first",
        "/look",
    )


def test_only_what_stood_and_was_shown_is_lifted(asking: Asking) -> None:
    shown = asking.block(WARD)
    look = asking.look("clara", "Emergency").json()["id"]
    asking.post("region", f"blocks/{shown}/revoke", REASON)
    again = asking.block(WARD)

    for block in (again, asking.block(CARE_CENTRE)):
        answer = asking.post("clara", f"blocks/{block}/lifts", asking.lift_body(reason="Emergency", look=look))
        assert answer.status_code in (404, 422), answer.text
    ended = asking.post("clara", f"blocks/{shown}/lifts", asking.lift_body(reason="Emergency", look=look))
    assert ended.json()["code"] == "already_ended"


def test_an_outer_block_is_not_lifted_for_an_emergency_but_with_the_patients_consent(asking: Asking) -> None:
    block = asking.block(None)
    look = asking.look("signe", "Emergency").json()

    refused = asking.post("signe", f"blocks/{block}/lifts", asking.lift_body(reason="Emergency", look=look["id"]))
    consented = asking.post("signe", f"blocks/{block}/lifts", asking.lift_body())

    assert [one["level"] for one in look["blocks"]] == ["outer"]
    assert (refused.status_code, refused.json()["pointer"]) == (422, "/reason")
    assert consented.status_code == 201
    assert told(asking.world, SIGNE) == [], "a lift with the patient's consent needs no review"


def test_a_lift_is_for_a_week_at_most_and_for_people_of_the_unit(asking: Asking) -> None:
    block = asking.block(WARD)
    week = asking.world.days(7.001)
    assert week.end is not None

    too_long = asking.post("signe", f"blocks/{block}/lifts", asking.lift_body(to=week.end.isoformat()))
    stranger = asking.post("signe", f"blocks/{block}/lifts", asking.lift_body(person="SE2120002767-P2001"))
    hers = asking.post("signe", f"blocks/{block}/lifts", asking.lift_body(person=str(CLARA), **{"from": None}))

    assert (too_long.json()["code"], too_long.json()["pointer"]) == ("lift_too_long", "/period")
    assert (stranger.status_code, stranger.json()["pointer"]) == (403, "/person")
    assert hers.status_code == 201
    assert [one["id"] for one in asking.get("clara", f"lifts?person={CLARA}").json()["items"]] == [hers.json()["id"]]


def test_where_there_is_no_block_officer_the_heads_of_operations_review(asking: Asking) -> None:
    asking.world.staff.offices = {(HEAD_OF_OPERATIONS, REGION): (SIGNE,)}
    block = asking.block(WARD)
    look = asking.look("clara", "Emergency").json()["id"]

    asking.post("clara", f"blocks/{block}/lifts", asking.lift_body(reason="Emergency", look=look))

    assert (BLOCK_OFFICER, REGION) not in asking.world.staff.offices
    assert [what for what, _ in told(asking.world, SIGNE)] == ["emergency_lift"]


@pytest.mark.parametrize(
    ("changes", "status", "pointer"),
    [
        ({"text": ""}, 400, "/text"),
        ({"text": "pat 19380517-2388 medvetslös"}, 422, "/text"),
        ({"text": "pat 380517-2388 medvetslös"}, 422, "/text"),
        ({"provider": "x"}, 400, "/provider"),
        ({"patient": {"kind": "personnummer", "value": "193805172389"}}, 400, "/patient"),
    ],
)
def test_a_look_that_cannot_be_kept_tells_nothing(
    asking: Asking, changes: dict[str, Any], status: int, pointer: str
) -> None:
    asking.block(WARD)

    answer = asking.post("clara", "blocks/looks", look_body("Emergency", **changes))

    assert (answer.status_code, answer.json()["pointer"]) == (status, pointer)
    assert str(WARD) not in answer.text and "2388" not in answer.text
