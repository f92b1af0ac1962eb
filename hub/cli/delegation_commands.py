"""``tillit delegation``: write, sign, answer and end delegations, and report back; ``--as`` the person herself."""

import json
import webbrowser
from pathlib import Path
from typing import Any

import typer

from hub.cli.acting import PORTAL, let_people_act
from hub.cli.connection import Connection, DataOption, JsonOption, connect, talk
from hub.cli.patients import patient_of

group = typer.Typer(help="Delegations of tasks.", no_args_is_help=True)
DELEGATIONS = "/api/v1/delegations"

IdArgument = typer.Argument(metavar="DELEGATION", help="Its id.")
ZoneOption = typer.Option("sjunet", help="The network that it is done over: sjunet, lumiora or open.")
YesOption = typer.Option(False, "--yes", "-y", help="Do not ask.")
WhyOption = typer.Option(..., "--reason", "-r", help="Why; it is kept.", prompt="Why")


@group.command("list")
def listed(
    person: str = typer.Argument(help="HSA-id of who gave or received them."),
    state: str | None = typer.Option(None, help="Only those in this state, e.g. in_force."),
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Delegations that a person gave or received."""
    parameters = {"person": person} | ({} if state is None else {"state": state})
    items = connect(data).call("GET", DELEGATIONS, params=parameters)["items"]
    if as_json:
        print(json.dumps(items, ensure_ascii=False, indent=2))
    for each in () if as_json else items:
        period = f"{_day(each['from'])} – {_day(each['to'])}"
        print(
            f"{each['id']}  {each['state']:<10} {each['task']:<20} {period}  {each['delegator']} → {each['recipient']}"
        )
    if not items:
        talk("There is no such delegation.")


@group.command()
def show(delegation: str = IdArgument, data: Path | None = DataOption, as_json: bool = JsonOption) -> None:
    """One delegation with all that was done with it."""
    _show(connect(data).call("GET", f"{DELEGATIONS}/{delegation}"), as_json)


@group.command()
def document(
    delegation: str = IdArgument,
    to: Path = typer.Option(Path("delegation.html"), help="The file to write."),
    look: bool = typer.Option(False, "--open", help="Open it in a browser."),
    data: Path | None = DataOption,
) -> None:
    """The paper of a delegation as a page to be printed."""
    line = connect(data)
    to.write_text(line.ask("GET", f"{DELEGATIONS}/{delegation}/document.html").text, encoding="utf-8")
    print(to)
    if look:
        webbrowser.open(to.resolve().as_uri())


@group.command()
def offer(
    recipient: str = typer.Argument(help="HSA-id of who shall do the task."),
    task: str = typer.Argument(help="Its code in the catalogue (`tillit delegation tasks`)."),
    unit: list[str] = typer.Option(..., help="HSA-id of the recipient's unit; may be given several times."),
    first: str = typer.Option(..., "--from", metavar="INSTANT", help="When it begins, e.g. 2026-06-01T08:00+02:00."),
    last: str = typer.Option(..., "--to", metavar="INSTANT", help="When it ends, at most a year later."),
    patient: list[str] = typer.Option([], help="A demo patient's id, or `-` to read the number from stdin."),
    once: bool = typer.Option(False, help="For one occasion."),
    renews: str | None = typer.Option(None, help="The delegation in whose place it comes."),
    delegator: str | None = typer.Option(None, help="HSA-id of who delegates, where an application writes it for her."),
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Write a delegation. It holds when it is signed and accepted."""
    line = connect(data)
    body = {
        "delegator": delegator,
        "recipient": recipient,
        "task": task,
        "units": unit,
        "patients": [patient_of(data, each) for each in patient],
        "from": first,
        "to": last,
        "once": once,
        "renews": renews,
    }
    _show(line.call("POST", DELEGATIONS, json=body), as_json)


@group.command()
def sign(
    delegation: str = IdArgument,
    zone: str = ZoneOption,
    yes: bool = YesOption,
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """The delegator signs what is shown."""
    _show(_signed(connect(data), delegation, "sign", zone, yes), as_json)


@group.command()
def accept(
    delegation: str = IdArgument,
    zone: str = ZoneOption,
    yes: bool = YesOption,
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """The recipient takes the task on, and signs what is shown."""
    _show(_signed(connect(data), delegation, "accept", zone, yes), as_json)


@group.command()
def agree(delegation: str = IdArgument, data: Path | None = DataOption, as_json: bool = JsonOption) -> None:
    """The receiving member agrees: its chief nurse or head of operations."""
    _show(connect(data).call("POST", f"{DELEGATIONS}/{delegation}/agree"), as_json)


@group.command()
def performed(delegation: str = IdArgument, data: Path | None = DataOption, as_json: bool = JsonOption) -> None:
    """The one occasion of a delegation for one occasion has been."""
    _show(connect(data).call("POST", f"{DELEGATIONS}/{delegation}/performed"), as_json)


def _ending(name: str, says: str) -> None:
    @group.command(name, help=says)
    def end(
        delegation: str = IdArgument,
        reason: str = WhyOption,
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        _show(connect(data).call("POST", f"{DELEGATIONS}/{delegation}/{name}", json={"reason": reason}), as_json)


for name, says in (
    ("refuse", "The recipient does not take the task on."),
    ("disagree", "The receiving member does not agree."),
    ("revoke", "The delegator, her chief nurse or head of operations takes it back, at once."),
    ("veto", "A chief nurse or head of operations stops it."),
    ("renounce", "The recipient gives it back."),
):
    _ending(name, says)


@group.command()
def report(
    delegation: str = IdArgument,
    text: str = typer.Argument(help="What happened."),
    deviation: bool = typer.Option(False, help="It deviated from what was delegated."),
    patient: str | None = typer.Option(None, help="A demo patient's id, or `-` to read the number from stdin."),
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """The recipient reports back to the delegator."""
    line = connect(data)
    body = {
        "weight": "deviation" if deviation else "event",
        "text": text,
        "patient": None if patient is None else patient_of(data, patient),
    }
    _print(line.call("POST", f"{DELEGATIONS}/{delegation}/reports", json=body), as_json)


@group.command()
def reports(delegation: str = IdArgument, data: Path | None = DataOption, as_json: bool = JsonOption) -> None:
    """What was reported back."""
    items = connect(data).call("GET", f"{DELEGATIONS}/{delegation}/reports")["items"]
    if as_json:
        print(json.dumps(items, ensure_ascii=False, indent=2))
    for each in () if as_json else items:
        read = "read" if each["acknowledged"] else "not read yet"
        print(f"{each['id']}  {each['registered_at'][:16]}  {each['weight']:<9}  {each['text']} ({read})")
    if not items:
        talk("Nothing was reported.")


@group.command()
def acknowledge(
    delegation: str = IdArgument,
    report_id: str = typer.Argument(metavar="REPORT"),
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """The delegator has read a report."""
    _print(connect(data).call("POST", f"{DELEGATIONS}/{delegation}/reports/{report_id}/acknowledge"), as_json)


@group.command()
def tasks(data: Path | None = DataOption, as_json: bool = JsonOption) -> None:
    """The catalogue of tasks."""
    items = connect(data).call("GET", "/api/v1/delegation-tasks")["items"]
    if as_json:
        print(json.dumps(items, ensure_ascii=False, indent=2))
    for each in () if as_json else items:
        whose = ", ".join(each["required_licences"])
        told = f"delegated by {whose}, signed at {each['signing_level']}" if each["delegable"] else "never delegated"
        print(f"{each['code']:<22} {each['name']:<50} {told}")


@group.command()
def notices(
    person: str | None = typer.Option(None, help="HSA-id; with `--as` it is who is logged in."),
    since: int = typer.Option(0, help="Only what came after this revision."),
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """What somebody was told."""
    parameters = {"since": str(since)} | ({} if person is None else {"person": person})
    told = connect(data).call("GET", "/api/v1/notices", params=parameters)
    if as_json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
    for each in () if as_json else told["items"]:
        print(f"{each['at'][:16]}  {each['what']:<18} {each['register']} {each['record']}")
    talk(f"Go on with --since {told['since']}." if told["items"] else "Nothing was told.")


def _signed(line: Connection, delegation: str, verb: str, zone: str, yes: bool) -> Any:
    """What is signed is shown first, and its hash is what was seen."""
    paper = line.call("GET", f"{DELEGATIONS}/{delegation}/document")
    for name, value in paper["document"].items():
        talk(f"  {name}: {', '.join(value) if isinstance(value, list) else value}")
    if not yes:
        typer.confirm("Sign this?", abort=True, err=True)
    signature = {"document": paper["hash"], "network_zone": zone}
    return line.call("POST", f"{DELEGATIONS}/{delegation}/{verb}", json=signature)


def _show(told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    print(f"{told['id']}  {told['state']}")
    print(f"  {told['task']}: {told['delegator']} → {told['recipient']} at {', '.join(told['units'])}")
    print(f"  {_day(told['from'])} – {_day(told['to'])}, {told['named_patients'] or 'no'} named patients")
    for act in told.get("history", ()):
        level = "" if act["level"] is None else f", {act['level']}"
        why = "" if act["note"] is None else f": {act['note']}"
        print(f"  {act['at'][:16]}  {act['what']} by {act['by']}{level}{why}")


def _print(told: dict[str, Any], as_json: bool) -> None:
    print(
        json.dumps(told, ensure_ascii=False, indent=2) if as_json else f"{told['id']}  {told['weight']}: {told['text']}"
    )


def _day(instant: str | None) -> str:
    return "–" if instant is None else instant[:10]


let_people_act(group, client=PORTAL)
