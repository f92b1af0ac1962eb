"""Commands about the directory in time: ``tillit directory plan`` and ``tillit directory reorganise``.

A change is shown before it is planned, and planned when it is agreed to: at the terminal, or with ``--yes``.
"""

import inspect
import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import typer

from hub.cli.connection import DataOption, JsonOption, connect, stop, talk
from hub.cli.dates import FORMS, instant_in
from hub.cli.directory_commands import AttributesArgument, KeptProviderOption, ReasonOption, attributes_in
from hub.cli.exits import Exit
from hub.cli.plan_text import plan_lines, preview_lines, row_of

plan = typer.Typer(help="Changes that are planned for a date to come.", no_args_is_help=True)
reorganise = typer.Typer(help="Move, merge, split or close units, at a date or at once.", no_args_is_help=True)

PLANS, REORGANISATIONS = "/api/v1/planned-changes", "/api/v1/reorganisations"
OnOption = typer.Option(..., "--on", metavar="DATE", help=FORMS)
WhenOption = typer.Option(None, "--on", metavar="DATE", help="When; at once if left out.")
YesOption = typer.Option(False, "--yes", "-y", help="Do not ask.")
UnaskedOption = typer.Option(False, "--yes", "-y", help="Taken as elsewhere; this asks nothing.")
TryOption = typer.Option(False, "--dry-run", help="Show what it would do, and do nothing.")
AssignmentsOption = typer.Option(
    None, "--assignments", metavar="take|end|UNIT", help="They go along, end, or stay with UNIT of their own provider."
)
PersonArgument = typer.Argument(..., metavar="PERSON", help="Her HSA-id.")

Body = dict[str, Any]


