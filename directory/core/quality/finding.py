"""One thing that is wrong with one entry, and how it is told apart from every other."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from directory.core.entries import Entry
from vocabulary.hsa_id import HsaId

_LONGEST_ABOUT = 200


class FindingKey(NamedTuple):
    """``entry`` is an ``HsaId.key``, empty for an object of the store without a readable id; ``about`` tells several
    findings of one code on one entry apart (an attribute, a person's key, a place in the store)."""

    code: str
    entry: str
    about: str


@dataclass(frozen=True, slots=True)
class Finding:
    """``said`` are the facts, for people. ``entry`` is as the directory holds it, or as it stands in the store.

    ``named`` are people whom ``said`` names: whoever may not see them is not told the finding. ``also`` are other
    entries that it follows from. ``began`` is when it became true, where the entries' own dates tell.
    """

    code: str
    entry: Entry | None
    said: str
    about: str = ""
    named: tuple[HsaId, ...] = ()
    also: tuple[HsaId, ...] = ()
    began: datetime | None = None

    @property
    def key(self) -> FindingKey:
        about = self.about
        if len(about) > _LONGEST_ABOUT:
            about = hashlib.sha256(about.encode()).hexdigest()
        return FindingKey(self.code, "" if self.entry is None else self.entry.hsa_id.key, about)

    @property
    def involved(self) -> tuple[HsaId, ...]:
        """Every entry that it follows from."""
        own = () if self.entry is None else (self.entry.hsa_id,)
        return (*own, *self.named, *self.also)
