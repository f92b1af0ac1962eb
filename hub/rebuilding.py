"""Rebuild the embedded directory server from the journal, while nothing else runs in the data folder.

What stood there before is set aside and never deleted. An interruption is continued by doing it again, and also by
just starting Tillit. Boundary: a server of yours is built at the next start, when it is found empty; see
``directory.actions.rebuild``, which does the work.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from directory.actions.rebuild import mend_ledger, rebuild
from directory.core.sameness import same
from directory.edge.ldap.connections import over_socket
from directory.edge.ldap.slapd_child import SlapdChild
from directory.edge.ldap.store import LdapStore
from directory.edge.sql.id_ledger import SqlIdLedger
from directory.edge.sql.journal import SqlJournal
from hub.database import make_engine
from hub.migrations import upgrade
from hub.real_clock import random_bytes
from hub.settings import Settings


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """``differing`` counts entries that do not stand in the server as in the journal: 0, or something is wrong.
    ``set_aside`` is where the former database lies; ``None`` when there was none, or an interruption was continued."""

    revision: int
    entries: int
    differing: int
    set_aside: Path | None


def rebuild_directory(settings: Settings, closing: ExitStack, tell: Callable[[int, int], None]) -> Rebuilt:
    """The caller holds the data folder. Raises refusals that say what to do."""
    engine = make_engine(settings.sql_url)
    closing.callback(engine.dispose)
    upgrade(engine)
    journal = SqlJournal(engine)
    mark = settings.data / "slapd" / "rebuilding"
    set_aside = None if mark.exists() else _set_aside(settings.data / "slapd" / "db")
    mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    mark.touch()
    slapd = SlapdChild(settings.data, None, random_bytes=random_bytes, max_bytes=settings.ldap_max_bytes)
    slapd.start()
    closing.callback(slapd.stop)
    store = LdapStore(over_socket(slapd.ldapi_uri))
    closing.callback(store.close)
    revision = rebuild(store, journal, tell)
    mend_ledger(journal, SqlIdLedger(engine))
    held = {entry.hsa_id: entry for entry, _ in journal.held().entries}
    there = {entry.hsa_id: entry for entry in store.load().entries}
    differing = sum(not same(held.get(hsa_id), there.get(hsa_id)) for hsa_id in held.keys() | there.keys())
    mark.unlink()
    return Rebuilt(revision, len(there), differing, set_aside)


def _set_aside(database: Path) -> Path | None:
    if not database.exists():
        return None
    name = next(name for n in count(1) if not (name := database.with_name(f"db.replaced-{n}")).exists())
    return database.rename(name)
