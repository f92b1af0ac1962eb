"""Builds the demo's directory: members, providers, units, people, assignments of both kinds, always the same ones.

Unit keys name units for the rest of the demo: ``sunderby/medicine``, ``pitea_hospital/rehab``,
``boden/home_nursing/1``, ``boden/home_care/norra-boden``, ``boden/special_housing/granriset/health``. Serials of
HSA-ids start at 100001: ids that a new ledger gives out later, from 000001 upwards, are never among the demo's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from directory.core.entries import AdminAssignment, Assignment, CareProvider, Entry, Member, Membership, Person, Unit
from hub.demo.addresses import SERVICES_OF, code_tables, coordinates_of, receptions, video_rooms
from hub.demo.administration import admin_assignments
from hub.demo.cast import CAST, FEIGNED, PROTECTED, Role
from hub.demo.names import NameGiver, ascii_form
from hub.demo.norrbotten import MEMBERS, REGION, MemberFacts
from hub.demo.offices import offices
from hub.demo.posts import Post
from hub.demo.staffing import ASSIGNMENT_KINDS, POSITIONS
from hub.demo.telephone import landlines
from hub.demo.units import Place, places
from vocabulary.capacity import Capacity
from vocabulary.hsa_id import HsaId
from vocabulary.organisation_number import OrganisationNumber
from vocabulary.period import Period

SEED = 2008
FIRST_SERIAL = 100_001
SOURCE = "boden-hr"
SOURCE_UNITS = ("boden/home_nursing/1", "boden/rehab", "boden/home_care/norra-boden", "boden/needs_assessment")
"""The units whose staff Boden's personnel system feeds; the first anchor of it is ``B20101``."""
FIRST_ANCHOR = 20101


@dataclass(frozen=True, slots=True)
class Region:
    """``entries`` stand in an order that can be written as it is: whatever an entry refers to comes before it.

    ``units``, ``providers`` and ``members`` are by key (providers: ``region/health``, ``boden/social``); ``cast`` holds
    the named people by theirs.
    """

    entries: tuple[Entry, ...]
    members: Mapping[str, Member]
    providers: Mapping[str, CareProvider]
    units: Mapping[str, Unit]
    people: Mapping[HsaId, Person]
    assignments: Mapping[HsaId, Assignment]
    admin_assignments: tuple[AdminAssignment, ...]
    posts: tuple[Post, ...]
    cast: Mapping[str, Post]

    def unit(self, key: str) -> HsaId:
        return self.units[key].hsa_id

    def provider_of(self, unit_key: str) -> HsaId:
        """Raises ``ValueError`` for a unit without a care provider."""
        provider = self.units[unit_key].care_provider
        if provider is None:
            raise ValueError(f"the unit {unit_key} has no care provider")
        return provider


def build_region(seed: int = SEED) -> Region:
    """The whole directory. Another ``seed`` gives other people in the same places."""
    return _Builder(Random(seed)).build()  # noqa: S311 — chance for a fictive population, not for secrets


