"""What the directory needs from outside. The errors named in the promises stand in ``directory.refusals``."""

from directory.ports.administration import Administration, Aftermath, Lapsed, Reach
from directory.ports.journal import (
    CommitHead,
    Held,
    History,
    HistoryQuery,
    Journal,
    JournalMovedOn,
    JournalRecord,
    PastChange,
    RecordState,
    Stood,
    UsedId,
)
from directory.ports.plans import Consequence, Consequences, PlanQuery, Plans, RequestKey
from directory.ports.registers import (
    Erasure,
    Erasures,
    IdLedger,
    KeptRequest,
    KnownFindings,
    LicenceChecks,
    Requests,
    SealedNumbers,
    Since,
)
from directory.ports.store import Delta, DirectoryStore, StoreState

__all__ = [
    "Administration",
    "Aftermath",
    "CommitHead",
    "Consequence",
    "Consequences",
    "Delta",
    "DirectoryStore",
    "Erasure",
    "Erasures",
    "Held",
    "History",
    "HistoryQuery",
    "IdLedger",
    "Journal",
    "JournalMovedOn",
    "JournalRecord",
    "KeptRequest",
    "KnownFindings",
    "Lapsed",
    "LicenceChecks",
    "PastChange",
    "PlanQuery",
    "Plans",
    "Reach",
    "RecordState",
    "RequestKey",
    "Requests",
    "SealedNumbers",
    "Since",
    "Stood",
    "StoreState",
    "UsedId",
]
