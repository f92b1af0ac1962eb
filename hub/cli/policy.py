"""Commands about rules: ``policy check`` runs decision cases in a scratch world, without a running Tillit."""

import json
import re
from pathlib import Path

import typer

from hub.cli.connection import JsonOption, stop
from hub.cli.exits import Exit
from hub.cli.policy_pack_commands import group as packs
from vocabulary.refusals import Refusal

group = typer.Typer(help="The rules of decisions.", no_args_is_help=True)
group.add_typer(packs, name="pack")


@group.callback()
def rules() -> None:
    """The rules of decisions."""


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


def _with_world(file: Path) -> str:
    """The file's text; one of cases alone is run in the world of the ``world.yaml`` beside it."""
    text, world = file.read_text(encoding="utf-8"), file.with_name("world.yaml")
    if re.search(r"^world:", text, re.MULTILINE) is None and world != file and world.exists():
        return f"{world.read_text(encoding='utf-8')}\n{text}"
    return text
