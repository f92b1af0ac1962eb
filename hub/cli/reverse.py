"""``tillit who-can`` and ``what-can``: who may see this, and what may she see; searches of the decision point."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from hub.cli.connection import Connection, DataOption, JsonOption, connect
from hub.cli.exits import Exit
from hub.cli.patients import patient_of
from hub.cli.why import employee

_PAGE = 500


def register(cli: typer.Typer) -> None:
    cli.command("who-can")(who_can)
    cli.command("what-can")(what_can)


def who_can(
    action: str = typer.Argument(help="read, write, sign or print."),
    information_type: str = typer.Argument(help="The type of information, e.g. lak."),
    patient: str = typer.Option(..., help="A demo patient's id, or `-` to read the personal number from stdin."),
    unit: str = typer.Option(..., help="HSA-id of the unit that wrote the information."),
    provider: str | None = typer.Option(None, help="Its care provider, when it is not the unit's own."),
    zone: str = typer.Option("sjunet", help="sjunet, lumiora or open."),
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Who may do this to this patient's information, under which assignment, and by which rule?

    An administrator's question, recorded as one search. People with protected personal data are not told.
    Exit code 0 when somebody may, 3 when nobody.
    """
    line = connect(data)
    properties = {
        "patient": patient_of(data, patient),
        "information_type": information_type,
        "care_unit": unit,
        "care_provider": provider or line.call("GET", f"/api/v1/units/{unit}")["care_provider"],
    }
    question = {
        "subject": {"type": "employee"},
        "action": {"name": action},
        "resource": {"type": "patient_information", "id": "*", "properties": properties},
        "context": {"network_zone": zone, "explain": True},
    }
    found = list(_found(line, "subject", question))
    rows = [{"person": one["id"], "assignment": one["properties"]["assignment"], "rule": rule} for one, rule in found]
    _tell(rows, as_json)


def what_can(
    person: str = typer.Argument(help="HSA-id of the employee."),
    action: str = typer.Argument(help="read, write, sign or print."),
    assignment: str = typer.Option(..., help="HSA-id of the assignment in use."),
    patient: str | None = typer.Option(None, help="A demo patient's id, or `-`; else every patient in her care."),
    information_type: str | None = typer.Option(None, "--type", help="The type of information; else every type."),
    unit: str | None = typer.Option(None, help="HSA-id of the unit that wrote it; else every unit."),
    zone: str = typer.Option("sjunet", help="sjunet, lumiora or open."),
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """What may she see: of which patients, units and types, and by which rule?

    An administrator's question, each page of it recorded as one search. Exit code 0 when anything, 3 when nothing.
    """
    line = connect(data)
    stated = {
        "patient": None if patient is None else patient_of(data, patient),
        "information_type": information_type,
        "care_unit": unit,
    }
    question = {
        "subject": employee(person, assignment),
        "action": {"name": action},
        "resource": {"type": "patient_information", "properties": {k: v for k, v in stated.items() if v is not None}},
        "context": {"network_zone": zone, "explain": True},
    }
    names = {known["value"]: known["id"] for known in line.demo.get("patients", ())}
    rows = [
        {
            "patient": names.get(one["properties"]["patient"]["value"], "another patient"),
            "unit": one["properties"]["care_unit"],
            "type": one["properties"]["information_type"],
            "rule": rule,
        }
        for one, rule in _found(line, "resource", question)
    ]
    _tell(rows, as_json)


def _found(line: Connection, sought: str, question: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Every result with the rule that permits it, page by page."""
    page: dict[str, Any] = {"limit": _PAGE}
    while True:
        answer = line.call("POST", f"/access/v1/search/{sought}", json={**question, "page": page})
        yield from zip(answer["results"], answer["context"]["rules"], strict=True)
        if not answer["page"]["next_token"]:
            return
        page = {"limit": _PAGE, "token": answer["page"]["next_token"]}


def _tell(rows: list[dict[str, str]], as_json: bool) -> None:
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for row in rows:
            print("  ".join(row.values()))
        print(f"{len(rows)} found" if rows else "nobody, or nothing")
    raise typer.Exit(Exit.OK if rows else Exit.DENY)
