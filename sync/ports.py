"""What sync needs from outside, in its own words: a reader of lists, the directory, and a memory for sources and runs.

Numbers are sealed through ``vocabulary.seal.Seal``; time comes from ``vocabulary.clock.Clock``.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from sync.core.people import Employee, StaffAssignment, StaffUnit
from sync.core.plan_document import Document
from sync.core.run import Run, RunState
from sync.core.source import Source
from sync.core.staff_list import StaffList
from sync.core.steps import Step
from vocabulary.hsa_id import HsaId


class ListReader(Protocol):
    """Reads bytes as a staff list of ``source``; raises ``UnreadableList`` and nothing else, whatever the bytes."""

    def read(self, content: bytes, source: Source) -> StaffList: ...


class StaffView(Protocol):
    """The directory at one revision. All answers of one view agree with each other."""

    @property
    def revision(self) -> int: ...

    def id_prefixes(self, member: HsaId) -> frozenset[str]:
        """The HSA-id prefixes that the member owns, upper case as ``HsaId.prefix``; empty for an unknown member."""

    def people_from(self, source: str) -> Iterable[Employee]:
        """Everybody whom the source has ever fed, ended ones too, archived ones not; each with all memberships."""

    def people_with_number(self, member: HsaId, lookup: str) -> tuple[Employee, ...]:
        """The member's people with that keyed hash, archived ones not; of other members none."""

    def units_of(self, member: HsaId) -> Iterable[StaffUnit]:
        """All units of the member, ended ones too."""

    def member_of_unit(self, unit: HsaId) -> HsaId | None: ...

    def assignments_of_unit(self, unit: HsaId) -> tuple[StaffAssignment, ...]:
        """The assignments under the unit, ended ones too."""


class StaffRegister(Protocol):
    """The directory, as sync reads and changes it."""

    def view(self) -> StaffView: ...

    def carry_out(
        self,
        source: Source,
        steps: Sequence[Step],
        *,
        at: datetime,
        expected_revision: int,
        run_id: str,
        actor: str,
        reason: str,
    ) -> int:
        """Carry out all ``steps`` in ONE commit, or none of them, and return its revision, ``expected_revision + 1``.

        The commit remembers ``run_id``. A person who joins or is adopted gets ``source.id`` and her anchor. People and
        memberships that end do so at ``at``. Steps of one person come in the order of ``steps.KINDS``; an ``Assign``
        without HSA-id means the person who joins with the same anchor.

        Raises ``RegisterMoved`` when the directory is no longer at ``expected_revision`` (nothing done),
        ``StepsRejected`` when it refuses the steps (nothing done), and ``RegisterUnavailable`` when the outcome is
        unknown: ``revision_of_run`` tells it later.
        """

    def revision_of_run(self, run_id: str, *, base_revision: int) -> int | None:
        """The revision with which ``run_id`` was carried out on top of ``base_revision``, or ``None`` if it was not.

        A commit that the directory has written down and will yet finish counts as carried out. Raises
        ``RegisterUnavailable`` when that cannot be told.
        """


class Sources(Protocol):
    """The defined sources, kept durably."""

    def find(self, source_id: str) -> Source | None: ...

    def all(self) -> tuple[Source, ...]:
        """Ordered by id."""

    def put(self, source: Source) -> bool:
        """Keep ``source`` if what is kept has version ``source.version - 1`` (nothing kept: 0); tell whether."""


class Runs(Protocol):
    """The memory of runs, kept durably."""

    def add(self, run: Run, plan: Document, rows: bytes | None, *, forget_rows_before: datetime) -> None:
        """Keep a new run. The rows of the source's earlier runs, and all rows older than that, are forgotten."""

    def find(self, run_id: str) -> Run | None: ...

    def plan(self, run_id: str) -> Document | None: ...

    def rows(self, run_id: str) -> bytes | None: ...

    def begin(self, run_id: str, base_revision: int, at: datetime) -> bool:
        """previewed → applying, at one moment for one caller only; tell whether it was us."""

    def replan(
        self, run_id: str, plan: Document, counts: Mapping[str, int], leavers: frozenset[HsaId], base_revision: int
    ) -> None:
        """While applying: what will be carried out, and on top of which revision."""

    def finish(self, run_id: str, state: RunState, at: datetime, *, revision: int | None, why: str | None) -> None:
        """→ applied | failed, and forget the rows. ``applied`` is never undone; it overrides ``failed``."""

    def newest(self, members: frozenset[HsaId] | None, limit: int, before: tuple[datetime, str] | None) -> list[Run]:
        """Newest first, of these members (``None``: all), before that (created_at, id) where given."""

    def unsettled(self) -> list[Run]:
        """Every run that is applying."""

    def forget_rows(self, before: datetime) -> int:
        """The rows of all runs that came before are forgotten; of how many there were any."""

    def members(self, states: frozenset[RunState], touched_by: datetime) -> frozenset[HsaId]:
        """Whose runs there are in one of these states that nobody has touched since ``touched_by``."""

    def erase(self, member: HsaId, states: frozenset[RunState], touched_by: datetime) -> int:
        """Take those of the member away for good, with all that is kept of them; how many."""
