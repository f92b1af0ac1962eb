"""What contains a place of the tree, and what an entry stands below: up to and with its member.

``None`` says that the tree cannot be followed: a place that is nowhere, a circle, a parent of another member. Boundary:
what it means to administer a place is decided by ``authz``.
"""

from directory.core.entries import AdminAssignment, Assignment, Entry, Function, Member, Person, Unit, member_of
from directory.core.snapshot import Snapshot
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue

Places = frozenset[HsaId]


def containing(snapshot: Snapshot, place: HsaId) -> Places | None:
    """The member, care provider or unit itself, and all above it."""
    if snapshot.member(place) is not None:
        return frozenset({place})
    provider = snapshot.care_provider(place)
    if provider is not None:
        return frozenset({place, provider.member})
    found, first = set[HsaId](), snapshot.unit(place)
    at = first
    while first is not None and at is not None and at.member == first.member and at.hsa_id not in found:
        found.add(at.hsa_id)
        if at.parent is None:
            return frozenset({*found, at.member})
        at = snapshot.unit(at.parent)
    return None


def place_above(snapshot: Snapshot, entry: Entry) -> HsaId | None:
    """What ``entry`` stands right below; ``None`` of a member. What has no place in the tree is right below its member,
    and so is a person: where she works is told by her assignments."""
    match entry:
        case Member():
            return None
        case Unit():
            return entry.parent or entry.member
        case Function() | Assignment():
            return entry.unit
    owner = getattr(entry, "owner", None)
    return member_of(entry) if owner is None or snapshot.person(owner) is not None else owner


def area_named(text: str) -> HsaId | None:
    """The id of an admin assignment's area; ``None`` for a text that is none."""
    try:
        return HsaId.parse(text)
    except InvalidValue:
        return None


def stands_in(snapshot: Snapshot, entry: Entry, place: HsaId) -> bool:
    """Whether the entry is the place, or stands in it; a person where one of her assignments is, an admin assignment
    where one of its areas is. What cannot be followed stands nowhere."""
    if place in (entry.hsa_id, member_of(entry)):
        return True
    below: list[HsaId | None] = [place_above(snapshot, entry)]
    if isinstance(entry, Person):
        below = [held.unit for held in snapshot.assignments_of(entry.hsa_id)]
    if isinstance(entry, AdminAssignment):
        below = [area_named(text) for text in entry.areas]
    return any(place in (containing(snapshot, one) or ()) for one in below if one is not None)
