"""The directory: look-ups and searches beside raw LDAP, a start with many people, their memory, and making them.

The peer is the same slapd in the same run, asked by ldap3 without us: one indexed search for a look-up, one search by
part of a name, one search of everything for a start, single adds for making people.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import ldap3

from bench import load, parts
from bench.county import Served, a_county, grow, opened, served
from bench.rows import Row, in_turns
from directory.edge.ldap.connections import discard, over_socket
from directory.edge.ldap.names import SUFFIX

PEER = "raw ldap3"
EVERYBODY = "(objectClass=hsaPersonExtension)"
PAGE = 25
_SECONDS = 4.0
_WORDS = ("marklund", "eva bergd", "isaks", "karin ö")


def rows() -> Iterator[Row]:
    yield _lookups()
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
        admin = demo["admin"]
        form = {"grant_type": "client_credentials"}
        answer = httpx.post(f"{demo['issuer']}/token", data=form, auth=(admin["client_id"], admin["secret"]))
        token = answer.raise_for_status().json()["access_token"]
        person = demo["personas"][0]["hsa_id"]
        reader = demo["ldap_reader"]
        server = ldap3.Server(str(demo["ldap_uri"]), get_info=ldap3.NONE)
        connection = ldap3.Connection(server, reader["dn"], reader["password"], auto_bind=True)
        url = f"{demo['issuer']}/api/v1/people/{person}"
        return lookup(url, {"authorization": f"Bearer {token}"}, connection, person, "look-up by HSA-id over HTTP")


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
    with httpx.Client(base_url=program.url, headers=program.bearer, timeout=60) as http:

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
