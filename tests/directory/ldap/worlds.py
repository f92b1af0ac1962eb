"""A whole directory on a real slapd, and what that slapd holds byte by byte, as its own tool writes it out."""

import base64
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from directory.core.entries import Entry
from directory.edge.ldap.names import SUFFIX
from directory.edge.ldap.slapd_child import SlapdChild
from hub.database import make_engine
from tests.directory.ldap.parts import a_county, store_on
from tests.directory.parts import World, a_world
from tests.parts import HeldClock, as_nobody_special
from vocabulary.hsa_id import HsaId

NOT_COMPARED = frozenset(
    "entryUUID creatorsName createTimestamp entryCSN modifiersName modifyTimestamp contextCSN "  # operational
    "tillitRevision userPassword".split()  # how far it is, and the account that each server makes for readers
)

Dump = dict[str, dict[str, list[bytes]]]


def dumped(child: SlapdChild) -> Dump:
    """Every entry by its name: attributes with their values in order, but for what each server has for itself."""
    home = Path(unquote(child.ldapi_uri.removeprefix("ldapi://"))).parent
    command = [*as_nobody_special("openldap"), "slapcat", "-F", str(home / "conf"), "-b", SUFFIX, "-o", "ldif-wrap=no"]
    return dump_in(subprocess.run(command, capture_output=True, check=True, cwd="/").stdout)


def dump_in(text: bytes) -> Dump:
    """What slapcat wrote."""
    return dict(_entry(block) for block in text.strip().split(b"\n\n") if block)


def _entry(block: bytes) -> tuple[str, dict[str, list[bytes]]]:
    entry: dict[str, list[bytes]] = {}
    for line in block.split(b"\n"):
        name, _, value = line.partition(b":")
        plain = base64.b64decode(value[2:]) if value.startswith(b": ") else value.removeprefix(b" ")
        entry.setdefault(name.decode(), []).append(plain)
    (dn,) = entry.pop("dn")
    return dn.decode(), {name: held for name, held in entry.items() if name not in NOT_COMPARED}


def _obeying_the_rules(entries: Sequence[Entry]) -> dict[HsaId, Entry]:
    """The county of the store's tests, which stores also what a change may not hold."""
    mended = {
        "SE2321000230-E2": {"services": ("1001",)},
        "SE2321000230-A1": {"rights": ("Läsa;alla;VE", "Läsa;alla;SJF", "Skriva;lak;VE")},
        "SE2321000230-AA1": {"areas": ("SE2321000230-E1", "SE2321000230-E2")},
        "SE2321000230-AA2": {"areas": ("SE2321000230-M1",)},
    }
    return {entry.hsa_id: but(entry, **mended.get(str(entry.hsa_id), {})) for entry in entries}


def but(entry: Entry, **values: Any) -> Entry:
    """``replace`` for an entry whose kind only the test knows."""
    return replace(entry, **values)


COUNTY = _obeying_the_rules(a_county())


@contextmanager
def county_on(slapd: SlapdChild, *, url: str = "sqlite://") -> Iterator[World]:
    """A started directory that holds the county, of ten kinds, at revision 1."""
    engine, store = make_engine(url), store_on(slapd)
    try:
        made = a_world(engine, HeldClock(), store)
        made.directory.start()
        made.change(*COUNTY.values())
        yield made
    finally:
        store.close()
        engine.dispose()
