"""Who administers the demo's directory: the region all of it, each municipality its own part, a head her own ward."""

from collections.abc import Iterator, Mapping

from directory.core.entries import AdminAssignment, Member, Membership, Person, Unit
from hub.demo.norrbotten import MUNICIPALITIES, REGION
from hub.demo.posts import Post
from vocabulary.duties import Duty
from vocabulary.hsa_id import HsaId

FIRST_SERIAL = 100_001
HEAD_OF_A_WARD = "sunderby/medicine"
"""The ward whose head says who holds the assignments there."""


def admin_assignments(
    members: Mapping[str, Member],
    units: Mapping[str, Unit],
    people: Mapping[HsaId, Person],
    posts: tuple[Post, ...],
) -> Iterator[AdminAssignment]:
    """All of them; each post's holder since she began."""

    def holders(unit: str, position: str, most: int = 20) -> tuple[Membership, ...]:
        found = [post.person for post in posts if (post.unit, post.position) == (unit, position)]
        return tuple(Membership(person, people[person].period) for person in found[:most])

    region = members[REGION.key].hsa_id
    yield AdminAssignment(
        _id(REGION.prefix, 0), region, "Kataloghandläggning, hela regionen", (), (Duty.ADMINISTER, Duty.SEE_PROTECTED),
        holders("region/digital", "directory_officer"),
    )  # fmt: skip
    yield AdminAssignment(
        _id(REGION.prefix, 1), region, "Legitimationer ur HOSP", (), (Duty.KEEP_LICENCES,),
        holders("region/digital", "systems_officer", 1),
    )  # fmt: skip
    yield AdminAssignment(
        _id(REGION.prefix, 2), region, f"Bemanning, {units[HEAD_OF_A_WARD].name}",
        (str(units[HEAD_OF_A_WARD].hsa_id),), (Duty.ASSIGN_PEOPLE,), holders(HEAD_OF_A_WARD, "unit_head"),
    )  # fmt: skip
    for town in MUNICIPALITIES:
        member = members[town.key].hsa_id
        office = f"{town.key}/office"
        yield AdminAssignment(
            _id(town.prefix, 0), member, f"Kataloghandläggning, {town.name}", (str(member),), (Duty.ADMINISTER,),
            holders(office, "it_coordinator"),
        )  # fmt: skip
        yield AdminAssignment(
            _id(town.prefix, 1), member, f"Insyn, {town.name}", (str(member),), (Duty.READ,),
            holders(office, "chief_nurse"),
        )  # fmt: skip


def _id(prefix: str, number: int) -> HsaId:
    return HsaId.parse(f"{prefix}-A{FIRST_SERIAL + number}")
