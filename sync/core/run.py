"""A run: one list, previewed and perhaps applied, and how far it came."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from vocabulary.hsa_id import HsaId


class RunState(StrEnum):
    """previewed → applying → applied | failed. Whoever finds ``applying`` after a crash asks the directory."""

    PREVIEWED = "previewed"
    APPLYING = "applying"
    APPLIED = "applied"
    FAILED = "failed"


KEEP_ROWS = timedelta(days=1)
"""How long a preview can be applied by its id alone; after that its rows are forgotten."""


@dataclass(frozen=True, slots=True)
class Run:
    """``base_revision`` is set when carrying out begins: if it happened, it became exactly the next revision.

    ``leavers`` are those of the newest plan. ``why`` says why a run failed.
    """

    id: str
    source: str
    member: HsaId
    state: RunState
    digest: str
    counts: Mapping[str, int]
    leavers: frozenset[HsaId]
    actor: str
    created_at: datetime
    changed_at: datetime
    base_revision: int | None = None
    revision: int | None = None
    why: str | None = None
