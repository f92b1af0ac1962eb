"""How every change comes in over HTTP: who may, against which version, tried or done, and at most once per key.

``If-Match`` (RFC 9110 13.1.1) names the version that the caller saw; ``?dry_run=true`` tells what would be and changes
nothing; ``Idempotency-Key`` is the work of ``repeating``. A change of entries carries the key in its door, so that it
is found in the journal.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from starlette.responses import JSONResponse

from directory.actions.change_directory import Draft
from directory.core.administration import Act
from directory.core.changes import Change, differences
from directory.core.entries import Entry, Person
from directory.core.snapshot import Snapshot
from directory.core.undoing import references
from directory.core.validation import problems_of
from directory.directory import Directory
from directory.edge.http.bodies import Body
from directory.edge.http.doors import Authenticate, demand_version, etag_of, id_in_path
from directory.edge.http.pointing import as_attributes, by_names, pointing
from directory.edge.http.repeating import REPEATED, Errand, Kept, Repeating, key_in
from directory.edge.http.shapes import Audience, as_json
from directory.ports import Administration, JournalRecord, Requests
from directory.refusals import ChangeRefused, EntryUnknown
from vocabulary.caller import Caller
from vocabulary.clock import Clock
from vocabulary.hsa_id import HsaId
from vocabulary.personal_number import PersonalIdentityNumber

DryRun = Annotated[bool, Query(description="tell what would be, and change nothing")]
DOOR = "api"
TRIED = "tillit-dry-run"
"""The header of an answer to what was only tried."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What a change is made in: the newest snapshot, and what the caller may see and do there."""

    snapshot: Snapshot
    audience: Audience

    def demand(self, act: Act, entry: Entry, attributes: Collection[str] = ()) -> None:
        self.audience.reach.demand(act, entry, attributes)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The entries as they shall stand. ``about`` is the one that the answer shows, and that ``If-Match`` speaks of.
    ``names`` are the keys of entries that the caller wrote down, also where she wrote what stands there already.
    ``new_id`` draws the id of what is new: until then it has one that nobody is ever given."""

    about: Entry
    others: Sequence[Entry] = ()
    numbers: Mapping[HsaId, PersonalIdentityNumber] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    new_id: Callable[[], HsaId] | None = None

    @property
    def created(self) -> bool:
        return self.new_id is not None

    @property
    def entries(self) -> tuple[Entry, ...]:
        return (self.about, *self.others)

    def with_id(self, hsa_id: HsaId) -> "Wanted":
        numbers = {hsa_id if key == self.about.hsa_id else key: number for key, number in self.numbers.items()}
        return replace(self, about=replace(self.about, hsa_id=hsa_id), numbers=numbers)


Make = Callable[[Situation], Wanted]


class Changing:
    """What all changing addresses share."""

    def __init__(
        self,
        directory: Directory,
        authenticate: Authenticate,
        administration: Administration,
        requests: Requests,
        clock: Clock,
    ) -> None:
        self.directory, self.clock = directory, clock
        self.repeating = Repeating(directory, requests, clock)
        self._authenticate, self._administration = authenticate, administration
        # A dependency, since a stranger is to be refused before anything is said about the body's form.
        self.caller = Depends(self._reader)

    def _reader(self, request: Request) -> Caller:
        caller = self._authenticate(request)
        self._administration.reach(caller, self.directory.snapshot()).demand_reader()
        return caller

    def carry_out(
        self,
        request: Request,
        caller: Caller,
        body: Body,
        make: Make,
        *,
        dry_run: bool,
        names: Mapping[str, str] | None = None,
    ) -> Response:
        """The answer: the entry as it stands now (or would stand), with its version. ``names`` tells what the body
        calls the attributes that the verb sets; without it the body holds attributes by their own names."""
        where = as_attributes if names is None else by_names(body, names)
        key = key_in(request)
        door = DOOR if key is None else _door(caller, key)

        def do() -> tuple[Kept, Callable[[], Response]]:
            with pointing(where):
                entry, created = self._done(request, caller, body, make, door, dry_run=dry_run)
            kept = {"hsa_id": str(entry.hsa_id), "created": created}
            return kept, lambda: self._answer(caller, entry, created, only_tried=dry_run)

        def again(kept: Kept) -> Response:
            entry = self.directory.snapshot().entry(HsaId.parse(kept["hsa_id"]))
            if entry is None:
                raise EntryUnknown("there is no such entry any more")
            return self._answer(caller, entry, bool(kept["created"]), repeated=True)

        def found_in(record: JournalRecord) -> Kept | None:
            return _about(request, record) if record.door == door else None

        if dry_run:
            return do()[1]()
        return self.repeating.once(request, caller, body, Errand(do, again, found_in))

    def _done(
        self, request: Request, caller: Caller, body: Body, make: Make, door: str, *, dry_run: bool
    ) -> tuple[Entry, bool]:
        """Change to what ``make`` makes of the newest snapshot; once more in turn when somebody else was faster."""
        latest: list[Wanted] = []
        given: list[HsaId] = []

        def draft_of(snapshot: Snapshot) -> Draft:
            situation = self.situation(caller, snapshot)
            wanted = make(situation)
            if wanted.new_id is None:
                demand_version(request, snapshot, wanted.about.hsa_id)
            elif not dry_run:
                if not given:
                    # Not before nothing is wrong with it: an id that was drawn is never given to anything else.
                    self._demand_allowed(situation, wanted, dry_run=True)
                    self._demand_rules(wanted)
                    given.append(wanted.new_id())
                wanted = wanted.with_id(given[0])
            self._demand_allowed(situation, wanted, dry_run=dry_run)
            latest.append(wanted)
            return Draft(wanted.entries, wanted.numbers)

        if dry_run:
            draft_of(self.directory.snapshot())
            self._demand_rules(latest[-1])
        else:
            self.directory.change_in_turn(draft_of, actor=caller.name, reason=body.reason, door=door)
        return latest[-1].about, latest[-1].created

    def _demand_allowed(self, situation: Situation, wanted: Wanted, *, dry_run: bool) -> None:
        changes = differences(self._numbered(wanted), situation.snapshot.entry)
        _demand_known(situation.audience, wanted, changes, dry_run=dry_run)
        situation.audience.reach.demand_changes(changes, dry_run=dry_run)

    def _demand_rules(self, wanted: Wanted) -> None:
        if problems := self.directory.problems(self._numbered(wanted)):
            raise ChangeRefused(problems)

    def _numbered(self, wanted: Wanted) -> list[Entry]:
        """With the personal numbers that come with the entries, so that whose records they become is judged, too."""
        return [
            replace(entry, number_lookup=self.directory.number_lookup(wanted.numbers[entry.hsa_id]))
            if isinstance(entry, Person) and entry.hsa_id in wanted.numbers
            else entry
            for entry in wanted.entries
        ]

    def _answer(
        self, caller: Caller, entry: Entry, created: bool, *, repeated: bool = False, only_tried: bool = False
    ) -> Response:
        """What is only tried is told as such: by a header, and as nothing that was created."""
        snapshot = self.directory.snapshot()
        audience = self.situation(caller, snapshot).audience
        now = snapshot.entry(entry.hsa_id) or entry
        if not audience.sees(now):
            raise EntryUnknown("there is no such entry")
        headers = {} if only_tried and created else {"etag": etag_of(snapshot, entry.hsa_id)}
        if repeated:
            headers[REPEATED] = "true"
        if only_tried:
            headers[TRIED] = "true"
        told: Any = audience.entry(entry if not repeated else now)
        return JSONResponse(as_json(told), 201 if created and not only_tried else 200, headers)

    def situation(self, caller: Caller, snapshot: Snapshot | None = None) -> Situation:
        snapshot = snapshot or self.directory.snapshot()
        return Situation(snapshot, Audience(snapshot, self._administration.reach(caller, snapshot)))


def _demand_known(audience: Audience, wanted: Wanted, changes: Sequence[Change], *, dry_run: bool) -> None:
    """INVARIANT (nobody is told by being named): a person whom the caller may not see is refused as one that is not."""
    named = set(wanted.names)
    for change in changes:
        if change.after is not None:
            named |= references(change.after) - (frozenset() if change.before is None else references(change.before))
    ids = (hsa_id for hsa_id in map(id_in_path, named) if hsa_id is not None)
    hidden = [hsa_id for hsa_id in ids if not audience.sees_id(hsa_id)]
    if not hidden:
        return
    without = audience.snapshot.without(hidden, audience.snapshot.revision)
    about = wanted.about
    if all(change.hsa_id != about.hsa_id for change in changes):
        changes = (*changes, Change(audience.snapshot.entry(about.hsa_id), about))
    audience.reach.demand_changes(changes, dry_run=dry_run, upon=without)
    if problems := problems_of(changes, without):
        raise ChangeRefused(problems)


def _door(caller: Caller, key: str) -> str:
    """Only the hash: a key may hold anything, and the door is shown in the journal."""
    return f"{DOOR}:{hashlib.sha256(f'{caller.name} {key}'.encode()).hexdigest()[:32]}"


def _about(request: Request, record: JournalRecord) -> Kept:
    """The entry that a commit of ours was about: the one that the address names, else the one that was made."""
    named = id_in_path(request.path_params.get("hsa_id", ""))
    for change in record.changes:
        if change.after is not None and (change.hsa_id == named or (named is None and change.before is None)):
            return {"hsa_id": str(change.hsa_id), "created": change.before is None}
    raise EntryUnknown("there is no such entry")
