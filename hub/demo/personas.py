"""The seven people whom one can be in the demo, each with a part in one story. Data only; passwords are made elsewhere.

The story: Elsa Wikström in Boden takes insulin. The district nurse at the region's care centre has delegated giving it
to a home-care assistant of the municipality; that delegation ran out a week ago and its renewal waits to be accepted.
One night Elsa comes unconscious to Sunderby sjukhus, and the physician there reads the municipality's notes under
emergency access. Elsa sees all of it on her own pages.
"""

from dataclasses import dataclass

from hub.demo.names import ascii_form
from hub.demo.norrbotten import MEMBERS
from hub.demo.region import Region
from vocabulary.hsa_id import HsaId


@dataclass(frozen=True, slots=True)
class Persona:
    """``hsa_id`` and ``member`` are ``None`` for the citizen, who is told by ``patient`` (a patient key).

    ``administers`` names the members whose part of the directory the persona may administer.
    """

    key: str
    name: str
    role_sv: str
    role_en: str
    username: str
    hsa_id: HsaId | None
    member: HsaId | None
    assignments: tuple[HsaId, ...]
    patient: str | None = None
    administers: tuple[HsaId, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    key: str
    cast: str
    role_sv: str
    role_en: str
    administers: tuple[str, ...] = ()


_PARTS = (
    _Part(
        "district_nurse", "cecilia",
        "Distriktssköterska på Björknäs hälsocentral i Boden, som har delegerat insulingivning till hemtjänsten.",
        "District nurse at Björknäs care centre in Boden, who has delegated giving insulin to the home care.",
    ),
    _Part(
        "home_care_assistant", "marja",
        "Undersköterska i Bodens hemtjänst med två uppdrag, vars delegering för insulin gick ut i förra veckan.",
        "Home-care assistant in Boden with two assignments, whose delegation for insulin ran out last week.",
    ),
    _Part(
        "region_administrator", "kristina",
        "Kataloghandläggare på Region Norrbotten, som administrerar katalogen för alla femton huvudmän.",
        "Directory officer at Region Norrbotten, who administers the directory of all fifteen members.",
        tuple(facts.key for facts in MEMBERS),
    ),
    _Part(
        "it_coordinator", "jonas",
        "IT-samordnare i Bodens kommun, som lämnar personallistan och sköter kommunens del av katalogen.",
        "IT coordinator of Boden municipality, who hands in the staff list and keeps its part of the directory.",
        ("boden",),
    ),
    _Part(
        "chief_nurse", "berit",
        "Medicinskt ansvarig sjuksköterska (MAS) i Boden, som godkänner eller stoppar delegeringar till personalen.",
        "Chief nurse of Boden municipality, who agrees to or stops delegations to the municipality's staff.",
    ),
    _Part(
        "emergency_physician", "elin",
        "Akutläkare på Sunderby sjukhus, som gjorde en nödöppning när en patient kom in medvetslös.",
        "Emergency physician at Sunderby hospital, who used emergency access when a patient came in unconscious.",
    ),
)  # fmt: skip

CITIZEN = "elsa"


def personas(region: Region) -> tuple[Persona, ...]:
    """All seven, the citizen last."""
    names = {entry.hsa_id: entry.full_name for entry in region.people.values()}
    staff = tuple(_persona(region, part, names[region.cast[part.cast].person]) for part in _PARTS)
    return (*staff, _CITIZEN_PERSONA)


_CITIZEN_PERSONA = Persona(
    "patient", "Elsa Wikström",
    "Patient i Boden, som ser sina samtycken, spärrar och delegeringar och vem som har läst om henne.",
    "Patient in Boden, who sees her consents, blocks and delegations, and who has read about her.",
    "elsa.wikstrom", None, None, (), CITIZEN,
)  # fmt: skip


def _persona(region: Region, part: _Part, name: str) -> Persona:
    post = region.cast[part.cast]
    return Persona(
        part.key, name, part.role_sv, part.role_en, ascii_form(name.replace(" ", ".")), post.person,
        region.people[post.person].member, post.assignments,
        administers=tuple(region.members[key].hsa_id for key in part.administers),
    )  # fmt: skip
