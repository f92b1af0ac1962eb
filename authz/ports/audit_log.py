"""Reading the audit trail: what whoever reviews, extracts or reports asks of it. Writing is ``authz.ports.trail``'s."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from authz.core.request import PatientKey
from vocabulary.hsa_id import HsaId

Record = Mapping[str, Any]
"""One record with its ``sequence``: the line of the trail that it stands on."""


@dataclass(frozen=True, slots=True)
class Visible:
    """What a reader of the log may see: where somebody acted for one of the ``providers``, or upon what belongs to one;
    and what knows no provider, by people whose ids have one of the ``prefixes``."""

    providers: frozenset[HsaId]
    prefixes: frozenset[str]


@dataclass(frozen=True, slots=True)
class LogQuery:
    """What is not given is not asked for. ``since`` belongs to the range, ``until`` does not. ``unit`` is where
    somebody acted, or whose information it was. ``permitted`` is the result. ``visible`` is ``None`` for who may see
    everything."""

    person: HsaId | None = None
    patient: PatientKey | None = None
    unit: HsaId | None = None
    since: datetime | None = None
    until: datetime | None = None
    permitted: bool | None = None
    kinds: frozenset[str] = frozenset()
    visible: Visible | None = None


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One access as a review draws it: a reported one, or a permit that no access was reported for. ``marks`` are
    what was noted of it (``authz.core.marks``)."""

    sequence: int
    person: str | None
    unit: str | None
    patient: str | None
    marks: frozenset[str]


class AuditLog(Protocol):
    """Up to date with the trail when it answers. Raises ``LogUnavailable`` when the trail cannot be read."""

    def search(self, query: LogQuery, before: int | None, limit: int) -> tuple[Record, ...]:
        """The newest first, from the line before ``before`` on."""
        ...

    def record(self, sequence: int) -> Record | None: ...

    def decision(self, decision_id: str) -> Record | None: ...

    def access(self, system: str, access_id: str) -> Record | None:
        """What an application reported under an id of its own."""
        ...

    def accesses(self, query: LogQuery) -> Iterator[LogEntry]:
        """Every access to a patient's information that fits, oldest first."""
        ...

    def providers(self) -> frozenset[HsaId]:
        """Every care provider that any record names."""
        ...
