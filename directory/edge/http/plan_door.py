"""What the addresses of planned changes and of reorganisations share: who may ask, proposing, finding, settling."""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from fastapi import Depends, Request
from pydantic import ValidationError
from starlette.responses import JSONResponse

from directory.core.planned_change import PlannedChange, PlanState, Steps
from directory.directory import Directory
from directory.edge.http.bodies import Body, NumberBody
from directory.edge.http.doors import Authenticate
from directory.edge.http.moments import AudienceThen, audience_then
from directory.edge.http.plan_pointers import in_steps
from directory.edge.http.plan_shapes import Beholder, plan_told, preview_told
from directory.edge.http.pointing import pointing
from directory.edge.http.shapes import as_json
from directory.planning import Planning, Preview, Proposal
from directory.ports import Administration, PlanQuery, RequestKey
from directory.refusals import ChangeRefused, EntryUnknown, PlanMoved, PlansFull, TooManyPlans
from vocabulary.caller import Caller
from vocabulary.clock import Clock
from vocabulary.instants import from_us, to_us
from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.refusals import InvalidValue
from vocabulary.text import parse_line

_KEY_LENGTH = 200
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Draft:
    """The steps of a proposal, and personal numbers of people that it makes."""

    steps: Steps
    numbers: Iterable[PersonalIdentityNumber] = ()


Make = Callable[[AudienceThen], Draft]


