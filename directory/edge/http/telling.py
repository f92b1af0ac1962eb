"""The past and the present side by side, as JSON: which attributes differ, from what to what, as the caller may see it.

For administrators only: an entry is told to whom administers it, as it was, as it became and as it is. What is withheld
from everybody (a personal number's hash) is told to have changed, without its values. Generic over the fields of
entries, like ``shapes``.
"""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from pydantic import ConfigDict, Field

from directory.core.entries import NAMES, Entry, member_of
from directory.core.retention import DOOR
from directory.core.sameness import differing, same, without
from directory.core.visibility import Visibility
from directory.edge.http.shapes import Audience, Shape, Told
from directory.ports import CommitHead, PastChange


class DifferenceShape(Shape):
    """One attribute: ``from`` and ``to``; of a list the values that were ``removed`` and ``added``. ``withheld`` says
    that it differs and that nobody is told how."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    attribute: str
    from_: Any = Field(default=None, alias="from")
    to: Any = None
    removed: list[Any] = Field(default_factory=list)
    added: list[Any] = Field(default_factory=list)
    withheld: bool = False


class PastChangeShape(Shape):
    """``what`` is ``created``, ``changed``, ``settled`` where only a foreign write was taken back, or ``erased``: then
    nothing is known any more of what it was. ``foreign`` tells what somebody had written into the store past us and
    this change adopted or overwrote: ``from`` ours ``to`` theirs; ``was_gone`` that the entry was gone from there."""

    hsa_id: str
    kind: str
    member: str
    what: str
    differences: list[DifferenceShape]
    foreign: list[DifferenceShape]
    was_gone: bool


class PastCommitShape(Shape):
    """``actor`` is ``null`` for a person whom the caller may not see. ``more_changes``: ask for the revision alone."""

    revision: int
    at: datetime
    actor: str | None
    reason: str
    door: str
    changes: list[PastChangeShape]
    more_changes: bool


@dataclass(frozen=True, slots=True)
class Differences:
    """``hidden`` says that there are more, which the caller may not see."""

    told: list[Told]
    hidden: bool


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells one caller of what administrators see."""

    seen: Audience

    def administers(self, *versions: Entry | None) -> bool:
        """Whether the caller administers the entry in each of its versions and as it is now."""
        entries = [entry for entry in versions if entry is not None]
        now = self.seen.snapshot.entry(entries[0].hsa_id) if entries else None
        return bool(entries) and all(
            self.seen.sees(entry) and self.seen.reach.circle(entry) is Visibility.ADMINISTRATORS
            for entry in (*entries, *([] if now is None else [now]))
        )

    def change(self, past: PastChange) -> Told | None:
        """``None`` for a change of which the caller may see nothing."""
        held, before, after = past.held, past.change.before, past.change.after
        if not self.administers(held, before, after):
            return None
        if before is not None and after is None and past.commit.door == DOOR:
            return heading(before) | {"what": "erased", "differences": [], "foreign": [], "was_gone": False}
        differences = self.between(held, after).told
        foreign = self.between(held, before).told if before is not None and not same(held, before) else []
        was_gone = held is not None and before is None
        if not differences and not foreign and not was_gone:
            return None
        what = "settled" if not differences else "changed" if held is not None else "created"
        entry = next(entry for entry in (after, held, before) if entry is not None)
        return heading(entry) | {
            "what": what, "differences": differences, "foreign": foreign, "was_gone": was_gone
        }  # fmt: skip

    def commit(self, head: CommitHead, changes: list[Told], *, more: bool) -> Told:
        return {
            "revision": head.revision,
            "at": head.at,
            "actor": self.seen.actor(head.actor),
            "reason": head.reason,
            "door": head.door,
            "changes": changes,
            "more_changes": more,
        }

    def between(self, one: Entry | None, other: Entry | None) -> Differences:
        """From ``one`` to ``other``; from nothing, or to nothing, are all attributes that say something."""
        told, hidden = [], False
        for name in _differing(one, other):
            if any(isinstance(getattr(entry, name, None), tuple) for entry in (one, other)):
                found, hides = self._of_list(name, one, other)
                hidden |= hides
            else:
                found = self._of_value(name, one, other)
            if found is not None:
                told.append(found)
        return Differences(told, hidden)

    def _of_value(self, name: str, one: Entry | None, other: Entry | None) -> Told:
        was, becomes = ({} if entry is None else self.seen.entry(entry) for entry in (one, other))
        if name not in was and name not in becomes:
            return {"attribute": name, "withheld": True}
        return {"attribute": name, "from": was.get(name), "to": becomes.get(name)}

    def _of_list(self, name: str, one: Entry | None, other: Entry | None) -> tuple[Told | None, bool]:
        """What went and what came, and whether some of it is hidden; ``None`` where all of it is."""
        before, after = (getattr(entry, name, ()) for entry in (one, other))
        removed, added = without(before, after), without(after, before)
        entry = other if other is not None else one
        assert entry is not None, "one of the two is there"
        gone, new = (self._values(entry, {name: values}).get(name) for values in (removed, added))
        if gone is None or new is None:
            return {"attribute": name, "withheld": True}, False
        hides = len(gone) + len(new) < len(removed) + len(added)
        return ({"attribute": name, "removed": gone, "added": new} if gone or new else None), hides

    def _values(self, entry: Entry, values: dict[str, Any]) -> Told:
        return self.seen.entry(replace(entry, **values))


def heading(entry: Entry) -> Told:
    return {"hsa_id": str(entry.hsa_id), "kind": NAMES[type(entry)], "member": str(member_of(entry))}


def _differing(one: Entry | None, other: Entry | None) -> tuple[str, ...]:
    if one is not None and other is not None and type(one) is type(other):
        return differing(one, other)
    entry = other if other is not None else one
    if entry is None:
        return ()
    return tuple(
        each.name
        for each in fields(entry)
        if each.name not in ("hsa_id", "member") and getattr(entry, each.name) not in (None, (), False)
    )
