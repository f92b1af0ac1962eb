"""Who may see and do what, and what the rest of the house tells of a change that is undone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from directory.core.administration import Act, Administers
from directory.core.changes import Change, Commit
from directory.core.entries import Entry, Person
from directory.core.snapshot import Snapshot
from directory.core.visibility import Visibility
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId


class Reach(Protocol):
    """What one caller may see and do, as of one snapshot. Doubt narrows: what cannot be told is not shown or done."""

    def circle(self, entry: Entry) -> Visibility:
        """The circle in which the caller stands to ``entry``; ``OPEN`` when she may not read the directory at all."""
        ...

    def sees_protected(self, person: Person) -> bool:
        """Whether a person with protected personal data exists for the caller. Asked only of such."""
        ...

    def demand_reader(self) -> None:
        """Return when the caller may read the directory at all. Raises ``NotAllowed``."""
        ...

    def demand(self, act: Act, entry: Entry, attributes: Collection[str] = ()) -> None:
        """Return when the caller may do ``act`` to ``entry`` (as it will stand, when it is created), touching
        ``attributes``. Raises ``NotAllowed`` with what is missing, ``DirectoryUnavailable`` when it cannot be told."""
        ...

    def demand_changes(self, changes: Sequence[Change], *, dry_run: bool, upon: Snapshot | None = None) -> None:
        """Return when the caller may make exactly these changes together, each entry as it stands and as it will stand.

        ``upon`` is the directory that the changes are made to, where it is another than the one that the reach was made
        for: then the caller has the powers of now, and the entries stand where they stand there.

        The last question before a change is made, whichever address it came by: ``demand`` may be asked earlier, of a
        single entry. What an admin assignment decided stands on record when this returns or raises ``NotAllowed``; a
        permit that is only tried (``dry_run``) does not. ``DirectoryUnavailable`` when it cannot be told or recorded.
        """
        ...


@dataclass(frozen=True, slots=True)
class Lapsed:
    """Something of a person's that ended with a change and does not come back when the change is undone.

    ``what`` is ``logins``, ``tokens``, ``delegations`` or ``care_relationships``; ``count`` is ``None`` where nobody
    can tell how many.
    """

    person: HsaId
    what: str
    count: int | None = None


class Aftermath(Protocol):
    """What the rest of the house ended because of commits."""

    def lapsed_with(self, commits: Sequence[Commit]) -> tuple[Lapsed, ...]:
        """Never raises: what cannot be counted is told without its number."""
        ...


class Administration(Protocol):
    """Who may administer which part of the tree."""

    def reach(self, caller: Caller, snapshot: Snapshot) -> Reach: ...

    def administrators(self, place: HsaId, snapshot: Snapshot) -> Sequence[Administers]:
        """Who administers the member or unit, or parts of it, at this moment, by which admin assignment.

        Raises ``DirectoryUnavailable`` when it cannot be told.
        """
        ...
