"""The register of clients in SQL, with all of it in memory."""

import threading
from collections.abc import Mapping, Sequence

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from federation.core.client import Client
from federation.edge.sql import tables
from federation.edge.sql.client_document import read_client, write_client
from federation.edge.sql.revisions import current_revision, next_revision
from federation.refusals import ClientExists, ClientUnknown

_COUNTER = "clients"


class SqlClients:
    """Implements the port ``Clients``. The tables must exist before it is made."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(reading=True)
        self._loading = threading.Lock()
        self._revision = -1
        self._known: Mapping[str, tuple[str, Client]] = {}
        self.refresh()

    def find(self, client_id: str) -> Client | None:
        found = self._known.get(client_id)
        return None if found is None else found[1]

    def all(self) -> Sequence[Client]:
        return tuple(client for _, client in self._known.values())

    def add(self, client: Client) -> None:
        try:
            with self._engine.begin() as connection:
                next_revision(connection, _COUNTER)
                document = write_client(client)
                connection.execute(insert(tables.clients).values(client_id=client.client_id, document=document))
        except IntegrityError:
            raise ClientExists("the client id is taken", pointer="/client_id") from None
        self.refresh()

    def replace(self, client: Client) -> None:
        row = tables.clients
        with self._engine.begin() as connection:
            next_revision(connection, _COUNTER)
            changed = connection.execute(
                update(row).where(row.c.client_id == client.client_id).values(document=write_client(client))
            )
            if changed.rowcount != 1:
                raise ClientUnknown("no client has that id", pointer="/client_id")
        self.refresh()

    def refresh(self) -> None:
        with self._loading, self._reading.connect() as connection:
            revision = current_revision(connection, _COUNTER)
            if revision == self._revision:
                return
            rows = connection.execute(select(tables.clients.c.client_id, tables.clients.c.document)).all()
            before = self._known
            # An unchanged client stays the same object: caches tell by identity that nothing changed.
            self._known = {
                row.client_id: before[row.client_id]
                if row.client_id in before and before[row.client_id][0] == row.document
                else (row.document, read_client(row.document))
                for row in rows
            }
            self._revision = revision
