"""``tillit directory administrators``: who may administer a member or a unit."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import typer

from hub.cli.connection import DataOption, JsonOption, connect, talk
from vocabulary.stockholm import written


def register(group: typer.Typer) -> None:
    group.command("administrators")(administrators)


def administrators(
    area: str = typer.Argument(..., metavar="ID", help="HSA-id of a member or unit."),
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Who administers it, by which admin assignment, until when, and when it was last used there."""
    answer = connect(data).call("GET", "/api/v1/administrators", params={"area": area})
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    for item in answer["items"]:
        print(f"{item['name']}  {item['person']}  {item['admin_assignment_name']} ({item['admin_assignment']})")
        part = "" if item["whole"] else ", parts of it"
        until = (item["period"]["end"] or "further notice")[:16]
        print(f"    {', '.join(item['duties'])}{part}; until {until}; {_last(item)}")
    if not answer["items"]:
        talk("Nobody administers it by an admin assignment.")


def _last(item: dict[str, Any]) -> str:
    if item["last_use"] is not None:
        return f"last used {written(datetime.fromisoformat(item['last_use']['at']))}"
    back = item["looked_back_to"]
    return "never used there" if back is None else f"not used there since {back[:16]}"
