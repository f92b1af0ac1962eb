"""The face of the room as one object: what the hub constructs, and what bridges and edges speak to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from directory.actions.change_directory import DraftOf, change_directory, change_in_turn, find_problems
from directory.actions.desk import Desk
from directory.actions.feed import Feed
from directory.actions.follow_store import follow_store
from directory.actions.give_hsa_ids import give_hsa_ids, give_member_id
from directory.actions.look_back import LookBack
from directory.actions.settle_drift import adopt, adoption_problems, revert
from directory.actions.start import start
from directory.actions.undo import Allow, UndoPlan, undo
from directory.core.address_index import AddressIndex
from directory.core.changes import Commit
from directory.core.entries import Entry, Person
from directory.core.malformed import Malformed
from directory.core.snapshot import Snapshot
from directory.core.view import Drift
from directory.ports import DirectoryStore, History, IdLedger, Journal, JournalRecord, SealedNumbers
from directory.refusals import Problem
from vocabulary.clock import Clock
from vocabulary.hsa_id import HsaId
from vocabulary.organisation_number import OrganisationNumber
from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.seal import Seal


@dataclass(frozen=True, slots=True)
class Condition:
    """How the directory is doing, for ``/readyz`` and ``tillit doctor``.

    ``unsettled``: the outcome of a change is not known yet and writing is refused. ``unheard``: commits that a
    listener has not heard, and ``trouble`` why. ``disbelieved``: entries gone from the store that are served anyway.
    """

    revision: int
    unconfirmed_for: timedelta
    unsettled: bool
    drifting: int
    disbelieved: int
    unheard: int
    trouble: str | None


class Directory:
    """Reading never waits and never fails after ``start``; how old it may be tells ``unconfirmed_for``.

    All verbs may be called from several threads. The hub calls ``poll`` every 300 ms.
    """

    def __init__(
        self,
        store: DirectoryStore,
        journal: Journal,
        ledger: IdLedger,
        sealed_numbers: SealedNumbers,
        seal: Seal,
        clock: Clock,
    ) -> None:
        self._addresses = AddressIndex()
        self._desk = Desk(store, journal, ledger, sealed_numbers, seal, clock)
        self._look_back = LookBack(self._desk)

    @property
    def desk(self) -> Desk:
        """For the other faces of this room only."""
        return self._desk

    def start(self) -> None:
        """Resume what a crash left, load, announce what nobody heard. Raises ``DirectoryUnavailable`` and kinds."""
        start(self._desk)

    def on_commit(self, listener: Callable[[Commit], None]) -> None:
        """``listener`` hears every commit at least once, before ``change`` returns; see ``actions.announce``."""
        self._desk.announcer.listen(listener)

    def poll(self) -> None:
        """Look at the store once. Raises ``DirectoryUnavailable`` and its kinds; reading goes on, unconfirmed."""
        self._look_back.forget_old()
        follow_store(self._desk)

    def snapshot(self) -> Snapshot:
        """What is served now. Keep it for the length of one answer, so that the answer is of one revision."""
        return self._desk.view.served

    def address_index(self) -> AddressIndex:
        """The newest index of the address register; see ``index_addresses``. Who asks first after a start waits for it:
        else she would be told that there is nobody."""
        if self._addresses.is_new:
            self.index_addresses()
        return self._addresses

    def index_addresses(self) -> None:
        """Bring the address register's index up to what is served. The hub calls it every second: a change of one
        entry costs some milliseconds with a hundred thousand, now and then half a second."""
        self._addresses = self._addresses.brought_up_to(self.snapshot())

    def as_it_was(self, instant: datetime) -> Snapshot:
        """The truth as of the last commit at ``instant`` or before, whatever the store said then; see
        ``actions.look_back``. Raises ``BeforeTheBeginning`` and ``DirectoryUnavailable``."""
        return self._look_back.at(instant)

    def unconfirmed_for(self) -> timedelta:
        """Since the store last confirmed that the snapshot is current; ``timedelta.max`` before ``start``."""
        return self._desk.unconfirmed_for()

    def change(
        self,
        after: Sequence[Entry],
        *,
        actor: str,
        reason: str,
        door: str,
        expected_revision: int | None = None,
        numbers: Mapping[HsaId, PersonalIdentityNumber] | None = None,
        sealed: Mapping[str, bytes] | None = None,
        only_member: HsaId | None = None,
    ) -> Commit:
        """Make all of ``after`` stand, or nothing; see ``actions.change_directory``."""
        return change_directory(
            self._desk,
            after,
            actor=actor,
            reason=reason,
            door=door,
            expected_revision=expected_revision,
            only_member=only_member,
            numbers=numbers or {},
            sealed=sealed or {},
        )

    def change_in_turn(self, draft_of: DraftOf, *, actor: str, reason: str, door: str) -> Commit:
        """Change to what ``draft_of`` makes of the newest snapshot; see ``actions.change_directory``."""
        return change_in_turn(self._desk, draft_of, actor=actor, reason=reason, door=door)

    def problems(self, after: Sequence[Entry]) -> tuple[Problem, ...]:
        """What ``change`` would refuse ``after`` for, changing nothing: for ``dry_run``."""
        return find_problems(self._desk, after)

    def new_hsa_id(self, member: HsaId, letters: str) -> HsaId:
        """An id that nobody ever had; ``letters`` is ``E`` unit, ``P`` person, ``M`` assignment, ``VG`` or ``OG``."""
        return self.new_hsa_ids(member, letters, 1)[0]

    def new_member_id(self, number: OrganisationNumber) -> HsaId:
        """An id for a member that is new, with the prefix of its own number."""
        return give_member_id(self._desk, number)

    def new_hsa_ids(self, member: HsaId, letters: str, count: int) -> tuple[HsaId, ...]:
        """Many at the price of one."""
        return give_hsa_ids(self._desk, member, letters, count)

    def people_with(self, number: PersonalIdentityNumber) -> tuple[Person, ...]:
        return self.snapshot().people_with_number(self.number_lookup(number))

    def number_lookup(self, number: PersonalIdentityNumber) -> str:
        """The keyed hash that people of this number are found by (``vocabulary.seal``)."""
        return self._desk.seal.lookup(number)

    def sealed_number(self, number: PersonalIdentityNumber) -> dict[str, bytes]:
        """The number as it is kept: ciphertext by look-up value."""
        return {self.number_lookup(number): self._desk.seal.close(number)}

    def personal_number(self, hsa_id: HsaId) -> PersonalIdentityNumber | None:
        """The person's number in clear, for somebody who may see it; ``None`` if there is none."""
        person = self.snapshot().person(hsa_id)
        if person is None or person.number_lookup is None:
            return None
        sealed = self._desk.sealed_numbers.sealed(person.number_lookup)
        return None if sealed is None else self._desk.seal.open(sealed)

    def records(self, since: int, limit: int) -> tuple[JournalRecord, ...]:
        """The journal above revision ``since``, oldest first; the newest record may be pending."""
        return self._desk.journal.records(since, limit)

    @property
    def feed(self) -> Feed:
        """What stands, commit by commit, for whoever follows; see ``actions.feed``."""
        return self._desk.feed

    def drift(self) -> tuple[Drift, ...]:
        """What stands otherwise in the store than in the journal, ordered by id."""
        return tuple(sorted(self._desk.view.drift.values(), key=lambda drift: drift.hsa_id.key))

    def truth(self) -> Snapshot:
        """What the journal says, whatever the store holds: for reports about the difference, never for readers."""
        return self._desk.view.truth

    def broken(self) -> tuple[Malformed, ...]:
        """What stands malformed in the store, as of the last look at it."""
        return self._desk.broken

    def adopt(
        self, ids: Iterable[HsaId], *, actor: str, reason: str, seen: Mapping[HsaId, Drift] | None = None
    ) -> Commit:
        """``seen`` is the drift as it was looked at; see ``actions.settle_drift``."""
        return adopt(self._desk, ids, actor=actor, reason=reason, seen=seen or {})

    def revert(
        self, ids: Iterable[HsaId], *, actor: str, reason: str, seen: Mapping[HsaId, Drift] | None = None
    ) -> Commit:
        return revert(self._desk, ids, actor=actor, reason=reason, seen=seen or {})

    def adoption_problems(self, drift: Drift) -> tuple[Problem, ...]:
        """What ``adopt`` would refuse ``drift`` for, changing nothing."""
        return adoption_problems(self._desk, drift)

    @property
    def history(self) -> History:
        """The journal as it is searched."""
        return self._desk.journal

    def undo(
        self,
        what: int | str,
        *,
        actor: str,
        reason: str,
        keep_later: bool = False,
        expected_revision: int | None = None,
        dry_run: bool = False,
        allow: Allow = lambda plan: None,
    ) -> tuple[UndoPlan, Commit | None]:
        """Undo a revision, or the run that came through the door ``what``; see ``actions.undo``."""
        return undo(
            self._desk,
            what,
            actor=actor,
            reason=reason,
            keep_later=keep_later,
            expected_revision=expected_revision,
            dry_run=dry_run,
            allow=allow,
        )

    def condition(self) -> Condition:
        view, desk = self._desk.view, self._desk
        return Condition(
            view.truth.revision,
            desk.unconfirmed_for(),
            desk.unsettled,
            len(view.drift),
            sum(not drift.believed for drift in view.drift.values()),
            desk.announcer.unheard(),
            desk.announcer.trouble,
        )
