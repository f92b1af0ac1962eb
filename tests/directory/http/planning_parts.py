"""Planning over HTTP in tests: one small change, how it is planned, and its date coming."""

from typing import Any

from directory.planning import Planning
from tests.directory.http.parts import ADMIN, Browser, send
from tests.directory.parts import ANNA, World
from tests.directory.planning_parts import until
from vocabulary.stockholm import parse_instant

DUE = "2026-06-01"
CHIEF = {"do": "change", "entry": str(ANNA.hsa_id), "set": {"title": "chef"}}


def plan(
    http: Browser, *steps: dict[str, Any], due: str = DUE, who: str = ADMIN, query: str = "", **headers: str
) -> Any:
    body = {"due": due, "steps": list(steps), "reason": "planerat"}
    return send(http, "POST", f"planned-changes{query}", body, who, **headers)


def come(world: World, planning: Planning, due: str = DUE) -> None:
    """The date comes, and what is due is carried out."""
    until(world, parse_instant(due))
    planning.carry_out_due()
