"""One record of a register with one thing changed in it, by chance."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from authz.core.facts import CaseState, Delegation, Delegator, Facts, Ground, LiftReason
from authz.core.unknown import UNKNOWN
from tests.authz.oracle import chance
from tests.authz.oracle.chance import ANNA, BERIT, DAY, ELSA, MOMENT, TYRA
from vocabulary.codes import Activity, Purpose
from vocabulary.right import Right, Scope


def unit_near(rng: Random, facts: Facts) -> Any:
    assignment = facts.assignment
    if assignment is None or assignment is UNKNOWN or assignment.unit is None or rng.random() < 0.3:
        return rng.choice(chance.UNITS)
    return assignment.unit if rng.random() < 0.6 else rng.choice(chance.siblings(assignment.unit) or chance.UNITS)


def a_period(rng: Random, facts: Facts) -> Any:
    return chance.over(rng, facts.now) if rng.random() < 0.6 else chance.holding(rng, facts.now)


def _relationship(rng: Random, facts: Facts, record: Any) -> Any:
    return rng.choice((
        lambda: replace(record, period=a_period(rng, facts)),
        lambda: replace(record, period=a_period(rng, facts)),
        lambda: replace(record, unit=unit_near(rng, facts)),
        lambda: replace(record, person=chance.anybody(rng)),
        lambda: replace(record, patient=chance.any_patient(rng)),
    ))()  # fmt: skip


def _move(rng: Random, facts: Facts, record: Any) -> Any:
    return replace(chance.a_move(rng, facts.now, unit_near(rng, facts)), id=record.id)


def _recipient(rng: Random, facts: Facts, record: Any) -> Any:
    return rng.choice((
        lambda: replace(record, period=a_period(rng, facts)),
        lambda: replace(record, provider=rng.choice(chance.PROVIDERS)),
        lambda: replace(record, patient=chance.any_patient(rng)),
    ))()  # fmt: skip


def _consent(rng: Random, facts: Facts, record: Any) -> Any:
    now = facts.now
    return rng.choice((
        lambda: replace(record, period=a_period(rng, facts)),
        lambda: replace(record, ended_at=rng.choice((now, now - MOMENT, now + MOMENT))),
        lambda: replace(record, annulled=True),
        lambda: replace(record, person=rng.choice((None, ANNA, BERIT, BERIT))),
        lambda: replace(record, unit=unit_near(rng, facts)),
        lambda: replace(record, ground=rng.choice(tuple(Ground))),
        lambda: replace(record, patient=chance.any_patient(rng)),
    ))()  # fmt: skip


def _block(rng: Random, facts: Facts, record: Any) -> Any:
    first, last = chance.days(rng, facts.now)
    return rng.choice((
        lambda: replace(record, period=a_period(rng, facts)),
        lambda: replace(record, first=first, last=last),
        lambda: replace(record, excepted=frozenset(rng.sample(("lak", "upp", "voo", "vpo"), rng.choice((0, 1, 2, 4))))),
        lambda: replace(record, patient=chance.any_patient(rng)),
        lambda: replace(record, unit=rng.choice((None, rng.choice(chance.UNITS)))),
        lambda: replace(record, provider=rng.choice(chance.PROVIDERS)),
        lambda: replace(record, patient=ELSA),
    ))()  # fmt: skip


def _lift(rng: Random, facts: Facts, record: Any) -> Any:
    return rng.choice((
        lambda: replace(record, period=chance.shut_lift(rng, facts.now)),
        lambda: replace(record, period=chance.open_lift(rng, facts.now)),
        lambda: replace(record, reason=rng.choice(tuple(LiftReason))),
        lambda: replace(record, reason=LiftReason.EMERGENCY),
        lambda: replace(record, person=rng.choice((None, ANNA, BERIT))),
        lambda: replace(record, unit=unit_near(rng, facts)),
        lambda: replace(record, block=rng.choice(("b0", "b1", "b2"))),
    ))()  # fmt: skip


def _emergency(rng: Random, facts: Facts, record: Any) -> Any:
    return rng.choice((
        lambda: replace(record, period=a_period(rng, facts)),
        lambda: replace(record, reason=rng.choice(("", "  ", "\t\n", "stroke"))),
        lambda: replace(record, person=chance.anybody(rng)),
        lambda: replace(record, unit=unit_near(rng, facts)),
        lambda: replace(record, patient=chance.any_patient(rng)),
    ))()  # fmt: skip


def _case(rng: Random, facts: Facts, record: Any) -> Any:
    return rng.choice((
        lambda: replace(record, state=rng.choice(tuple(CaseState))),
        lambda: replace(record, plan_consent=not record.plan_consent),
        lambda: replace(record, ward=unit_near(rng, facts)),
        lambda: replace(record, concerned_units=frozenset(rng.sample(chance.UNITS, 3))),
        lambda: replace(record, permanent_care_contact=rng.choice((None, ANNA, BERIT))),
        lambda: replace(record, patient=chance.any_patient(rng)),
        lambda: replace(record, id="d2"),
    ))()  # fmt: skip


def a_delegation(rng: Random, facts: Facts, record: Delegation) -> Delegation:
    now = facts.now
    if rng.random() < 0.5 and isinstance(record.delegator, Delegator):
        return replace(record, delegator=_delegator(rng, facts, record.delegator))
    return rng.choice((
        lambda: replace(record, period=chance.a_years_period(rng, now)),
        lambda: replace(record, period=chance.a_years_period(rng, now)),
        lambda: replace(record, period=a_period(rng, facts)),
        lambda: replace(record, accepted=False),
        lambda: replace(record, vetoed=True),
        lambda: replace(record, spent=True),
        lambda: replace(record, revoked_at=rng.choice((now, now + MOMENT, now - MOMENT, now + DAY))),
        lambda: replace(record, receiving_member_agreed=not record.receiving_member_agreed),
        lambda: replace(record, units=frozenset(rng.sample(chance.UNITS, rng.choice((0, 1, 3))))),
        lambda: replace(record, patients=rng.choice((frozenset(), frozenset({TYRA}), frozenset({ELSA})))),
        lambda: replace(record, patients=frozenset({TYRA})),
        lambda: replace(record, recipient=BERIT),
        lambda: replace(record, task=rng.choice(chance.TASKS).code),
        lambda: replace(record, delegator=UNKNOWN),
    ))()  # fmt: skip


def _delegator(rng: Random, facts: Facts, who: Delegator) -> Delegator:
    now = facts.now
    if who.assignments is not UNKNOWN and who.assignments and rng.random() < 0.5:
        work = who.assignments[0]
        another = rng.choice(chance.UNITS)
        kind = rng.choice(("lak", "vpo"))
        wide = tuple(Right(Activity.READ, "alla", scope) for scope in Scope)
        changed = rng.choice((
            lambda: (replace(work, period=chance.over(rng, now)),),
            lambda: (replace(work, period=chance.over(rng, now)), chance.an_assignment(rng, now, another, wide)),
            lambda: (work, chance.an_assignment(rng, now, another, (chance.a_right(rng),))),
            lambda: (chance.an_assignment(rng, now, another, work.rights),),
            lambda: (chance.an_assignment(rng, now, rng.choice(chance.SOCIAL_UNITS), wide),),
            lambda: (replace(work, rights=(chance.a_right(rng),)),),
            lambda: (replace(work, rights=work.rights[: rng.choice((0, 1, 1))]),),
            lambda: (replace(work, rights=tuple(Right(Activity.READ, kind, scope) for scope in Scope)),),
            lambda: (replace(work, rights=tuple(Right(Activity.READ, kind, scope) for scope in Scope)),),
            lambda: (replace(work, rights=wide),),
            lambda: (replace(work, purpose=rng.choice((Purpose.STATISTICS, Purpose.STATISTICS, None))),),
            lambda: (),
        ))()  # fmt: skip
        return replace(who, assignments=changed)
    return rng.choice((
        lambda: replace(who, licences=frozenset(rng.sample((*chance.LICENCES, "TL"), rng.choice((0, 1, 1, 2))))),
        lambda: replace(who, licences=UNKNOWN),
        lambda: replace(who, licences=frozenset(), licence_lost_at=rng.choice((now, now - DAY, now - 900 * DAY))),
        lambda: replace(who, restrictions=frozenset(task.code for task in rng.sample(chance.TASKS, 2))),
        lambda: replace(who, restrictions=UNKNOWN),
        lambda: replace(who, assignments=UNKNOWN),
        lambda: replace(who, holds_by_delegation=True),
        lambda: replace(who, active=False),
    ))()  # fmt: skip


SPOILED: dict[str, Callable[[Random, Facts, Any], Any]] = {
    "care_relationships": _relationship,
    "responsibility_moves": _move,
    "service_recipients": _recipient,
    "consents": _consent,
    "blocks": _block,
    "lifts": _lift,
    "emergencies": _emergency,
    "delegations": a_delegation,
    "discharge_cases": _case,
}
