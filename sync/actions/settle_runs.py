"""After a crash: find out of each run that says `applying` whether the directory carried it out, and say so.

And whether anybody crashes or not: rows that nobody can apply any more are forgotten, since they name a whole staff.
"""

from datetime import timedelta

from sync.core.run import KEEP_ROWS, Run, RunState
from sync.ports import Runs, StaffRegister
from vocabulary.clock import Clock


class SettleRuns:
    def __init__(self, register: StaffRegister, runs: Runs, clock: Clock) -> None:
        self._register, self._runs, self._clock = register, runs, clock

    def __call__(self, untouched_for: timedelta) -> list[Run]:
        """Settle the runs that have been applying for at least that long, and return them as they are now.

        Raises ``RegisterUnavailable``; then nothing is known and the rest stays as it is.
        """
        now = self._clock.now()
        self._runs.forget_rows(now - KEEP_ROWS)
        return [self._settle(run) for run in self._runs.unsettled() if now - run.changed_at >= untouched_for]

    def _settle(self, run: Run) -> Run:
        revision = None
        if run.base_revision is not None:
            revision = self._register.revision_of_run(run.id, base_revision=run.base_revision)
        state = RunState.FAILED if revision is None else RunState.APPLIED
        why = "interrupted before anything was changed" if revision is None else None
        self._runs.finish(run.id, state, self._clock.now(), revision=revision, why=why)
        found = self._runs.find(run.id)
        assert found is not None
        return found