def _propose(
    address: str,
    body: Body,
    on: str | None = WhenOption,
    reason: str = ReasonOption,
    dry_run: bool = TryOption,
    yes: bool = YesOption,
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Show it first; then do it if that is agreed to. Exits 4 where nobody can be asked."""
    line = connect(data)
    asked = {name: value for name, value in {**body, "due": on, "reason": reason}.items() if value is not None}
    tried = line.call("POST", address, params={"dry_run": "true"}, json=asked)
    if dry_run:
        _show(tried, as_json=as_json)
        return
    if not yes:
        _agree(tried)
    done = line.call("POST", address, json=asked)
    _show(done, as_json=as_json)
    if done["state"] == "failed":
        raise typer.Exit(Exit.ERROR)


def _command(group: typer.Typer, verb: str, address: str, on: Any, body_of: Callable[..., Body]) -> None:
    """``verb``, which takes what ``body_of`` takes and the options of ``_propose``, and proposes the body."""

    @wraps(body_of)
    def propose(**given: Any) -> None:
        own = {name: given.pop(name) for name in inspect.signature(body_of).parameters}
        _propose(address, body_of(**own), **given)

    options = [
        each.replace(kind=inspect.Parameter.KEYWORD_ONLY, default=on if name == "on" else each.default)
        for name, each in inspect.signature(_propose).parameters.items()
        if name not in ("address", "body")
    ]
    parameters = [*inspect.signature(body_of).parameters.values(), *options]
    propose.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what typer reads
    propose.__annotations__ = {each.name: each.annotation for each in parameters}
    group.command(verb)(propose)


def _planning(verb: str) -> Callable[[Callable[..., list[Body]]], None]:
    """``plan VERB``: the function tells its steps."""

    def add(steps_of: Callable[..., list[Body]]) -> None:
        @wraps(steps_of)
        def body_of(**own: Any) -> Body:
            return {"steps": steps_of(**own)}

        _command(plan, verb, PLANS, OnOption, body_of)

    return add


def _reorganising(verb: str) -> Callable[[Callable[..., Body]], None]:
    """``reorganise VERB``: the function tells what else belongs to it."""

    def add(rest_of: Callable[..., Body]) -> None:
        @wraps(rest_of)
        def body_of(**own: Any) -> Body:
            return {"do": verb, **rest_of(**own)}

        _command(reorganise, verb, REORGANISATIONS, WhenOption, body_of)

    return add


@_planning("set")
def _set(hsa_id: str, attributes: list[str] = AttributesArgument) -> list[Body]:
    """Set attributes of an entry."""
    return [{"do": "change", "entry": hsa_id, "set": attributes_in(attributes)}]


@_planning("new")
def _new(
    kind: str = typer.Argument(..., help="person, unit, assignment …"), attributes: list[str] = AttributesArgument
) -> list[Body]:
    """Make a new entry; it gets its HSA-id now."""
    return [{"do": "create", "kind": kind.replace("-", "_"), "set": attributes_in(attributes)}]


@_planning("end")
def _end(hsa_id: str) -> list[Body]:
    """End an entry."""
    return [{"do": "end", "entry": hsa_id}]


@_planning("move")
def _move(
    hsa_id: str,
    to: str = typer.Argument(..., metavar="TO", help="HSA-id of the other."),
    care_provider: str | None = KeptProviderOption,
) -> list[Body]:
    """Let a unit, a function or an assignment stand below another."""
    kept = {} if care_provider is None else {"care_provider": care_provider}
    return [{"do": "move", "entry": hsa_id, "to": to} | kept]


@_planning("assign")
def _assign(
    hsa_id: str,
    person: str = PersonArgument,
    until: str | None = typer.Option(
        None, "--until", metavar="DATE", help="First instant when she does not hold it any more."
    ),
) -> list[Body]:
    """Let a person hold an assignment, an admin assignment or a system role."""
    return [
        {"do": "assign", "entry": hsa_id, "person": person} | ({} if until is None else {"until": instant_in(until)})
    ]


@_planning("unassign")
def _unassign(hsa_id: str, person: str = PersonArgument) -> list[Body]:
    """Let a person not hold it any more."""
    return [{"do": "unassign", "entry": hsa_id, "person": person}]


@_planning("steps")
def _steps(
    file: Path = typer.Argument(..., help="A JSON list of steps, as the API takes them; `-` reads them from stdin."),
) -> list[Body]:
    """Several steps at one instant, all or none."""
    try:
        steps: list[Body] = json.loads(sys.stdin.read() if str(file) == "-" else file.read_text())
    except OSError as error:
        stop(Exit.USAGE, f"{file} cannot be read: {error.strerror}")
    except ValueError:
        stop(Exit.USAGE, f"{file} is not JSON")
    return steps


@_reorganising("move")
def _move_unit(
    unit: str,
    to: str,
    care_provider: str | None = typer.Option(None, help="Whose the unit is afterwards, where that is not plain."),
    assignments: str | None = AssignmentsOption,
) -> Body:
    """Let a unit, with all that stands below it, stand below another unit or its member."""
    return {"unit": unit, "to": to, "care_provider": care_provider, **_assignments(assignments)}


@_reorganising("merge")
def _merge_units(
    units: list[str] = typer.Argument(..., help="The units that end."),
    into: str = typer.Option(..., "--into", help="The unit that takes over."),
    assignments: str | None = AssignmentsOption,
) -> Body:
    """Merge units into one, which takes over what they have."""
    return {"units": units, "into": into, **_assignments(assignments)}


@_reorganising("split")
def _split_unit(
    unit: str,
    parts: list[str] = typer.Option(..., "--part", metavar="NAME=ID,ID …", help="A new unit and what it takes."),
) -> Body:
    """Make new units like this one, and hand out to them what stands right below it."""
    return {"unit": unit, "parts": [_part(each) for each in parts]}


@_reorganising("close")
def _close_unit(
    unit: str,
    children: str = typer.Option("none", metavar="none|close|UNIT", help="Units below it: none, closed too, or moved."),
    assignments: str | None = AssignmentsOption,
) -> Body:
    """Close a unit: its functions and assignments end, and whoever holds them loses them at that instant."""
    below = {"children": children} if children in ("none", "close") else {"children": "move", "children_to": children}
    return {"unit": unit, **below, **_assignments(assignments)}


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
        if not items:
            talk("Nothing is planned." if not state else f"Nothing that is planned is {' or '.join(state)}.")

    @group.command("show")
    def show(number: int, data: Path | None = DataOption, as_json: bool = JsonOption) -> None:
        """Show one, and what it will do."""
        _show(connect(data).call("GET", f"{address}/{number}"), as_json=as_json)

    @group.command("cancel")
    def cancel(
        number: int,
        reason: str = ReasonOption,
        yes: bool = UnaskedOption,
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        """Cancel one that waits, or that failed."""
        _show(connect(data).call("POST", f"{address}/{number}/cancel", json={"reason": reason}), as_json=as_json)

    @group.command("retry")
    def retry(
        number: int, yes: bool = UnaskedOption, data: Path | None = DataOption, as_json: bool = JsonOption
    ) -> None:
        """Try one again that failed; you answer for it from now on."""
        _show(connect(data).call("POST", f"{address}/{number}/retry"), as_json=as_json)


_add_shared(plan, PLANS)
_add_shared(reorganise, REORGANISATIONS)


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
