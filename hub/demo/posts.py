"""A post of the demo: one person's place in one unit's crew."""

from dataclasses import dataclass

from vocabulary.hsa_id import HsaId


@dataclass(frozen=True, slots=True)
class Post:
    """One person's place in one unit's crew, with the assignments that she holds, in the order of her position."""

    person: HsaId
    unit: str
    position: str
    assignments: tuple[HsaId, ...]
