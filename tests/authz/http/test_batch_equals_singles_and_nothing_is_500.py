"""Properties: a batch answers as its items alone would; no body whatsoever makes the decision point fall."""

import asyncio
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authz.edge.http import access_app
from authz.edge.http.access import SEARCHES as SEARCH_PATHS
from tests.authz.actions.world import World
from tests.authz.http.parts import BOX, ISSUER, MANY, ONE, QUESTION, authenticate_pep

SEARCHES = tuple(SEARCH_PATHS)
QUIET = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

words = st.sampled_from(
    [
        "*", "read", "write", "print", "perform", "send", "use", "employee", "patient", "patient_information", "task",
        "message", "application", "own_record", "directory_object", "SE2321000230-P1001", "SE2120002767-P2001",
        "SE2321000230-M1001", "SE2321000230-E1041", "SE2321000230-VG01", "anna", "katarina", "personnummer",
        "193805172388", "191212121212", "2026-01-01", "sjunet", "voo", "svp", "",
    ]
)  # fmt: skip
names = st.sampled_from(
    ["type", "id", "name", "properties", "patient", "kind", "value", "assignment", "care_unit", "explain", "from"]
)
values = st.recursive(
    words | st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names | st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
parts = st.one_of(
    values,
    st.fixed_dictionaries({"type": words, "id": words}, optional={"properties": st.dictionaries(names, values)}),
    st.fixed_dictionaries({"name": words}),
)
items = st.dictionaries(st.sampled_from(["subject", "action", "resource", "context"]), parts, max_size=4)
known = st.sampled_from(
    [
        {},
        {"action": {"name": "write"}},
        {"action": {"name": "brew"}},
        {"action": {"name": 1}},
        {"context": {"subject_token": "anna"}},
        {"context": {"subject_token": "katarina"}},
        {"resource": {**QUESTION["resource"], "id": "r1"}},
        {"resource": {"type": "teapot", "id": "1"}},
        {"resource": {"type": "patient_information", "id": "*", "properties": {"patient": {"value": "x"}}}},
    ]
)


page = st.dictionaries(st.sampled_from(["token", "limit", "properties"]) | names, values, max_size=3)


def post(world: World, path: str, body: bytes) -> tuple[int, Any]:
    """One request to the ASGI application itself."""
    app = access_app(world.pdp(), world.searches(), BOX, authenticate_pep, ISSUER)
    headers = [(b"authorization", b"Bearer peephole"), (b"content-type", b"application/json")]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(app({"type": "http", "path": path, "method": "POST", "headers": headers}, receive, send))
    return sent[0]["status"], json.loads(sent[1]["body"])


@QUIET
@given(batch=st.lists(known | items, min_size=1, max_size=5))
def test_a_batch_equals_its_items_alone(world: World, batch: list[dict[str, Any]]) -> None:
    status, together = post(world, MANY, json.dumps({**QUESTION, "evaluations": batch}, allow_nan=True).encode())

    if status == 400:  # NaN, or a lone surrogate somewhere: then the item alone is no JSON either.
        return
    for item, told in zip(batch, together["evaluations"], strict=True):
        alone_status, alone = post(world, ONE, json.dumps({**QUESTION, **item}).encode())

        assert alone_status == 200 if "error" not in told.get("context", {}) else alone_status == 400
        assert alone.get("decision", False) == told["decision"]


@QUIET
@given(
    body=st.one_of(items, st.dictionaries(names, values), st.lists(values)),
    path=st.sampled_from([ONE, MANY, *SEARCHES]),
)
def test_no_json_makes_it_fall(world: World, body: Any, path: str) -> None:
    status, answer = post(world, path, json.dumps(body).encode())

    assert status in (200, 400)
    assert answer.get("decision") is not True and not answer.get("results")


@QUIET
@given(body=st.binary(max_size=200), path=st.sampled_from([ONE, MANY, *SEARCHES]))
def test_no_bytes_make_it_fall(world: World, body: bytes, path: str) -> None:
    assert post(world, path, body)[0] == 400


@QUIET
@given(part=items, page=page, path=st.sampled_from(SEARCHES))
def test_no_search_makes_it_fall(world: World, part: dict[str, Any], page: dict[str, Any], path: str) -> None:
    status, answer = post(world, path, json.dumps({**QUESTION, **part, "page": page}).encode())

    assert status in (200, 400)
    assert status == 400 or isinstance(answer["results"], list)
