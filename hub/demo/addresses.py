"""What makes the demo's units findable: services, places on the map, receptions, video rooms, and the code tables.

The towns' coordinates are real (SWEREF 99 TM, to a hundred metres); where in town a unit lies is ours.
"""

from collections.abc import Iterator, Mapping

from directory.core.entries import Code, CodeTable, Coordinates, Entry, Function, Unit, VideoEndpoint
from hub.demo.norrbotten import MEMBERS, MUNICIPALITIES, MemberFacts
from vocabulary.hsa_id import HsaId

TOWNS: Mapping[str, tuple[int, int]] = {
    "lulea": (7_292_300, 829_400),
    "pitea": (7_259_300, 801_500),
    "boden": (7_316_700, 805_200),
    "kiruna": (7_536_100, 719_600),
    "gallivare": (7_457_500, 745_200),
    "kalix": (7_327_800, 870_800),
    "haparanda": (7_332_000, 916_200),
    "overtornea": (7_390_000, 885_800),
    "overkalix": (7_378_400, 850_800),
    "pajala": (7_479_500, 860_700),
    "jokkmokk": (7_395_800, 713_500),
    "arvidsjaur": (7_280_600, 692_600),
    "arjeplog": (7_328_600, 630_700),
    "alvsbyn": (7_297_100, 775_100),
}
"""North and east of each town, in metres."""

SERVICES = {
    "1100": "Akutsjukvård",
    "1200": "Sluten vård",
    "1300": "Primärvård",
    "1310": "Vaccination",
    "1320": "Provtagning",
    "1400": "Tandvård",
    "1500": "Hemsjukvård",
    "1600": "Rehabilitering",
    "2100": "Hemtjänst",
    "2200": "Särskilt boende",
    "2300": "Biståndsbedömning",
}
SERVICES_OF: Mapping[str, tuple[str, ...]] = {
    "hospital": ("1200", "1100"),
    "emergency_department": ("1100",),
    "hospital_ward": ("1200",),
    "care_centre": ("1300", "1310", "1320"),
    "dental_clinic": ("1400",),
    "home_nursing": ("1500",),
    "rehab": ("1600",),
    "home_care": ("2100",),
    "special_housing": ("2200",),
    "needs_assessment": ("2300",),
}
UNIT_KINDS = {
    "administration": "Förvaltning",
    "division": "Division",
    "function": "Växel och reception",
    "hospital": "Sjukhus",
    "hospital_ward": "Vårdavdelning",
    "emergency_department": "Akutmottagning",
    "care_centre": "Hälsocentral",
    "dental_clinic": "Folktandvård",
    "needs_assessment": "Biståndsenhet",
    "home_nursing": "Hemsjukvård",
    "rehab": "Rehabilitering",
    "home_care": "Hemtjänst",
    "special_housing": "Särskilt boende",
}
_RECEPTIONS = {
    "care_centre": (("Reception", ("1-5#08:00#16:30",)), ("Tidsbokning", ("1-5#07:45#15:00",))),
    "dental_clinic": (("Reception", ("1-4#07:30#16:00", "5-5#07:30#12:00")),),
}
_FIRST = 100_001
_STEP_METRES, _SPREAD_METRES = 137, 3_000


def coordinates_of(town: MemberFacts, serial: int) -> Coordinates:
    """A place within some kilometres of the town, another one for each ``serial``."""
    north, east = TOWNS[town.key]
    aside = serial * _STEP_METRES % _SPREAD_METRES - _SPREAD_METRES // 2
    along = serial * serial * _STEP_METRES % _SPREAD_METRES - _SPREAD_METRES // 2
    return Coordinates(north + aside, east + along)


def code_tables(owner: HsaId) -> Iterator[Entry]:
    tables = (
        ("services", "Verksamheter", SERVICES),
        ("unit_kinds", "Enhetstyper", UNIT_KINDS),
        ("municipalities", "Kommuner", {facts.code: facts.place for facts in MUNICIPALITIES}),
    )
    for serial, (table, name, codes) in enumerate(tables, start=_FIRST):
        rows = tuple(Code(code, text) for code, text in codes.items())
        yield CodeTable(HsaId.parse(f"{owner.prefix}-K{serial}"), owner, table, name, rows)


def receptions(units: Mapping[str, Unit]) -> Iterator[Entry]:
    """The receptions and bookings of care centres and dental clinics, public like them."""
    serials: dict[str, int] = {}
    for unit in units.values():
        for name, hours in _RECEPTIONS.get(unit.kind or "", ()):
            serial = serials[unit.hsa_id.prefix] = serials.get(unit.hsa_id.prefix, _FIRST - 1) + 1
            yield Function(
                HsaId.parse(f"{unit.hsa_id.prefix}-F{serial}"), unit.member, unit.hsa_id, name,
                services=unit.services[:1], telephone=unit.telephone, mail=unit.mail, opening_hours=hours,
                telephone_hours=hours, public=True,
            )  # fmt: skip


def video_rooms(units: Mapping[str, Unit], members: Mapping[str, HsaId]) -> Iterator[Entry]:
    """A room for planning in each municipality and hospital: called by SIP, H.323 and the county's number plan."""
    rooms = [(facts.key, f"{facts.key}/social_services", facts.place, facts) for facts in MUNICIPALITIES]
    rooms += [
        (key.partition("/")[2], key, unit.name, MEMBERS[0])
        for key, unit in units.items()
        if key.startswith("hospital/")
    ]
    serials: dict[str, int] = {}
    for number, (key, owner, place, facts) in enumerate(rooms, start=1):
        serial = serials[facts.prefix] = serials.get(facts.prefix, _FIRST - 1) + 1
        name = key.replace("_", "-")
        yield VideoEndpoint(
            HsaId.parse(f"{facts.prefix}-V{serial}"), members[facts.key], f"Videorum {place}", units[owner].hsa_id,
            f"sip:{name}@video.{facts.domain}", f"rum-{name}", f"46920{number:04d}", f"video.{facts.domain}",
            "Vårdplaneringsrummet", municipality_code=units[owner].municipality_code,
        )  # fmt: skip
