"""What waits for somebody is found in either database: all of it, nothing of others, and nothing that is settled."""

from dataclasses import replace

from sqlalchemy import Engine

from authz.core.facts import CaseState, DischargeCase
from authz.core.request import PatientKey
from authz.edge.sql import RegisterStore
from authz.edge.sql.worklists import SqlWorklists
from authz.ports import Content, Disclosure, EmergencyReview, End, Kind, ReviewVerdict, Row, SealedPatient
from tests.authz.actions.world import ANNA, CARE_CENTRE, ELSA, HOME_NURSING, WARD, SmallSeal, World, at
from vocabulary.hsa_id import HsaId

SEAL = SmallSeal()
KEY = PatientKey(SEAL.lookup(ELSA))
SEALED = SealedPatient(KEY, SEAL.close(ELSA))
LONGER = HsaId.parse(f"{WARD}9")
"""A unit whose id begins with the ward's."""


def row(world: World, kind: Kind, content: Content) -> Row:
    return Row(kind, content.id, content, (SEALED,), str(ANNA), world.clock.now())  # type: ignore[union-attr]


def case(world: World, name: str, state: CaseState = CaseState.READY, **changes: object) -> Row:
    made = DischargeCase(name, KEY, WARD, frozenset({HOME_NURSING, CARE_CENTRE}), state)
    return row(world, Kind.DISCHARGE_CASE, replace(made, **changes))  # type: ignore[arg-type]


def test_a_units_open_cases(world: World, engine: Engine) -> None:
    ended = case(world, "ended")
    RegisterStore(engine).commit(
        [
            case(world, "a"),
            case(world, "b", CaseState.DISCHARGED),
            case(world, "closed", CaseState.CLOSED),
            case(world, "elsewhere", ward=LONGER, concerned_units=frozenset({CARE_CENTRE})),
            case(world, "longer", ward=CARE_CENTRE, concerned_units=frozenset({LONGER})),
            ended,
        ]
    )
    RegisterStore(engine).commit([ended.ended(End(at(world), "x", "fel", annulled=True))])
    found = SqlWorklists(engine)

    assert [one.id for one in found.open_cases(WARD)] == ["a", "b"]
    assert [one.id for one in found.open_cases(HOME_NURSING)] == ["a", "b"]
    assert [one.id for one in found.open_cases(CARE_CENTRE)] == ["a", "b", "elsewhere", "longer"]
    assert [one.id for one in found.open_cases(LONGER)] == ["elsewhere", "longer"]


def test_reviews_that_nobody_has_settled_those_due_first_first(world: World, engine: Engine) -> None:
    def review(name: str, days: int, verdict: ReviewVerdict | None = None) -> Row:
        content = EmergencyReview(name, name, KEY, ANNA, WARD, at(world, days=days), verdict)
        return row(world, Kind.EMERGENCY_REVIEW, content)

    RegisterStore(engine).commit(
        [
            review("late", 9),
            review("soon", 1),
            review("unclear", 5, ReviewVerdict.UNCLEAR),
            review("just", 0, ReviewVerdict.JUSTIFIED),
            review("unjust", 0, ReviewVerdict.NOT_JUSTIFIED),
        ]
    )

    assert [one.id for one in SqlWorklists(engine).owed_reviews()] == ["soon", "unclear", "late"]


def test_disclosures_that_nobody_has_acknowledged(world: World, engine: Engine) -> None:
    def disclosure(name: str, to: HsaId = HOME_NURSING, *, received: bool = False) -> Row:
        types, decisions = frozenset({"lak"}), frozenset({"d"})
        content = Disclosure(name, KEY, "c", WARD, to, types, decisions, received=received)
        return row(world, Kind.DISCLOSURE, content)

    RegisterStore(engine).commit(
        [disclosure("waits"), disclosure("came", received=True), disclosure("elsewhere", CARE_CENTRE)]
    )

    assert [one.id for one in SqlWorklists(engine).disclosures_to(HOME_NURSING)] == ["waits"]
