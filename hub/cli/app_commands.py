"""Commands about applications (clients)."""

import json
from pathlib import Path

import httpx
import typer

from hub.cli.connection import DataOption, connect, demo_client, fetch_token, read_demo, stop
from hub.cli.exits import Exit

group = typer.Typer(help="Applications that depend on this hub.", no_args_is_help=True)


@group.callback()
def applications() -> None:
    """Applications that depend on this hub."""


@group.command()
def token(client_id: str, data: Path | None = DataOption) -> None:
    """Print a client-credentials access token of a demo client, however that client authenticates."""
    demo = read_demo(data)
    with httpx.Client(base_url=demo["issuer"], timeout=30) as http:
        print(fetch_token(http, demo_client(demo, client_id)))


@group.command()
def call(
    client_id: str,
    method: str,
    path: str,
    body: str | None = typer.Argument(None, help="JSON."),
    data: Path | None = DataOption,
) -> None:
    """Call the API as a demo client, and print the JSON answer."""
    try:
        content = None if body is None else json.loads(body)
    except ValueError as error:
        stop(Exit.USAGE, f"the body is not JSON: {error}")
    answer = connect(data, client_id).call(method.upper(), path, json=content)
    print(json.dumps(answer, ensure_ascii=False, indent=2))
