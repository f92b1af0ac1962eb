"""How every change comes in over HTTP: who may, against which version, tried or done, and at most once per key.

``If-Match`` (RFC 9110 13.1.1) names the version that the caller saw; ``?dry_run=true`` tells what would be and changes
nothing; ``Idempotency-Key`` (the IETF draft of that name) makes a repeated request answer what the first one did.

A key is kept before the change is made, and the change carries it in its door. So when the answer was lost between
the two, the journal tells whether it was made.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse

from directory.actions.change_directory import Draft
from directory.core.administration import Act
from directory.core.changes import Change, differences
from directory.core.entries import Entry, Person
from directory.core.snapshot import Snapshot
from directory.core.undoing import references
from directory.core.validation import problems_of
from directory.directory import Directory
from directory.edge.http.bodies import Body, NumberBody
from directory.edge.http.doors import Authenticate, demand_version, etag_of, id_in_path
from directory.edge.http.shapes import Audience
from directory.ports import Administration, JournalRecord, KeptRequest, Requests
from directory.refusals import ChangeRefused, EntryUnknown, KeyInUse, KeyUsedOtherwise, OutcomeUnknown
from vocabulary.caller import Caller
from vocabulary.clock import Clock
from vocabulary.hsa_id import HsaId
from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.text import parse_line

DryRun = Annotated[bool, Query(description="tell what would be, and change nothing")]
DOOR = "api"
TRIED = "tillit-dry-run"
"""The header of an answer to what was only tried."""
KEYS_KEPT = timedelta(hours=24)
_CARRIED_OUT_WITHIN = timedelta(minutes=1)
_RECORDS_AT_ONCE = 100
_KEY_LENGTH = 200


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
        self._authenticate, self._administration, self._requests = authenticate, administration, requests
        # A dependency, since a stranger is to be refused before anything is said about the body's form.
        self.caller = Depends(self._reader)

    def _reader(self, request: Request) -> Caller:
        caller = self._authenticate(request)
        self._administration.reach(caller, self.directory.snapshot()).demand_reader()
        return caller

    def carry_out(self, request: Request, caller: Caller, body: Body, make: Make, *, dry_run: bool) -> Response:
        """The answer: the entry as it stands now (or would stand), with its version."""
        key = request.headers.get("idempotency-key")
        if dry_run or key is None:
            done = self._done(request, caller, body, make, DOOR, dry_run=dry_run)
            return self._answer(caller, *done, only_tried=dry_run)
        return self._once(request, caller, body, make, parse_line(key, max_length=_KEY_LENGTH))

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

    def _once(self, request: Request, caller: Caller, body: Body, make: Make, key: str) -> Response:
        asked = KeptRequest(
            self._fingerprint(request, body), self.directory.snapshot().revision, self.clock.now(), None
        )
        kept = self._requests.begin(caller.name, key, asked)
        if kept is not None:
            if kept.fingerprint != asked.fingerprint:
                raise KeyUsedOtherwise("this Idempotency-Key came with another request before; choose a new one")
            done = self._told(request, caller, key, kept)
            if done is not None:
                return done
            old_enough = asked.at - kept.at > _CARRIED_OUT_WITHIN
            if not old_enough or not self._requests.take_over(caller.name, key, kept, asked):
                raise KeyInUse("the first request with this Idempotency-Key is being carried out; try again soon")
        try:
            entry, created = self._done(request, caller, body, make, _door(caller, key), dry_run=False)
        except OutcomeUnknown:
            raise  # It may have been done: the key stays, and the journal will tell.
        except BaseException:
            self._requests.forget(caller.name, key)
            raise
        self._requests.answer(caller.name, key, json.dumps({"hsa_id": str(entry.hsa_id), "created": created}))
        return self._answer(caller, entry, created)

    def _told(self, request: Request, caller: Caller, key: str, kept: KeptRequest) -> Response | None:
        """The answer of a request that was carried out, as far as the caller may see it now; ``None`` if it was not."""
        if kept.answer is not None:
            held = json.loads(kept.answer)
            entry = self.directory.snapshot().entry(HsaId.parse(held["hsa_id"]))
            if entry is None:
                raise EntryUnknown("there is no such entry any more")
            return self._answer(caller, entry, bool(held["created"]), repeated=True)
        door, since = _door(caller, key), kept.base_revision
        while records := self.directory.records(since, _RECORDS_AT_ONCE):
            for record in records:
                if record.door == door:
                    return self._answer(caller, *_about(request, record), repeated=True)
            since += len(records)
        return None

    def _fingerprint(self, request: Request, body: Body) -> str:
        """What was asked, as a hash. A personal number goes in by its keyed hash: a bare one could be guessed from."""
        held = body.model_dump(mode="json", exclude_unset=True)
        number = getattr(body, "personal_number", None)
        if isinstance(number, NumberBody):
            held["personal_number"] = self.directory.number_lookup(number.parsed())
        parts = [request.method, request.url.path, request.headers.get("if-match", ""), held]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

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
            headers["idempotency-replayed"] = "true"
        if only_tried:
            headers[TRIED] = "true"
        told: Any = audience.entry(entry if not repeated else now)
        return JSONResponse(jsonable_encoder(told), 201 if created and not only_tried else 200, headers)

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


def _about(request: Request, record: JournalRecord) -> tuple[Entry, bool]:
    """The entry that a commit of ours was about: the one that the address names, else the one that was made."""
    named = id_in_path(request.path_params.get("hsa_id", ""))
    for change in record.changes:
        if change.after is not None and (change.hsa_id == named or (named is None and change.before is None)):
            return change.after, change.before is None
    raise EntryUnknown("there is no such entry")
