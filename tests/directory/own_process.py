"""A whole directory in a folder, as the programs have it that tests start to kill them: slapd, journal and all."""

import json
import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from directory import Directory, Entry
from directory.edge.ldap.connections import over_socket
from directory.edge.ldap.slapd_child import SlapdChild
from directory.edge.ldap.store import LdapStore
from directory.edge.sql.id_ledger import SqlIdLedger
from directory.edge.sql.journal import SqlJournal
from directory.edge.sql.sealed_numbers import SqlSealedNumbers
from directory.edge.sql.tables import metadata
from hub.database import make_engine
from hub.real_clock import RealClock
from tests.directory.parts import a_seal


@dataclass(frozen=True, slots=True)
class OwnDirectory:
    slapd: SlapdChild
    engine: Engine
    store: LdapStore
    journal: SqlJournal
    directory: Directory

    def agreement(self) -> dict[str, object]:
        """Whether journal, store and snapshot hold the same, at which revisions, and what is not settled."""
        held, state, snapshot = self.journal.held(), self.store.load(), self.directory.snapshot()
        told = {entry for entry, _ in held.entries}
        return {
            "agree": told == set(state.entries) == set(snapshot.entries()),
            "revisions": [held.revision, state.revision, snapshot.revision, self.journal.newest()],
            "pending": len(self.journal.pending()),
            "drift": len(self.directory.drift()),
        }


def started_in(folder: Path, first: Sequence[Entry]) -> OwnDirectory:
    """Takes up what an earlier process left in ``folder``; where there was none, ``first`` are the first entries."""
    child = SlapdChild(folder, None, random_bytes=secrets.token_bytes)
    child.start()
    engine = make_engine(f"sqlite:///{folder / 'tillit.db'}")
    metadata.create_all(engine)
    store, journal = LdapStore(over_socket(child.ldapi_uri)), SqlJournal(engine)
    directory = Directory(store, journal, SqlIdLedger(engine), SqlSealedNumbers(engine), a_seal(), RealClock())
    directory.start()
    if journal.newest() == 0:
        directory.change(first, actor="test", reason="begin", door="test")
    return OwnDirectory(child, engine, store, journal, directory)


def tell(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()
