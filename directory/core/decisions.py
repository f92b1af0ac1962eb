"""By whose decision something may be erased: each member's own archive authority's, or a joint one's for all of them.

Every municipality and every region has its archive authority (*arkivmyndighet*), which answers for the records of that
one and no other (Arkivlag (1990:782) 7–10 §§). So what belongs to one member is erased by its decision, and what tells
of several only when each of them has decided.

INVARIANT (no doubt): whatever cannot be told to be anybody's is everybody's, and a member without a decision keeps all
that tells of it. Boundary: pure. What is due ``retention`` says.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from directory.core.entries import AdminAssignment, Entry, Held, Membership, member_of
from directory.core.snapshot import Snapshot
from directory.core.undoing import named_in, references
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue

Members = frozenset[HsaId]
NOBODY: Members = frozenset()


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions by their references. ``own`` are those of single members and go before ``joint``, which is that of
    an authority for all of them; an empty text is no decision."""

    joint: str = ""
    own: Mapping[HsaId, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.joint) or any(self.own.values())

    def of(self, member: HsaId) -> str:
        """The one that covers what is this member's; empty when none does."""
        return self.own.get(member) or self.joint

    def missing(self, members: Iterable[HsaId]) -> Members:
        """Those whom no decision covers."""
        return frozenset(member for member in members if not self.of(member))

    def covering(self, members: Collection[HsaId]) -> tuple[str, ...]:
        """All that are needed for what tells of ``members``, each once; none at all unless every one has decided. What
        tells of nobody that is known only a joint decision covers."""
        if not members:
            return (self.joint,) if self.joint else ()
        found = [self.of(member) for member in sorted(members, key=lambda member: member.key)]
        return tuple(dict.fromkeys(found)) if all(found) else ()


@dataclass(frozen=True, slots=True)
class Concern:
    """Of which members something tells, as far as ``snapshot`` knows. ``everybody`` are all of them, also those that
    have ended: their records are kept as others' are."""

    snapshot: Snapshot
    everybody: Members
    _by_prefix: Mapping[str, Members]

    @classmethod
    def in_(cls, snapshot: Snapshot) -> "Concern":
        by_prefix: dict[str, set[HsaId]] = {}
        for member in snapshot.members():
            for prefix in member.id_prefixes:
                by_prefix.setdefault(prefix.upper(), set()).add(member.hsa_id)
        everybody = frozenset(member.hsa_id for member in snapshot.members())
        return cls(snapshot, everybody, {prefix: frozenset(owners) for prefix, owners in by_prefix.items()})

    def of(self, entry: Entry) -> Members:
        """Whose it is, and the members of all that it names. Who administers the whole region does so in each."""
        if isinstance(entry, AdminAssignment) and not entry.areas:
            return self.everybody | {entry.member}
        return self._of_keys(references(entry)) | {member_of(entry)}

    def of_membership(self, held: Held, membership: Membership) -> Members:
        return self._of_keys([membership.person.key]) | {held.member}

    def of_whatever(self, *values: object) -> Members:
        """The members of all ids in values of any kind, however deep they stand."""
        return self._of_keys(key for value in values for key in named_in(value))

    def _of_keys(self, keys: Iterable[str]) -> Members:
        return NOBODY.union(*map(self._of_key, keys))

    def _of_key(self, key: str) -> Members:
        try:
            hsa_id = HsaId.parse(key)
        except InvalidValue:
            return NOBODY  # It is a text and no id.
        entry = self.snapshot.entry(hsa_id)
        if entry is not None:
            return frozenset({member_of(entry)})
        return self._by_prefix.get(hsa_id.prefix, self.everybody)
