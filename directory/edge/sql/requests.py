"""Requests with a key of the caller's in SQL: keeps ``directory.ports.Requests``."""

from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_, delete, select, update

from directory.edge.sql.statements import answering, insert_into
from directory.edge.sql.tables import requests
from directory.ports import KeptRequest
from vocabulary.instants import from_us, to_us


class SqlRequests:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(reading=True)

    def begin(self, caller: str, key: str, request: KeptRequest) -> KeptRequest | None:
        beginning = insert_into(requests, self._engine).values(caller=caller, key=key, **_row(request))
        with answering(), self._engine.begin() as connection:
            if connection.scalar(beginning.on_conflict_do_nothing().returning(requests.c.key)) is not None:
                return None
            found = connection.execute(select(requests).where(_at(caller, key))).mappings().one_or_none()
        if found is None:  # Forgotten in between: the next try begins it.
            return self.begin(caller, key, request)
        return KeptRequest(found["fingerprint"], found["base_revision"], from_us(found["at_us"]), found["answer"])

    def take_over(self, caller: str, key: str, kept: KeptRequest, request: KeptRequest) -> bool:
        still = and_(_at(caller, key), requests.c.answer.is_(None), requests.c.at_us == to_us(kept.at))
        taking = update(requests).where(still).values(**_row(request)).returning(requests.c.key)
        with answering(), self._engine.begin() as connection:
            return connection.scalar(taking) is not None

    def answer(self, caller: str, key: str, answer: str) -> None:
        with answering(), self._engine.begin() as connection:
            connection.execute(update(requests).where(_at(caller, key)).values(answer=answer))

    def forget(self, caller: str, key: str) -> None:
        with answering(), self._engine.begin() as connection:
            connection.execute(delete(requests).where(_at(caller, key), requests.c.answer.is_(None)))

    def purge(self, before: datetime) -> int:
        with answering(), self._engine.begin() as connection:
            return connection.execute(delete(requests).where(requests.c.at_us < to_us(before))).rowcount


def _at(caller: str, key: str) -> ColumnElement[bool]:
    return and_(requests.c.caller == caller, requests.c.key == key)


def _row(request: KeptRequest) -> dict[str, object]:
    return {
        "fingerprint": request.fingerprint,
        "base_revision": request.base_revision,
        "at_us": to_us(request.at),
        "answer": request.answer,
    }
