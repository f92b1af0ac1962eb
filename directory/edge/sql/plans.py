"""Planned changes in SQL: keeps ``directory.ports.Plans``. Rows are never taken away, and no id is given twice."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, delete, func, select, tuple_, update

from directory.core.planned_change import PlannedChange, PlanState
from directory.core.step_json import steps_from_json, steps_to_json
from directory.edge.sql.statements import answering, chunks, insert_into
from directory.edge.sql.tables import plans
from directory.ports import PlanQuery, RequestKey, WaitingAtMost
from directory.refusals import JournalUnavailable, KeyUsedOtherwise, PlansFull, TooManyPlans
from vocabulary.assurance import AssuranceLevel
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.instants import from_us, to_us

_UNSETTLED = (PlanState.WAITING.value, PlanState.BEGUN.value)


class SqlPlans:
    def __init__(self, engine: Engine, at_most: WaitingAtMost | None = None) -> None:
        self._engine, self._at_most = engine, at_most or WaitingAtMost()
        self._reading = engine.execution_options(reading=True)
        self._known: Mapping[tuple[int, int], PlannedChange] = {}

    def add(self, plan: PlannedChange, key: RequestKey | None) -> tuple[PlannedChange, bool]:
        given = {} if key is None else {"request_key": key.key, "fingerprint": key.fingerprint}
        adding = insert_into(plans, self._engine).values(**_fixed(plan), **_standing(plan), version=1, **given)
        with answering(), self._engine.begin() as connection:
            if plan.state is PlanState.WAITING:
                self._come_one_by_one(connection)
            made = connection.execute(adding.on_conflict_do_nothing().returning(plans)).mappings().one_or_none()
            if made is not None and plan.state is PlanState.WAITING:
                self._demand_kept(connection, plan.caller, spare=0)
        if made is not None:
            return _plan(made), True
        found = None if key is None else self.with_key(key)
        return (found, False) if found is not None else self.add(plan, key)  # Forgotten in between: it is new again.

    def with_key(self, key: RequestKey) -> PlannedChange | None:
        with answering(), self._reading.connect() as connection:
            wanted = select(plans).where(plans.c.request_key == key.key)
            found = connection.execute(wanted).mappings().one_or_none()
        if found is not None and found["fingerprint"] != key.fingerprint:
            raise KeyUsedOtherwise("this Idempotency-Key came with another request before; choose a new one")
        return None if found is None else _plan(found)

    def demand_room(self, caller: Caller) -> None:
        with answering(), self._reading.connect() as connection:
            self._demand_kept(connection, caller, spare=1)

    def find(self, plan_id: int) -> PlannedChange | None:
        return next(iter(self._found(select(plans).where(plans.c.id == plan_id))), None)

    def unsettled(self, until: datetime) -> tuple[PlannedChange, ...]:
        due = and_(plans.c.state.in_(_UNSETTLED), plans.c.due_us <= to_us(until))
        return self._found(select(plans).where(due).order_by(plans.c.due_us, plans.c.id))

    def all_unsettled(self) -> tuple[PlannedChange, ...]:
        is_open = plans.c.state.in_(_UNSETTLED)
        marks = select(plans.c.id, plans.c.version).where(is_open).order_by(plans.c.due_us, plans.c.id)
        while True:
            with answering(), self._reading.connect() as connection:
                now = [(number, version) for number, version in connection.execute(marks)]
            known = self._known
            new = [number for number, version in now if (number, version) not in known]
            read = (plan for some in chunks(new) for plan in self._found(select(plans).where(plans.c.id.in_(some))))
            found = known if not new else {**known, **{(plan.id, plan.version): plan for plan in read}}
            try:
                self._known = {mark: found[mark] for mark in now}
            except KeyError:
                continue  # Somebody else went on with it in between.
            return tuple(self._known.values())

    def listed(self, query: PlanQuery, after: tuple[datetime, int] | None, limit: int) -> tuple[PlannedChange, ...]:
        wanted = _conditions(query)
        if after is not None:
            wanted.append(tuple_(plans.c.due_us, plans.c.id) > (to_us(after[0]), after[1]))
        return self._found(select(plans).where(*wanted).order_by(plans.c.due_us, plans.c.id).limit(limit))

    def replace(self, before: PlannedChange, after: PlannedChange) -> PlannedChange | None:
        still = and_(plans.c.id == before.id, plans.c.version == before.version)
        replacing = update(plans).where(still).values(**_standing(after), version=before.version + 1).returning(plans)
        comes_to_wait = after.state is PlanState.WAITING and before.state is not PlanState.WAITING
        with answering(), self._engine.begin() as connection:
            if comes_to_wait:
                self._come_one_by_one(connection)
            made = connection.execute(replacing).mappings().one_or_none()
            if made is not None and comes_to_wait:
                self._demand_kept(connection, after.caller, spare=0)
        return None if made is None else _plan(made)

    def forget_keys(self, planned_before: datetime) -> int:
        old = and_(plans.c.request_key.is_not(None), plans.c.planned_at_us < to_us(planned_before))
        with answering(), self._engine.begin() as connection:
            return connection.execute(update(plans).where(old).values(request_key=None, fingerprint=None)).rowcount

    def erase(self, settled: Iterable[PlannedChange]) -> int:
        count, marks = 0, [(plan.id, plan.version) for plan in settled]
        with answering(), self._engine.begin() as connection:
            for some in chunks(marks):
                these = and_(tuple_(plans.c.id, plans.c.version).in_(some), plans.c.state.not_in(_UNSETTLED))
                count += connection.execute(delete(plans).where(these)).rowcount
        return count

    def _come_one_by_one(self, connection: Connection) -> None:
        """Of several that come to wait at once each counts those before it. SQLite lets one write at a time anyway."""
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"LOCK TABLE {plans.name} IN SHARE ROW EXCLUSIVE MODE")

    def _demand_kept(self, connection: Connection, caller: Caller, *, spare: int) -> None:
        """INVARIANT (room to wait), with room for ``spare`` more."""
        waiting = select(func.count()).where(plans.c.state == PlanState.WAITING.value)
        hers = waiting.where(plans.c.caller_name == caller.name)
        if connection.execute(hers).scalar_one() + spare > self._at_most.per_caller:
            raise TooManyPlans(self._at_most.per_caller)
        if connection.execute(waiting).scalar_one() + spare > self._at_most.in_all:
            raise PlansFull(self._at_most.in_all)

    def _found(self, wanted: "Select[Any]") -> tuple[PlannedChange, ...]:
        with answering(), self._reading.connect() as connection:
            return tuple(_plan(row) for row in connection.execute(wanted).mappings())


def _conditions(query: PlanQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if query.states is not None:
        found.append(plans.c.state.in_(sorted(state.value for state in query.states)))
    if query.reorganisation is not None:
        found.append(plans.c.reorganisation.is_(query.reorganisation))
    if query.due_from is not None:
        found.append(plans.c.due_us >= to_us(query.due_from))
    if query.due_until is not None:
        found.append(plans.c.due_us < to_us(query.due_until))
    return found


def _fixed(plan: PlannedChange) -> dict[str, Any]:
    """What never changes."""
    return {
        "due_us": to_us(plan.due),
        "steps": _text(steps_to_json(plan.steps)),
        "reorganisation": plan.reorganisation is not None,
        "planned_at_us": to_us(plan.planned_at),
    }


def _standing(plan: PlannedChange) -> dict[str, Any]:
    """How it stands."""
    return {
        "state": plan.state.value,
        "caller": _text(_caller_to_json(plan.caller)),
        "caller_name": plan.caller.name,
        "reason": plan.reason,
        "begun_at_us": _us(plan.begun_at),
        "base_revision": plan.base_revision,
        "revision": plan.revision,
        "settled_at_us": _us(plan.settled_at),
        "why": plan.why,
        "remedy": plan.remedy,
        "sealed": _text({lookup: b64encode(sealed).decode() for lookup, sealed in plan.sealed.items()}),
    }


def _plan(row: Mapping[Any, Any]) -> PlannedChange:
    try:
        steps = steps_from_json(json.loads(row["steps"]))
    except ValueError as error:
        raise JournalUnavailable(
            "a planned change cannot be read by this version of the program; use the version that wrote it",
            detail=str(error),
        ) from error
    return PlannedChange(
        row["id"],
        from_us(row["due_us"]),
        steps,
        _caller(json.loads(row["caller"])),
        row["reason"],
        from_us(row["planned_at_us"]),
        PlanState(row["state"]),
        _instant(row["begun_at_us"]),
        row["base_revision"],
        row["revision"],
        _instant(row["settled_at_us"]),
        row["why"],
        row["remedy"],
        row["version"],
        {lookup: b64decode(sealed) for lookup, sealed in json.loads(row["sealed"]).items()},
    )


def _caller_to_json(caller: Caller) -> dict[str, Any]:
    return {
        "client_id": caller.client_id,
        "person": None if caller.person is None else str(caller.person),
        "scopes": sorted(caller.scopes),
        "members": None if caller.members is None else sorted(str(member) for member in caller.members),
        "assignment": None if caller.assignment is None else str(caller.assignment),
        "level": caller.level.value,
    }


def _caller(told: dict[str, Any]) -> Caller:
    person, members, assignment = told["person"], told["members"], told["assignment"]
    return Caller(
        told["client_id"],
        None if person is None else HsaId.parse(person),
        frozenset(told["scopes"]),
        None if members is None else frozenset(HsaId.parse(member) for member in members),
        None if assignment is None else HsaId.parse(assignment),
        AssuranceLevel(told["level"]),
    )


def _text(told: dict[str, Any]) -> str:
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)


def _us(instant: datetime | None) -> int | None:
    return None if instant is None else to_us(instant)


def _instant(us: int | None) -> datetime | None:
    return None if us is None else from_us(us)
