"""``?at=``: the directory as it was or will be, on every address that reads it.

INVARIANT (today decides): whoever may not see somebody today does not see her in the past or the future either. What a
caller sees of an entry is what she may see of it today; and who was or will be protected is hidden as if she were now.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Query, Request, Response

from directory.core.administration import Act
from directory.core.changes import Change
from directory.core.entries import Entry, Person
from directory.core.snapshot import Snapshot
from directory.core.visibility import Visibility
from directory.directory import Directory
from directory.edge.http.doors import Authenticate
from directory.edge.http.shapes import Audience
from directory.planning import Moment, Planning
from directory.ports import Administration, Reach
from vocabulary.hsa_id import HsaId
from vocabulary.stockholm import parse_instant

At = Annotated[
    str | None,
    Query(
        max_length=40,
        description="an instant (RFC 3339), or a date for its start in Stockholm: tell the directory as it was at the "
        "last change by then, or as it will be with what is planned until then",
    ),
]
FORESEEN = "tillit-foreseen"
"""The header of an answer that starts from a revision and tells what is planned upon it."""
AudiencesAt = Callable[[Request, Response, str | None], Audience]


@dataclass(frozen=True, slots=True)
class _TodaysReach:
    """The caller's reach over entries of another time: over what they are today, if they are there today."""

    reach: Reach
    today: Snapshot

    def circle(self, entry: Entry) -> Visibility:
        return self.reach.circle(self.today.entry(entry.hsa_id) or entry)

    def sees_protected(self, person: Person) -> bool:
        return self.reach.sees_protected(self.today.person(person.hsa_id) or person)

    def demand_reader(self) -> None:
        self.reach.demand_reader()

    def demand(self, act: Act, entry: Entry, attributes: Collection[str] = ()) -> None:
        self.reach.demand(act, entry, attributes)

    def demand_changes(self, changes: Sequence[Change], *, dry_run: bool, upon: Snapshot | None = None) -> None:
        self.reach.demand_changes(changes, dry_run=dry_run, upon=upon)


@dataclass(frozen=True, slots=True)
class AudienceThen(Audience):
    """Who asks today about another time. Keeps the invariant above. That somebody will be protected is told to nobody
    by her being hidden from that day on: until then she is told of as she stands today."""

    today: Snapshot
    is_to_come: bool = False

    def sees(self, entry: Entry) -> bool:
        now = self.today.entry(entry.hsa_id)
        if self.is_to_come and isinstance(entry, Person) and isinstance(now, Person):
            entry = replace(entry, protected=now.protected)
        # Zero-argument super() does not know a class that was made anew for its slots.
        return Audience.sees(self, entry) and (now is None or Audience.sees(self, now))

    def sees_id(self, person: HsaId) -> bool:
        found = self.snapshot.person(person) or self.today.person(person)
        return found is None or self.sees(found)


def audience_then(snapshot: Snapshot, reach: Reach, today: Snapshot, *, is_to_come: bool) -> AudienceThen:
    """Of ``snapshot``, as the caller may see it who has ``reach`` today."""
    return AudienceThen(snapshot, _TodaysReach(reach, today), today, is_to_come)


def audiences_at(
    directory: Directory, authenticate: Authenticate, administration: Administration, planning: Planning
) -> AudiencesAt:
    """Who asks, and what she may see of what stands now, or stood or will stand at ``at``.

    The answer's headers name the revision. Raises ``NotAllowed`` for who may not read at all.
    """

    def audience(request: Request, response: Response, at: At = None) -> Audience:
        caller, today = authenticate(request), directory.snapshot()
        reach = administration.reach(caller, today)
        reach.demand_reader()
        if at is None:
            response.headers["tillit-revision"] = str(today.revision)
            return Audience(today, reach)
        moment = planning.moment(parse_instant(at, pointer="/at"))
        response.headers.update(_told(moment))
        return audience_then(moment.snapshot, reach, today, is_to_come=moment.foreseen is not None)

    return audience


def _told(moment: Moment) -> dict[str, str]:
    told = {"tillit-revision": str(moment.snapshot.revision), "tillit-at": moment.at.isoformat()}
    return told if moment.foreseen is None else told | {FORESEEN: "true"}
