"""What the report looks at: the directory as the journal has it, one instant, and what is known beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from directory.core.after import After
from directory.core.entries import Entry, Person
from directory.core.malformed import Malformed
from directory.core.snapshot import Snapshot
from directory.core.view import Drift


@dataclass(frozen=True, slots=True)
class Standing:
    """``truth`` is what the journal says, whatever the store holds. ``checked_at`` is when the licence register was
    asked about whom, by ``HsaId.key``.
    """

    truth: Snapshot
    now: datetime
    checked_at: Mapping[str, datetime] = field(default_factory=dict)
    drift: tuple[Drift, ...] = ()
    broken: tuple[Malformed, ...] = ()

    def as_it_is(self) -> After:
        """For the rules that changes obey, asked of what is there."""
        return After(self.truth)

    def counts(self, entry: Entry) -> bool:
        """Whether the entry is one of now."""
        return not entry.archived and entry.period.contains(self.now)

    def employed(self, person: Person) -> bool:
        return not person.archived and person.period.contains(self.now)

    def past(self, instant: datetime | None) -> datetime | None:
        """``instant`` if it has come; for ``Finding.began``."""
        return instant if instant is not None and instant <= self.now else None
