"""Commands about applications (clients)."""

from pathlib import Path

import httpx
import typer

from hub.cli.connection import DataOption, demo_client, fetch_token, read_demo

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
