"""``/api/v1/log-reviews``: one review from the drawing to the report, as an organisation does it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from authz.actions.records import instant_text
from tests.authz.actions.world import BODEN, KATARINA, MARIA, WARD, World
from tests.authz.http.log_parts import (
    KATARINAS,
    access,
    bearer,
    client,
    decided,
    report,
    world,
)
from vocabulary.hsa_id import HsaId

PREFIX = "/api/v1/log-reviews"
__all__ = ["client", "world"]


@pytest.fixture
def sample(world: World, client: httpx.Client) -> dict[str, Any]:
    """Katarina read at Boden; it was drawn because the patient had no booking. Maria reviews, at another unit."""
    report(client, access(world, decided(world, KATARINAS), booked=False))
    decided(world)
    world.clock.pass_(hours=1)
    body = {
        "member": str(BODEN), "from": instant_text(world.clock.now() - timedelta(days=1)),
        "to": instant_text(world.clock.now()), "random": 5, "rules": ["not_booked", "emergency"], "seed": "2026-03",
    }  # fmt: skip
    answer = client.post(f"{PREFIX}/samples", json=body, headers=bearer("boden-admin"))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def ask(client: httpx.Client, path: str = "", who: str = "boden-admin", **params: str) -> Any:
    answer = client.get(f"{PREFIX}{path}", params=params, headers=bearer(who))
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_sample_tells_out_of_how_many_and_by_which_seed(client: httpx.Client, sample: dict[str, Any]) -> None:
    whole = ask(client, f"/samples/{sample['id']}")

    assert (sample["population"], sample["drawn"], sample["seed"]) == (1, 1, "2026-03")
    assert whole["items"][0]["why"] == ["not_booked", "random"]
    assert [one["id"] for one in ask(client, "/samples", member=str(BODEN))["items"]] == [sample["id"]]


def test_whoever_works_beside_the_reviewed_has_nothing_in_her_queue(
    client: httpx.Client, sample: dict[str, Any]
) -> None:
    """Maria is at Katarina's own unit."""
    review = ask(client, member=str(BODEN))["items"][0]["id"]

    refused = client.post(
        f"{PREFIX}/{review}/verdict", json={"verdict": "justified", "text": "rätt"}, headers=bearer("maria")
    )

    assert ask(client, who="maria", member=str(BODEN))["items"] == []
    assert (refused.status_code, refused.json()["code"]) == (403, "review_of_oneself")


def test_a_review_goes_from_the_queue_to_the_report(world: World, client: httpx.Client, sample: dict[str, Any]) -> None:
    elsewhere = replace(world.staff.assignments[MARIA], id=HsaId.parse("SE2120002767-M2099"), unit=WARD)
    world.staff.assignments[MARIA] = elsewhere
    world.clock.pass_(hours=1)
    review = ask(client, who="maria", member=str(BODEN))["items"][0]["id"]
    shown = ask(client, f"/{review}", who="maria")

    answer = client.post(
        f"{PREFIX}/{review}/verdict", json={"verdict": "unjustified", "text": "ingen vård"}, headers=bearer("maria")
    )

    assert (shown["access"]["person"], shown["access"]["marks"]) == (str(KATARINA), ["not_booked"])
    assert shown["patient"]["value"] == "193805172388"
    assert answer.status_code == 200, answer.text
    told = ask(client, "/report", member=str(BODEN))
    assert told["accesses"] == {"unjustified": 1}
    assert told["by_reason"]["not_booked"] == {"unjustified": 1}
    assert ask(client, who="maria", member=str(BODEN))["items"] == []


@pytest.mark.parametrize("who", ["katarina", "boden", "lulea", "reader"])
def test_others_learn_nothing(client: httpx.Client, sample: dict[str, Any], who: str) -> None:
    for path in ("", "/samples", "/report", f"/samples/{sample['id']}", "/nothing"):
        answer = client.get(f"{PREFIX}{path}", params={"member": str(BODEN)}, headers=bearer(who))

        assert answer.status_code == 403, path


@pytest.mark.parametrize(
    "change", [{"random": -1}, {"rules": ["envy"]}, {"from": "yesterday"}, {"seed": ""}, {"member": "x"}, {"more": 1}]
)
def test_what_has_not_the_shape_of_a_sample_is_refused(client: httpx.Client, change: dict[str, Any]) -> None:
    body = {"member": str(BODEN), "from": "2026-03-01T00:00:00Z", "to": "2026-03-02T00:00:00Z", "random": 1} | change

    assert client.post(f"{PREFIX}/samples", json=body, headers=bearer("region")).status_code in (400, 422)
