"""Retention erases staff lists: what the directory's rules call them, as the states of sync's runs.

Boundary: when and by whose decision the directory says. A run that is being carried out is never among them: whoever
settles it finds out first what came of it.
"""

from datetime import datetime

from directory.core.retention import Besides
from directory.edge.sql.statements import answering
from sync import RunState
from sync.ports import Runs
from vocabulary.hsa_id import HsaId

_STATES: dict[Besides, frozenset[RunState]] = {
    Besides.STAFF_LIST: frozenset({RunState.APPLIED, RunState.FAILED}),
    Besides.STAFF_LIST_PREVIEW: frozenset({RunState.PREVIEWED}),
}


class RetentionErasesStaffLists:
    """Keeps ``directory.ports.StaffLists``."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    def members(self, kind: Besides, touched_by: datetime) -> frozenset[HsaId]:
        with answering():
            return self._runs.members(_STATES[kind], touched_by)

    def erase(self, kind: Besides, member: HsaId, touched_by: datetime) -> int:
        with answering():
            return self._runs.erase(member, _STATES[kind], touched_by)
