"""Of whom the history of certain members tells: read once, and afterwards only what has come since.

Boundary: what is found is what ``scrubbing`` would take a name out of. What another process made the journal forget
meanwhile may still count as told, which keeps somebody longer and never shorter.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, and_, func, or_, select

from directory.edge.sql.scrubbing import NAME_PEOPLE, TEXTS, finder_of
from directory.edge.sql.tables import changes, commits
from vocabulary.hsa_id import HsaId

_READ_AT_ONCE = 1_000
_Found = Mapping[str, frozenset[HsaId]]


@dataclass(frozen=True, slots=True)
class ToldOf:
    """What is known of the history of ``members``: of each person by key whose history tells, empty for nobody's; up to
    the commit with the id ``until``. Ids follow the order in which commits come about."""

    members: frozenset[HsaId] = frozenset()
    until: int = 0
    found: _Found = field(default_factory=dict)

    def brought_up_to_now(
        self, connection: Connection, people: Collection[HsaId], members: Iterable[HsaId]
    ) -> "ToldOf":
        """All that was not read yet of these people, with what was. Who is not asked about any more is forgotten."""
        until = connection.scalar(select(func.max(commits.c.id))) or 0
        whose = frozenset(members)
        before = self if whose == self.members else ToldOf(whose)
        known = [person for person in people if person.key in before.found]
        new = [person for person in people if person.key not in before.found]
        found = {person.key: before.found.get(person.key, frozenset()) for person in people}
        for some, since in ((known, before.until), (new, 0)):
            for key, member in _read(connection, some, whose, since) if some else ():
                found[key] |= {member}
        return ToldOf(whose, until, found)


def _read(
    connection: Connection, people: Collection[HsaId], members: Iterable[HsaId], since: int
) -> Iterable[tuple[str, HsaId]]:
    """Few of a member's entries name others' people: the database finds those by prefix, and only they are read."""
    named = finder_of({person.key for person in people})
    prefixes = {person.prefix for person in people}
    alike = or_(*(changes.c[name].ilike(f"%{prefix}-%") for name in TEXTS for prefix in sorted(prefixes)))
    newer = and_(changes.c.kind.in_(NAME_PEOPLE), changes.c.is_erased.is_(False), changes.c.commit_id > since)
    texts = select(*(changes.c[name] for name in TEXTS)).where(newer, alike).execution_options(yield_per=_READ_AT_ONCE)
    for member in members:
        for row in connection.execute(texts.where(changes.c.member_key == member.key)):
            for text in row:
                yield from ((key.upper(), member) for key in named.findall(text or ""))
