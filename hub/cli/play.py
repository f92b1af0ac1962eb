"""Play a person of the demo at the terminal: her one-time codes, her login, a new employee's first day.

What is played is remembered in ``played.json`` of the demo's folder, readable by its owner only.
"""

import json
from pathlib import Path
from typing import Any

import typer

from hub.cli.acting import PORTAL, Acting
from hub.cli.connection import DataOption, JsonOption, connect, demo_client, read_demo, stop, talk
from hub.cli.exits import Exit
from hub.demo_folder import default_folder

group = typer.Typer(help="Play a person of the demo.", no_args_is_help=True)
_STEP_SECONDS = 30


@group.command()
def code(username: str, data: Path | None = DataOption) -> None:
    """Print the one-time code that this person's authenticator app shows now."""
    import pyotp

    from hub.real_clock import RealClock

    now = int(RealClock().now().timestamp())
    print(pyotp.TOTP(_person(data, username)["totp_secret"]).at(now))
    talk(f"for another {_STEP_SECONDS - now % _STEP_SECONDS} s; a code is taken once")


@group.command()
def activate(
    person: str = typer.Argument(help="HSA-id of the new employee."),
    username: str = typer.Option(..., help="The username that the new employee chooses."),
    data: Path | None = DataOption,
) -> None:
    """A new employee's first day: the office issues an activation code; with it she chooses a password and enrols
    her authenticator app."""
    from hub.demo import login
    from hub.demo.credentials import make_password

    office = connect(data)
    activation_code = office.call("POST", f"/api/v1/people/{person}/activation")["activation_code"]
    player = login.activate(office.demo["issuer"], activation_code, username, make_password())
    _remember(data, username, {"password": player.password, "totp_secret": player.totp_secret})
    print(f"{player.username} / {player.password}")


@group.command("login")
def log_in(
    username: str,
    client: str = typer.Option("titthalet", help="The application that she logs in to."),
    assignment: str | None = typer.Option(None, help="HSA-id of the assignment that she chooses, if asked."),
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Log in as this person, page by page, and print the access token that the application gets."""
    from hub.demo import login

    demo, person = read_demo(data), _person(data, username)
    player = login.Player(username, person["password"], person["totp_secret"], assignment)
    tokens = login.log_in(demo["issuer"], demo_client(demo, client), player)
    _remember(data, username, {**person, "access_token": tokens["access_token"]})
    print(json.dumps(tokens, indent=2) if as_json else tokens["access_token"])


def token_of(data: Path | None, username: str) -> str:
    """The access token of her last played login."""
    token: str | None = _person(data, username).get("access_token")
    if token is None:
        stop(Exit.USAGE, f"`{username}` has not logged in; first: ./tillit play login {username}")
    return token


def _person(data: Path | None, username: str) -> dict[str, Any]:
    known = {persona["username"]: persona for persona in read_demo(data)["personas"] if persona["username"]}
    played = _played(data)
    if username not in known and username not in played:
        stop(Exit.USAGE, f"nobody logs in as `{username}` here; there are {', '.join(sorted(known | played))}")
    return {**known.get(username, {}), **played.get(username, {})}


def _file(data: Path | None) -> Path:
    return (data or default_folder()) / "played.json"


def _played(data: Path | None) -> dict[str, Any]:
    file = _file(data)
    held: dict[str, Any] = json.loads(file.read_bytes()) if file.exists() else {}
    return held


def acting_token_of(data: Path | None, acting: Acting) -> str:
    """A token with which she acts: of her last login to that application, renewed, or of a new one."""
    from hub.demo import login
    from hub.real_clock import RealClock

    username = acting.username
    demo, person, now = read_demo(data), _person(data, username), RealClock().now().timestamp()
    logins: dict[str, Any] = person.get("logins") or {}
    kept: dict[str, Any] = logins.get(acting.client) or {}
    if kept.get("expires_at", 0) > now + _STEP_SECONDS:
        return str(kept["access_token"])
    client = demo_client(demo, acting.client)
    tokens = _renewed(demo["issuer"], client, kept.get("refresh_token"))
    if tokens is None:
        player = login.Player(username, person["password"], person["totp_secret"], _assignment(person, acting.client))
        tokens = login.log_in(demo["issuer"], client, player)
    held: dict[str, Any] = {name: tokens[name] for name in ("access_token", "refresh_token") if name in tokens}
    held["expires_at"] = now + tokens["expires_in"]
    _remember(data, username, {**person, "logins": logins | {acting.client: held}})
    return str(tokens["access_token"])


def _assignment(person: dict[str, Any], client: str) -> str | None:
    """In the portal one acts under an assignment; the first that the demo tells of, where there is a choice."""
    held = person.get("assignments") or ()
    return str(held[0]["hsa_id"] if isinstance(held[0], dict) else held[0]) if held and client == PORTAL else None


def _renewed(issuer: str, client: dict[str, Any], refresh_token: str | None) -> dict[str, Any] | None:
    from hub.demo import login

    try:
        return None if refresh_token is None else login.refresh(issuer, client, refresh_token)
    except login.LoginFailed:
        return None


def _remember(data: Path | None, username: str, what: dict[str, Any]) -> None:
    from hub.sealing import write_private

    kept = {name: what[name] for name in ("password", "totp_secret", "access_token", "logins") if name in what}
    write_private(_file(data), json.dumps(_played(data) | {username: kept}).encode())
