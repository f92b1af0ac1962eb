"""A planned change: what shall be done in the directory at an instant to come, by whom and why, and what became of it.

Boundary: pure. That it is carried out once, whatever happens, is ``actions.carry_out_plans``' work.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from directory.core.changes import differences
from directory.core.entries import Entry
from directory.core.reorganisation import Reorganisation, reorganised, units_named
from directory.core.snapshot import Snapshot
from directory.core.steps import Create, Step, named, wanted
from directory.core.validation import problems_of
from directory.refusals import (
    ChangeRefused,
    ChangesThinned,
    CrossesProviders,
    EntryOver,
    NotAllowed,
    Overtaken,
    StoreRejected,
)
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import Refusal

Steps = tuple[Step, ...] | tuple[Reorganisation]


_CANCELLED_AT_FIRST = 2
"""The version of one that was kept as waiting and then as cancelled, with nothing between."""


class PlanState(StrEnum):
    """``BEGUN``: being carried out; nobody can cancel it any more, and it comes to ``DONE`` or ``FAILED``."""

    WAITING = "waiting"
    BEGUN = "begun"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """``caller`` answers for it, and must be allowed to make it when it is planned and when it is carried out.

    ``begun_at`` and ``base_revision`` are of the last try: its commit can only be the revision after that. ``revision``
    is the commit that carried it out; ``None`` too when there was nothing left to do. ``why`` and ``remedy`` are of one
    that failed or was cancelled. ``sealed`` are personal numbers of people that it makes, by their look-up value.
    """

    id: int
    due: datetime
    steps: Steps
    caller: Caller
    reason: str
    planned_at: datetime
    state: PlanState = PlanState.WAITING
    begun_at: datetime | None = None
    base_revision: int | None = None
    revision: int | None = None
    settled_at: datetime | None = None
    why: str | None = None
    remedy: str | None = None
    version: int = 1
    sealed: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def door(self) -> str:
        """By which the journal tells it."""
        return f"plan:{self.id}"

    @property
    def reorganisation(self) -> Reorganisation | None:
        first = self.steps[0]
        return first if isinstance(first, Reorganisation) else None

    @property
    def was_never_begun(self) -> bool:
        """Whether it was cancelled while it first waited, so that nothing can have come of it. Of what was ever begun,
        or failed and was tried again, nobody can tell it from here: it has more versions than those two."""
        return self.state is PlanState.CANCELLED and self.begun_at is None and self.version <= _CANCELLED_AT_FIRST

    def begun(self, at: datetime, base_revision: int) -> "PlannedChange":
        return replace(self, state=PlanState.BEGUN, begun_at=at, base_revision=base_revision)

    def done(self, at: datetime, revision: int | None) -> "PlannedChange":
        """``revision`` is ``None`` when there was nothing left to do."""
        settled = replace(self, state=PlanState.DONE, settled_at=at, revision=revision)
        return replace(settled, why=None, remedy=None, sealed={})

    def failed(self, at: datetime, refusal: Refusal) -> "PlannedChange":
        failed = replace(self, state=PlanState.FAILED, settled_at=at)
        return replace(failed, why=refusal.description, remedy=remedy_for(refusal))

    def cancelled(self, at: datetime, why: str) -> "PlannedChange":
        return replace(self, state=PlanState.CANCELLED, settled_at=at, why=why, remedy=None, sealed={})

    def tried_again(self, caller: Caller) -> "PlannedChange":
        """One that failed, taken up by ``caller``, who answers for it from now on."""
        waiting = replace(self, state=PlanState.WAITING, caller=caller, begun_at=None, base_revision=None)
        return replace(waiting, settled_at=None, why=None, remedy=None)


def names_of(steps: Steps) -> tuple[HsaId, ...]:
    """Every id that the steps name and do not make, once."""
    made = {step.entry.hsa_id for step in steps if isinstance(step, Create)}
    found = (units_named(step) if isinstance(step, Reorganisation) else named(step) for step in steps)
    return tuple(dict.fromkeys(each for ids in found for each in ids if each not in made))


def entries_wanted(steps: Steps, snapshot: Snapshot, at: datetime) -> list[Entry]:
    """The entries as they shall stand, each once; those that stand so already are left out. Nothing is validated.

    Raises ``ChangeRefused`` and its kinds.
    """
    news: dict[str, Entry] = {}
    now = snapshot
    for step in steps:
        if isinstance(step, Reorganisation):
            made = reorganised(step, now, at)
        else:
            entry = wanted(step, now, at)
            made = [] if entry is None else [entry]
        news |= {entry.hsa_id.key: entry for entry in made}
        now = now.succeeded_by(made, now.revision)
    return [change.after for change in differences(news.values(), snapshot.entry) if change.after is not None]


def demand_valid(entries: Iterable[Entry], snapshot: Snapshot) -> None:
    """Raises ``ChangeRefused`` with every rule that ``entries`` would break."""
    if problems := problems_of(differences(entries, snapshot.entry), snapshot):
        raise ChangeRefused(problems)


_REMEDIES: tuple[tuple[type[Refusal], str], ...] = (
    (Overtaken, "read the entry as it stands now, and plan anew what shall still be changed; or cancel this"),
    (EntryOver, "cancel this; if another entry took over, plan the change for that one"),
    (CrossesProviders, "plan it anew, and say what becomes of the assignments"),
    (ChangeRefused, "mend what is named and try this again, or cancel it"),
    (StoreRejected, "the directory server refused the entry; mend it and try this again, or cancel it"),
    (NotAllowed, "somebody who may make this change tries it again, and so answers for it; or cancels it"),
    (ChangesThinned, "look whether it was carried out; if not, try this again, else cancel it"),
    (Refusal, "look at what is said, and try this again or cancel it"),
)


def remedy_for(refusal: Refusal) -> str:
    """What can be done about a planned change that was refused so."""
    return next(said for kind, said in _REMEDIES if isinstance(refusal, kind))
