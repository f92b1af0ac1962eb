"""A ``DirectoryStore`` that forgets everything when it ends. Not for production: nothing in it is durable."""

from collections.abc import Callable, Collection, Iterable, Sequence
from threading import Lock

from directory.core.changes import Change
from directory.core.entries import Entry
from directory.ports import Delta, StoreState
from directory.refusals import StoreOutOfStep, StoreRejected
from vocabulary.hsa_id import HsaId


class MemoryStore:
    """Entries by key, and a log of which keys were touched, into which a cookie points."""

    is_mirrored = False

    def __init__(self) -> None:
        self._lock = Lock()
        self._entries: dict[str, Entry] = {}
        self._log: list[HsaId] = []
        self._revision = 0
        self.hidden: frozenset[str] = frozenset()

    def hide(self, ids: Collection[HsaId]) -> int:
        with self._lock:
            wanted = frozenset(hsa_id.key for hsa_id in ids if hsa_id.key in self._entries)
            turned, self.hidden = len(wanted ^ self.hidden), wanted
            return turned

    def load(self, like: Callable[[HsaId], Entry | None] = lambda _: None) -> StoreState:
        with self._lock:
            return StoreState(tuple(self._entries.values()), self._revision, self._cookie())

    def take_up(self, like: Callable[[HsaId], Entry | None] = lambda _: None) -> StoreState:
        return self.load(like)

    def revision(self) -> int:
        with self._lock:
            return self._revision

    def apply(self, changes: Sequence[Change], revision: int) -> None:
        with self._lock:
            self._carry_out(changes, revision - 1, revision)

    def build(self, changes: Sequence[Change], *, follows: int, reached: int) -> None:
        with self._lock:
            self._carry_out(changes, follows, reached)

    def poll(self, cookie: bytes) -> Delta:
        with self._lock:
            since = self._place(cookie)
            if since is None:
                return Delta(tuple(self._entries.values()), (), self._cookie(), self._revision, complete=True)
            touched = dict.fromkeys(self._log[since:])
            changed = tuple(self._entries[i.key] for i in touched if i.key in self._entries)
            removed = tuple(i for i in touched if i.key not in self._entries)
            return Delta(changed, removed, self._cookie(), self._revision)

    def write_past(self, changed: Iterable[Entry] = (), removed: Iterable[HsaId] = ()) -> None:
        """What somebody with a tool of her own does to a real store: no revision, no journal."""
        with self._lock:
            self._put([Change(None, entry) for entry in changed])
            for hsa_id in removed:
                del self._entries[hsa_id.key]
                self._log.append(hsa_id)

    def _carry_out(self, changes: Sequence[Change], expected: int, revision: int) -> None:
        if self._revision == revision != expected:
            return
        if self._revision != expected:
            raise StoreOutOfStep(expected, self._revision)
        for change in changes:
            if (change.before is None) == (change.hsa_id.key in self._entries):
                found = "already there" if change.before is None else "not there"
                raise StoreRejected(f"`{change.hsa_id}` is {found}")
        self._put(changes)
        self._revision = revision

    def _put(self, changes: Iterable[Change]) -> None:
        for change in changes:
            if change.after is None:
                del self._entries[change.hsa_id.key]
            else:
                self._entries[change.hsa_id.key] = change.after
            self._log.append(change.hsa_id)

    def _cookie(self) -> bytes:
        return f"{id(self)}:{len(self._log)}".encode()

    def _place(self, cookie: bytes) -> int | None:
        owner, _, place = cookie.partition(b":")
        return int(place) if owner == str(id(self)).encode() and place.isdigit() else None
