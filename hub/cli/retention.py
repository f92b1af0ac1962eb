"""The command about what the law lets be erased, what is due, and what was erased."""

import json
from pathlib import Path
from typing import Any

import typer

from hub.cli.connection import DataOption, JsonOption, connect, talk


def register(group: typer.Typer) -> None:
    """Among the commands about the directory as a whole."""
    group.command("retention")(retention)


def retention(
    most: int = typer.Option(100, min=1, max=500, help="Show at most so many of what was erased."),
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """By which law and when what has ended is erased (gallring), what is due, and what was erased."""
    told = connect(data).call("GET", "/api/v1/retention", params={"limit": most})
    if as_json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    print(f"{'what':<17} {'years':>5}  {'due':>6}  {'held back':>9}  by")
    for rule in told["rules"]:
        counts = ["–" if rule[name] is None else f"{rule[name]:,}" for name in ("due", "held_back")]
        print(f"{rule['kind']:<17} {rule['years']:>5}  {counts[0]:>6}  {counts[1]:>9}  {rule['law']}: {rule['why']}")
    for held in told["held"]:
        print(held_line(held))
    for erased in told["record"]:
        which = "" if erased["revision"] is None else f", revision {erased['revision']}"
        print(f"{erased['at'][:10]}  {erased['count']:,} {erased['kind']} erased by {erased['decision']}{which}")
    if told["decision"] is None:
        talk("Nothing is erased: no decision of the archive authority stands in the setting `retention_decision`.")
    else:
        talk(f"What is due is erased within the hour, by the decision {told['decision']}.")


def held_line(held: dict[str, Any]) -> str:
    """What is held back, by what, and so what to look at."""
    what = f"{held['kind']} {held['hsa_id']}"
    if held["parts"] is not None:
        what = f"{held['parts']} {held['kind']} of {held['hsa_id']}"
    number, by_entry = held["by_plan"], held["by_entry"]
    if number is not None:
        return f"{what} is held back by planned change {number} (tillit directory plan show {number})"
    return f"{what} is held back by {by_entry or 'what you may not know of'}"
