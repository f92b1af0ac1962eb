"""Requests that callers gave a key of their own: kept in the transaction that carries them out, and so never half done.

Only a hash of the request is kept and the id of the row that answered it: no patient, no text.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select

from authz.edge.sql.tables import requests
from authz.ports import KeptRequest, Kind
from authz.refusals import KeyTaken
from vocabulary.instants import from_us, to_us


def need_free(connection: Connection, request: KeptRequest) -> None:
    """Raises ``KeyTaken``."""
    if connection.execute(select(requests.c.key).where(_at(request.caller, request.key))).first() is not None:
        raise KeyTaken("a request with this key was carried out meanwhile")


def keep_request(connection: Connection, request: KeptRequest) -> None:
    values = {
        "caller": request.caller,
        "key": request.key,
        "fingerprint": request.fingerprint,
        "at_us": to_us(request.at),
        "kind": str(request.kind),
        "row_id": request.row,
        "created": request.created,
    }
    connection.execute(insert(requests).values(values))


def request_of(connection: Connection, caller: str, key: str) -> KeptRequest | None:
    found = connection.execute(select(requests).where(_at(caller, key))).mappings().first()
    if found is None:
        return None
    at, kind = from_us(found["at_us"]), Kind(found["kind"])
    return KeptRequest(caller, key, found["fingerprint"], at, kind, found["row_id"], found["created"])


def forget_requests(connection: Connection, before: datetime) -> int:
    return connection.execute(delete(requests).where(requests.c.at_us < to_us(before))).rowcount


def _at(caller: str, key: str) -> ColumnElement[bool]:
    return and_(requests.c.caller == caller, requests.c.key == key)
