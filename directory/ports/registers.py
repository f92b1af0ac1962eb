"""What is kept beside the journal: ids, sealed numbers, requests, checks, findings, and the record of erasures."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from directory.core.quality.finding import FindingKey
from directory.core.retention import Besides
from vocabulary.hsa_id import HsaId


class IdLedger(Protocol):
    """Which HSA-ids were ever used: an id is never given out twice, not even after removal. Atomic over processes."""

    def take_serials(self, series: str, count: int) -> range:
        """``count`` serial numbers of ``series`` that nobody was ever given; the first of a new series is 1."""
        ...

    def reserve(self, ids: Iterable[HsaId]) -> frozenset[HsaId]:
        """Reserve each id that was never known here; answers with those."""
        ...

    def claim(self, ids: Mapping[HsaId, str]) -> frozenset[HsaId]:
        """Note that each id is used for a kind of entry; answers with those that may not be.

        Refused is an id that was retired, or that was ever used for another kind. Claiming again for the same kind
        is fine: a change that the store rejected may be tried again with its ids.
        """
        ...

    def retire(self, ids: Iterable[HsaId]) -> None:
        """These ids may never be used again."""
        ...


class SealedNumbers(Protocol):
    """Personal numbers as ciphertext, by their keyed hash (``vocabulary.seal``): what a number is told by can never
    disagree with whom it is told of. What the ciphertext says only the seal's keys tell.
    """

    def keep(self, sealed: Mapping[str, bytes], at: datetime) -> None:
        """Keep or replace, by look-up value."""
        ...

    def sealed(self, lookup: str) -> bytes | None: ...

    def kept_before(self, at: datetime) -> frozenset[str]:
        """The look-up values of all that nobody has kept anew at ``at`` or later."""
        ...

    def erase(self, lookups: Iterable[str], kept_before: datetime) -> int:
        """Take these away for good, but for what somebody keeps anew meanwhile; how many."""
        ...


@dataclass(frozen=True, slots=True)
class Erasure:
    """So many of one kind (``core.retention.RULES``) were erased for good, since they were over by ``cutoff``.

    ``decision`` is the archive authority's, of several all that it took with ``; `` between, and ``revision`` the
    commit that did it, where it was one. ``member`` is whose it was; ``None`` for what tells of several at once.
    """

    at: datetime
    kind: str
    count: int
    law: str
    cutoff: datetime
    decision: str
    revision: int | None = None
    member: HsaId | None = None


class Erasures(Protocol):
    """The record of what was erased for good; it names nobody. Every verb raises ``JournalUnavailable``."""

    def note(self, made: Iterable[Erasure]) -> None:
        """All of them or none. Noting a commit's twice is noting it once."""
        ...

    def reached(self) -> int:
        """The newest revision of which something is noted; 0 for none."""
        ...

    def listed(self, below: int | None, limit: int) -> tuple[tuple[int, Erasure], ...]:
        """At most ``limit``, newest first, each with its number; those with a number below ``below``."""
        ...


class StaffLists(Protocol):
    """What came of staff lists and is kept outside the directory, by ``core.retention.Besides``: ``STAFF_LIST`` was
    carried out or failed, ``STAFF_LIST_PREVIEW`` never begun. What is being carried out is neither, and stays.

    Every verb raises ``JournalUnavailable``.
    """

    def members(self, kind: Besides, touched_by: datetime) -> frozenset[HsaId]:
        """Whose there are that nobody has touched since ``touched_by``."""
        ...

    def erase(self, kind: Besides, member: HsaId, touched_by: datetime) -> int:
        """Take those of the member away for good, with the names in them; how many."""
        ...


@dataclass(frozen=True, slots=True)
class KeptRequest:
    """A change that was asked for under a key of the caller's: what was asked (``fingerprint``, a hash), from which
    revision on its commit may stand in the journal, and the answer as JSON text once it was given."""

    fingerprint: str
    base_revision: int
    at: datetime
    answer: str | None


class Requests(Protocol):
    """Requests by the key that the caller gave them, so that a repeated one is answered and not carried out again."""

    def begin(self, caller: str, key: str, request: KeptRequest) -> KeptRequest | None:
        """Keep ``request`` durably if the caller's key is new, else tell what is kept. Of two at once one begins."""
        ...

    def take_over(self, caller: str, key: str, kept: KeptRequest, request: KeptRequest) -> bool:
        """Replace ``kept``, which was never answered; whether it was still that."""
        ...

    def answer(self, caller: str, key: str, answer: str) -> None: ...

    def forget(self, caller: str, key: str) -> None:
        """Nothing was done: the key is free again."""
        ...

    def purge(self, before: datetime) -> int:
        """Forget all that began before; how many."""
        ...


class LicenceChecks(Protocol):
    """When the licence register (HOSP) was last asked about whom. Every verb raises ``JournalUnavailable``."""

    def note(self, ids: Iterable[HsaId], at: datetime, actor: str) -> None:
        """The register was asked about these at ``at``, and the directory says what it said. The latest counts; noting
        twice is noting once."""
        ...

    def forget(self, ids: Iterable[HsaId]) -> None:
        """What the directory says of these is not what the register said."""
        ...

    def of(self, ids: Iterable[HsaId]) -> Mapping[str, datetime]:
        """By ``HsaId.key``; who was never asked about is absent."""
        ...

    def all(self) -> Mapping[str, datetime]: ...

    def newest(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Since:
    """When a finding was first true as far as is known, and the revision that the directory was at."""

    at: datetime
    revision: int


class KnownFindings(Protocol):
    """Since when each finding of the quality report is known. Every verb raises ``JournalUnavailable``."""

    def known(self) -> Mapping[FindingKey, Since]: ...

    def keep(self, new: Mapping[FindingKey, Since], gone: Collection[FindingKey], revision: int) -> None:
        """Remember ``new`` unless somebody else did first, and forget ``gone`` unless somebody found it anew above
        ``revision``."""
        ...

    def instants(self, revisions: Collection[int]) -> Mapping[int, datetime]:
        """When the directory came to each of these revisions; unknown ones are absent."""
