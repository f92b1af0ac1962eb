"""What a change does to the tree and to the people in it: told to whoever is to approve it, before it is made.

Boundary: the directory's own part. What it does to registers, applications and staff lists is told by
``ports.Consequences``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from directory.core.entries import AdminAssignment, Assignment, Entry, Unit, VideoEndpoint, parent_of
from directory.core.sameness import same
from directory.core.snapshot import Snapshot
from vocabulary.hsa_id import HsaId


class What(StrEnum):
    """What happens to an entry; the first that applies, in this order."""

    MADE = "made"
    MERGED = "merged"
    ENDED = "ended"
    MOVED = "moved"
    PROVIDER = "care_provider_changed"
    CHANGED = "changed"
    LEFT_BEHIND = "names_what_ends"
    """It is not changed, but names a unit that ends: it reaches or serves nothing there any more."""


@dataclass(frozen=True, slots=True)
class Effect:
    """``now`` is the entry as it stands before, ``then`` as it will stand."""

    what: What
    now: Entry | None
    then: Entry

    @property
    def hsa_id(self) -> HsaId:
        return self.then.hsa_id


@dataclass(frozen=True, slots=True)
class Holding:
    """A person's part in an assignment that is ended (``to`` is ``None``) or goes from one unit to another."""

    person: HsaId
    assignment: HsaId
    at: HsaId
    to: HsaId | None


@dataclass(frozen=True, slots=True)
class Effects:
    """All of a change, in no order. ``people`` holds who has a current or coming part in what ends or moves."""

    entries: tuple[Effect, ...]
    people: tuple[Holding, ...]

    def units_left(self) -> frozenset[HsaId]:
        """Units that end or come to another care provider."""
        gone = {What.MERGED, What.ENDED}
        return frozenset(
            each.hsa_id
            for each in self.entries
            if isinstance(each.then, Unit)
            and each.now is not None
            and (each.what in gone or _provider(each.now) != _provider(each.then))
        )

    def assignments(self) -> frozenset[HsaId]:
        """Assignments that end or move."""
        touched = {What.ENDED, What.MOVED}
        return frozenset(
            each.hsa_id for each in self.entries if isinstance(each.then, Assignment) and each.what in touched
        )


def effects_of(entries: Iterable[Entry], snapshot: Snapshot, at: datetime) -> Effects:
    """What making ``entries`` stand does, against ``snapshot``."""
    told: list[Effect] = []
    people: list[Holding] = []
    news = {entry.hsa_id.key: entry for entry in entries}
    for then in news.values():
        now = snapshot.entry(then.hsa_id)
        if same(now, then):
            continue
        effect = Effect(_what(now, then), now, then)
        told.append(effect)
        if isinstance(now, Assignment) and isinstance(then, Assignment):
            people += _holdings(now, then, effect.what, at)
    gone = {e.hsa_id for e in told if isinstance(e.then, Unit) and e.what in (What.MERGED, What.ENDED)}
    told += (Effect(What.LEFT_BEHIND, entry, entry) for entry in _naming(gone, news, snapshot))
    return Effects(tuple(told), tuple(people))


def _what(now: Entry | None, then: Entry) -> What:
    if now is None:
        return What.MADE
    if getattr(now, "merged_into", None) != getattr(then, "merged_into", None):
        return What.MERGED
    if then.period.end is not None and then.period.end != now.period.end:
        return What.ENDED
    if parent_of(now) != parent_of(then):
        return What.MOVED
    return What.CHANGED if _provider(now) == _provider(then) else What.PROVIDER


def _provider(entry: Entry | None) -> HsaId | None:
    return entry.care_provider if isinstance(entry, Unit) else None


def _holdings(now: Assignment, then: Assignment, what: What, at: datetime) -> Iterable[Holding]:
    if what not in (What.ENDED, What.MOVED):
        return
    to = None if what is What.ENDED else then.unit
    for person in dict.fromkeys(m.person for m in now.memberships if m.period.end is None or at < m.period.end):
        yield Holding(person, now.hsa_id, now.unit, to)


def _naming(gone: set[HsaId], news: dict[str, Entry], snapshot: Snapshot) -> Iterable[Entry]:
    """Admin assignments for, and video endpoints of, what ends."""
    if not gone:
        return
    keys = {hsa_id.key for hsa_id in gone}
    for admin in snapshot.all_of(AdminAssignment):
        if not admin.archived and any(area.upper() in keys for area in admin.areas):
            yield admin
    for video in snapshot.all_of(VideoEndpoint):
        if not video.archived and video.owner in gone and video.hsa_id.key not in news:
            yield video
