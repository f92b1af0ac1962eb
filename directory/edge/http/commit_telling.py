"""What one caller is told of a commit: which of its changes, of which attributes, as she may see it now.

Three times are asked about each change: the entry as it was, as it became, and as it is. Whom the caller may not see at
one of them she is told nothing of, so that a person who is or was protected shows in no change, old or new. What she
cannot be told so, and would make a copy of hers wrong, is said as ``reread``: the kinds of which something came into or
went out of her sight. That names nobody.

Boundary: administrators read the history, with what was overwritten, elsewhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from pydantic import Field
from pydantic_core import to_json

from directory.core.changes import Change, Commit
from directory.core.entries import (
    NAMES,
    Entry,
    Held,
    Person,
    Unit,
    VideoEndpoint,
    member_of,
    parent_of,
)
from directory.core.sameness import alike
from directory.core.snapshot import Snapshot
from directory.core.visibility import Visibility
from directory.edge.http.shapes import Audience, Shape, Told
from vocabulary.hsa_id import HsaId


class ChangeShape(Shape):
    """``before`` and ``after`` are whole entries of ``kind``, as the caller may see them. ``before`` is ``null`` for a
    new entry; both are for one that is taken away for good. ``fields`` names the attributes that differ; it is empty
    where something written past the directory was accepted as it stands (take ``after``)."""

    hsa_id: str
    kind: str
    fields: list[str]
    before: Told | None
    after: Told | None


class CommitShape(Shape):
    """``actor``, ``reason`` and ``door`` are told to who administers everything in it. ``reread`` names kinds of which
    something came into your sight or went out of it: read their lists anew, and drop what is not there."""

    revision: int
    at: datetime
    actor: str | None
    reason: str | None
    door: str | None
    changes: list[ChangeShape]
    reread: list[str] = Field(default_factory=list)


_NAME_PEOPLE: tuple[type[Entry], ...] = (*get_args(Held), Unit, VideoEndpoint)
"""Kinds of entries that show people to who may see these: as holders, managers and owners."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries the caller asked to hear of; ``None`` means all, feigned people apart (``feigned``), as in lists.

    ``unit`` is that unit itself, what stands right at it, and the people who hold an assignment there now.
    """

    kinds: frozenset[str] | None = None
    member: HsaId | None = None
    unit: HsaId | None = None
    feigned: bool = False

    def has(self, entry: Entry, snapshot: Snapshot) -> bool:
        return (
            (self.kinds is None or NAMES[type(entry)] in self.kinds)
            and self.member in (None, member_of(entry))
            and (self.unit is None or _is_at(self.unit, entry, snapshot))
            and (self.feigned or not (isinstance(entry, Person) and entry.feigned))
        )


def _is_at(unit: HsaId, entry: Entry, snapshot: Snapshot) -> bool:
    if isinstance(entry, Person):
        return any(assignment.unit == unit for assignment in snapshot.assignments_of(entry.hsa_id))
    return unit in (entry.hsa_id, parent_of(entry))


@dataclass(frozen=True, slots=True)
class ToldChanges:
    """Some changes of one commit, each as JSON text, and the kinds to read anew because of others of them."""

    changes: tuple[bytes, ...]
    reread: frozenset[str]


@dataclass(frozen=True, slots=True)
class CommitTeller:
    """Tells one caller, as of one moment."""

    seen: Audience
    wanted: Wanted

    def head(self, commit: Commit) -> Told:
        """All of a commit but its changes."""
        versions = (entry for change in commit.changes for entry in (change.after, change.before) if entry is not None)
        administers = all(self.seen.reach.circle(entry) is Visibility.ADMINISTRATORS for entry in versions)
        return {
            "revision": commit.revision,
            "at": commit.at,
            "actor": self.seen.actor(commit.actor) if administers else None,
            "reason": commit.reason if administers else None,
            "door": commit.door if administers else None,
        }

    def changes(self, changes: Sequence[Change]) -> ToldChanges:
        told, reread = [], set[str]()
        for change in changes:
            if self._is_in_sight(change):
                if (shown := self._shown(change)) is not None:
                    told.append(to_json(shown))
            else:
                reread.update(self._kinds_to_reread(change))
        return ToldChanges(tuple(told), frozenset(reread))

    def _is_in_sight(self, change: Change) -> bool:
        now = self.seen.snapshot.entry(change.hsa_id)
        return all(self.seen.sees(entry) for entry in (change.before, change.after, now) if entry is not None)

    def _shown(self, change: Change) -> Told | None:
        """``None`` when nothing differs for this caller: who may not see an attribute does not see it change."""
        versions = [entry for entry in (change.before, change.after) if entry is not None]
        if not any(self.wanted.has(entry, self.seen.snapshot) for entry in versions):
            return None
        about = {"hsa_id": str(change.hsa_id), "kind": NAMES[type(versions[0])]}
        if change.after is None:
            # It may be something that was written past us and was never anybody's to read.
            return about | {"fields": [], "before": None, "after": None}
        before, after = None if change.before is None else self.seen.entry(change.before), self.seen.entry(change.after)
        was = before or {}
        differing = [
            name for name in {**was, **after} if not alike(_in_a_copy(was.get(name)), _in_a_copy(after.get(name)))
        ]
        if not differing and change.before != change.after:
            return None
        return about | {"fields": differing, "before": before, "after": after}

    def _kinds_to_reread(self, change: Change) -> Iterator[str]:
        """Of what came into sight or went out of it by this very change, and of what may name such a person.

        INVARIANT (a hidden entry answers no question): which kinds follows from nothing but the kind of what changed.
        By asking for one unit after the other a caller could else find out where a protected person works.
        """
        before, after = change.before, change.after
        if before is None or after is None:
            return
        # Of what was accepted as it stood past us the change does not tell what it was.
        if before == after or self.seen.sees(before) != self.seen.sees(after):
            names = {NAMES[kind] for kind in (type(after), *(_NAME_PEOPLE if isinstance(after, Person) else ()))}
            yield from names if self.wanted.kinds is None else names & self.wanted.kinds


def _in_a_copy(value: Any) -> Any:
    """What a copy holds of an attribute that was told: texts, so that an id which is spelled otherwise differs, as it
    does not in ``core``. An empty list says as little as none, and as an entry that was not there."""
    return (tuple(to_json(each).decode() for each in value) or None) if isinstance(value, list) else value
