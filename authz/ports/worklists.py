"""What waits for somebody, for whoever asks what there is to do."""

from typing import Protocol

from authz.ports.registers import Row
from vocabulary.hsa_id import HsaId


class Worklists(Protocol):
    """Every verb raises ``RegistersUnavailable`` when the database does not answer."""

    def owed_reviews(self) -> tuple[Row, ...]:
        """The reviews of emergency accesses that nobody has settled, those that are due first first."""
        ...

    def open_cases(self, unit: HsaId) -> tuple[Row, ...]:
        """The discharge cases that are not closed and have the unit as ward or concern it, oldest first."""
        ...

    def disclosures_to(self, unit: HsaId) -> tuple[Row, ...]:
        """What was disclosed to the unit and that nobody there has acknowledged, oldest first."""
        ...
