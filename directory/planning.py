"""The directory in time, as one object: how it was and will be, what is planned, and what falls due.

Boundary: what stands now is ``Directory``'s; this is beside it, for whoever looks back or ahead.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from directory.actions.carry_out_plans import TAKEN_OVER_AFTER, OnFailed, carry_out_due
from directory.actions.look_ahead import LookAhead
from directory.actions.plan_changes import (
    Preview,
    Proposal,
    cancel_plan,
    outlook_of,
    plan_change,
    preview_change,
    retry_plan,
)
from directory.core.foresight import Foreseen
from directory.core.planned_change import PlannedChange
from directory.core.snapshot import Snapshot
from directory.directory import Directory
from directory.ports import Administration, Consequence, Consequences, PlanQuery, Plans, RequestKey
from vocabulary.caller import Caller

__all__ = ["EVER", "Moment", "Planning", "Preview", "Proposal"]

EVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Moment:
    """The directory at an instant. ``foreseen`` is ``None`` for what was and what is.

    ``snapshot.revision`` is the revision that it stood at, or that the foreseeing starts from.
    """

    at: datetime
    snapshot: Snapshot
    foreseen: Foreseen | None = None


class Planning:
    """All verbs may be called from several threads. The hub calls ``carry_out_due`` every second.

    ``on_failed`` hears of each planned change that cannot be carried out.
    """

    def __init__(
        self,
        directory: Directory,
        plans: Plans,
        administration: Administration,
        consequences: Consequences,
        on_failed: OnFailed = lambda plan: None,
    ) -> None:
        self._directory, self._desk = directory, directory.desk
        self._plans, self._administration, self._consequences = plans, administration, consequences
        self._ahead, self._on_failed = LookAhead(directory.desk, plans), on_failed
        self._untouched_for = timedelta(0)

    def moment(self, at: datetime) -> Moment:
        """Raises ``BeforeTheBeginning`` and ``DirectoryUnavailable``."""
        if at <= self._desk.clock.now():
            return Moment(at, self._directory.as_it_was(at))
        foreseen = self.foreseen(at)
        return Moment(at, foreseen.snapshot, foreseen)

    def foreseen(self, until: datetime = EVER) -> Foreseen:
        """What stands now with all that is planned until then; see ``core.foresight``."""
        return self._ahead.foresight().until(until)

    def preview(self, proposal: Proposal) -> Preview:
        """What a change would do; see ``actions.plan_changes``."""
        return preview_change(self._desk, self._ahead, self._administration, proposal)

    def outlook(self, plan: PlannedChange) -> Preview | None:
        """What one that waits will do, as things stand now; ``None`` when it could not be carried out."""
        return outlook_of(self._ahead, plan)

    def consequences(self, preview: Preview) -> tuple[Consequence, ...]:
        """What it would touch outside the directory."""
        return self._consequences.of(preview.effects)

    def plan(self, proposal: Proposal, key: RequestKey | None = None) -> tuple[PlannedChange, Preview]:
        """Keep a change until it is due, or carry it out at once; see ``actions.plan_changes``."""
        return plan_change(self._desk, self._ahead, self._administration, proposal, key)

    def with_key(self, key: RequestKey) -> PlannedChange | None:
        """What was planned under the key before. Raises ``KeyUsedOtherwise``."""
        return self._plans.with_key(key)

    def find(self, plan_id: int) -> PlannedChange | None:
        return self._plans.find(plan_id)

    def listed(self, query: PlanQuery, after: tuple[datetime, int] | None, limit: int) -> tuple[PlannedChange, ...]:
        return self._plans.listed(query, after, limit)

    def cancel(self, plan: PlannedChange, caller: Caller, reason: str) -> PlannedChange:
        """Raises ``PlanBegun``, ``PlanSettled`` and ``NotAllowed``."""
        return cancel_plan(self._desk, self._ahead, self._administration, plan, caller, reason)

    def retry(self, plan: PlannedChange, caller: Caller) -> PlannedChange:
        """Raises ``PlanSettled`` unless it has failed, and whatever still stands against it."""
        return retry_plan(self._desk, self._ahead, self._administration, plan, caller)

    def carry_out_due(self) -> None:
        """Everything that is due. The first call also takes up what was begun before a crash.

        Raises ``DirectoryUnavailable`` when something has to wait for the next call.
        """
        untouched_for, self._untouched_for = self._untouched_for, TAKEN_OVER_AFTER
        carry_out_due(self._desk, self._plans, self._administration, untouched_for, self._on_failed)

    def forget_keys(self, planned_before: datetime) -> int:
        return self._plans.forget_keys(planned_before)
