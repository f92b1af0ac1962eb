"""Decisions a second over HTTP, one by one and fifty in a call; beside Cerbos' AuthZEN endpoint.

Ours checks two tokens, finds the facts in its own registers, judges all its rules and waits for a durable audit record.
Cerbos does none of the first, second and fourth: each of its requests carries its facts, and it has eleven rules.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from bench import load, parts
from bench.rows import Row, in_turns
from hub.cli.connection import fetch_token
from hub.demo.login import Player, log_in

PEER = "Cerbos 0.51.0"
_IN_ONE_CALL = 50
_NOW = 1_700_000_000


def rows() -> Iterator[Row]:
    with parts.tillit() as demo, parts.cerbos() as peer:
        headers, single = _our_question(demo)
        ours = f"{demo['issuer']}/access/v1/evaluation"
        theirs = f"{peer}/access/v1/evaluation"
        plain = {"content-type": "application/json"}
        yield Row(
            "decision over HTTP", "decisions/s",
            *in_turns(_posting(ours, single, headers), _posting(theirs, _peers_question(), plain)), PEER, 1.5,
        )  # fmt: skip
        ours_many, theirs_many = (
            _posting(f"{url}s", _many(question), kind, times=_IN_ONE_CALL)
            for url, question, kind in ((ours, single, headers), (theirs, _peers_question(), plain))
        )
        yield Row("50 decisions in one call", "decisions/s", *in_turns(ours_many, theirs_many), PEER, 8.0)


def _our_question(demo: dict[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """The district nurse reads at her own unit, with her own login, asked by the record system."""
    import httpx

    clients = {client["client_id"]: client for client in demo["clients"]}
    nurse = next(persona for persona in demo["personas"] if persona["key"] == "district_nurse")
    player = Player(nurse["username"], nurse["password"], nurse["totp_secret"])
    hers = log_in(demo["issuer"], clients["titthalet"], player)["access_token"]
    with httpx.Client(base_url=demo["issuer"]) as http:
        pep, admin = (fetch_token(http, demo[name]) for name in ("pep", "admin"))
        held = http.get(
            f"/api/v1/assignments/{nurse['assignments'][0]}", headers={"authorization": f"Bearer {admin}"}
        ).json()
        unit = http.get(f"/api/v1/units/{held['unit']}", headers={"authorization": f"Bearer {admin}"}).json()
    patient = next(patient for patient in demo["patients"] if patient["id"] == "elsa")
    question = {
        "subject": {"type": "employee", "id": nurse["hsa_id"], "properties": {"assignment": nurse["assignments"][0]}},
        "action": {"name": "read"},
        "resource": {
            "type": "patient_information",
            "id": "*",
            "properties": {
                "patient": {"kind": patient["kind"], "value": patient["value"]},
                "information_type": "lak",
                "care_unit": unit["hsa_id"],
                "care_provider": unit["care_provider"],
            },
        },
        "context": {"network_zone": "sjunet", "subject_token": hers, "explain": False},
    }
    return {"content-type": "application/json", "authorization": f"Bearer {pep}"}, question


def _peers_question() -> dict[str, Any]:
    until = _NOW + 1_000_000
    return {
        "subject": {
            "type": "employee",
            "id": "SE2321000230-P100714",
            "properties": {
                "cerbos.roles": ["employee"],
                "level": 2, "assignment_from": 0, "assignment_to": until, "capacity": "health_care",
                "purpose": "Vård och behandling", "unit": "SE2321000230-E100060", "provider": "SE2321000230-VG01",
                "rights": [{"activity": "Läsa", "type": "alla", "scope": scope} for scope in ("VE", "VG", "SJF")],
            },
        },
        "action": {"name": "read"},
        "resource": {
            "type": "patient_information",
            "id": "1",
            "properties": {
                "zone": "sjunet", "now": _NOW, "type": "lak", "unit": "SE2321000230-E100060",
                "provider": "SE2321000230-VG01", "investigation": False, "blocks": [], "consents": [],
                "relationships": [
                    {"person": "SE2321000230-P100714", "unit": "SE2321000230-E100060", "from": 0, "to": until}
                ],
            },
        },
        "context": {"asked_by": "bench"},  # Cerbos' batch demands one
    }  # fmt: skip


def _many(question: dict[str, Any]) -> dict[str, Any]:
    """The same subject and action for fifty resources, as a list of notes is asked about."""
    items = [{"resource": {**question["resource"], "id": str(number)}} for number in range(_IN_ONE_CALL)]
    return {**question, "evaluations": items}


def _posting(url: str, question: dict[str, Any], headers: dict[str, str], *, times: int = 1) -> Callable[[], float]:
    body = json.dumps(question)
    _need_permit(url, body, headers)
    return lambda: times * load.post(url, [body], headers).per_second


def _need_permit(url: str, body: str, headers: dict[str, str]) -> None:
    """A rate of denials would compare nothing."""
    import httpx

    answer = httpx.post(url, content=body, headers=headers).raise_for_status().json()
    answers = answer.get("evaluations", [answer])
    if not all(one["decision"] is True for one in answers):
        raise RuntimeError(f"{url} does not permit: {answers[0]}")
