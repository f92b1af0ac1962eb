"""Commands for who gives the directory a server of hers: what it needs to be told, and whether it is as it must be."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from hub.cli.connection import JsonOption, stop, talk
from hub.cli.exits import Exit

if TYPE_CHECKING:
    from directory.edge.ldap.server_check import Finding


def register(group: typer.Typer) -> None:
    """Among the commands about the directory as a whole."""
    group.command("check-ldap")(check_ldap)
    group.command("ldap-files")(ldap_files)


def check_ldap(
    config: Path = typer.Option(..., "--config", help="The settings of `tillit serve`."), as_json: bool = JsonOption
) -> None:
    """Ask the directory servers of the settings whether they can hold the directory. Nothing of it is changed."""
    from hub.cli.run import read_settings
    from hub.directory_store import findings
    from hub.real_clock import RealClock

    settings = read_settings(config)
    if not settings.ldap_uris:
        stop(Exit.USAGE, f"{config} names no directory server of yours (`ldap_uri`); the embedded one needs no check")
    told = [(uri, found) for uri, found in findings(settings, RealClock())]
    if as_json:
        print(json.dumps([{"server": uri, "checks": [_row(one) for one in found]} for uri, found in told], indent=2))
    else:
        for uri, found in told:
            print(uri)
            for one in found:
                print(f"  {_word(one):<6} {one.question}")
                if one.refusal is not None or one.note is not None:
                    print(f"         {one.note if one.refusal is None else one.refusal.description}")
    if any(one.refusal is not None for _, found in told for one in found):
        raise typer.Exit(Exit.ERROR)
    talk("Everything is as it must be: ./tillit serve may start.")


def ldap_files(
    folder: Path = typer.Argument(..., help="A new folder to write them into."),
    mirrors: tuple[str, str] | None = typer.Option(
        None, "--mirrors", metavar="URI URI", help="Two servers that follow each other, by their addresses."
    ),
    password_hash: str | None = typer.Option(
        None, "--password-hash", help="What `slappasswd` made of our password; without it we log in by a certificate."
    ),
) -> None:
    """Write what OpenLDAP is told so that it can hold the directory: schema, first entries, configuration."""
    from directory.edge.ldap.network import parse_url
    from directory.edge.ldap.server_example import USUAL_PLACE, example_files

    urls = tuple(map(parse_url, mirrors or ()))
    if password_hash is not None and not re.fullmatch(r"\{[A-Za-z0-9-]+\}\S+", password_hash):
        stop(Exit.USAGE, 'that is no hash; make one with: --password-hash "$(slappasswd)"')
    if folder.exists():
        stop(Exit.ERROR, f"{folder} is there already; name a new one")
    folder.mkdir(parents=True)
    for name, text in example_files(USUAL_PLACE, urls, password_hash).items():
        file = folder / name
        file.touch(mode=0o600 if password_hash is not None else 0o644)
        file.write_text(text, encoding="utf-8")
        print(folder / name)
    talk("How they are put into place: docs/external-ldap.md")


def _word(finding: "Finding") -> str:
    if finding.refusal is not None:
        return "WRONG"
    return "OK" if finding.note is None else "NOTE"


def _row(finding: "Finding") -> dict[str, Any]:
    refusal = finding.refusal
    return {
        "check": finding.question,
        "ok": refusal is None,
        "code": None if refusal is None else refusal.code,
        "says": finding.note if refusal is None else refusal.description,
    }
