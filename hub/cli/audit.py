"""Commands about the audit trail."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import typer

from hub.cli.connection import DataOption, JsonOption, stop
from hub.cli.exits import Exit
from hub.demo_folder import default_folder
from vocabulary.refusals import Refusal

group = typer.Typer(help="The audit trail.", no_args_is_help=True)


@group.callback()
def trail() -> None:
    """The audit trail."""


@group.command()
def verify(
    folder: Path | None = typer.Argument(None, help="The trail's folder; else that of the demo."),
    key: Path | None = typer.Option(None, help="The public key, PEM; else the one beside the demo's trail."),
    since: Path | None = typer.Option(None, help="A checkpoint kept elsewhere, which shows an end that was cut off."),
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Check every record of the trail with nothing but its files and the public key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    from authz.edge.trail import Checkpoint
    from authz.edge.trail import verify as verify_trail

    home, where = _home_and_trail(folder, data)
    try:
        public = load_pem_public_key((key or home / "keys" / "trail.public.pem").read_bytes())
        kept = None if since is None else Checkpoint.parse(since.read_text())
    except (OSError, ValueError) as error:
        stop(Exit.USAGE, f"the key or the checkpoint cannot be read: {error}")
    except Refusal as refusal:
        stop(Exit.USAGE, refusal.description)
    if not isinstance(public, Ed25519PublicKey):
        stop(Exit.USAGE, "the key is not an Ed25519 public key")
    report = verify_trail(where, public, kept)
    if as_json:
        faults = [{"kind": f.kind, "file": f.file, "line": f.line, "text": str(f)} for f in report.faults]
        removed = [
            {"first": gone.first_sequence, "last": gone.last_sequence, "records": gone.records, "at": gone.removed_at}
            | {"decision": gone.decision}
            for gone in report.removed
        ]
        told = {"ok": report.ok, "records": report.records, "segments": report.segments, "faults": faults}
        told["removed"] = removed
        print(json.dumps(told, indent=2))
    else:
        for fault in report.faults:
            print(fault)
        for gone in report.removed:
            print(
                f"removed by {gone.decision} at {gone.removed_at}: {gone.records} records, lines "
                f"{gone.first_sequence} to {gone.last_sequence}, of {gone.opened_at[:7]}"
            )
        state = "whole" if report.ok else "BROKEN"
        print(f"{state}: {report.records} records in {report.segments} segments, signed up to {report.signed_until}")
    raise typer.Exit(Exit.OK if report.ok else Exit.ERROR)


@group.command()
def replay(
    folder: Path | None = typer.Argument(None, help="The trail's folder; else that of the demo."),
    since: datetime | None = typer.Option(None, help="Only what was decided from then on (UTC)."),
    until: datetime | None = typer.Option(None, help="Only what was decided before (UTC)."),
    denials: bool = typer.Option(False, "--denials", help="Judge denials again, too, and not only permits."),
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Judge every recorded permit again from its own record: the same facts, by the rules of today.

    Needs nothing but the files. Exit code 1 when a rule of today would answer otherwise, or a record cannot be judged.
    """
    from authz.actions.replay import Outcome
    from authz.actions.replay import replay as judged_again
    from authz.edge.trail import scan

    _, where = _home_and_trail(folder, data)
    counted = dict.fromkeys(Outcome, 0)
    told = []
    for one in judged_again(scan(where, since=_in_utc(since), until=_in_utc(until))):
        if one.permit or denials:
            counted[one.outcome] += 1
            if one.outcome in (Outcome.OTHERWISE, Outcome.UNREADABLE):
                told.append(one)
    if as_json:
        print(json.dumps({"counted": counted, "told": [asdict(one) for one in told]}, indent=2))
    else:
        for one in told:
            then = f"{'permit' if one.permit else 'deny'} by {one.recorded}"
            if one.outcome is Outcome.UNREADABLE:
                print(f"line {one.line}, {one.decision_id}: {then}; cannot be judged again: {one.because}")
            else:
                now = f"{'permit' if one.permits_now else 'deny'} by {one.now}"
                rules = ", ".join(one.differing) or "the same voices"
                print(f"line {one.line}, {one.decision_id}: {then}; a rule of today answers {now} ({rules})")
        print(", ".join(f"{count} {outcome}" for outcome, count in counted.items() if count) or "nothing to judge")
    raise typer.Exit(Exit.ERROR if told else Exit.OK)


def _home_and_trail(folder: Path | None, data: Path | None) -> tuple[Path, Path]:
    home = data or default_folder()
    where = folder or home / "trail"
    if not where.is_dir():
        stop(Exit.USAGE, f"there is no trail at {where}")
    return home, where


def _in_utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.replace(tzinfo=UTC)
