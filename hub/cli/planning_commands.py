"""Commands about the directory in time: ``tillit directory plan`` and ``tillit directory reorganise``.

A change is shown before it is planned, and planned when it is agreed to: at the terminal, or with ``--yes``.
"""

import json
import sys
from pathlib import Path
from typing import Any

import typer

from hub.cli.connection import DataOption, JsonOption, connect, stop, talk
from hub.cli.directory_commands import AttributesArgument, ReasonOption, attributes_in
from hub.cli.exits import Exit
from hub.cli.plan_text import plan_lines, preview_lines, row_of

plan = typer.Typer(help="Changes that are planned for a date to come.", no_args_is_help=True)
reorganise = typer.Typer(help="Move, merge, split or close units, at a date or at once.", no_args_is_help=True)

PLANS, REORGANISATIONS = "/api/v1/planned-changes", "/api/v1/reorganisations"
OnOption = typer.Option(..., "--on", metavar="DATE", help="2026-06-01 (from midnight in Stockholm), or an instant.")
WhenOption = typer.Option(None, "--on", metavar="DATE", help="When; at once if left out.")
YesOption = typer.Option(False, "--yes", "-y", help="Do not ask.")
TryOption = typer.Option(False, "--dry-run", help="Show what it would do, and do nothing.")
AssignmentsOption = typer.Option(
    None, "--assignments", metavar="take|end|UNIT", help="They go along, end, or stay with UNIT of their own provider."
)


