"""Commands that run Tillit: ``demo``, ``serve``, ``init``."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from socket import socket
from tomllib import TOMLDecodeError
from typing import TYPE_CHECKING, Any

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError

from hub.cli.connection import stop, talk
from hub.cli.exits import Exit
from hub.data_folder import clear_folder, take_folder
from hub.demo_folder import default_folder
from hub.real_clock import RealClock

if TYPE_CHECKING:
    from hub.demo.set_up import Running
    from hub.settings import Settings


def register(cli: typer.Typer) -> None:
    cli.command("demo")(demo)
    cli.command("serve")(serve)
    cli.command("init")(init)


def demo(
    data: Path | None = typer.Option(None, metavar="DIR", help="Where to keep its data."),
    port: int = typer.Option(8000, min=1, max=65534, help="The port of pages and API; the next one is management's."),
    fresh: bool = typer.Option(False, "--fresh", help="Forget everything and begin anew."),
) -> None:
    """Run everything on this machine with a fictive Norrbotten, until Ctrl-C."""
    from hub.settings import Settings

    clock = RealClock()
    begun = clock.monotonic_seconds()
    folder = (data or default_folder()).absolute()
    with telling_of_settings("the environment"):
        settings = Settings(
            data=folder, issuer=f"http://localhost:{port}", port=port, management_port=port + 1, ldap_uri=None
        )  # What is made up belongs in no directory of yours.
    with _place(settings) as (closing, sockets):
        from hub.demo.credentials import read_credentials
        from hub.demo.set_up import open_demo
        from hub.serving import serve as serve_until_told

        if fresh or read_credentials(folder) is None:
            clear_folder(folder)
        running = open_demo(settings, closing, tell=talk)
        pid_file = _write_pid(folder, closing)
        closing.callback((folder / "demo.json").unlink, missing_ok=True)

        def greet() -> None:
            running.describe(pid_file)
            _greet(running, clock.monotonic_seconds() - begun)

        serve_until_told(
            running.application, running.management, sockets, on_ready=greet, on_stop=running.house.followers.close
        )


def serve(
    config: Path = typer.Option(..., "--config", help="The settings; `tillit init` writes a first file."),
) -> None:
    """Run Tillit with the settings of a file, until Ctrl-C or SIGTERM."""
    settings = read_settings(config)
    with _place(settings) as (closing, sockets):
        from hub.house import open_house
        from hub.serving import serve as serve_until_told
        from hub.web.application import front, management

        house = open_house(settings, RealClock(), closing)
        _write_pid(settings.data, closing)

        def greet() -> None:
            talk(f"Tillit serves {settings.issuer} on {settings.host}:{settings.port}")
            for sentence in house.place.told:
                talk(sentence)
            ldap = settings.ldap_uri or house.slapd.ldap_uri
            talk(f"Ready? http://127.0.0.1:{settings.management_port}/readyz   LDAP: {ldap}")
            if not house.federation.clients.all():
                talk("Nothing is registered here, no member and no client, and this version cannot register the first")
                talk("ones: only `./tillit demo` fills a house. See the README, what is not here yet.")

        serve_until_told(front(house), management(house), sockets, on_ready=greet, on_stop=house.followers.close)


def init(
    config: Path = typer.Option(Path("tillit.toml"), "--config", help="Where to write the settings."),
    issuer: str = typer.Option("https://tillit.example", help="The address by which everybody reaches it."),
    data: Path = typer.Option(Path("/var/lib/tillit"), help="Where it will keep its data."),
) -> None:
    """Write a settings file with every setting explained."""
    from hub.settings import commented_toml

    if config.exists():
        stop(Exit.ERROR, f"{config} is there already; name another file, or remove it first")
    config.write_text(commented_toml(issuer, data))
    talk(f"Wrote {config}. Read it through, then: ./tillit serve --config {config}")


@contextmanager
def _place(settings: "Settings") -> Iterator[tuple[ExitStack, tuple[socket, socket]]]:
    """The ports and the folder, ours until the end. Files we make are readable by us only."""
    from hub.serving import bind

    os.umask(0o077)
    with ExitStack() as closing:
        ports = ((settings.host, settings.port), ("127.0.0.1", settings.management_port))
        main, beside = (closing.enter_context(bind(*address)) for address in ports)
        take_folder(settings.data, closing)
        yield closing, (main, beside)


def _write_pid(folder: Path, closing: ExitStack) -> Path:
    pid_file = folder / "pid"
    pid_file.write_text(f"{os.getpid()}\n")
    closing.callback(pid_file.unlink, missing_ok=True)
    return pid_file


def read_settings(config: Path) -> "Settings":
    """The settings in a file; ends the command with what is wrong with them."""
    from hub.settings import Settings

    if not config.exists():
        stop(Exit.USAGE, f"{config} does not exist; `./tillit init` writes a first one")
    with telling_of_settings(str(config)):
        return Settings.from_file(config)


@contextmanager
def telling_of_settings(where: str) -> Iterator[None]:
    """Ends the command with what is wrong with settings that are read from ``where`` and the environment."""
    from hub.web.wrong_forms import sentence

    try:
        yield
    except ValidationError as error:
        for fault in error.errors():
            talk(f"  {'.'.join(map(str, fault['loc'])) or 'together'}: {sentence(fault)}")
        stop(Exit.USAGE, f"{where} has settings that cannot be used")
    except TOMLDecodeError as error:
        stop(Exit.USAGE, f"{where} is no TOML: {error}")
    except SettingsError as error:
        stop(Exit.USAGE, f"the environment has a setting that cannot be read: {error}")


def _greet(running: "Running", seconds: float) -> None:
    """What was made, where to click, and one command to try."""
    settings = running.house.settings
    data = "" if settings.data == default_folder() else f" --data {settings.data}"
    if running.made:
        talk("  " + ", ".join(f"{count} {kind}" for kind, count in running.made.items()))
    talk(f"\nTillit is ready after {seconds:.1f} s:  {settings.issuer}\n")
    talk("Who you can be:")
    for persona, held in _people(running):
        talk(f"  {persona.name:<22} {held:<44} {persona.role_en}")
    talk(f"\nTheir one-time codes:   ./tillit play code USERNAME{data}")
    talk(f"One command to try:     ./tillit why {_example(running)}{data}")
    talk(f"All addresses and keys: {settings.data / 'demo.json'}")
    talk("End with Ctrl-C.")


def _people(running: "Running") -> Iterator[tuple[Any, str]]:
    from hub.demo.personas import personas

    for persona in personas(running.region):
        held = running.credentials.people.get(persona.key)
        yield persona, "(has no login yet)" if held is None else f"{held['username']} / {held['password']}"


def _example(running: "Running") -> str:
    nurse = running.region.cast["cecilia"]
    unit = running.region.assignments[nurse.assignments[0]].unit
    return f"{nurse.person} --assignment {nurse.assignments[0]} read lak --patient elsa --unit {unit}"
