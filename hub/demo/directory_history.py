"""What happened in the directory in the thirty days: people start and leave, move, a unit is renamed. Data only.

The region is the directory as it stood before all of this; writing each event's entries in order leads to ``today``.
Nobody of Boden's staff list is touched, so that the list and the directory agree on every day.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from directory.core.entries import Entry, Membership, Person
from hub.demo.facts import moment
from hub.demo.norrbotten import BY_KEY
from hub.demo.posts import Post
from hub.demo.region import Region
from hub.demo.staffing import POSITIONS
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

FIRST_SERIAL_OF_STARTERS = 900_001


@dataclass(frozen=True, slots=True)
class DirectoryEvent:
    """``entries`` are wanted as they stand here, all in one change; ``actor`` made it, for ``reason``."""

    at: datetime
    actor: HsaId
    reason: str
    entries: tuple[Entry, ...]


def directory_events(region: Region, today: date) -> tuple[DirectoryEvent, ...]:
    """Twelve events, oldest first."""
    told = _Changing(region, today)
    return (
        told.starts(-29, "gallivare_hospital/medicine", "nurse", "Tuula", "Winsa"),
        told.leaves(-27, "pitea_hospital/surgery", "nurse"),
        told.renamed(-25, "sunderby/acute", "Akutvårdsavdelning 40 (AVA), Sunderby sjukhus"),
        told.starts(-22, "kiruna_hospital/emergency", "emergency_physician", "Isak", "Labba"),
        told.leaves(-20, "lulea/care_centre/hertsons", "general_practitioner"),
        told.starts(-17, "lulea/home_care/porson", "home_care_assistant", "Aino", "Vanhapiha"),
        told.leaves(-15, "haparanda/home_care/haparanda", "care_aide"),
        told.renamed(-13, "pajala/rehab", "Rehabteamet Pajala"),
        told.starts(-10, "pitea/care_centre/ojebyns", "district_nurse", "Vendela", "Apelqvist"),
        told.leaves(-6, "sunderby/orthopaedics", "resident"),
        told.opened_longer(-4, "lulea/care_centre/stadsvikens", ("1-4#07:30#19:00", "5-5#07:30#16:00")),
        told.starts(-2, "kalix/dental_clinic/kalix", "dentist", "Edvin", "Pirttijärvi"),
    )


class _Changing:
    def __init__(self, region: Region, today: date) -> None:
        self._region, self._today = region, today
        self._units = dict(region.units)
        self._assignments = dict(region.assignments)
        self._started = 0

    def starts(self, day: int, unit_key: str, position: str, given: str, family: str) -> DirectoryEvent:
        """Somebody begins, with the same assignments as a colleague in that position."""
        at = moment(self._today, day, 7)
        colleague = self._posts(unit_key, position)[0]
        like = self._region.people[colleague.person]
        facts = next(facts for key, facts in BY_KEY.items() if self._region.members[key].hsa_id == like.member)
        serial, self._started = FIRST_SERIAL_OF_STARTERS + self._started, self._started + 1
        person = Person(
            HsaId.parse(f"{facts.prefix}-P{serial}"), like.member, f"{given} {family}", family, given,
            POSITIONS[position].title, POSITIONS[position].licences, telephone=like.telephone, period=Period(at),
        )  # fmt: skip
        joined = [self._joined(assignment, person, at) for assignment in colleague.assignments]
        return self._event(day, unit_key, "Nyanställning", (person, *joined))

    def leaves(self, day: int, unit_key: str, position: str) -> DirectoryEvent:
        """The last one in that position ends, and with her all memberships."""
        at = moment(self._today, day, 16, 30)
        post = self._posts(unit_key, position)[-1]
        person = self._region.people[post.person]
        left = [self._left(assignment, post.person, at) for assignment in post.assignments]
        gone = replace(person, period=person.period.ended_at(at), archived=True)
        return self._event(day, unit_key, "Avslutad anställning", (gone, *left), at)

    def renamed(self, day: int, unit_key: str, name: str) -> DirectoryEvent:
        self._units[unit_key] = replace(self._units[unit_key], name=name)
        return self._event(day, unit_key, "Enheten har bytt namn", (self._units[unit_key],))

    def opened_longer(self, day: int, unit_key: str, hours: tuple[str, ...]) -> DirectoryEvent:
        self._units[unit_key] = replace(self._units[unit_key], opening_hours=hours)
        return self._event(day, unit_key, "Ändrade öppettider", (self._units[unit_key],))

    def _posts(self, unit_key: str, position: str) -> list[Post]:
        cast = {post.person for post in self._region.cast.values()}
        return [
            post for post in self._region.posts
            if (post.unit, post.position) == (unit_key, position) and post.person not in cast
            and not self._region.people[post.person].feigned
        ]  # fmt: skip

    def _joined(self, assignment: HsaId, person: Person, at: datetime) -> Entry:
        held = self._assignments[assignment]
        memberships = (*held.memberships, Membership(person.hsa_id, Period(at)))
        self._assignments[assignment] = replace(held, memberships=memberships)
        return self._assignments[assignment]

    def _left(self, assignment: HsaId, person: HsaId, at: datetime) -> Entry:
        held = self._assignments[assignment]
        memberships = tuple(
            replace(one, period=one.period.ended_at(at)) if one.person == person else one for one in held.memberships
        )
        self._assignments[assignment] = replace(held, memberships=memberships)
        return self._assignments[assignment]

    def _event(
        self, day: int, unit_key: str, reason: str, entries: tuple[Entry, ...], at: datetime | None = None
    ) -> DirectoryEvent:
        """The region's directory officer changes the region's; a municipality's IT coordinator its own."""
        member = self._units[unit_key].member
        if member == self._region.members["region"].hsa_id:
            actor = self._region.cast["kristina"].person
        else:
            key = next(key for key, held in self._region.members.items() if held.hsa_id == member)
            posts = self._region.posts
            actor = next(p.person for p in posts if (p.unit, p.position) == (f"{key}/office", "it_coordinator"))
        return DirectoryEvent(moment(self._today, day, 7) if at is None else at, actor, reason, entries)
