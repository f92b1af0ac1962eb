"""Who oversees in the demo: each municipality's chief nurse, heads of operations, and the region's block officers."""

from collections.abc import Iterator, Mapping

from authz.actions.delegating.overseers import CHIEF_NURSE, HEAD_OF_OPERATIONS
from authz.actions.rights import BLOCK_OFFICER
from directory.core.entries import Member, Membership, Person, SystemRole
from hub.bridges.directory_answers_authz import OURSELVES
from hub.demo.norrbotten import MEMBERS, REGION
from hub.demo.posts import Post
from vocabulary.hsa_id import HsaId

FIRST_SERIAL = 100_001
_HEADS = {REGION.key: ("unit_head", "clinic_head")}
_BLOCK_OFFICERS = {REGION.key: ("medical_secretary",)}


def offices(
    members: Mapping[str, Member], people: Mapping[HsaId, Person], posts: tuple[Post, ...]
) -> Iterator[SystemRole]:
    """The offices as system roles, each with whoever has the post, since she began."""
    for facts in MEMBERS:
        member = members[facts.key].hsa_id
        for number, (office, name, positions) in enumerate(
            (
                (CHIEF_NURSE, "Medicinskt ansvarig sjuksköterska", ("chief_nurse",)),
                (HEAD_OF_OPERATIONS, "Verksamhetschef", _HEADS.get(facts.key, ("home_care_head",))),
                (BLOCK_OFFICER, "Spärradministratör", _BLOCK_OFFICERS.get(facts.key, ())),
            )
        ):
            holders = tuple(
                Membership(post.person, people[post.person].period)
                for post in posts
                if people[post.person].member == member and post.position in positions
            )
            if holders:
                hsa_id = HsaId.parse(f"{facts.prefix}-R{FIRST_SERIAL + number}")
                yield SystemRole(hsa_id, member, OURSELVES, f"{office}_{facts.code}", f"{name}, {facts.name}", holders)