@plan.command("set")
def plan_set(
    hsa_id: str,
    attributes: list[str] = AttributesArgument,
    on: str = OnOption,
    reason: str = ReasonOption,
    dry_run: bool = TryOption,
    yes: bool = YesOption,
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Set attributes of an entry."""
    step = {"do": "change", "entry": hsa_id, "set": attributes_in(attributes)}
    _propose(PLANS, {"due": on, "reason": reason, "steps": [step]}, data, dry_run=dry_run, yes=yes, as_json=as_json)


@plan.command("new")
def plan_new(
    kind: str = typer.Argument(..., help="person, unit, assignment …"),
    attributes: list[str] = AttributesArgument,
    on: str = OnOption,
    reason: str = ReasonOption,
    dry_run: bool = TryOption,
    yes: bool = YesOption,
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Make a new entry; it gets its HSA-id now."""
    step = {"do": "create", "kind": kind.replace("-", "_"), "set": attributes_in(attributes)}
    _propose(PLANS, {"due": on, "reason": reason, "steps": [step]}, data, dry_run=dry_run, yes=yes, as_json=as_json)


def _on_one(verb: str, field: str | None, says: str) -> None:
    """A command that does ``verb`` to one entry, and names another in ``field``."""

    def propose(hsa_id: str, more: dict[str, Any], on: str, reason: str, data: Path | None, **how: bool) -> None:
        step = {"do": verb, "entry": hsa_id, **more}
        _propose(PLANS, {"due": on, "reason": reason, "steps": [step]}, data, **how)

    def alone(
        hsa_id: str,
        on: str = OnOption,
        reason: str = ReasonOption,
        dry_run: bool = TryOption,
        yes: bool = YesOption,
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        propose(hsa_id, {}, on, reason, data, dry_run=dry_run, yes=yes, as_json=as_json)

    def with_other(
        hsa_id: str,
        other: str = typer.Argument(..., metavar=(field or "").upper(), help="HSA-id of the other."),
        until: str | None = typer.Option(None, "--until", help="First instant that does not belong to it (assign)."),
        on: str = OnOption,
        reason: str = ReasonOption,
        dry_run: bool = TryOption,
        yes: bool = YesOption,
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        if until is not None and verb != "assign":
            stop(Exit.USAGE, f"`{verb}` has no end of its own")
        more = {str(field): other} | ({} if until is None else {"until": until})
        propose(hsa_id, more, on, reason, data, dry_run=dry_run, yes=yes, as_json=as_json)

    plan.command(verb, help=says)(alone if field is None else with_other)


_on_one("end", None, "End an entry.")
_on_one("move", "to", "Let a unit, a function or an assignment stand below another.")
_on_one("assign", "person", "Let a person hold an assignment, an admin assignment or a system role.")
_on_one("unassign", "person", "Let a person not hold it any more.")


@plan.command("steps")
def plan_steps(
    file: Path = typer.Argument(..., help="A JSON list of steps, as the API takes them; `-` reads them from stdin."),
    on: str = OnOption,
    reason: str = ReasonOption,
    dry_run: bool = TryOption,
    yes: bool = YesOption,
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Several steps at one instant, all or none."""
    try:
        steps = json.loads(sys.stdin.read() if str(file) == "-" else file.read_text())
    except OSError as error:
        stop(Exit.USAGE, f"{file} cannot be read: {error.strerror}")
    except ValueError:
        stop(Exit.USAGE, f"{file} is not JSON")
    _propose(PLANS, {"due": on, "reason": reason, "steps": steps}, data, dry_run=dry_run, yes=yes, as_json=as_json)


@reorganise.command("move")
def reorganise_move(
    unit: str,
    to: str,
    care_provider: str | None = typer.Option(None, help="Whose the unit is afterwards, where that is not plain."),
    assignments: str | None = AssignmentsOption,
    on: str | None = WhenOption,
    reason: str = ReasonOption,
    dry_run: bool = TryOption,
    yes: bool = YesOption,
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Let a unit, with all that stands below it, stand below another unit or its member."""
    body = {"do": "move", "unit": unit, "to": to, "care_provider": care_provider, **_assignments(assignments)}
    _propose(REORGANISATIONS, _dated(body, on, reason), data, dry_run=dry_run, yes=yes, as_json=as_json)


@reorganise.command("merge")
def reorganise_merge(
    units: list[str] = typer.Argument(..., help="The units that end."),
    into: str = typer.Option(..., "--into", help="The unit that takes over."),
    assignments: str | None = AssignmentsOption,
    on: str | None = WhenOption,
    reason: str = ReasonOption,
    dry_run: bool = TryOption,
    yes: bool = YesOption,
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Merge units into one, which takes over what they have."""
    body = {"do": "merge", "units": units, "into": into, **_assignments(assignments)}
    _propose(REORGANISATIONS, _dated(body, on, reason), data, dry_run=dry_run, yes=yes, as_json=as_json)


@reorganise.command("split")
def reorganise_split(
    unit: str,
    parts: list[str] = typer.Option(..., "--part", metavar="NAME=ID,ID …", help="A new unit and what it takes."),
    on: str | None = WhenOption,
    reason: str = ReasonOption,
    dry_run: bool = TryOption,
    yes: bool = YesOption,
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Make new units like this one, and hand out to them what stands right below it."""
    body = {"do": "split", "unit": unit, "parts": [_part(each) for each in parts]}
    _propose(REORGANISATIONS, _dated(body, on, reason), data, dry_run=dry_run, yes=yes, as_json=as_json)


@reorganise.command("close")
def reorganise_close(
    unit: str,
    children: str = typer.Option("none", metavar="none|close|UNIT", help="Units below it: none, closed too, or moved."),
    assignments: str | None = AssignmentsOption,
    on: str | None = WhenOption,
    reason: str = ReasonOption,
    dry_run: bool = TryOption,
    yes: bool = YesOption,
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Close a unit: its functions and assignments end, and whoever holds them loses them at that instant."""
    below = {"children": children} if children in ("none", "close") else {"children": "move", "children_to": children}
    body = {"do": "close", "unit": unit, **below, **_assignments(assignments)}
    _propose(REORGANISATIONS, _dated(body, on, reason), data, dry_run=dry_run, yes=yes, as_json=as_json)


def _add_shared(group: typer.Typer, address: str) -> None:
    @group.command("list")
    def listed(
        state: list[str] | None = typer.Option(None, help="waiting, begun, done, failed, cancelled; may be repeated."),
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        """List them by date; those that are over too."""
        line, items = connect(data), []
        parameters: dict[str, Any] = {"limit": 200} | ({"state": state} if state else {})
        while True:
            page = line.call("GET", address, params=parameters)
            items += page["items"]
            if page["next_cursor"] is None:
                break
            parameters["cursor"] = page["next_cursor"]
        if as_json:
            print(json.dumps(items, ensure_ascii=False, indent=2))
            return
        for item in items:
            print(row_of(item))

    @group.command("show")
    def show(number: int, data: Path | None = DataOption, as_json: bool = JsonOption) -> None:
        """Show one, and what it will do."""
        _show(connect(data).call("GET", f"{address}/{number}"), as_json=as_json)

    @group.command("cancel")
    def cancel(
        number: int, reason: str = ReasonOption, data: Path | None = DataOption, as_json: bool = JsonOption
    ) -> None:
        """Cancel one that waits, or that failed."""
        _show(connect(data).call("POST", f"{address}/{number}/cancel", json={"reason": reason}), as_json=as_json)

    @group.command("retry")
    def retry(number: int, data: Path | None = DataOption, as_json: bool = JsonOption) -> None:
        """Try one again that failed; you answer for it from now on."""
        _show(connect(data).call("POST", f"{address}/{number}/retry"), as_json=as_json)


_add_shared(plan, PLANS)
_add_shared(reorganise, REORGANISATIONS)


def _propose(address: str, body: dict[str, Any], data: Path | None, *, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Show it first; then do it if that is agreed to. Exits 4 where nobody can be asked."""
    line = connect(data)
    tried = line.call("POST", address, params={"dry_run": "true"}, json=body)
    if dry_run:
        _show(tried, as_json=as_json)
        return
    if not yes:
        _agree(tried)
    done = line.call("POST", address, json=body)
    _show(done, as_json=as_json)
    if done["state"] == "failed":
        raise typer.Exit(Exit.ERROR)


def _agree(tried: dict[str, Any]) -> None:
    for text in (*plan_lines(tried), *preview_lines(tried["preview"])):
        talk(text)
    if not sys.stdin.isatty():
        stop(Exit.NEEDS_APPROVAL, "nothing was done; say --yes when this is what you want")
    if not typer.confirm("Shall it be so?", err=True):
        stop(Exit.ERROR, "nothing was done")


def _show(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for text in plan_lines(told):
        print(text)
    for text in preview_lines(told["preview"]) if told.get("preview") else ():
        print(text)


def _dated(body: dict[str, Any], on: str | None, reason: str) -> dict[str, Any]:
    given = {**body, "due": on, "reason": reason}
    return {name: value for name, value in given.items() if value is not None}


def _assignments(said: str | None) -> dict[str, Any]:
    match said:
        case None:
            return {}
        case "take" | "end":
            return {"assignments": {"fate": said}}
    return {"assignments": {"fate": "leave", "at": said}}


def _part(said: str) -> dict[str, Any]:
    name, equals, takes = said.partition("=")
    if not name or (equals and not takes):
        stop(Exit.USAGE, f"`{said}` is not NAME=ID,ID …")
    return {"name": name, "takes": [each for each in takes.split(",") if each]}
