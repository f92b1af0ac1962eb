"""Since when findings are known, in SQL: keeps ``directory.ports.KnownFindings``."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Engine, and_, delete, select, tuple_

from directory.core.quality.finding import FindingKey
from directory.edge.sql.statements import answering, chunks, insert_into
from directory.edge.sql.tables import commits, findings
from directory.ports import RecordState, Since
from vocabulary.instants import from_us, to_us

_KEY = (findings.c.code, findings.c.hsa_id_key, findings.c.about)


class SqlKnownFindings:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(reading=True)

    def known(self) -> Mapping[FindingKey, Since]:
        with answering(), self._reading.connect() as connection:
            rows = connection.execute(select(*_KEY, findings.c.since_us, findings.c.since_revision)).all()
        return {FindingKey(*key): Since(from_us(at), revision) for *key, at, revision in rows}

    def keep(self, new: Mapping[FindingKey, Since], gone: Collection[FindingKey], revision: int) -> None:
        with answering(), self._engine.begin() as connection:
            for keys in chunks(sorted(gone)):
                still_so = and_(tuple_(*_KEY).in_([tuple(key) for key in keys]), findings.c.since_revision <= revision)
                connection.execute(delete(findings).where(still_so))
            for keys in chunks(sorted(new)):
                rows = [_row(key, new[key]) for key in keys]
                connection.execute(insert_into(findings, self._engine).values(rows).on_conflict_do_nothing())

    def instants(self, revisions: Collection[int]) -> Mapping[int, datetime]:
        found: dict[int, datetime] = {}
        with answering(), self._reading.connect() as connection:
            for some in chunks(sorted(set(revisions))):
                standing = and_(commits.c.revision.in_(some), commits.c.state == RecordState.APPLIED.value)
                rows = connection.execute(select(commits.c.revision, commits.c.at_us).where(standing))
                found |= {revision: from_us(at) for revision, at in rows}
        return found


def _row(key: FindingKey, since: Since) -> dict[str, object]:
    return {
        "code": key.code,
        "hsa_id_key": key.entry,
        "about": key.about,
        "since_us": to_us(since.at),
        "since_revision": since.revision,
    }
