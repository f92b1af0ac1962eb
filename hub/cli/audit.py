"""Commands about the audit trail."""

import json
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

    home = data or default_folder()
    try:
        public = load_pem_public_key((key or home / "keys" / "trail.public.pem").read_bytes())
        kept = None if since is None else Checkpoint.parse(since.read_text())
    except (OSError, ValueError) as error:
        stop(Exit.USAGE, f"the key or the checkpoint cannot be read: {error}")
    except Refusal as refusal:
        stop(Exit.USAGE, refusal.description)
    if not isinstance(public, Ed25519PublicKey):
        stop(Exit.USAGE, "the key is not an Ed25519 public key")
    where = folder or home / "trail"
    if not where.is_dir():
        stop(Exit.USAGE, f"there is no trail at {where}")
    report = verify_trail(where, public, kept)
    if as_json:
        faults = [{"kind": f.kind, "file": f.file, "line": f.line, "text": str(f)} for f in report.faults]
        told = {"ok": report.ok, "records": report.records, "segments": report.segments, "faults": faults}
        print(json.dumps(told, indent=2))
    else:
        for fault in report.faults:
            print(fault)
        state = "whole" if report.ok else "BROKEN"
        print(f"{state}: {report.records} records in {report.segments} segments, signed up to {report.signed_until}")
    raise typer.Exit(Exit.OK if report.ok else Exit.ERROR)