class PlanDoor:
    def __init__(
        self,
        directory: Directory,
        authenticate: Authenticate,
        administration: Administration,
        planning: Planning,
        clock: Clock,
    ) -> None:
        self.directory, self.planning, self.clock = directory, planning, clock
        self._authenticate, self._administration = authenticate, administration
        # A dependency, since a stranger is to be refused before anything is said about the body's form.
        self.caller = Depends(self._reader)

    def _reader(self, request: Request) -> Caller:
        caller = self._authenticate(request)
        self._administration.reach(caller, self.directory.snapshot()).demand_reader()
        return caller

    def audience(self, caller: Caller, until: datetime | None) -> AudienceThen:
        """What she sees of what is expected at that date, or with everything that waits."""
        today = self.directory.snapshot()
        foreseen = self.planning.foreseen() if until is None else self.planning.foreseen(until)
        return audience_then(foreseen.snapshot, self._administration.reach(caller, today), today, is_to_come=True)

    def beholder(self, caller: Caller) -> Beholder:
        return Beholder(caller, self.audience(caller, None))

    def known(self, caller: Caller, numbers: Iterable[int]) -> frozenset[int]:
        """Those of these planned changes that she may know of."""
        beholder = self.beholder(caller)
        found = (self.planning.find(number) for number in numbers)
        return frozenset(plan.id for plan in found if plan is not None and beholder.knows(plan))

    def propose(
        self,
        request: Request,
        caller: Caller,
        body: Body,
        due: datetime | None,
        tried: Make,
        meant: Make,
        *,
        dry_run: bool,
    ) -> JSONResponse:
        """Try the change that ``tried`` makes of what is expected; then keep, or carry out, the one of ``meant``."""
        key = None if dry_run else self._key(request, caller, body)
        kept = None if key is None else self.planning.with_key(key)
        if kept is not None:
            return self._replayed(caller, kept)
        try:
            return self._proposed(caller, body, due, tried, meant, key, dry_run=dry_run)
        except (ChangeRefused, TooManyPlans, PlansFull):
            # The same request beside this one may have done it meanwhile, at whichever of the steps.
            kept = None if key is None else self.planning.with_key(key)
            if kept is None:
                raise
            return self._replayed(caller, kept)

    def _proposed(
        self,
        caller: Caller,
        body: Body,
        due: datetime | None,
        tried: Make,
        meant: Make,
        key: RequestKey | None,
        *,
        dry_run: bool,
    ) -> JSONResponse:
        audience = self.audience(caller, self.clock.now() if due is None else due)
        proposal = Proposal(tried(audience).steps, due, caller, body.reason, {})
        with pointing(in_steps(proposal.steps)):
            preview = self.planning.preview(proposal)
        if dry_run:
            return self._told(caller, replace(preview.plan, state=PlanState.WAITING), preview, 200, {}, tried=True)
        draft = meant(audience)
        sealed: dict[str, bytes] = {}
        for number in draft.numbers:
            sealed |= self.directory.sealed_number(number)
        with pointing(in_steps(draft.steps)):
            plan, foreseen = self.planning.plan(replace(proposal, steps=draft.steps, sealed=sealed), key)
        return self._told(caller, plan, foreseen, 201, {})

    def _replayed(self, caller: Caller, kept: PlannedChange) -> JSONResponse:
        """What the first request with the key was answered, as far as the caller may know of it now."""
        if not self.beholder(caller).knows(kept):
            raise EntryUnknown("there is no such planned change any more")
        return self.answer(caller, kept, headers={"idempotency-replayed": "true"})

    def find(self, caller: Caller, text: str, *, reorganisation: bool) -> PlannedChange:
        """Raises ``EntryUnknown`` for one that is not, or that the caller may not know of."""
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
        found = self.planning.find(number)
        wrong_kind = reorganisation and found is not None and found.reorganisation is None
        if found is None or wrong_kind or not self.beholder(caller).knows(found):
            raise EntryUnknown("there is no such planned change")
        return found

    def listed(self, caller: Caller, query: PlanQuery, cursor: str | None, limit: int) -> dict[str, Any]:
        """A page of those that the caller may know of."""
        beholder, after = self.beholder(caller), _place_in(cursor)
        found = list(islice(self._known(beholder, query, after), limit + 1))
        obstacles = self.planning.foreseen().obstacles
        told = [plan_told(plan, _said(obstacles, plan)) for plan in found[:limit]]
        following = _cursor(found[limit - 1]) if len(found) > limit else None
        return {"items": told, "next_cursor": following}

    def _known(
        self, beholder: Beholder, query: PlanQuery, after: tuple[datetime, int] | None
    ) -> Iterable[PlannedChange]:
        while some := self.planning.listed(query, after, _AT_ONCE):
            yield from (plan for plan in some if beholder.knows(plan))
            after = (some[-1].due, some[-1].id)

    def answer(
        self, caller: Caller, plan: PlannedChange, *, headers: Mapping[str, str] | None = None, status: int = 200
    ) -> JSONResponse:
        """The planned change as it stands now; one that waits with what it will do."""
        preview = self.planning.outlook(plan) if plan.state is PlanState.WAITING else None
        return self._told(caller, plan, preview, status, headers or {})

    def demand_version(self, request: Request, plan: PlannedChange) -> None:
        """Raises ``PlanMoved`` when ``If-Match`` names another version (RFC 9110 13.1.1)."""
        sent = request.headers.get("if-match")
        if sent is not None and sent.strip() not in ("*", _etag(plan)):
            raise PlanMoved(f"the planned change is at version {plan.version}; read it again")

    def _told(
        self,
        caller: Caller,
        plan: PlannedChange,
        preview: Preview | None,
        status: int,
        headers: Mapping[str, str],
        *,
        tried: bool = False,
    ) -> JSONResponse:
        obstacle = None
        if plan.state is PlanState.WAITING and not tried:
            obstacle = _said(self.planning.foreseen().obstacles, plan)
        told: dict[str, Any] = plan_told(plan, obstacle) | ({"id": None, "state": None} if tried else {})
        if preview is not None:
            today = self.directory.snapshot()
            audience = audience_then(
                preview.expected, self._administration.reach(caller, today), today, is_to_come=True
            )
            known = self.known(caller, preview.disturbs)
            disturbs = {each: why for each, why in preview.disturbs.items() if each in known}
            outside = self.planning.consequences(preview)
            told["preview"] = preview_told(audience, preview.effects, disturbs, outside)
        etag = {} if tried else {"etag": _etag(plan)}
        return JSONResponse(as_json(told), status, {**etag, **headers})

    def _key(self, request: Request, caller: Caller, body: Body) -> RequestKey | None:
        sent = request.headers.get("idempotency-key")
        if sent is None:
            return None
        key = f"{caller.name} {parse_line(sent, max_length=_KEY_LENGTH)}"
        asked = [request.method, request.url.path, self._without_numbers(body.model_dump(mode="json"))]
        return RequestKey(_hash(key), _hash(json.dumps(asked, sort_keys=True)))

    def _without_numbers(self, held: Any) -> Any:
        """A personal number goes into a hash by its keyed look-up value: from a bare one it could be guessed."""
        match held:
            case {"personal_number": {"kind": str(), "value": str()} as number}:
                rest = {name: each for name, each in held.items() if name != "personal_number"}
                return self._without_numbers(rest) | {"personal_number": self._lookup(number)}
            case dict():
                return {name: self._without_numbers(each) for name, each in held.items()}
            case list():
                return [self._without_numbers(each) for each in held]
        return held

    def _lookup(self, number: dict[str, Any]) -> str:
        try:
            return self.directory.number_lookup(NumberBody.model_validate(number).parsed())
        except (InvalidValue, ValidationError):
            return "malformed"  # Whatever it is, it will be refused.


def _said(obstacles: Mapping[int, Exception], plan: PlannedChange) -> str | None:
    refusal = obstacles.get(plan.id)
    return None if refusal is None else str(refusal)


def _etag(plan: PlannedChange) -> str:
    return f'"{plan.version}"'


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _cursor(plan: PlannedChange) -> str:
    return base64.urlsafe_b64encode(f"{to_us(plan.due)} {plan.id}".encode()).decode()


def _place_in(cursor: str | None) -> tuple[datetime, int] | None:
    if cursor is None:
        return None
    try:
        due, plan_id = base64.b64decode(cursor.encode(), b"-_", validate=True).decode("ascii").split(" ")
        if len(due) > 18 or len(plan_id) > 18:
            raise ValueError("no such place")
        return from_us(int(due)), int(plan_id)
    except (binascii.Error, ValueError, OverflowError):
        raise InvalidValue("the cursor is not one that an earlier page gave", pointer="/cursor") from None
