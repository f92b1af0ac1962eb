"""Carry a list out: plan again against the present, stop where the brake says so, then one commit in the directory.

INVARIANT (whole or not): the run says `applying` with the revision that it builds on before the directory is touched,
and the directory's commit remembers the run. Whatever kills us between, ``settle_runs`` finds out which it was.
"""

from sync.actions.planning import plan_now
from sync.actions.preview_list import PreviewList
from sync.core.brake import require_released
from sync.core.kept_rows import unpack
from sync.core.plan import Plan
from sync.core.plan_document import document_of
from sync.core.run import KEEP_ROWS, Run, RunState
from sync.core.source import Source
from sync.core.staff_row import CleanList
from sync.core.steps import Change, Join
from sync.ports import Runs, StaffRegister
from sync.refusals import (
    LeaversDiffer,
    ListDiffers,
    PreviewOutdated,
    RegisterMoved,
    RunFailed,
    RunInProgress,
    StepsRejected,
    SyncRefusal,
    UnknownRun,
)
from vocabulary.clock import Clock
from vocabulary.seal import Seal

MOST_ATTEMPTS = 5


class ApplyList:
    def __init__(self, preview: PreviewList, register: StaffRegister, runs: Runs, seal: Seal, clock: Clock) -> None:
        self._preview, self._register, self._runs, self._seal, self._clock = preview, register, runs, seal, clock

    def list(self, source: Source, content: bytes, *, actor: str, confirm_leavers: int | None = None) -> Run:
        """Apply bytes that nobody previewed. A list that stops is kept as a preview, for looking at.

        Raises ``UnreadableList``, ``LeaversNotConfirmed``, ``Braked``, and what the register raises.
        """
        rows, plan = self._preview.plan(source, content)
        run, _ = self._preview.keep(source, plan, None, actor=actor)
        require_released(plan, confirm_leavers)
        return self._carry_out(run, source, rows, plan, confirm_leavers, actor)

    def run(
        self,
        source: Source,
        run_id: str,
        *,
        actor: str,
        content: bytes | None = None,
        confirm_leavers: int | None = None,
    ) -> Run:
        """Apply what was previewed as ``run_id``; ``content``, where given, must be the same bytes.

        An applied run is answered again and does nothing. Raises ``UnknownRun``, ``RunInProgress``, ``RunFailed``,
        ``ListDiffers``, ``PreviewOutdated``, ``LeaversDiffer``, ``LeaversNotConfirmed``, ``Braked``, and what the
        register raises.
        """
        run = self._runs.find(run_id)
        if run is None or run.source != source.id:
            raise UnknownRun("there is no such run of this source")
        if run.state is RunState.APPLIED:
            return run
        _require_previewed(run)
        rows = self._kept_rows(run) if content is None else self._same_rows(run, source, content)
        plan = plan_now(rows, source, self._register.view(), self._clock)
        _require_same_leavers(run, plan)
        require_released(plan, confirm_leavers)
        return self._carry_out(run, source, rows, plan, confirm_leavers, actor)

    def _kept_rows(self, run: Run) -> CleanList:
        packed = self._runs.rows(run.id)
        if packed is None or run.created_at + KEEP_ROWS <= self._clock.now():
            raise PreviewOutdated("the rows of this preview are no longer kept; send the list again")
        try:
            return unpack(packed, self._seal.open)
        except ValueError as reason:
            raise PreviewOutdated(
                "the rows of this preview can no longer be opened; send the list again", detail=str(reason)
            ) from None

    def _same_rows(self, run: Run, source: Source, content: bytes) -> CleanList:
        rows, _ = self._preview.plan(source, content)
        if rows.digest != run.digest:
            raise ListDiffers("the list is not the one that was previewed")
        return rows

    def _carry_out(
        self, run: Run, source: Source, rows: CleanList, plan: Plan, confirm_leavers: int | None, actor: str
    ) -> Run:
        _require_numbers(plan)
        if not self._runs.begin(run.id, plan.revision, self._clock.now()):
            raise RunInProgress("the run is already being applied")
        for _ in range(MOST_ATTEMPTS):
            self._runs.replan(run.id, document_of(plan), plan.counts, plan.leavers, plan.revision)
            try:
                return self._applied(run, self._commit(run, source, plan, actor))
            except RegisterMoved:
                pass  # nothing was done: plan again on top of what others have changed
            except StepsRejected as refusal:
                self._fail(run, refusal.description)
                raise
            try:
                plan = plan_now(rows, source, self._register.view(), self._clock)
                _require_same_leavers(run, plan)
                require_released(plan, confirm_leavers)
                _require_numbers(plan)
            except SyncRefusal as refusal:
                self._fail(run, refusal.description)
                raise
        self._fail(run, "the directory was changed by others all the while")
        raise RegisterMoved("the directory was changed by others all the while; nothing was done, try again")

    def _commit(self, run: Run, source: Source, plan: Plan, actor: str) -> int:
        """A plan without steps commits nothing: the directory is already as the list says."""
        if not plan.steps:
            return plan.revision
        return self._register.carry_out(
            source,
            plan.steps,
            at=plan.moment,
            expected_revision=plan.revision,
            run_id=run.id,
            actor=actor,
            reason=f"staff list of {source.name}",
        )

    def _applied(self, run: Run, revision: int) -> Run:
        self._runs.finish(run.id, RunState.APPLIED, self._clock.now(), revision=revision, why=None)
        found = self._runs.find(run.id)
        assert found is not None
        return found

    def _fail(self, run: Run, why: str) -> None:
        self._runs.finish(run.id, RunState.FAILED, self._clock.now(), revision=None, why=why)


def _require_previewed(run: Run) -> None:
    if run.state is RunState.APPLYING:
        raise RunInProgress("the run is already being applied")
    if run.state is RunState.FAILED:
        raise RunFailed(f"the run failed ({run.why}); send the list again")


def _require_same_leavers(run: Run, plan: Plan) -> None:
    if plan.leavers != run.leavers:
        raise LeaversDiffer(
            f"since the preview the directory has changed: {len(run.leavers)} people were to leave, now "
            f"{len(plan.leavers)}, of whom {len(plan.leavers - run.leavers)} are others; preview the list again"
        )


def _require_numbers(plan: Plan) -> None:
    """A kept preview holds the numbers that its own plan needed; a later plan may need another."""
    for step in plan.steps:
        if isinstance(step, Join | Change) and step.lookup is not None and step.number is None:
            raise PreviewOutdated("the directory has changed since the preview; send the list again")
