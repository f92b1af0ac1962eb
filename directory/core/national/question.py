"""What all national questions are asked in: one snapshot, one asker, one instant, and which people are asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from directory.core.currency import why_person_not_current
from directory.core.entries import Entry, Person
from directory.core.snapshot import Snapshot
from directory.core.visibility import Visibility, visible
from vocabulary.hsa_id import HsaId

Flag = Literal[True] | None
"""The contracts say what is so, and are silent about what is not."""


class Asker(Protocol):
    """Who asks, as ``ports.Reach`` tells of her."""

    def circle(self, entry: Entry) -> Visibility: ...

    def sees_protected(self, person: Person) -> bool: ...


@dataclass(frozen=True, slots=True)
class Question:
    """``with_protected`` is whether the question includes people with protected personal data: even then only an asker
    who sees them is told. ``with_feigned`` is the contracts' ``includeFeignedObject``.
    """

    snapshot: Snapshot
    asker: Asker
    now: datetime
    with_protected: bool = False
    with_feigned: bool = False

    def shown(self, entry: Entry) -> frozenset[str]:
        """The attributes of ``entry`` that the asker may see; none at all when it does not exist for her."""
        return visible(type(entry), self.asker.circle(entry))

    def administers(self, entry: Entry) -> bool:
        return self.asker.circle(entry) >= Visibility.ADMINISTRATORS

    def tells(self, person: Person) -> bool:
        """Whether the answer may speak of ``person``: a current employee, within what is asked for and may be seen."""
        return (
            why_person_not_current(self.snapshot, person.hsa_id, self.now) is None
            and (self.with_feigned or not person.feigned)
            and (not person.protected or (self.with_protected and self.asker.sees_protected(person)))
            and bool(self.shown(person))
        )

    def told(self, people: Iterable[Person]) -> tuple[Person, ...]:
        """Those of ``people`` whom the answer may speak of, in order of their HSA-ids."""
        return tuple(sorted(filter(self.tells, people), key=lambda person: person.hsa_id.key))

    def person(self, hsa_id: HsaId) -> tuple[Person, ...]:
        found = self.snapshot.person(hsa_id)
        return () if found is None else self.told([found])

    def people_with_number(self, lookup: str, *, only_administered: bool) -> tuple[Person, ...]:
        """The employee records whose personal number has this keyed hash, one per branch that the person works in."""
        found = self.snapshot.people_with_number(lookup)
        return self.told(person for person in found if self.administers(person) or not only_administered)


def flag(value: bool) -> Flag:
    return True if value else None


def some(value: str | None) -> tuple[str, ...]:
    """For fields that the contracts let stand several times and we keep once."""
    return () if value is None else (value,)
