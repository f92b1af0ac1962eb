"""A served world whose log is read: applications that were given decisions, and report what was done upon them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from authz.actions.question import Question
from authz.actions.records import instant_text
from authz.actions.register_care_relationship import register_care_relationship
from authz.edge.trail import scan
from hub.database import make_engine
from tests.authz.actions.world import (
    ANNA,
    ANNA_WARD,
    BODEN,
    BODEN_CARE,
    ELSA,
    HOME_NURSING,
    KATARINA,
    KATARINA_NURSING,
    MARIA,
    PEP,
    REGION_CARE,
    TYRA,
    WARD,
    World,
    make_world,
)
from tests.authz.http.parts import make_app, serving
from tests.parts import HeldClock
from vocabulary.network_zone import NetworkZone

DOCUMENT = "ab" * 32
ELSAS = {"kind": "personnummer", "value": ELSA.reveal()}
TYRAS = {"kind": "personnummer", "value": TYRA.reveal()}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    engine = make_engine(f"sqlite:///{tmp_path / 'tillit.db'}")
    made = make_world(engine, tmp_path / "trail", HeldClock())
    made.staff.offices[("loggranskare", BODEN)] = (MARIA,)
    for patient, person, unit in ((ELSA, ANNA, WARD), (ELSA, KATARINA, HOME_NURSING), (TYRA, ANNA, WARD)):
        register_care_relationship(
            made.desk, patient=patient, person=person, unit=unit, period=made.days(30, start=-1), by="test"
        )
    yield made
    made.trail.close()
    engine.dispose()


@pytest.fixture
def client(world: World) -> Iterator[httpx.Client]:
    with serving(make_app(world)) as url, httpx.Client(base_url=url, timeout=10) as made:
        yield made


ASKED = Question(
    "read",
    "patient_information",
    "*",
    person=ANNA,
    assignment=ANNA_WARD,
    patient=ELSA,
    information_type="lak",
    care_unit=WARD,
    care_provider=REGION_CARE,
    purpose="Vård och behandling",
    zone=NetworkZone.SJUNET,
)
KATARINAS = replace(
    ASKED, person=KATARINA, assignment=KATARINA_NURSING, care_unit=HOME_NURSING, care_provider=BODEN_CARE
)


def decided(world: World, question: Question = ASKED, *, permit: bool = True, **changes: Any) -> str:
    """The id of a decision that the application `peephole` was given."""
    assert world.model.refresh()
    answer = world.pdp().evaluate_blocking(replace(question, **changes), PEP)
    assert answer.permit is permit, answer.rule
    return answer.decision_id


def access(world: World, decision: str, access_id: str = "a1", **changes: Any) -> dict[str, Any]:
    told = {"access_id": access_id, "decision_id": decision, "action": "read", "at": instant_text(world.clock.now())}
    return {**told, **changes}


def report(client: httpx.Client, *accesses: dict[str, Any], who: str = "reporter") -> httpx.Response:
    return client.post("/api/v1/audit", json={"accesses": accesses}, headers=bearer(who))


def bearer(who: str) -> dict[str, str]:
    return {"authorization": f"Bearer {who}"}


def kinds(world: World) -> list[str]:
    return [read["kind"] for read in scan(world.folder)]
