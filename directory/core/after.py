"""The directory as it would be after a change: what the rules for changes look into.

Without news it is the directory as it stands, so that the same rules can be asked of what is there already.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from directory.core.entries import CodeTable, Entry, Member, Person, Unit
from directory.core.snapshot import Snapshot
from vocabulary.hsa_id import HsaId

E = TypeVar("E", bound=Entry)


@dataclass(slots=True)
class After:
    """``news`` are the entries that the change sets, by ``HsaId.key``."""

    snapshot: Snapshot
    news: dict[str, Entry] = field(default_factory=dict)
    tables: dict[str, dict[str, str] | None] = field(default_factory=dict)

    def of_kind(self, kind: type[E], hsa_id: HsaId) -> E | None:
        found = self.news.get(hsa_id.key) or self.snapshot.of_kind(kind, hsa_id)
        return found if isinstance(found, kind) else None

    def member(self, hsa_id: HsaId) -> Member | None:
        return self.of_kind(Member, hsa_id)

    def unit(self, hsa_id: HsaId) -> Unit | None:
        return self.of_kind(Unit, hsa_id)

    def person(self, hsa_id: HsaId) -> Person | None:
        return self.of_kind(Person, hsa_id)

    def all_of(self, kind: type[E]) -> Iterator[E]:
        yield from (e for e in self.snapshot.all_of(kind) if e.hsa_id.key not in self.news)
        yield from (e for e in self.news.values() if isinstance(e, kind))

    def codes(self, table: str) -> dict[str, str] | None:
        """A table's codes that have no written end, with their texts; ``None`` where the region keeps no such table."""
        if table not in self.tables:
            found = next((t for t in self.all_of(CodeTable) if t.table == table and not t.archived), None)
            self.tables[table] = (
                None if found is None else {row.code: row.text for row in found.codes if row.period.end is None}
            )
        return self.tables[table]
