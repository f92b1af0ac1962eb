"""What stands in the store and cannot be read as it must: told, so that somebody mends it, and never repaired."""

from dataclasses import dataclass

from vocabulary.hsa_id import HsaId


@dataclass(frozen=True, slots=True)
class Malformed:
    """An object of the store with something wrong: ``where`` is the store's own name of it (a DN).

    ``hsa_id`` is ``None`` when not even that could be read. ``served`` is whether the entry is there nevertheless,
    without the malformed value. ``problem`` holds no personal data.
    """

    hsa_id: HsaId | None
    where: str
    problem: str
    served: bool = False
