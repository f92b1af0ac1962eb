"""What is wrong in the demo's directory on purpose, so that the quality report is worth opening. Data only.

All of it happens as such things do: a unit closes and its assignments are forgotten, somebody leaves and a role is not
taken from her, one municipality has not asked the licence register. Nobody of the cast and of Boden's staff list is
touched, and nothing that ``directory_history`` changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from directory.core.entries import Entry, Person
from hub.demo.directory_history import FIRST_SERIAL_OF_STARTERS, DirectoryEvent
from hub.demo.facts import moment
from hub.demo.region import Region
from hub.demo.staffing import POSITIONS
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

CLOSED_UNIT = "arjeplog/rehab"
FORGOTTEN_NURSE = "kalix_hospital/medicine"
HEADLESS_UNIT = "gallivare_hospital/surgery"
ARCHIVED_TOO_EARLY = "jokkmokk/home_care"
UNLICENSED = "alvsbyn/home_nursing/1"
UNASKED_MEMBER = "overkalix"
_SERIAL = FIRST_SERIAL_OF_STARTERS + 900
_CHECK_DAY = -12


def flaws(region: Region, today: date) -> tuple[DirectoryEvent, ...]:
    """Seven changes that each leave something behind, oldest first."""
    told = _Flawing(region, today)
    return (
        told.head_is_named(-28),
        told.unit_closes(-21),
        told.nurse_leaves(-18),
        told.aide_is_archived(-16),
        told.telephone_of_protected(-8),
        told.head_leaves(-5),
        told.nurse_starts(-3),
    )


@dataclass(frozen=True, slots=True)
class LicenceChecks:
    """The licence register was asked about ``asked`` at ``at``. The licences of ``never`` came from a list on paper."""

    at: datetime
    asked: tuple[HsaId, ...]
    never: tuple[HsaId, ...]


def licence_checks(region: Region, today: date) -> LicenceChecks:
    """Of everybody with a licence, one municipality's people were never asked about."""
    unasked = region.members[UNASKED_MEMBER].hsa_id
    licensed = [person for person in region.people.values() if person.licences and not person.feigned]
    return LicenceChecks(
        moment(today, _CHECK_DAY, 3),
        tuple(person.hsa_id for person in licensed if person.member != unasked),
        tuple(person.hsa_id for person in licensed if person.member == unasked),
    )


class _Flawing:
    def __init__(self, region: Region, today: date) -> None:
        self._region, self._today = region, today

    def head_is_named(self, day: int) -> DirectoryEvent:
        unit = self._region.units[HEADLESS_UNIT]
        return self._event(day, 9, "Verksamhetschef", [replace(unit, manager=self._head().hsa_id)])

    def head_leaves(self, day: int) -> DirectoryEvent:
        """She hands over her assignments, and stays named as head of operations."""
        head, at = self._head(), moment(self._today, day, 16)
        left: list[Entry] = []
        for held in self._region.assignments.values():
            hers = [one for one in held.memberships if one.person == head.hsa_id]
            if hers:
                kept = [one for one in held.memberships if one.person != head.hsa_id]
                ended = [replace(one, period=one.period.ended_at(at)) for one in hers]
                left.append(replace(held, memberships=(*kept, *ended)))
        return self._event(day, 16, "Avslutad anställning", [replace(head, period=head.period.ended_at(at)), *left])

    def unit_closes(self, day: int) -> DirectoryEvent:
        unit = self._region.units[CLOSED_UNIT]
        ended = replace(unit, period=unit.period.ended_at(moment(self._today, day, 0)), public=False)
        return self._event(day, 0, "Enheten stängs", [ended])

    def nurse_leaves(self, day: int) -> DirectoryEvent:
        nurse = self._somebody(FORGOTTEN_NURSE, "nurse")
        ended = replace(nurse, period=nurse.period.ended_at(moment(self._today, day, 16)))
        return self._event(day, 16, "Avslutad anställning", [ended])

    def aide_is_archived(self, day: int) -> DirectoryEvent:
        aide = self._somebody(ARCHIVED_TOO_EARLY, "care_aide")
        return self._event(day, 10, "Arkiverad", [replace(aide, archived=True)])

    def telephone_of_protected(self, day: int) -> DirectoryEvent:
        kiruna = self._region.members["kiruna"].hsa_id
        person = next(one for one in self._region.people.values() if one.protected and one.member == kiruna)
        unit = next(unit for unit in self._region.units.values() if unit.member == kiruna and unit.telephone)
        return self._event(day, 11, "Telefonnummer", [replace(person, telephone=unit.telephone)])

    def nurse_starts(self, day: int) -> DirectoryEvent:
        """Her title is known from the first day; the licence register has not been asked."""
        at = moment(self._today, day, 7)
        unit = self._region.units[UNLICENSED]
        hsa_id = HsaId.parse(f"{unit.hsa_id.prefix}-P{_SERIAL}")
        title = POSITIONS["municipal_nurse"].title
        nurse = Person(
            hsa_id, unit.member, "Hanna Björkman", "Björkman", "Hanna", title, telephone=unit.telephone,
            period=Period(at),
        )  # fmt: skip
        return self._event(day, 7, "Nyanställning", [nurse])

    def _head(self) -> Person:
        return self._somebody(HEADLESS_UNIT, "unit_head")

    def _somebody(self, unit_key: str, position: str) -> Person:
        """The last one in that position, of a unit whose key begins so, who is not known from elsewhere."""
        cast = {post.person for post in self._region.cast.values()}
        posts = (post for post in reversed(self._region.posts) if post.unit.startswith(unit_key))
        found = (self._region.people[p.person] for p in posts if p.position == position and p.person not in cast)
        return next(person for person in found if not person.feigned and not person.protected)

    def _event(self, day: int, hour: int, reason: str, entries: Iterable[Entry]) -> DirectoryEvent:
        actor = self._region.cast["kristina"].person
        return DirectoryEvent(moment(self._today, day, hour), actor, reason, tuple(entries))
