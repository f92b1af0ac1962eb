"""``tillit policy pack``: the rules of dependent applications, from a file's check to what is in force."""

import json
from pathlib import Path
from typing import Any

import typer

from hub.cli.connection import DataOption, JsonOption, connect, stop, talk
from hub.cli.exits import Exit
from vocabulary.refusals import Refusal

group = typer.Typer(help="Policy packs: the rules of dependent applications about their own.", no_args_is_help=True)

_PACKS = "/api/v1/policy-packs"
_Client = typer.Option("admin", "--client", help="The demo's client that does it: `admin`, or the application itself.")
_Reason = typer.Option(..., help="Why; kept in its history.")


@group.command()
def check(file: Path, as_json: bool = JsonOption) -> None:
    """Check a pack's file and run its cases, without a running Tillit; exit code 0 only if all pass."""
    from authz.actions.packs.read_pack import read_pack
    from authz.core.packs.cases import rules_unheard, run_cases
    from authz.core.packs.deciding import PackPolicy
    from hub.real_clock import RealClock

    try:
        policy = PackPolicy.of(read_pack(_document(file), 1))
    except Refusal as refusal:
        for pointer, what in refusal.errors():
            talk(f"  {pointer}: {what}")
        stop(Exit.ERROR, f"{file}: {refusal.description}")
    results = run_cases(policy, RealClock().now())
    unheard = rules_unheard(policy, results)
    failed = sum(not result.passed for result in results)
    if as_json:
        rows = [{"name": one.case.name, "passed": one.passed, "got": str(one.got)} for one in results]
        print(json.dumps({"cases": rows, "rules_without_case": unheard}, ensure_ascii=False, indent=2))
    else:
        for result in results:
            print(f"{'pass' if result.passed else 'FAIL'}  {result.case.name}: {result.got}")
        for rule in unheard:
            talk(f"no case hears the rule `{rule}`")
        print(f"{len(results) - failed} passed, {failed} failed")
    raise typer.Exit(Exit.ERROR if failed else Exit.OK)


@group.command()
def upload(
    file: Path,
    dry_run: bool = typer.Option(False, "--dry-run", help="Check and try it only; keep nothing."),
    client: str = _Client,
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Upload a pack's file as a draft, which decides nothing until it is activated."""
    query = "?dry_run=true" if dry_run else ""
    answer = connect(data, client).call("POST", f"{_PACKS}{query}", json=_document(file))
    _say(answer, as_json, _tried if dry_run else _one)


@group.command("test")
def test_version(
    pack: str,
    version: int,
    days: int = typer.Option(0, min=0, max=31, help="Also ask again what the application asked in so many days."),
    client: str = _Client,
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Run a version's cases, and tell which answers it would change; exit code 0 only if all cases pass."""
    answer = connect(data, client).call("POST", f"{_PACKS}/{pack}/versions/{version}/test", params={"days": days})
    _say(answer, as_json, _tried)
    raise typer.Exit(Exit.ERROR if answer["failed"] else Exit.OK)


@group.command()
def activate(
    pack: str, version: int, reason: str = _Reason, data: Path | None = DataOption, as_json: bool = JsonOption
) -> None:
    """Let a version decide from now on, if its cases pass."""
    path = f"{_PACKS}/{pack}/versions/{version}/activate"
    _say(connect(data).call("POST", path, json={"reason": reason}), as_json, _one)


@group.command()
def rollback(pack: str, reason: str = _Reason, data: Path | None = DataOption, as_json: bool = JsonOption) -> None:
    """Let the version that was active before decide again."""
    _say(connect(data).call("POST", f"{_PACKS}/{pack}/rollback", json={"reason": reason}), as_json, _one)


@group.command()
def deactivate(pack: str, reason: str = _Reason, data: Path | None = DataOption, as_json: bool = JsonOption) -> None:
    """Let no version decide: every question about the application's own things is denied."""
    _say(connect(data).call("POST", f"{_PACKS}/{pack}/deactivate", json={"reason": reason}), as_json, _one)


@group.command("list")
def list_packs(
    pack: str | None = typer.Argument(None, help="An application's client id: all its versions."),
    client: str = _Client,
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """The applications that have packs, or the versions of one."""
    answer = connect(data, client).call("GET", _PACKS if pack is None else f"{_PACKS}/{pack}")
    rows = answer["items"] if pack is None else answer["versions"]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not rows:
        talk("No application has a policy pack.")
    for row in rows:
        if pack is None:
            print(f"{row['pack']:<28} active {row['active'] or '–':<6} newest {row['newest']}")
        else:
            _one(row)


@group.command()
def show(
    pack: str, version: int, client: str = _Client, data: Path | None = DataOption, as_json: bool = JsonOption
) -> None:
    """A version's document, and who did what with it."""
    answer = connect(data, client).call("GET", f"{_PACKS}/{pack}/versions/{version}")
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    _one(answer)
    for act in answer["history"]:
        print(f"  {act['at'][:19]}  {act['what']:<12} {act['by']}  {act['note'] or ''}".rstrip())
    print(json.dumps(answer["document"], ensure_ascii=False, indent=2))


def _document(file: Path) -> Any:
    """The document in a YAML or JSON file; ends the command with what is wrong."""
    from authz.edge.yaml_cases.strict_yaml import load_strictly

    try:
        return load_strictly(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        stop(Exit.ERROR, f"{file} cannot be read: {error}")
    except Refusal as refusal:
        stop(Exit.ERROR, f"{file}: {refusal.description}")


def _say(answer: dict[str, Any], as_json: bool, show_it: Any) -> None:
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        show_it(answer)


def _one(row: dict[str, Any]) -> None:
    print(f"{row['pack']} {row['version']:<5} {row['state']:<8} {row['uploaded_at'][:19]}  {row['uploaded_by']}")


def _tried(answer: dict[str, Any]) -> None:
    for case in answer["failed"]:
        print(f"FAIL  {case['name']}: expected {case['expected']}, got {case['got']}")
    for rule in answer["rules_without_case"]:
        print(f"no case hears the rule `{rule}`")
    for change in answer["would_change"]:
        print(f"would change  {change['name']}: {change['before']} → {change['after']}")
    recorded = answer.get("recorded")
    if recorded is not None:
        for turned in recorded["would_change"]:
            print(f"would change  {turned['at'][:19]} {turned['decision_id']}: {turned['before']} → {turned['after']}")
        print(f"{recorded['changed']} of {recorded['compared']} recorded answers change, {recorded['unclear']} unclear")
    print(f"{answer['passed']} passed, {len(answer['failed'])} failed")
