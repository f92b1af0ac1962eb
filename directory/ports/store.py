"""The directory server as the directory needs it: read whole, looked at again, changed in one transaction."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from directory.core.changes import Change
from directory.core.entries import Entry
from directory.core.malformed import Malformed
from vocabulary.hsa_id import HsaId


@dataclass(frozen=True, slots=True)
class StoreState:
    """Everything that the store holds. ``cookie`` continues into ``poll``; ``revision`` is 0 in a new store."""

    entries: tuple[Entry, ...]
    revision: int
    cookie: bytes
    malformed: tuple[Malformed, ...] = ()


@dataclass(frozen=True, slots=True)
class Delta:
    """What happened in the store since a cookie, whoever did it.

    ``changed`` holds whole entries as they are now. ``removed`` holds ids that are no longer there. A ``complete``
    delta could not be told as a difference: ``changed`` is then everything that there is, and ``removed`` is empty.
    ``malformed`` objects with an id count as not being there, unless they are ``served``; ``broken`` is everything that
    stands malformed in the store now, whenever it came to.
    """

    changed: tuple[Entry, ...]
    removed: tuple[HsaId, ...]
    cookie: bytes
    revision: int
    complete: bool = False
    malformed: tuple[Malformed, ...] = ()
    broken: tuple[Malformed, ...] = ()


class DirectoryStore(Protocol):
    """Where the directory lives. Every verb raises ``StoreUnavailable`` when the store does not answer in time.

    All verbs may be called from several threads at once; ``poll`` and ``revision`` are not kept waiting by ``apply``.

    A mirrored store is one of several that follow each other, of which one serves. When another takes its place, all
    verbs but ``take_up`` raise ``StoreReplaced`` until that was called: it may lack what the former had acknowledged,
    even where its revision says that it has it.
    """

    @property
    def is_mirrored(self) -> bool: ...

    def load(self, like: Callable[[HsaId], Entry | None] = ...) -> StoreState:
        """All entries with the revision that they are at, of one moment.

        ``like`` tells an entry that the caller holds already: one that says the same is given as that very object.
        """
        ...

    def take_up(self, like: Callable[[HsaId], Entry | None] = ...) -> StoreState:
        """As ``load``, of whichever store serves now; the other verbs are about that one from now on."""
        ...

    def apply(self, changes: Sequence[Change], revision: int) -> None:
        """Do all of ``changes`` and write ``revision``, in one durable transaction; nobody sees anything of it before.

        ``changes`` may name entries in any order (a parent after its child). Does nothing when the store is at
        ``revision`` already. Raises ``StoreOutOfStep`` when it is at anything but ``revision - 1``; ``StoreRejected``
        when it refuses the content (then nothing was done); ``StoreUnavailable`` when the outcome is not known.
        """
        ...

    def build(self, changes: Sequence[Change], *, follows: int, reached: int) -> None:
        """One part of building a store anew: as ``apply``, but it leads from ``follows`` to ``reached``, neither above
        0 until the last part: a revision below 0 says that the store is being built, and how far that has come."""
        ...

    def hide(self, ids: Collection[HsaId]) -> int:
        """Show these to nobody who reads past us, and show all others again that were hidden so: gives how many turned.

        It is no change of an entry: nothing of it is told by ``poll``, and the revision stays. What a transaction does
        to such an entry in the meantime stands.
        """
        ...

    def revision(self) -> int:
        """The revision that the last transaction wrote; 0 in a new store, below 0 in one that is being built."""
        ...

    def poll(self, cookie: bytes) -> Delta:
        """What happened since ``cookie`` (of ``load`` or an earlier ``poll``).

        ``revision`` is of the same moment as the entries. An entry that was changed and changed back may be told as
        changed; one that stands otherwise than at ``cookie`` is always told.
        """
        ...
