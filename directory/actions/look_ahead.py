"""The directory as it will be with all that is planned, kept while nothing changes and brought up to what does."""

from threading import Lock

from directory.actions.desk import Desk
from directory.core.foresight import Foresight
from directory.ports import Plans


class LookAhead:
    """What is kept goes by the plans as the database has them now, each with its version, and by the truth that this
    process serves: so it makes no difference which process planned, cancelled or changed something."""

    def __init__(self, desk: Desk, plans: Plans) -> None:
        self._desk, self.plans = desk, plans
        self._kept = Foresight(desk.view.truth)
        self._keeping = Lock()

    def foresight(self) -> Foresight:
        """Of all that waits now, upon what stands now. Raises ``DirectoryUnavailable``."""
        truth, plans = self._desk.view.truth, self.plans.all_unsettled()
        with self._keeping:
            if self._kept.truth is not truth or self._kept.plans != plans:
                self._kept = self._kept.brought_up_to(truth, plans)
            return self._kept
