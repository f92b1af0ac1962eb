"""Say what a list would do. Nothing is changed; what is kept is the run: plan, counts and digest of the bytes."""

from collections.abc import Callable

from sync.actions.planning import plan_now
from sync.core.kept_rows import lines_that_need_numbers, pack
from sync.core.plan import Plan
from sync.core.plan_document import Document, document_of
from sync.core.run import KEEP_ROWS, Run, RunState
from sync.core.source import Source
from sync.core.staff_row import CleanList, clean
from sync.ports import ListReader, Runs, StaffRegister
from vocabulary.clock import Clock
from vocabulary.seal import Seal
from vocabulary.stockholm import day_of


class PreviewList:
    def __init__(
        self,
        reader: ListReader,
        register: StaffRegister,
        runs: Runs,
        seal: Seal,
        clock: Clock,
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self._reader, self._register, self._runs = reader, register, runs
        self._seal, self._clock, self._random_bytes = seal, clock, random_bytes

    def __call__(self, source: Source, content: bytes, *, actor: str) -> tuple[Run, Document]:
        """Keep a previewed run and return it with its plan. Its rows are kept sealed, so that its id can be applied.

        Raises ``UnreadableList``.
        """
        rows, plan = self.plan(source, content)
        needed = lines_that_need_numbers(plan)
        sealed = {
            row.line: self._seal.close(row.number) for row in rows.rows if row.number is not None and row.line in needed
        }
        return self.keep(source, plan, pack(rows, sealed), actor=actor)

    def plan(self, source: Source, content: bytes) -> tuple[CleanList, Plan]:
        """Read, clean and plan; nothing is kept at all. Raises ``UnreadableList``."""
        written = self._reader.read(content, source)
        rows = clean(written, self._seal.lookup, day_of(self._clock.now()))
        return rows, plan_now(rows, source, self._register.view(), self._clock)

    def keep(self, source: Source, plan: Plan, rows: bytes | None, *, actor: str) -> tuple[Run, Document]:
        """Write ``plan`` down as a previewed run."""
        now = self._clock.now()
        run = Run(
            id=f"run-{self._random_bytes(10).hex()}",
            source=source.id,
            member=source.member,
            state=RunState.PREVIEWED,
            digest=plan.digest,
            counts=plan.counts,
            leavers=plan.leavers,
            actor=actor,
            created_at=now,
            changed_at=now,
        )
        document = document_of(plan)
        self._runs.add(run, document, rows, forget_rows_before=now - KEEP_ROWS)
        return run, document
