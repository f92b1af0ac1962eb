"""Which units there are: under whom, how open and with which crew; the region's and the municipalities' trees."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from hub.demo import staffing
from hub.demo.names import ascii_form
from hub.demo.norrbotten import BY_KEY, MUNICIPALITIES, REGION, MemberFacts
from hub.demo.places import CARE_CENTRES, DENTAL_CLINICS, HOME_CARE_DISTRICTS, HOME_NURSING_AREAS, HOSPITALS, HOUSINGS

ALWAYS_OPEN = ("1-7#00:00#23:59",)
OFFICE_HOURS = ("1-5#08:00#16:30",)
CARE_CENTRE_HOURS = ("1-4#08:00#17:00", "5-5#08:00#16:00")
DENTAL_HOURS = ("1-4#07:30#16:30", "5-5#07:30#13:00")
HOME_CARE_HOURS = ("1-7#07:00#22:00",)


@dataclass(frozen=True, slots=True)
class Place:
    """A unit to be: ``parent`` and ``key`` are unit keys, ``provider`` a provider key or ``None``."""

    key: str
    member: MemberFacts
    municipality: MemberFacts
    name: str
    kind: str
    parent: str | None = None
    provider: str | None = None
    care_type: str | None = None
    opening_hours: tuple[str, ...] = OFFICE_HOURS
    public: bool = False
    postal_address: str | None = None
    crew: staffing.Crew = field(default_factory=dict)


def places() -> tuple[Place, ...]:
    """All units, each after its parent."""
    return (*_region(), *(place for municipality in MUNICIPALITIES for place in _municipality(municipality)))


def slug(name: str) -> str:
    """The last part of a unit key."""
    return ascii_form(name)


def _region() -> Iterator[Place]:
    lulea = BY_KEY["lulea"]
    yield Place("region/staff", REGION, lulea, "Regionstaben", "administration", postal_address=REGION.postal_address)
    yield Place("region/digital", REGION, lulea, "Digitalisering och katalogtjänster", "administration", "region/staff",
                "region/health", postal_address=REGION.postal_address,
                crew={"directory_officer": 4, "systems_officer": 8})  # fmt: skip
    yield Place("region/hospitals", REGION, lulea, "Länssjukvården", "division")
    yield Place("region/primary", REGION, lulea, "Närsjukvården", "division")
    yield Place("region/dental", REGION, lulea, "Folktandvården Norrbotten", "division")
    yield from _hospitals()
    yield from _care_centres()
    yield from _dental_clinics()


def _hospitals() -> Iterator[Place]:
    for hospital in HOSPITALS:
        town = BY_KEY[hospital.municipality]
        key = f"hospital/{hospital.key}"
        yield Place(key, REGION, town, hospital.name, "hospital", "region/hospitals", "region/health", "02",
                    ALWAYS_OPEN, True, hospital.postal_address)  # fmt: skip
        yield Place(f"{hospital.key}/reception", REGION, town, f"Reception och växel, {hospital.name}", "function", key,
                    opening_hours=("1-7#06:30#21:00",), public=True,
                    postal_address=hospital.postal_address)  # fmt: skip
        for ward in hospital.wards:
            emergency = ward.kind == "emergency_department"
            yield Place(f"{hospital.key}/{ward.key}", REGION, town, f"{ward.name}, {hospital.name}", ward.kind, key,
                        "region/health", ward.care_type, ALWAYS_OPEN, emergency, hospital.postal_address,
                        staffing.WARDS[ward.staffing])  # fmt: skip


def _care_centres() -> Iterator[Place]:
    for town_key, names in CARE_CENTRES.items():
        town = BY_KEY[town_key]
        crew = staffing.care_centre(town.population // len(names))
        for name in names:
            yield Place(f"{town_key}/care_centre/{slug(name)}", REGION, town, f"{name} hälsocentral, {town.place}",
                        "care_centre", "region/primary", "region/health", "01", CARE_CENTRE_HOURS, public=True,
                        postal_address=f"Hälsocentralen, {town.place}", crew=crew)  # fmt: skip


def _dental_clinics() -> Iterator[Place]:
    for town_key, names in DENTAL_CLINICS.items():
        town = BY_KEY[town_key]
        crew = staffing.dental_clinic(town.population // len(names))
        for name in names:
            yield Place(f"{town_key}/dental_clinic/{slug(name)}", REGION, town, f"Folktandvården {name}",
                        "dental_clinic", "region/dental", "region/health", "01", DENTAL_HOURS, public=True,
                        postal_address=f"Folktandvården, {town.place}", crew=crew)  # fmt: skip


def _municipality(town: MemberFacts) -> Iterator[Place]:
    key, people = town.key, town.population
    health, social, top = f"{key}/health", f"{key}/social", f"{key}/social_services"
    yield Place(top, town, town, f"Socialförvaltningen, {town.name}", "administration",
                postal_address=town.postal_address)  # fmt: skip
    yield Place(f"{key}/reception", town, town, f"Medborgarkontor och växel, {town.name}", "function", top,
                opening_hours=("1-5#07:30#16:30",), public=True, postal_address=town.postal_address)  # fmt: skip
    yield Place(f"{key}/office", town, town, f"Socialförvaltningens kansli, {town.place}", "administration", top,
                health, postal_address=town.postal_address,
                crew={"chief_nurse": 1, "it_coordinator": 1, "systems_officer": round(people / 20_000)})  # fmt: skip
    yield Place(f"{key}/needs_assessment", town, town, f"Biståndsenheten {town.place}", "needs_assessment", top, social,
                public=True, postal_address=town.postal_address, crew=staffing.needs_assessment(people))  # fmt: skip
    yield from _home_nursing(town, top, health)
    yield Place(f"{key}/rehab", town, town, f"Kommunrehab {town.place}", "rehab", top, health, "03", OFFICE_HOURS, True,
                town.postal_address, staffing.municipal_rehab(people))  # fmt: skip
    yield from _home_care(town, top, social)
    yield from _housings(town, top, health, social)


def _home_nursing(town: MemberFacts, top: str, health: str) -> Iterator[Place]:
    count = staffing.home_nursing_units(town.population)
    areas = HOME_NURSING_AREAS.get(town.key, ("",))
    if len(areas) != count:
        raise ValueError(f"{town.name} needs {count} home nursing areas")
    crew = staffing.home_nursing(town.population)
    for part, area in enumerate(areas):
        yield Place(f"{town.key}/home_nursing/{part + 1}", town, town, f"Hemsjukvården {town.place} {area}".strip(),
                    "home_nursing", top, health, "03", ALWAYS_OPEN, True, town.postal_address,
                    {"unit_head": 1, **staffing.share(crew, count, part)})  # fmt: skip


def _home_care(town: MemberFacts, top: str, social: str) -> Iterator[Place]:
    count = staffing.home_care_units(town.population)
    crew = staffing.home_care(town.population)
    for part, district in enumerate(_first(HOME_CARE_DISTRICTS[town.key], count)):
        yield Place(f"{town.key}/home_care/{slug(district)}", town, town, _home_care_name(town, district), "home_care",
                    top, social, None, HOME_CARE_HOURS, True, town.postal_address,
                    {"home_care_head": 1, **staffing.share(crew, count, part)})  # fmt: skip


def _home_care_name(town: MemberFacts, district: str) -> str:
    return f"Hemtjänsten {district}" if town.place in district else f"Hemtjänsten {district}, {town.place}"


def _housings(town: MemberFacts, top: str, health: str, social: str) -> Iterator[Place]:
    count = staffing.special_housings(town.population)
    nurses, assistants = staffing.housing_health(town.population), staffing.housing_social(town.population)
    for part, name in enumerate(_first(HOUSINGS[town.key], count)):
        key = f"{town.key}/special_housing/{slug(name)}"
        crew = {"home_care_head": 1, **staffing.share(assistants, count, part)}
        yield Place(f"{key}/social", town, town, f"{name}, särskilt boende", "special_housing", top, social, None,
                    ALWAYS_OPEN, True, town.postal_address, crew)  # fmt: skip
        yield Place(f"{key}/health", town, town, f"{name}, hälso- och sjukvård", "special_housing", top, health, "03",
                    ALWAYS_OPEN, False, town.postal_address, staffing.share(nurses, count, part))  # fmt: skip


def _first(names: tuple[str, ...], count: int) -> tuple[str, ...]:
    if len(names) != count:
        raise ValueError(f"{count} names are needed, not {len(names)}: {', '.join(names)}")
    return names