class _Builder:
    def __init__(self, random: Random) -> None:
        self._random = random
        self._names = NameGiver(random, {(role.given_name, role.family_name) for role in CAST})
        self._serials: dict[tuple[str, str], int] = {}
        self._landlines = landlines()
        self._members: dict[str, Member] = {}
        self._providers: dict[str, CareProvider] = {}
        self._units: dict[str, Unit] = {}
        self._people: dict[HsaId, Person] = {}
        self._posts: list[Post] = []
        self._cast: dict[str, Post] = {}
        self._assignments: dict[tuple[str, str], HsaId] = {}
        self._held: dict[HsaId, Assignment] = {}
        self._next_anchor = FIRST_ANCHOR

    def build(self) -> Region:
        for facts in MEMBERS:
            self._add_member(facts)
        all_places = places()
        for place in all_places:
            self._add_unit(place)
        for place in all_places:
            self._staff(place)
        for given, family, unit, position in FEIGNED:
            self._employ(unit, position, given, family, feigned=True)
        self._protect()
        posts = tuple(self._posts)
        administering = tuple(admin_assignments(self._members, self._units, self._people, posts))
        members = {key: member.hsa_id for key, member in self._members.items()}
        entries: tuple[Entry, ...] = (
            *self._members.values(), *code_tables(members[REGION.key]), *self._providers.values(),
            *self._units.values(), *receptions(self._units), *video_rooms(self._units, members),
            *self._people.values(), *self._held.values(), *administering,
            *offices(self._members, self._people, posts),
        )  # fmt: skip
        return Region(
            entries, self._members, self._providers, self._units, self._people, self._held, administering, posts,
            self._cast,
        )  # fmt: skip

    def _new_id(self, facts: MemberFacts, letter: str) -> HsaId:
        serial = self._serials.get((facts.prefix, letter), FIRST_SERIAL)
        self._serials[facts.prefix, letter] = serial + 1
        return HsaId.parse(f"{facts.prefix}-{letter}{serial}")

    def _add_member(self, facts: MemberFacts) -> None:
        hsa_id = HsaId.parse(f"{facts.prefix}-HM01")
        number = OrganisationNumber.parse(facts.organisation_number)
        self._members[facts.key] = Member(
            hsa_id, facts.name, number, (facts.prefix,), f"katalog@{facts.domain}", f"info@{facts.domain}",
            next(self._landlines), facts.postal_address, facts.code,
        )  # fmt: skip
        health = HsaId.parse(f"{facts.prefix}-VG01")
        name = facts.name if facts is REGION else f"{facts.name}, hälso- och sjukvård"
        self._providers[f"{facts.key}/health"] = CareProvider(health, hsa_id, name, number, Capacity.HEALTH_CARE)
        if facts is not REGION:
            social = HsaId.parse(f"{facts.prefix}-OG01")
            name = f"{facts.name}, omsorg"
            self._providers[f"{facts.key}/social"] = CareProvider(social, hsa_id, name, number, Capacity.SOCIAL_CARE)

    def _add_unit(self, place: Place) -> None:
        if place.key in self._units:
            raise ValueError(f"two units have the key {place.key}")
        provider = None if place.provider is None else self._providers[place.provider].hsa_id
        self._units[place.key] = Unit(
            hsa_id=self._new_id(place.member, "E"),
            member=self._members[place.member.key].hsa_id,
            parent=None if place.parent is None else self._units[place.parent].hsa_id,
            name=place.name,
            care_provider=provider,
            kind=place.kind,
            care_type=place.care_type,
            municipality_code=place.municipality.code,
            municipality_name=place.municipality.place,
            telephone=next(self._landlines),
            mail=f"{place.key.replace('/', '.').replace('_', '-')}@{place.member.domain}",
            postal_address=place.postal_address,
            opening_hours=place.opening_hours,
            public=place.public,
            services=SERVICES_OF.get(place.kind, ()),
            coordinates=coordinates_of(place.municipality, len(self._units)) if place.public else None,
        )

    def _staff(self, place: Place) -> None:
        waiting = [role for role in CAST if role.unit == place.key]
        for position, count in place.crew.items():
            for _ in range(count):
                role = next((role for role in waiting if role.position == position), None)
                if role is None:
                    self._employ(place.key, position, *self._names.next())
                else:
                    waiting.remove(role)
                    self._cast[role.key] = self._employ(place.key, position, role.given_name, role.family_name)
        if waiting:
            raise ValueError(f"the crew of {place.key} has no place for {_keys(waiting)}")

    def _employ(self, unit_key: str, position: str, given: str, family: str, *, feigned: bool = False) -> Post:
        unit = self._units[unit_key]
        facts = next(facts for facts in MEMBERS if self._members[facts.key].hsa_id == unit.member)
        started = date(2008, 1, 7) + timedelta(days=self._random.randrange(6_300))
        fed = unit_key in SOURCE_UNITS and not feigned
        anchor = f"B{self._next_anchor}" if fed else None
        self._next_anchor += fed
        person = Person(
            hsa_id=self._new_id(facts, "P"),
            member=unit.member,
            full_name=f"{given} {family}",
            family_name=family,
            given_name=given,
            title=POSITIONS[position].title,
            licences=POSITIONS[position].licences,
            mail=f"{ascii_form(given)}.{ascii_form(family)}@{facts.domain}",
            telephone=unit.telephone,
            feigned=feigned,
            source=SOURCE if fed else None,
            source_id=anchor,
            period=Period.of_days(started, None),
        )
        self._people[person.hsa_id] = person
        kinds = POSITIONS[position].assignments
        held = tuple(self._assign(facts, person, self._where(unit_key, kind), kind) for kind in kinds)
        post = Post(person.hsa_id, unit_key, position, held)
        self._posts.append(post)
        return post

    def _where(self, unit_key: str, kind: str) -> str:
        """Delegated tasks are done under an assignment at a health-care unit, never under the social one."""
        if kind != "delegated":
            return unit_key
        if unit_key.endswith("/social"):
            return unit_key.removesuffix("social") + "health"
        member = unit_key.split("/")[0]
        areas = sum(key.startswith(f"{member}/home_nursing/") for key in self._units)
        district = [key for key in self._units if key.startswith(f"{member}/home_care/")].index(unit_key)
        return f"{member}/home_nursing/{district % areas + 1}"

    def _assign(self, facts: MemberFacts, person: Person, unit_key: str, kind: str) -> HsaId:
        place = unit_key, kind
        if place not in self._assignments:
            unit, words = self._units[unit_key], ASSIGNMENT_KINDS[kind]
            hsa_id = self._assignments[place] = self._new_id(facts, "M")
            self._held[hsa_id] = Assignment(
                hsa_id, unit.member, unit.hsa_id, words.name, words.purpose.value, words.rights
            )
        hsa_id = self._assignments[place]
        held = self._held[hsa_id]
        self._held[hsa_id] = replace(held, memberships=(*held.memberships, Membership(person.hsa_id, person.period)))
        return hsa_id

    def _protect(self) -> None:
        cast = {post.person for post in self._cast.values()}
        for unit, position in PROTECTED:
            post = [p for p in self._posts if (p.unit, p.position) == (unit, position) and p.person not in cast][-1]
            person = self._people[post.person]
            self._people[post.person] = replace(person, protected=True, mail=None, telephone=None)


def _keys(roles: list[Role]) -> str:
    return ", ".join(role.key for role in roles)
