"""``tillit changes``: what was changed in the directory, one line for each change; with ``--follow`` as it happens."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import typer

from hub.cli.connection import Connection, DataOption, JsonOption, connect, stop, talk
from hub.cli.event_stream import Event, events_in
from hub.cli.exits import Exit

ADDRESS = "/api/v1/changes"
_TRY_AGAIN_SECONDS = 2.0
_SILENT_FOR_AT_MOST_SECONDS = 40.0
"""Streams send a sign of life every 15 seconds."""

Commit = dict[str, Any]


def register(cli: typer.Typer) -> None:
    cli.command("changes")(changes)


def changes(
    since: int | None = typer.Option(
        None, min=0, metavar="REVISION", help="Tell what came after it.", show_default="the beginning; now, to follow"
    ),
    follow: bool = typer.Option(False, "--follow", "-f", help="Go on until Ctrl-C, over restarts of the server."),
    kind: list[str] | None = typer.Option(None, help="Only entries of this kind (unit, person …); may be repeated."),
    member: str | None = typer.Option(None, help="Only entries of this member."),
    unit: str | None = typer.Option(None, help="Only this unit, what stands at it, and who holds an assignment there."),
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Tell what was changed in the directory, oldest first; with --json one commit to a line."""
    chosen: dict[str, Any] = {"kind": kind or [], "member": member, "unit": unit}
    wanted = {name: value for name, value in chosen.items() if value is not None}
    line = connect(data)
    if follow and since is None:
        since = line.call("GET", ADDRESS, params={"since": 0, "limit": 1})["revision"]
    commits = _followed(line, data, since or 0, wanted) if follow else _all_after(line, since or 0, wanted)
    with suppress(KeyboardInterrupt):
        for commit in commits:
            for told in [json.dumps(commit, ensure_ascii=False)] if as_json else _lines_of(commit):
                print(told, flush=True)


def _all_after(line: Connection, since: int, wanted: dict[str, Any]) -> Iterator[Commit]:
    while True:
        page = line.call("GET", ADDRESS, params={"since": since, **wanted})
        yield from page["items"]
        since = page["next_since"]
        if since >= page["revision"]:
            return


def _followed(line: Connection | None, data: Path | None, since: int, wanted: dict[str, Any]) -> Iterator[Commit]:
    """Whenever the stream ends (the token has run out, the server restarts) it goes on where it was."""
    while True:
        if line is not None:
            for event in _events(line, since, wanted):
                if event.name == "end":
                    talk(f"the stream ended: {json.loads(event.data)['title']}; following on from {since}")
                elif event.id is not None:
                    since = int(event.id)
                    if event.name == "commit":
                        yield json.loads(event.data)
        time.sleep(_TRY_AGAIN_SECONDS)
        line = _connected(data)


def _events(line: Connection, since: int, wanted: dict[str, Any]) -> Iterator[Event]:
    headers = {"accept": "text/event-stream", "last-event-id": str(since)}
    try:
        with line.http.stream(
            "GET", ADDRESS, params=wanted, headers=headers, timeout=_SILENT_FOR_AT_MOST_SECONDS
        ) as answer:
            if answer.is_success:
                yield from events_in(answer.iter_bytes())
            elif answer.status_code not in (401, 429, 502, 503, 504):
                answer.read()
                problem = answer.json()
                stop(Exit.ERROR, str(problem.get("title", answer.reason_phrase)))
            else:
                talk(f"{answer.status_code} {answer.reason_phrase}; trying again")
                time.sleep(int(answer.headers.get("retry-after", "0")))
    except httpx.TransportError as error:
        talk(f"the line broke ({type(error).__name__}); following on from {since}")


def _connected(data: Path | None) -> Connection | None:
    """A new line with a new token; ``None`` while nobody answers."""
    try:
        return connect(data)
    except typer.Exit as ended:
        if ended.exit_code != Exit.UNAVAILABLE:
            raise
        return None


def _lines_of(commit: Commit) -> Iterator[str]:
    when = str(commit["at"]).replace("T", " ")[:19] + " UTC"
    by = "" if commit["actor"] is None else f"  ({commit['actor']}, {commit['door']}: {commit['reason']})"
    for change in commit["changes"]:
        before, after, fields = change["before"], change["after"], change["fields"]
        what = "removed" if after is None else "created" if before is None else "changed" if fields else "accepted"
        name = "" if after is None else f" {after.get('full_name') or after.get('name')}"
        which = f"  {', '.join(fields)}" if what == "changed" else ""
        yield f"{commit['revision']}  {when}  {what} {change['kind']} {change['hsa_id']}{name}{which}{by}"
    if commit["reread"]:
        yield f"{commit['revision']}  {when}  read anew: {', '.join(commit['reread'])}"
