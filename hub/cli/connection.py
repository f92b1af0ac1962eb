"""How commands reach a running Tillit: as a client of its API, like everybody else.

The address and the credentials come from the demo's ``demo.json`` (``--data``), or from ``TILLIT_ISSUER``,
``TILLIT_CLIENT_ID`` and ``TILLIT_CLIENT_SECRET``.
"""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import httpx
import typer

from hub.cli.acting import Acting, acting_as
from hub.cli.exits import Exit
from hub.cli.refusal_text import refusal_lines, remedies_for
from hub.demo_folder import default_folder

DataOption = typer.Option(None, "--data", metavar="DIR", help="The demo's folder.", show_default="as for `tillit demo`")
JsonOption = typer.Option(False, "--json", help="Print JSON.")


def talk(*words: object) -> None:
    """Say something to the person at the terminal, on stderr."""
    print(*words, file=sys.stderr)


def stop(code: Exit, message: str) -> NoReturn:
    talk(f"tillit: {message}")
    raise typer.Exit(code)


@dataclass(frozen=True)
class Connection:
    """An authenticated line to one Tillit. ``demo`` is the content of demo.json, empty elsewhere."""

    http: httpx.Client
    demo: dict[str, Any]

    def call(self, method: str, path: str, **arguments: Any) -> Any:
        """The JSON answer, as ``ask`` gives it."""
        answer = self.ask(method, path, **arguments)
        return answer.json() if answer.content else None

    def ask(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        """The answer. A refusal ends the command with its words; unreachable or busy ends it with 5."""
        try:
            answer = self.http.request(method, path, **arguments)
        except httpx.TransportError as error:
            stop(Exit.UNAVAILABLE, f"{self.http.base_url} does not answer ({type(error).__name__}); is it running?")
        if answer.is_success:
            return answer
        problem = _problem(answer)
        *before, last = refusal_lines(problem, answer.reason_phrase)
        for line in before:
            talk(line)
        for conflict in problem.get("conflicts", ()):
            by = ", ".join(map(str, [*conflict["revisions"], *conflict["used_by"]]))
            talk(f"  {conflict['hsa_id']} ({', '.join(conflict['attributes']) or 'something else'}): {by}")
        for remedy in remedies_for(problem):
            talk(f"  {remedy}")
        code = Exit.UNAVAILABLE if answer.status_code in (502, 503, 504) else Exit.ERROR
        if problem.get("type") == "urn:tillit:braked":
            code = Exit.NEEDS_APPROVAL
        stop(code, last)


def connect(data: Path | None, client_id: str = "admin") -> Connection:
    """Log in as ``client_id`` of the demo, or as the client of the environment; with ``--as``, as that person."""
    acting = acting_as()
    if acting is not None:
        return _connect_as(data, acting)
    issuer = os.environ.get("TILLIT_ISSUER")
    if issuer is not None and data is None:
        client = {
            "client_id": os.environ.get("TILLIT_CLIENT_ID", ""),
            "auth_method": "client_secret_basic",
            "secret": os.environ.get("TILLIT_CLIENT_SECRET", ""),
        }
        demo: dict[str, Any] = {}
    else:
        demo = read_demo(data)
        issuer = str(demo["issuer"])
        client = demo_client(demo, client_id)
    http = httpx.Client(base_url=issuer, timeout=60)
    token = fetch_token(http, client)
    http.headers["authorization"] = f"Bearer {token}"
    return Connection(http, demo)


def _connect_as(data: Path | None, acting: Acting) -> Connection:
    from hub.cli.play import acting_token_of

    demo = read_demo(data)
    headers = {"authorization": f"Bearer {acting_token_of(data, acting)}"}
    return Connection(httpx.Client(base_url=str(demo["issuer"]), timeout=60, headers=headers), demo)


def read_demo(data: Path | None) -> dict[str, Any]:
    """The running demo's demo.json."""
    file = (data or default_folder()) / "demo.json"
    try:
        held: dict[str, Any] = json.loads(file.read_bytes())
    except FileNotFoundError:
        stop(Exit.UNAVAILABLE, f"there is no running demo at {file.parent}; start one with `./tillit demo`")
    return held


def demo_client(demo: dict[str, Any], client_id: str) -> dict[str, Any]:
    known = {client["client_id"]: client for client in [*demo["clients"], demo["pep"], demo["admin"]]}
    if client_id not in known:
        stop(Exit.USAGE, f"the demo has no client `{client_id}`; it has {', '.join(sorted(known))}")
    found: dict[str, Any] = known[client_id]
    return found


def fetch_token(http: httpx.Client, client: dict[str, Any]) -> str:
    """A client-credentials access token (RFC 6749 section 4.4), however the client authenticates."""
    form = {"grant_type": "client_credentials"}
    basic = None
    match client["auth_method"]:
        case "client_secret_basic":
            basic = httpx.BasicAuth(client["client_id"], client["secret"])
        case "client_secret_post":
            form |= {"client_id": client["client_id"], "client_secret": client["secret"]}
        case "private_key_jwt":
            from hub.cli.assertion import sign_assertion

            form |= {
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": sign_assertion(client, audience=str(http.base_url).rstrip("/")),
            }
        case method:
            stop(Exit.USAGE, f"`{client['client_id']}` authenticates by `{method}`, which gives no token of its own")
    try:
        answer = http.post("/token", data=form, auth=basic or httpx.USE_CLIENT_DEFAULT)
    except httpx.TransportError as error:
        stop(Exit.UNAVAILABLE, f"{http.base_url} does not answer ({type(error).__name__}); is it running?")
    if not answer.is_success:
        stop(Exit.ERROR, f"no token: {_problem(answer).get('error_description', answer.text[:200])}")
    token: str = answer.json()["access_token"]
    return token


def _problem(answer: httpx.Response) -> dict[str, Any]:
    try:
        held = answer.json()
    except ValueError:
        return {"title": f"{answer.status_code} {answer.reason_phrase}"}
    return held if isinstance(held, dict) else {}
