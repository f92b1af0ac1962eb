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
    print(f"{'what':<18} {'years':>5}  {'due':>6}  {'held back':>9}  {'undecided':>9}  by")
    for rule in told["rules"]:
        due, held, open_ = ("–" if rule[it] is None else f"{rule[it]:,}" for it in ("due", "held_back", "undecided"))
        kind, law = rule["kind"], f"{rule['law']}: {rule['why']}"
        print(f"{kind:<18} {rule['years']:>5}  {due:>6}  {held:>9}  {open_:>9}  {law}")
    for member in told["members"]:
        print(member_line(member))
    for held in told["held"]:
        print(held_line(held))
    for erased in told["record"]:
        which = "" if erased["revision"] is None else f", revision {erased['revision']}"
        whose = "" if erased["member"] is None else f" of {erased['member']}"
        print(f"{erased['at'][:10]}  {erased['count']:,} {erased['kind']}{whose} erased by {erased['decision']}{which}")
    talk(what_happens(told))


def what_happens(told: dict[str, Any]) -> str:
    """In one sentence what the decisions lead to."""
    decided = sum(member["decision"] is not None for member in told["members"])
    if told["decision"] is not None:
        return f"What is due is erased within the hour, by the decision {told['decision']}, or a member's own."
    if told["common_decisions"]:
        return "What is due is erased within the hour, by each member's own decision."
    if decided:
        return (
            f"Of {decided} of {len(told['members'])} members what is due is erased within the hour. The others have no "
            "decision in the setting `retention_decisions`: nothing that tells of them is erased, nor the journal and "
            "sealed numbers, which are everybody's."
        )
    return (
        "Nothing is erased: no decision of an archive authority stands in the settings `retention_decision` (for all "
        "members) and `retention_decisions` (a member's own)."
    )


def member_line(member: dict[str, Any]) -> str:
    """Whose, by what decision, and what of it is due."""
    told = f"{member['hsa_id']} {member['name']}: "
    if member["decision"] is None:
        told += "no decision"
    else:
        told += f"{'joint' if member['joint'] else 'own'} decision {member['decision']}"
    for name, says in (("due", "due"), ("held_back", "of that held back"), ("undecided", "undecided")):
        if member[name]:
            told += f"; {says} " + ", ".join(f"{count:,} {kind}" for kind, count in sorted(member[name].items()))
    return told


def held_line(held: dict[str, Any]) -> str:
    """What is held back, by what, and so what to look at."""
    what = f"{held['kind']} {held['hsa_id']}"
    if held["parts"] is not None:
        what = f"{held['parts']} {held['kind']} of {held['hsa_id']}"
    number, by_entry = held["by_plan"], held["by_entry"]
    if number is not None:
        return f"{what} is held back by planned change {number} (tillit directory plan show {number})"
    return f"{what} is held back by {by_entry or 'what you may not know of'}"
