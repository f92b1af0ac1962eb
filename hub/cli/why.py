"""``tillit why``: asks the decision point, and shows gate by gate how it came to its answer."""

import json
from pathlib import Path
from typing import Any, NoReturn

import typer

from hub.cli.connection import Connection, DataOption, JsonOption, connect
from hub.cli.exits import Exit
from hub.cli.patients import patient_of
from hub.cli.play import token_of

_MARKS = {"passed": "·", "permit": "✓", "forbid": "✗", "unknown": "?"}


def register(cli: typer.Typer) -> None:
    cli.command("why")(why)


def why(
    person: str = typer.Argument(help="HSA-id of the employee."),
    action: str = typer.Argument(help="read, write, sign or print."),
    information_type: str = typer.Argument(help="The type of information, e.g. lak."),
    patient: str = typer.Option(..., help="A demo patient's id, or `-` to read the personal number from stdin."),
    unit: str = typer.Option(..., help="HSA-id of the unit that wrote the information."),
    provider: str | None = typer.Option(None, help="Its care provider, when it is not the unit's own."),
    assignment: str | None = typer.Option(None, help="HSA-id of the assignment in use."),
    as_user: str | None = typer.Option(
        None, "--as", metavar="USERNAME", help="Ask as an application would, with the token of this played login."
    ),
    zone: str = typer.Option("sjunet", help="sjunet, lumiora or open."),
    compare: str | None = typer.Option(
        None, metavar="PERSON[/ASSIGNMENT]", help="Ask the same about another person, and tell where their ways part."
    ),
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """May this person, under this assignment, do this to this patient's information, and why?

    Exit code 0 permits, 3 denies. Without `--as` it is an administrator's question; either way it is recorded. With
    `--compare` the exit code is that of the first person, and the log tells that the two were compared.
    """
    line = connect(data, "admin" if as_user is None else "pep")
    properties = {
        "patient": patient_of(data, patient),
        "information_type": information_type,
        "care_unit": unit,
        "care_provider": provider or connect(data).call("GET", f"/api/v1/units/{unit}")["care_provider"],
    }
    context: dict[str, Any] = {"network_zone": zone, "explain": True}
    if as_user is not None:
        context["subject_token"] = token_of(data, as_user)
    question = {
        "subject": employee(person, assignment),
        "action": {"name": action},
        "resource": {"type": "patient_information", "id": "*", "properties": properties},
        "context": context,
    }
    if compare is not None:
        _compare(connect(data), question, compare, as_json)
    answer = line.call("POST", "/access/v1/evaluation", json=question)
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _show(answer)
    if "error" in answer.get("context", {}):
        raise typer.Exit(Exit.UNAVAILABLE)
    raise typer.Exit(Exit.OK if answer["decision"] else Exit.DENY)


def _compare(line: Connection, question: dict[str, Any], other: str, as_json: bool) -> NoReturn:
    """Both answers side by side. Ends the command."""
    person, _, assignment = other.partition("/")
    subjects = [question["subject"], employee(person, assignment or None)]
    told = line.call("POST", "/api/v1/decisions/compare", json={"question": question, "subjects": subjects})
    if as_json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for subject, answer in zip(subjects, told["answers"], strict=True):
            print(f"== {subject['id']}")
            _show(answer)
            print()
        print(f"Their ways part at: {', '.join(told['parts_at']) or 'nothing'}")
    raise typer.Exit(Exit.OK if told["answers"][0]["decision"] else Exit.DENY)


def employee(person: str, assignment: str | None) -> dict[str, Any]:
    """A subject as the decision point reads it."""
    return {"type": "employee", "id": person, "properties": {"assignment": assignment} if assignment else {}}


def _show(answer: dict[str, Any]) -> None:
    context = answer["context"]
    if "error" in context:
        print(f"NO ANSWER  {context['error']['message']}")
        return
    for gate in context.get("gates", ()):
        print(f" {_MARKS[gate['outcome']]} {gate['gate']}")
        for finding in gate["findings"]:
            print(f"     {finding['rule']}: {finding['explanation']}")
            print(f"       {finding['law']}" + "".join(f"; {fact}" for fact in finding["facts"]))
    verdict = "PERMIT" if answer["decision"] else "DENY"
    print(f"\n{verdict}  {context['reason_admin']['text']}")
    print(f"To the person: {context['reason_user']['sv']}")
    for step in context["next_steps"]:
        print(f"What would help: {step['sv']}")
    if context.get("obligations"):
        print(f"Obligations: {', '.join(context['obligations'])}")
    if context.get("valid_until"):
        print(f"Until: {context['valid_until']}")
    print(f"Recorded as {context['decision_id']}")
