"""The directory: look-ups and searches beside raw LDAP, a start with many people, their memory, and making them.

The peer is the same slapd in the same run, asked by ldap3 without us: one indexed search for a look-up, one search by
part of a name, one search of everything for a start, single adds for making people.
"""

import secrets
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import ldap3

from bench import load, parts
from bench.county import Served, a_county, grow, opened, served
from bench.rows import Row, in_turns
from directory.edge.ldap.connections import discard, over_socket
from directory.edge.ldap.names import SUFFIX
from hub.cli.assertion import sign_assertion

PEER = "raw ldap3"
EVERYBODY = "(objectClass=hsaPersonExtension)"
PAGE = 25
_SECONDS = 4.0
_TURNS = 3_000
_WORDS = ("marklund", "eva bergd", "isaks", "karin ö")


def rows() -> Iterator[Row]:
    yield _lookups()
    yield _hidden()
    with a_county() as folder:
        yield made(folder, 0, 10_000, 20.0)
        grow(folder, 10_000, 30_000)
        with served(folder) as program:
            yield ready(program, 30_000, 5.0)
        grow(folder, 30_000, 100_000)
        with served(folder) as program:
            yield memory(program, 100_000, 300.0)
            yield search(program, 100_000, 0.02)


def _lookups() -> Row:
    """One person by her HSA-id, with token check and what the caller may see, beside one indexed search."""
    with parts.tillit() as demo:
        person = demo["personas"][0]["hsa_id"]
        reader = demo["ldap_reader"]
        server = ldap3.Server(str(demo["ldap_uri"]), get_info=ldap3.NONE)
        connection = ldap3.Connection(server, reader["dn"], reader["password"], auto_bind=True)
        url = f"{demo['issuer']}/api/v1/people/{person}"
        return lookup(url, _bearer(demo, "admin"), connection, person, "look-up by HSA-id over HTTP")


def _hidden() -> Row:
    """A protected person asked for by somebody who may not see her, beside somebody who is not there: in turns, so that
    what a clock could tell of her would show."""
    with parts.tillit() as demo, httpx.Client(base_url=demo["issuer"]) as http:
        admin, reader = (_bearer(demo, client_id) for client_id in ("admin", "informationsutbytet"))
        pages = _pages(http, admin)
        hidden = next(person["hsa_id"] for person in pages if person["protected"])
        times: dict[str, list[float]] = {hidden: [], f"{hidden.partition('-')[0]}-P999999": []}
        for _ in range(_TURNS):
            for hsa_id, taken in times.items():
                begun = time.perf_counter()
                answer = http.get(f"/api/v1/people/{hsa_id}", headers=reader)
                taken.append(1_000_000 * (time.perf_counter() - begun))
                assert answer.status_code == 404
        ours, peer = (statistics.median(taken) for taken in times.values())
        return Row("a protected person is not found", "µs", ours, peer, "somebody who is not there", 1.05 * peer,
                   at_most=True)  # fmt: skip


def _bearer(demo: dict[str, Any], client_id: str) -> dict[str, str]:
    client = next(each for each in demo["clients"] if each["client_id"] == client_id)
    form, basic = {"grant_type": "client_credentials"}, None
    if client["auth_method"] == "private_key_jwt":
        form["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        form["client_assertion"] = sign_assertion(client, audience=demo["issuer"])
    else:
        basic = httpx.BasicAuth(client_id, client["secret"])
    answer = httpx.post(f"{demo['issuer']}/token", data=form, auth=basic).raise_for_status()
    return {"authorization": f"Bearer {answer.json()['access_token']}"}


def _pages(http: httpx.Client, bearer: dict[str, str]) -> Iterator[dict[str, Any]]:
    cursor: dict[str, str] = {}
    while True:
        page = http.get("/api/v1/people", params={"limit": "500"} | cursor, headers=bearer).raise_for_status().json()
        yield from page["items"]
        if page["next_cursor"] is None:
            return
        cursor = {"cursor": page["next_cursor"]}


def lookup(url: str, bearer: dict[str, str], peer: ldap3.Connection, person: str, name: str) -> Row:
    def raw() -> float:
        return _repeated(lambda: peer.search(SUFFIX, f"(hsaIdentity={person})", attributes=["*"]))

    return Row(name, "answers/s", *in_turns(lambda: load.get(url, bearer).per_second, raw), PEER, 0.3)


def made(folder: Path, first: int, last: int, reach: float) -> Row:
    seconds = grow(folder, first, last)
    return Row(f"{last - first:,} people created", "s", seconds, _raw_adds(folder, 500) * (last - first) / 500,
               f"{PEER}, single adds", reach, at_most=True)  # fmt: skip


def ready(program: Served, people: int, reach: float) -> Row:
    """From the command to the first answer, beside reading the same entries from a slapd that runs already."""
    begun = time.monotonic()
    count = sum(
        1 for _ in program.ldap.extend.standard.paged_search(SUFFIX, EVERYBODY, attributes=["*"], paged_size=5000)
    )
    peer = time.monotonic() - begun
    assert count == people
    return Row(
        f"ready with {people:,} people", "s", program.ready_seconds, peer, f"{PEER}, one search", reach, at_most=True
    )


def memory(program: Served, people: int, reach: float) -> Row:
    """The program's resident memory once it is ready, beside slapd's with the same entries."""
    return Row(f"memory with {people:,} people", "MB", program.megabytes, program.slapd_megabytes, "its slapd", reach,
               at_most=True)  # fmt: skip


def search(program: Served, people: int, reach: float) -> Row:
    """A page of those whose name has such a part, ranked, over HTTP; beside as many entries that slapd finds first,
    in no order."""
    with httpx.Client(base_url=program.url, headers=program.bearer(), timeout=60) as http:

        def ours() -> None:
            for words in _WORDS:
                found = http.get("/api/v1/address-book", params={"q": words, "limit": PAGE}).raise_for_status()
                assert len(found.json()["items"]) == PAGE

        def raw() -> None:
            for words in _WORDS:
                name = "".join(f"(cn=*{word}*)" for word in words.split())
                program.ldap.search(SUFFIX, f"(&{EVERYBODY}{name})", attributes=["*"], size_limit=PAGE)
                assert len(program.ldap.response) == PAGE

        turns = in_turns(lambda: len(_WORDS) * _repeated(ours), lambda: len(_WORDS) * _repeated(raw))
        return Row(f"search among {people:,} people", "answers/s", *turns, PEER, reach)


def _repeated(act: Callable[[], object]) -> float:
    """How often a second."""
    begun, done = time.monotonic(), 0
    while time.monotonic() < begun + _SECONDS:
        act()
        done += 1
    return done / (time.monotonic() - begun)


def _raw_adds(folder: Path, count: int) -> float:
    """Seconds for so many single adds of bare people, taken away again."""
    with opened(folder) as house:
        connection = over_socket(house.slapd.ldapi_uri)()
        names = [f"cn=bench{number},ou=Services,l=Norrbottens län,{SUFFIX}" for number in range(count)]
        begun = time.monotonic()
        for name in names:
            connection.add(name, ["top", "person"], {"sn": secrets.token_hex(4)})
        took = time.monotonic() - begun
        for name in names:
            connection.delete(name)
        discard(connection)
    return took
