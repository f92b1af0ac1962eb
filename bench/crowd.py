"""A county of any size, made for measuring: one member with units, and people who hold an assignment of their unit."""

from collections.abc import Iterator

from directory.core.entries import Assignment, CareProvider, Entry, Member, Membership, Person, Unit
from vocabulary.capacity import Capacity
from vocabulary.codes import Purpose
from vocabulary.hsa_id import HsaId
from vocabulary.organisation_number import OrganisationNumber

PREFIX = "SE2321000230"
PEOPLE_PER_UNIT = 25
_GIVEN = "Anna Eva Karin Maria Sara Åsa Lars Erik Anders Johan Olle Björn Märta Göran Ingrid Elin".split()
_FAMILY = (
    "Andersson Johansson Sundqvist Öberg Åström Nilsson Lindmark Marklund Wiklund Hedman Bergdahl Isaksson".split()
)
_TITLES = "sjuksköterska läkare undersköterska kurator fysioterapeut arbetsterapeut".split()


def hsa_id(letters: str, serial: int) -> HsaId:
    return HsaId.parse(f"{PREFIX}-{letters}{serial:07d}")


MEMBER = hsa_id("HM", 1)
PROVIDER = hsa_id("VG", 1)


def frame() -> tuple[Entry, ...]:
    number = OrganisationNumber.parse(PREFIX[2:])
    member = Member(
        MEMBER, "Region Norrbotten", number, (PREFIX,), "Katalogen", "katalog@example.se", "0920-28 40 00", "Box 1"
    )
    return member, CareProvider(PROVIDER, MEMBER, member.name, number, Capacity.HEALTH_CARE)


def units(first: int, last: int) -> Iterator[Entry]:
    """The units of the people ``first`` to ``last``, each with an assignment that they hold."""
    for number in range(first // PEOPLE_PER_UNIT, -(-last // PEOPLE_PER_UNIT)):
        unit = hsa_id("E", number)
        yield Unit(unit, MEMBER, None, f"Enhet {number}", PROVIDER, "care_centre", "01", "2582", "Boden")
        serials = range(number * PEOPLE_PER_UNIT, (number + 1) * PEOPLE_PER_UNIT)
        held = tuple(Membership(hsa_id("P", serial)) for serial in serials if serial < last)
        yield Assignment(hsa_id("M", number), MEMBER, unit, "Vård", Purpose.CARE, ("Läsa;alla;VE",), held)


def people(first: int, last: int) -> Iterator[Person]:
    for serial in range(first, last):
        given, family = _GIVEN[serial % len(_GIVEN)], _FAMILY[serial // len(_GIVEN) % len(_FAMILY)]
        yield Person(
            hsa_id("P", serial), MEMBER, f"{given} {family}", family, given, _TITLES[serial % len(_TITLES)],
            ("SJ",) if serial % 6 == 0 else (), mail=f"p{serial}@example.se",
            telephone=f"0920-{serial % 90000 + 10000}", source="hr", source_id=str(serial),
        )  # fmt: skip
