"""Staff lists: what a member's own system says of its people, checked, shown as a plan, and carried out in one commit.

Boundary: sync decides what a list means; the directory, behind the port ``StaffRegister``, holds the people. Sync never
matches by e-mail or name, never touches another member's people, and keeps no list.
"""

from collections.abc import Callable

from sync.actions.apply_list import ApplyList
from sync.actions.define_source import DefineSource
from sync.actions.preview_list import PreviewList
from sync.actions.settle_runs import SettleRuns
from sync.core.run import Run, RunState
from sync.core.source import Source
from sync.ports import ListReader, Runs, Sources, StaffRegister
from vocabulary.clock import Clock
from vocabulary.seal import Seal

__all__ = ["Run", "RunState", "Source", "Sync"]


class Sync:
    """The room put together: its actions, over the parts that are handed in."""

    def __init__(
        self,
        *,
        reader: ListReader,
        register: StaffRegister,
        sources: Sources,
        runs: Runs,
        seal: Seal,
        clock: Clock,
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self.sources = sources
        self.runs = runs
        self.define_source = DefineSource(sources, register)
        self.preview = PreviewList(reader, register, runs, seal, clock, random_bytes)
        self.apply = ApplyList(self.preview, register, runs, seal, clock)
        self.settle = SettleRuns(register, runs, clock)
