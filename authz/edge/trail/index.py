"""An index beside the segments: finds records by who, whom, what, where, when and result without reading them all.

The segments stay the truth. The index is brought up to date before each answer; each hit is read from its segment and
held against the question. One that is missing, torn, foreign or behind a rewritten trail is made anew from them.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

from authz.core.marks import marks_of
from authz.edge.trail.lines import MAX_LINE_BYTES, RECORD, read_frame, stated_digest
from authz.edge.trail.segments import Segment, segment_path, segments_in, stamp
from authz.ports.audit_log import LogEntry, LogQuery, Visible
from authz.refusals import LogUnavailable
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue

FILE: Final = "index.sqlite"
_FORM: Final = 1
_BATCH: Final = 2_000
_PAGE: Final = 500

_TABLES: Final = """
CREATE TABLE reached (form INTEGER, segment INTEGER, offset INTEGER, length INTEGER, digest TEXT);
CREATE TABLE providers (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE records (
  sequence INTEGER PRIMARY KEY, segment INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
  at TEXT, kind TEXT, permitted INTEGER, person TEXT, prefix TEXT, patient TEXT, unit TEXT, data_unit TEXT,
  provider TEXT, data_provider TEXT, decision_id TEXT, system TEXT, access_id TEXT, marks TEXT
);
CREATE INDEX by_person ON records (person, sequence);
CREATE INDEX by_patient ON records (patient, sequence) WHERE patient IS NOT NULL;
CREATE INDEX by_unit ON records (unit, sequence) WHERE unit IS NOT NULL;
CREATE INDEX by_data_unit ON records (data_unit, sequence) WHERE data_unit IS NOT NULL;
CREATE INDEX by_decision ON records (decision_id) WHERE decision_id IS NOT NULL;
CREATE INDEX by_access ON records (system, access_id) WHERE access_id IS NOT NULL;
CREATE INDEX by_time ON records (at);
"""
_INSERT: Final = "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ACCESSES: Final = (
    "(r.kind = 'access' OR (r.kind = 'decision' AND r.permitted = 1 AND r.patient IS NOT NULL AND NOT EXISTS "
    "(SELECT 1 FROM records a WHERE a.decision_id = r.decision_id AND a.kind = 'access')))"
)
_DECISION: Final = b'{"kind":"decision",'
_WITHOUT_FACTS: Final = b',"obligations":'


class _Reached(NamedTuple):
    """The last line that is indexed: its segment, where it begins there, how long it is and what digest it states."""

    segment: int
    offset: int
    length: int
    digest: str


class TrailIndex:
    """Keeps ``authz.ports.audit_log.AuditLog`` over the trail in ``folder``. For several threads, one at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._file = folder, folder / FILE
        self._lock = threading.Lock()
        self._open: sqlite3.Connection | None = None

    def close(self) -> None:
        with self._lock:
            self._shut()

    def catch_up(self, at_most: int | None = None) -> int:
        """Index what was written since; gives how many lines. With ``at_most`` no more than so many at once."""
        with self._lock, _told():
            return self._caught_up(at_most)

    # -- asking -------------------------------------------------------------------------------------------------

    def search(self, query: LogQuery, before: int | None, limit: int) -> tuple[dict[str, Any], ...]:
        where, values = _where(query)
        if before is not None:
            where, values = [*where, "r.sequence < ?"], [*values, before]
        return self._records(where, values, f"ORDER BY r.sequence DESC LIMIT {int(limit)}")

    def record(self, sequence: int) -> dict[str, Any] | None:
        return next(iter(self._records(["r.sequence = ?"], [sequence])), None)

    def decision(self, decision_id: str) -> dict[str, Any] | None:
        return next(iter(self._records(["r.decision_id = ?", "r.kind = 'decision'"], [decision_id], "LIMIT 1")), None)

    def access(self, system: str, access_id: str) -> dict[str, Any] | None:
        found = self._records(["r.system = ?", "r.access_id = ?", "r.kind = 'access'"], [system, access_id], "LIMIT 1")
        return next(iter(found), None)

    def accesses(self, query: LogQuery) -> Iterator[LogEntry]:
        where, values = _where(query)
        after = 0
        while True:
            asked = _select(
                "r.sequence, r.person, r.unit, r.patient, r.marks",
                [*where, _ACCESSES, "r.sequence > ?"],
                f"ORDER BY r.sequence LIMIT {_PAGE}",
            )
            with self._lock, _told():
                self._caught_up()
                found = self._connection().execute(asked, [*values, after]).fetchall()
            for sequence, person, unit, patient, marks in found:
                yield LogEntry(sequence, person, unit, patient, frozenset((marks or "").split()))
            if len(found) < _PAGE:
                return
            after = found[-1][0]

    def providers(self) -> frozenset[HsaId]:
        with self._lock, _told():
            self._caught_up()
            return frozenset(HsaId.parse(name) for (name,) in self._connection().execute("SELECT id FROM providers"))

    def _records(self, where: list[str], values: list[Any], more: str = "") -> tuple[dict[str, Any], ...]:
        asked = _select("r.sequence, r.segment, r.offset, r.length", where, more)
        with self._lock, _told():
            self._caught_up()
            for _ in range(2):
                with suppress(sqlite3.DatabaseError):
                    found = self._connection().execute(asked, values).fetchall()
                    read = [self._read(*row) for row in found]
                    if None not in read:
                        return tuple(record for record in read if record is not None)
                # The index does not say what the segments say: it is made anew, once.
                self._anew()
                self._caught_up()
        raise LogUnavailable("the audit trail does not hold what its index says; verify it")

    def _read(self, sequence: int, segment: int, offset: int, length: int) -> dict[str, Any] | None:
        try:
            with segment_path(self._folder, segment).open("rb") as file:
                file.seek(offset)
                read = _record(file.read(length))
        except FileNotFoundError:
            return None
        return None if read is None or read[0] != sequence else {**json.loads(read[1]), "sequence": sequence}

    # -- keeping up ---------------------------------------------------------------------------------------------

    def _caught_up(self, at_most: int | None = None) -> int:
        segments = segments_in(self._folder)
        try:
            return self._read_on(segments, at_most)
        except (sqlite3.DatabaseError, _Torn):
            self._anew()
            return self._read_on(segments, at_most)

    def _read_on(self, segments: tuple[Segment, ...], at_most: int | None) -> int:
        connection = self._connection()
        reached = _reached(connection)
        count = 0
        if segments and segments[0].first_sequence > 1:  # What was removed by decision is not found any more.
            with connection:
                connection.execute("DELETE FROM records WHERE sequence < ?", (segments[0].first_sequence,))
        for segment in segments:
            if reached is not None and segment.first_sequence < reached.segment:
                continue
            start = 0
            if reached is not None and segment.first_sequence == reached.segment:
                start = self._after(segment, reached)
            elif reached is not None and reached.segment not in {each.first_sequence for each in segments}:
                raise _Torn
            for batch, upto in _batches(segment, start):
                with connection:
                    connection.executemany(_INSERT, [row for row, _ in batch])
                    named = {(name,) for _, names in batch for name in names}
                    connection.executemany("INSERT OR IGNORE INTO providers VALUES (?)", sorted(named))
                    connection.execute("DELETE FROM reached")
                    connection.execute("INSERT INTO reached VALUES (?, ?, ?, ?, ?)", (_FORM, *upto))
                count += len(batch)
                if at_most is not None and count >= at_most:
                    return count
        return count

    def _after(self, segment: Segment, reached: _Reached) -> int:
        """Where to read on. Raises ``_Torn`` when the last indexed line is no more what it was."""
        with segment.path.open("rb") as file:
            file.seek(reached.offset)
            digest = stated_digest(file.read(reached.length))
        if digest is None or digest.hex() != reached.digest:
            raise _Torn
        return reached.offset + reached.length

    def _connection(self) -> sqlite3.Connection:
        if self._open is None:
            self._open = sqlite3.connect(self._file, check_same_thread=False)
            self._file.chmod(0o600)
            self._open.execute("PRAGMA journal_mode = WAL")
            self._open.execute("PRAGMA synchronous = NORMAL")
            if not self._open.execute("SELECT 1 FROM sqlite_master WHERE name = 'reached'").fetchone():
                self._open.executescript(_TABLES)
        return self._open

    def _anew(self) -> None:
        self._shut()
        for name in (FILE, f"{FILE}-wal", f"{FILE}-shm"):
            (self._folder / name).unlink(missing_ok=True)

    def _shut(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


class _Torn(Exception):
    """The index speaks of another trail than the one that is here."""


class _told:  # A context manager is named as what it does.
    """What goes wrong with files or the database is ``LogUnavailable``."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError | sqlite3.Error):
            raise LogUnavailable("the audit trail cannot be read", detail=str(error)) from error


def _select(columns: str, where: list[str], more: str) -> str:
    """Only our own words stand in it; what was asked for is handed beside it."""
    return f"SELECT {columns} FROM records r WHERE {' AND '.join(where) or '1'} {more}"  # noqa: S608


def _where(query: LogQuery) -> tuple[list[str], list[Any]]:
    where: list[str] = []
    values: list[Any] = []
    for condition, value in (
        ("r.person = ?", None if query.person is None else query.person.key),
        ("r.patient = ?", query.patient),
        ("r.at >= ?", None if query.since is None else stamp(query.since)),
        ("r.at < ?", None if query.until is None else stamp(query.until)),
        ("r.permitted = ?", None if query.permitted is None else int(query.permitted)),
    ):
        if value is not None:
            where.append(condition)
            values.append(value)
    if query.unit is not None:
        where.append("(r.unit = ? OR r.data_unit = ?)")
        values += [query.unit.key] * 2
    if query.kinds:
        where.append(_in("r.kind", len(query.kinds)))
        values += sorted(query.kinds)
    if query.visible is not None:
        _add_visible(query.visible, where, values)
    return where, values


def _add_visible(visible: Visible, where: list[str], values: list[Any]) -> None:
    providers, prefixes = sorted(each.key for each in visible.providers), sorted(visible.prefixes)
    where.append(
        f"({_in('r.provider', len(providers))} OR {_in('r.data_provider', len(providers))}"
        f" OR (r.provider IS NULL AND r.data_provider IS NULL AND {_in('r.prefix', len(prefixes))}))"
    )
    values += [*providers, *providers, *prefixes]


def _in(column: str, count: int) -> str:
    return f"{column} IN ({', '.join('?' * count)})"


def _reached(connection: sqlite3.Connection) -> _Reached | None:
    found = connection.execute("SELECT * FROM reached").fetchone()
    if found is None:
        return None
    form, *reached = found
    if form != _FORM:
        raise _Torn
    return _Reached(*reached)


Row = tuple[tuple[Any, ...], tuple[str, ...]]
"""A record's columns, and the care providers that it names."""


def _batches(segment: Segment, start: int) -> Iterator[tuple[list[Row], _Reached]]:
    """The whole lines of ``segment`` from ``start`` on. One that is not whole yet is left for the next time."""
    batch: list[Row] = []
    upto = None
    with segment.path.open("rb", buffering=1024 * 1024) as file:
        file.seek(start)
        offset = start
        while line := file.readline(MAX_LINE_BYTES):
            digest = stated_digest(line)
            if digest is None:
                break
            upto = _Reached(segment.first_sequence, offset, len(line), digest.hex())
            read = _record(line)
            if read is not None:
                batch.append(_row(read[0], read[1], (segment.first_sequence, offset, len(line))))
            offset += len(line)
            if len(batch) == _BATCH:
                yield batch, upto
                batch = []
    if upto is not None:
        yield batch, upto


def _record(line: bytes) -> tuple[int, bytes] | None:
    frame = None if stated_digest(line) is None else read_frame(line)
    return (frame[0], frame[2]) if frame is not None and frame[1] == RECORD else None


def _row(sequence: int, body: bytes, place: tuple[int, int, int]) -> Row:
    head, facts = body, b""
    if body.startswith(_DECISION):
        # The facts are the most of it, and nothing is found by them: no string can hold this text unescaped.
        head, facts, _ = body.partition(_WITHOUT_FACTS)
    try:
        read = json.loads(head + b"}" if facts else body)
    except ValueError:
        read = {}
    if not isinstance(read, dict):
        read = {}
    person = _upper(read.get("person"))
    providers = tuple(name for key in ("provider", "data_provider") if (name := _hsa(read.get(key))) is not None)
    columns = (
        sequence,
        *place,
        _word(read.get("at")),
        _word(read.get("kind")),
        None if read.get("permit") is None else int(read["permit"] is True),
        person,
        None if person is None else person[:12],
        _word(read.get("patient")),
        _upper(read.get("unit")),
        _upper(read.get("data_unit")),
        _hsa(read.get("provider")),
        _hsa(read.get("data_provider")),
        _word(read.get("decision_id")),
        _word(read.get("system")),
        _word(read.get("access_id")),
        " ".join(_marks(read, body)) or None,
    )
    return columns, providers


def _marks(read: Mapping[str, Any], body: bytes) -> list[str]:
    if read.get("kind") == "access":
        noted = read.get("marks")
        return [str(word) for word in noted] if isinstance(noted, list) else []
    if read.get("kind") == "decision" and read.get("permit") is True and read.get("patient") is not None:
        return sorted(marks_of(json.loads(body)))
    return []


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _upper(value: object) -> str | None:
    return value.upper() if isinstance(value, str) else None


def _hsa(value: object) -> str | None:
    try:
        return HsaId.parse(value).key if isinstance(value, str) else None
    except InvalidValue:
        return None
