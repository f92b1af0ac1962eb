"""Commands about what is wrong with the directory, and when the licence register was asked."""

import json
from pathlib import Path
from typing import Any

import typer

from hub.cli.connection import DataOption, JsonOption, connect, talk
from hub.cli.dates import FORMS, instant_in


def register(group: typer.Typer) -> None:
    """Among the commands about the directory as a whole."""
    group.command("quality")(quality)
    group.command("licences-checked")(licences_checked)


def quality(
    member: str | None = typer.Option(None, help="HSA-id of the organisation."),
    code: list[str] = typer.Option([], help="Only findings of this code; may be given several times."),
    severity: str | None = typer.Option(None, help="error, warning or notice."),
    rule: int | None = typer.Option(None, min=1, max=7, help="HSA's rule of quality."),
    most: int = typer.Option(500, min=1, help="Show at most so many; the counts are of all."),
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """What is wrong, with which entry, whose it is to mend, since when, and how."""
    line = connect(data)
    asked = {"member": member, "code": code, "severity": severity, "rule": rule}
    parameters = {name: value for name, value in asked.items() if value not in (None, [])}
    found: list[dict[str, Any]] = []
    cursor: dict[str, Any] = {}
    while True:
        limit = min(500, most - len(found))
        page = line.call("GET", "/api/v1/quality", params=parameters | cursor | {"limit": limit})
        found += page["items"]
        if page["next_cursor"] is None or len(found) >= most:
            break
        cursor = {"cursor": page["next_cursor"]}
    if as_json:
        print(json.dumps(page | {"items": found}, ensure_ascii=False, indent=2))
        return
    _show(found)
    if not found:
        talk("Nothing is found.")
    for count in page["counts"]:
        talk(f"{count['count']:>6}  {count['severity']:<8} {count['code']}: {count['means']}")
    talk(f"{sum(count['count'] for count in page['counts']):>6}  in all, at revision {page['revision']}")


def licences_checked(
    people: list[str] = typer.Argument(..., metavar="HSA-ID …", help="About whom the licence register was asked."),
    at: str | None = typer.Option(None, "--at", metavar="DATE", help=f"When: {FORMS} Now if left out."),
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Note that the licence register (HOSP) was asked, and that the directory says what it said."""
    body: dict[str, Any] = {"people": people} | ({} if at is None else {"at": instant_in(at)})
    answer = connect(data).call("POST", "/api/v1/licence-checks", json=body)
    print(json.dumps(answer, indent=2) if as_json else f"{answer['noted']} noted")


def _show(found: list[dict[str, Any]]) -> None:
    """One line per finding, and below it what is known and what to do."""
    for one in found:
        entry, owner = one["entry"] or "–", one["owner"]
        whose = "–" if owner is None else f"{owner['name']} ({owner['directory_contact']})"
        print(f"{one['severity']:<8} {one['code']:<26} {entry:<22} {one['name'] or ''}")
        print(f"         {one['said']}; since {one['since'][:10]}, revision {one['since_revision']}")
        print(f"         {one['fix']}; {whose}")
