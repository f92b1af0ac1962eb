"""Who was told what of the registers' rows, for whoever asks for it: kept until seen, and after that as history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from authz.ports.registers import Kind, Notice
from vocabulary.hsa_id import HsaId


@dataclass(frozen=True, slots=True)
class Told:
    """``revision`` is the registers' at which it was told; ``seen_at`` when the person said that she has seen it."""

    notice: Notice
    revision: int
    seen_at: datetime | None = None


class Notices(Protocol):
    """Every verb raises ``RegistersUnavailable`` when the database does not answer."""

    def of_person(self, person: HsaId, since: int, limit: int) -> tuple[Told, ...]:
        """What she was told after the revision ``since``, oldest first: about ``limit``, but each revision whole."""
        ...

    def see(self, person: HsaId, kind: Kind, row_id: str, what: str, at_us: int) -> bool:
        """Mark one as seen; false when there is none, or it was seen before."""
        ...
