"""The house keeps its directory in a server that is not ours: by its settings, checked before it starts, and told."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from directory.edge.ldap.refusals import CertificateRefused, LoginRefused, ServerUnreachable
from directory.edge.ldap.store import LdapStore
from hub.house import House, open_house
from hub.real_clock import RealClock
from hub.settings import Settings
from tests.architecture.tree import ROOT
from tests.demo_program import TILLIT, tillit, two_free_ports
from tests.directory.ldap.foreign_slapd import (
    PASSWORD,
    Authority,
    ForeignSlapd,
    emptied_foreign,
)
from tests.directory.ldap.parts import short_folder, until
from tests.directory.parts import COUNTY
from tests.parts import free_port


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as folder:
        (folder / "password").write_text(f"{PASSWORD}\n")
        yield folder


def by_password(folder: Path, server: ForeignSlapd, **others: Any) -> Settings:
    given = {"ldap_uri": server.url, "ldap_password_file": folder / "password", "ldap_ca_file": server.authority.file}
    return Settings(data=folder / "data", issuer="http://localhost", **given | others)


def by_certificate(folder: Path, server: ForeignSlapd, **others: Any) -> Settings:
    files = {"ldap_certificate_file": server.folder / "tillit.pem", "ldap_key_file": server.folder / "tillit.key"}
    return by_password(folder, server, ldap_password_file=None, **files | others)


@contextmanager
def opened(settings: Settings) -> Iterator[House]:
    with ExitStack() as closing:
        yield open_house(settings, RealClock(), closing)


def written(settings: Settings) -> Path:
    """The same settings as a file."""
    file = settings.data.parent / "tillit.toml"
    given = settings.model_dump(exclude_defaults=True)
    values = ((name, value if isinstance(value, int) else f'"{value}"') for name, value in given.items())
    file.write_text("\n".join(f"{name} = {value}" for name, value in values))
    return file


@pytest.mark.parametrize("settings_of", [by_password, by_certificate])
def test_what_the_house_is_told_stands_in_the_server_and_outlives_the_house(
    server: ForeignSlapd, folder: Path, settings_of: Any
) -> None:
    settings = settings_of(folder, server)

    with opened(settings) as house:
        house.directory.change(COUNTY, actor="test", reason="first", door="test")
        told = house.place.told
    store = LdapStore(server.reached_by(server.by_password))
    stands = set(store.load().entries)
    store.close()
    with opened(settings) as house:
        served = set(house.directory.snapshot().entries())

    assert stands == served == set(COUNTY)
    assert told == (f"The directory's server `{server.url}` is fit.",)
    assert not (settings.data / "slapd").exists(), "no server of our own was started beside it"


def test_an_empty_server_is_built_from_the_journal(server: ForeignSlapd, folder: Path) -> None:
    settings = by_password(folder, server)
    with opened(settings) as house:
        house.directory.change(COUNTY, actor="test", reason="first", door="test")
    emptied_foreign(server)

    with opened(settings):
        pass

    store = LdapStore(server.reached_by(server.by_password))
    assert (set(store.load().entries), store.revision()) == (set(COUNTY), 1)
    store.close()


def test_a_house_does_not_start_on_a_server_that_is_not_as_it_must_be(server: ForeignSlapd, folder: Path) -> None:
    stranger = Authority(folder, "stranger")
    nobody = f"ldaps://localhost:{free_port()}"
    (folder / "guess").write_text("guessed\n")

    for wrong, refusal in (
        ({"ldap_ca_file": stranger.file}, CertificateRefused),
        ({"ldap_password_file": folder / "guess"}, LoginRefused),
        ({"ldap_password_file": folder / "nowhere"}, LoginRefused),
        ({"ldap_uri": nobody}, ServerUnreachable),
    ):
        with pytest.raises(refusal), opened(by_password(folder, server, **wrong)):
            pass


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"ldap_uri": "ldaps://a"}, "needs `ldap_password_file`"),
        ({"ldap_uri": "ldaps://a", "ldap_certificate_file": "x"}, "belong together"),
        (
            {"ldap_uri": "ldaps://a", "ldap_password_file": "p", "ldap_certificate_file": "c", "ldap_key_file": "k"},
            "needs `ldap_password_file`, or",
        ),
        ({"ldap_uri": "http://a", "ldap_password_file": "p"}, "is no address of a directory server"),
        ({"ldap_uri": "ldaps://a ldaps://a/", "ldap_password_file": "p"}, "two different ones"),
        ({"ldap_uri": "ldaps://a ldaps://b ldaps://c", "ldap_password_file": "p"}, "one server, or two"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Settings(data=Path("/data"), issuer="http://localhost", **given)


def test_servers_may_be_named_by_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "tillit.toml").write_text('data = "/data"\nissuer = "http://localhost"\nldap_password_file = "p"\n')
    monkeypatch.setenv("TILLIT_LDAP_URI", "ldaps://a.example.se  ldap://b.example.se:1389")

    settings = Settings.from_file(folder / "tillit.toml")

    assert settings.ldap_uris == ("ldaps://a.example.se", "ldap://b.example.se:1389")


def test_an_administrator_tries_the_connection_before_she_starts(server: ForeignSlapd, folder: Path) -> None:
    right = tillit("directory", "check-ldap", "--config", str(written(by_certificate(folder, server))))

    assert right.returncode == 0
    assert right.stdout.count("  OK ") == 8 and "WRONG" not in right.stdout
    assert "./tillit serve may start" in right.stderr

    stranger = Authority(folder, "stranger")
    config = written(by_password(folder, server, ldap_ca_file=stranger.file))
    wrong = tillit("directory", "check-ldap", "--config", str(config))
    as_json = tillit("directory", "check-ldap", "--config", str(config), "--json")

    assert wrong.returncode == as_json.returncode == 1
    assert "  WRONG  answers and lets us in" in wrong.stdout and "`ldap_ca_file`" in wrong.stdout
    (row,) = json.loads(as_json.stdout)[0]["checks"]
    assert (row["ok"], row["code"]) == (False, "ldap_certificate_refused")


def test_the_files_for_a_server_are_written_once_and_over_nothing(folder: Path) -> None:
    one = tillit("directory", "ldap-files", str(folder / "one"), "--password-hash", "{SSHA}abc")
    two = tillit("directory", "ldap-files", str(folder / "two"), "--mirrors", "ldaps://a", "ldaps://b")
    again = tillit("directory", "ldap-files", str(folder / "one"))

    assert (one.returncode, two.returncode, again.returncode) == (0, 0, 1)
    assert {path.name for path in (folder / "one").iterdir()} == {"norrbotten-hsa.schema", "seed.ldif", "slapd.conf"}
    assert "userPassword: {SSHA}abc" in (folder / "one" / "seed.ldif").read_text()
    assert "provider=ldaps://b" in (folder / "two" / "slapd-1.conf").read_text()
    assert "provider=ldaps://a" in (folder / "two" / "slapd-2.conf").read_text()


def test_serving_tells_what_was_found_or_what_to_do(server: ForeignSlapd, folder: Path) -> None:
    port = two_free_ports()
    ports = {"port": port, "management_port": port + 1}
    words = [*TILLIT, "serve", "--config", str(written(by_password(folder, server, **ports)))]

    program = subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        assert until(lambda: program.poll() is not None or is_ready(port + 1), seconds=60)
    finally:
        program.send_signal(signal.SIGTERM)
        _, said = program.communicate(timeout=30)
    assert f"The directory's server `{server.url}` is fit." in said
    assert f"LDAP: {server.url}" in said

    elsewhere = written(by_password(folder, server, ldap_uri=f"ldaps://localhost:{free_port()}", **ports))
    refused = tillit("serve", "--config", str(elsewhere))
    assert refused.returncode == 1
    assert "is it running, and does a firewall let us through" in refused.stderr


def is_ready(management_port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{management_port}/readyz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def test_a_server_of_yours_is_not_rebuilt_by_the_command_for_ours(server: ForeignSlapd, folder: Path) -> None:
    refused = tillit("directory", "rebuild", "--config", str(written(by_password(folder, server))))

    assert refused.returncode == 2
    assert "is built at the next start, when it is found empty" in refused.stderr


def test_a_house_on_two_mirrors_outlives_either_and_tells_how_they_follow(
    pair: tuple[ForeignSlapd, ForeignSlapd], folder: Path
) -> None:
    first, second = pair
    settings = by_certificate(folder, first, ldap_uri=f"{first.url} {second.url}")

    with opened(settings) as house:
        assert house.place.told == tuple(f"The directory's server `{server.url}` is fit." for server in pair)
        house.directory.change(COUNTY[:1], actor="test", reason="first", door="test")
        assert until(lambda: gauge(house, "level", second) == 1, seconds=30)
        assert gauge(house, "revision", second) == 1

        first.end(signal.SIGKILL)
        house.directory.change(COUNTY[1:], actor="test", reason="second", door="test")
        assert until(lambda: gauge(house, "revision", first) == -1, seconds=30)
        assert gauge(house, "level", first) == 0
        assert house.readiness()["directory"] is None

        first.start()
        assert until(lambda: gauge(house, "level", first) == 1, seconds=30)
        assert gauge(house, "revision", first) == 2

    first.end(signal.SIGKILL)
    with opened(settings) as house:
        assert set(house.directory.snapshot().entries()) == set(COUNTY)
        assert any(told.startswith("Without its mirror for now: ") and first.url in told for told in house.place.told)


def gauge(house: House, name: str, server: ForeignSlapd) -> float | None:
    return house.metrics.get_sample_value(f"tillit_directory_mirror_{name}", {"server": server.url})
