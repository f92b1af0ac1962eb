"""Commands about rules: ``check`` runs decision cases in a scratch world, without a running Tillit; ``try`` asks what a
draft policy would have changed.
"""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import typer

from hub.cli.connection import DataOption, JsonOption, connect, stop
from hub.cli.exits import Exit
from hub.cli.policy_pack_commands import group as packs
from hub.real_clock import RealClock
from vocabulary.refusals import Refusal

group = typer.Typer(help="The rules of decisions.", no_args_is_help=True)
group.add_typer(packs, name="pack")


@group.callback()
def about() -> None:
    """The rules of decisions."""


@group.command("rules")
def list_rules(
    name: str | None = typer.Argument(None, help="One rule, by the name that an answer gave."),
    as_json: bool = JsonOption,
) -> None:
    """The rules in the order in which they are asked, each with its law, or one in full."""
    from authz.core.rule_cards import cards

    found = [card for card in cards() if name in (None, card.rule.name)]
    if not found:
        stop(Exit.ERROR, f"there is no rule `{name}`; `./tillit policy rules` lists them")
    if as_json:
        told = [
            {
                "name": card.rule.name, "title": card.rule.title, "gate": card.gate, "does": card.parts,
                "law": str(card.rule.cites), "in_force_from": str(card.rule.cites.in_force_from),
                "requires": card.rule.says, "asked_about": card.asked,
            }
            for card in found
        ]  # fmt: skip
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for card in found:
        rule = card.rule
        print(f"{rule.name:<32} {rule.title}  ({rule.cites})")
        if name is not None:
            print(f"  {rule.says}\n  {', '.join(card.parts)} at the gate {card.gate}: {', '.join(card.asked)}")


@group.command()
def check(file: Path, as_json: bool = JsonOption) -> None:
    """Run the decision cases of a YAML file; exit code 0 only if all pass.

    A file has `version: 1`, `world:` and `cases:`; one with cases only takes the `world.yaml` beside it.
    """
    from authz.edge.yaml_cases import load_cases, run_cases

    try:
        results = run_cases(load_cases(_with_world(file)))
    except (OSError, UnicodeDecodeError) as error:
        stop(Exit.ERROR, f"{file} cannot be read: {error}")
    except Refusal as refusal:
        stop(Exit.ERROR, f"{file}: {refusal.description}")
    failed = sum(not result.passed for result in results)
    if as_json:
        rows = [
            {
                "name": result.name,
                "area": result.area,
                "passed": result.passed,
                "expected": result.expected,
                "got": result.got,
                "unsupported": result.unsupported,
            }
            for result in results
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for result in results:
            print(f"{'pass' if result.passed else 'FAIL'}  {result.area}: {result.name}")
            if not result.passed:
                print(f"      expected {result.expected}")
                print(f"      got      {result.unsupported or result.got}")
        print(f"{len(results) - failed} passed, {failed} failed")
    raise typer.Exit(Exit.ERROR if failed else Exit.OK)


@group.command(name="try")
def try_draft(
    file: Path = typer.Argument(help="The draft: a JSON object, as `policy` of /api/v1/decisions/what-if."),
    days: int = typer.Option(7, min=1, max=31, help="Over the decisions of how many days."),
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Which recorded decisions would be answered otherwise by a draft policy? Nothing is changed.

    Exit code 0 when none would, 4 when somebody should look at those that would.
    """
    try:
        draft = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        stop(Exit.USAGE, f"{file} cannot be read: {error}")
    line, since = connect(data), (RealClock().now() - timedelta(days=days)).isoformat()
    counted, flipped = dict.fromkeys(("judged", "unreadable", "by_no_rule"), 0), []
    before: int | None = None
    while True:
        body = {"policy": draft, "from": since, "before": before}
        page = line.call("POST", "/api/v1/decisions/what-if/recorded", json=body)
        flipped += page["flipped"]
        counted = {name: count + page[name] for name, count in counted.items()}
        before = page["before"]
        if before is None:
            break
    if as_json:
        print(json.dumps({**counted, "flipped": flipped}, ensure_ascii=False, indent=2))
    else:
        for one in flipped:
            print(f"{_flip_text(one)}")
        told = [f"{counted['judged']} judged", f"{len(flipped)} would flip", f"{counted['unreadable']} unreadable"]
        print(", ".join(told))
    raise typer.Exit(Exit.NEEDS_APPROVAL if flipped else Exit.OK)


def _flip_text(one: dict[str, Any]) -> str:
    decision, was, would = one["decision"], one["was"], one["would"]
    way = f"{'permit' if was['decision'] else 'deny'} by {was['rule']} → "
    way += f"{'permit' if would['decision'] else 'deny'} by {would['rule']}"
    return f"{decision['at']}  {decision.get('person', 'a citizen')}  {way}  ({decision['decision_id']})"


def _with_world(file: Path) -> str:
    """The file's text; one of cases alone is run in the world of the ``world.yaml`` beside it."""
    text, world = file.read_text(encoding="utf-8"), file.with_name("world.yaml")
    if re.search(r"^world:", text, re.MULTILINE) is None and world != file and world.exists():
        return f"{world.read_text(encoding='utf-8')}\n{text}"
    return text
