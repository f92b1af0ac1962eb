"""Commands about staff lists: preview what a list would do, apply it, look at earlier runs."""

import json
from pathlib import Path
from typing import Any

import typer

from hub.cli.connection import DataOption, JsonOption, connect, stop
from hub.cli.exits import Exit
from hub.demo_folder import default_folder

group = typer.Typer(help="Staff lists from municipalities.", no_args_is_help=True)


@group.command()
def preview(source: str, file: Path, data: Path | None = DataOption, as_json: bool = JsonOption) -> None:
    """Show what a staff list would change; changes nothing."""
    answer = connect(data).call(
        "POST",
        f"/api/v1/sync/sources/{source}/preview",
        content=_read(file, data),
        headers={"content-type": "text/csv"},
    )
    _show(answer, as_json)
    raise typer.Exit(Exit.NEEDS_APPROVAL if answer["plan"]["brakes"] else Exit.OK)


@group.command()
def apply(
    source: str,
    file: Path,
    confirm_leavers: int | None = typer.Option(None, help="How many leave, when so many do that the list stopped."),
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Carry out a staff list: all of its good rows in one change, or nothing."""
    answer = connect(data).call(
        "POST",
        f"/api/v1/sync/sources/{source}/apply",
        content=_read(file, data),
        headers={"content-type": "text/csv"},
        params={} if confirm_leavers is None else {"confirm_leavers": confirm_leavers},
    )
    _show(answer, as_json)


@group.command()
def runs(data: Path | None = DataOption, as_json: bool = JsonOption) -> None:
    """List the newest runs."""
    answer = connect(data).call("GET", "/api/v1/sync/runs")
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    for run in answer["items"]:
        print("  ".join(str(run.get(name, "–")) for name in ("id", "source", "state", "created_at", "actor")))


@group.command()
def sources(data: Path | None = DataOption, as_json: bool = JsonOption) -> None:
    """List the sources that send staff lists."""
    answer = connect(data).call("GET", "/api/v1/sync/sources")
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    for source in answer["items"]:
        print(f"{source['id']}  {source['member']}  {source['name']}")


def _read(file: Path, data: Path | None) -> bytes:
    """A bare name that is no file here is looked for among the demo's own staff lists."""
    among_ours = (data or default_folder()) / "staff-lists" / file
    if not file.exists() and among_ours.exists():
        file = among_ours
    try:
        return file.read_bytes()
    except OSError as error:
        stop(Exit.USAGE, f"{file} cannot be read: {error.strerror}")


def _show(answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    from sync.edge.text import render_plan

    for line in render_plan(answer["plan"]):
        print(line)
    print(f"run {answer['run']['id']}: {answer['run']['state']}")
