"""A delegation from its offer to its end: who takes each step, what then holds, who is told, and what is refused."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from authz.actions.delegating.answer import (
    accept_delegation,
    agree_to_delegation,
    disagree_with_delegation,
    refuse_delegation,
)
from authz.actions.delegating.document import document_of, hash_of
from authz.actions.delegating.end import renounce_delegation, revoke_delegation, veto_delegation
from authz.actions.delegating.look_after import look_after_delegations
from authz.actions.delegating.offer import offer_delegation
from authz.actions.delegating.overseers import CHIEF_NURSE, HEAD_OF_OPERATIONS
from authz.actions.delegating.report_back import acknowledge_report, report_back, report_occasion
from authz.actions.delegating.sign import sign_delegation
from authz.actions.delegating.step import state_now
from authz.actions.delegating.written import Written, catalogue_task
from authz.actions.desk import Desk
from authz.actions.keep_other_registers import keep_task
from authz.actions.question import Question
from authz.actions.register_care_relationship import register_care_relationship
from authz.core.delegation_state import DelegationState
from authz.edge.sql.acts import SqlNotices
from authz.ports import DelegationTerms, Kind, Row, Weight
from authz.refusals import (
    AlreadyEnded,
    AuthzRefusal,
    InvalidRegistration,
    MayNotSign,
    NotAllowed,
    SignatureTooWeak,
    UnknownRecord,
    WrongDocument,
    WrongState,
)
from tests.authz.actions.world import (
    ANNA,
    BODEN,
    BODEN_CARE,
    ELSA,
    HOME_NURSING,
    INSULIN,
    KATARINA,
    MARIA,
    MARIA_NURSING,
    PEP,
    REGION,
    TYRA,
    WARD,
    World,
    logged_in,
)
from vocabulary.assurance import AssuranceLevel
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone
from vocabulary.period import ALWAYS, Period

CHIEF, HEAD, REGIONS_HEAD = (
    HsaId.parse(f"SE{text}") for text in ("2120002767-P2050", "2120002767-P2051", "2321000230-P1050")
)
PORTAL = Caller("portal", None, frozenset({"tillit:registers"}), frozenset({BODEN}))


@pytest.fixture
def ready(world: World) -> World:
    """The task in the catalogue, everybody cares for Elsa, and the offices are held."""
    keep_task(world.desk, INSULIN, by="x")
    for person, unit in ((KATARINA, HOME_NURSING), (MARIA, HOME_NURSING), (ANNA, WARD)):
        register_care_relationship(world.desk, patient=ELSA, person=person, unit=unit, period=ALWAYS, by="x")
    world.staff.offices = {
        (CHIEF_NURSE, BODEN): (CHIEF,),
        (HEAD_OF_OPERATIONS, BODEN): (HEAD,),
        (HEAD_OF_OPERATIONS, REGION): (REGIONS_HEAD,),
    }
    return world


def written(world: World, **changes: object) -> Written:
    base = Written(KATARINA, MARIA, INSULIN.code, frozenset({HOME_NURSING}), world.days(300), (ELSA,))
    return replace(base, **changes)  # type: ignore[arg-type]


def paper(desk: Desk, row: Row) -> str:
    assert isinstance(row.content, DelegationTerms)
    return hash_of(document_of(row.content, catalogue_task(desk, row.content.task)))


def offered(world: World, by: HsaId = KATARINA, **changes: object) -> Row:
    return offer_delegation(world.desk, written(world, delegator=by, **changes), logged_in(by))


def signed(world: World, by: HsaId = KATARINA, **changes: object) -> Row:
    row = offered(world, by, **changes)
    seen = paper(world.desk, row)
    return sign_delegation(world.desk, world.pdp(), row.id, logged_in(by), seen, NetworkZone.SJUNET)


def accepted(world: World, by: HsaId = KATARINA, **changes: object) -> Row:
    row = signed(world, by, **changes)
    return accept_delegation(world.desk, row.id, logged_in(MARIA), paper(world.desk, row))


def state(world: World, row: Row) -> DelegationState:
    last = world.desk.book.last_acts(Kind.DELEGATION, [row.id])[row.id]
    found = world.desk.book.row(Kind.DELEGATION, row.id)
    assert found is not None
    return state_now(world.desk, found, last.what)


def may_perform(world: World) -> tuple[bool, str]:
    question = Question(
        "perform", "task", INSULIN.code, person=MARIA, assignment=MARIA_NURSING, patient=ELSA, zone=NetworkZone.SJUNET,
        care_unit=HOME_NURSING, care_provider=BODEN_CARE,
    )  # fmt: skip
    answer = world.pdp().evaluate_blocking(question, PEP)
    return answer.permit, answer.rule


def told(engine: Engine, person: HsaId) -> list[str]:
    return [one.notice.what for one in SqlNotices(engine).of_person(person, 0, 100)]


def test_it_holds_when_signed_and_accepted_and_not_before(ready: World, engine: Engine) -> None:
    row = offered(ready)
    as_offered = (state(ready, row), may_perform(ready))
    row = sign_delegation(
        ready.desk, ready.pdp(), row.id, logged_in(KATARINA), paper(ready.desk, row), NetworkZone.SJUNET
    )
    as_signed = (state(ready, row), may_perform(ready))
    accept_delegation(ready.desk, row.id, logged_in(MARIA), paper(ready.desk, row))

    assert as_offered == ("offered", (False, "delegation_not_accepted"))
    assert as_signed == ("signed", (False, "delegation_not_accepted"))
    assert (state(ready, row), may_perform(ready)) == ("in_force", (True, "delegated_task"))
    history = ready.desk.book.history(Kind.DELEGATION, row.id)
    assert [(act.what, act.by, act.level) for act in history] == [
        ("offered", str(KATARINA), AssuranceLevel.LOA3),
        ("signed", str(KATARINA), AssuranceLevel.LOA3),
        ("accepted", str(MARIA), AssuranceLevel.LOA3),
    ]
    assert history[1].document == history[2].document == paper(ready.desk, row)
    assert told(engine, MARIA) == ["signed"]
    assert told(engine, KATARINA) == ["accepted"]
    assert told(engine, CHIEF) == told(engine, HEAD) == ["signed", "accepted"]
    assert told(engine, REGIONS_HEAD) == []


def test_across_providers_it_holds_when_the_receiving_member_has_agreed(ready: World, engine: Engine) -> None:
    row = accepted(ready, ANNA)
    waiting = (state(ready, row), may_perform(ready))
    with pytest.raises(NotAllowed):
        agree_to_delegation(ready.desk, row.id, logged_in(REGIONS_HEAD))
    agree_to_delegation(ready.desk, row.id, logged_in(CHIEF))

    assert waiting == ("accepted", (False, "delegation_not_accepted"))
    assert (state(ready, row), may_perform(ready)) == ("in_force", (True, "delegated_task"))
    assert told(engine, ANNA) == ["accepted", "agreed"]
    assert told(engine, REGIONS_HEAD) == ["signed", "accepted"]


def test_the_receiving_member_may_decline_and_then_it_never_holds(ready: World) -> None:
    row = accepted(ready, ANNA)

    disagree_with_delegation(ready.desk, row.id, logged_in(HEAD), "inte hos oss")

    assert (state(ready, row), may_perform(ready)[0]) == ("disagreed", False)
    with pytest.raises(AlreadyEnded):
        agree_to_delegation(ready.desk, row.id, logged_in(CHIEF))


def test_who_signs_is_asked_by_the_engine_for_every_patient(ready: World) -> None:
    elses = offered(ready, patients=(ELSA, TYRA))

    with pytest.raises(MayNotSign, match="care relationship"):
        sign_delegation(
            ready.desk, ready.pdp(), elses.id, logged_in(KATARINA), paper(ready.desk, elses), NetworkZone.SJUNET
        )
    assert state(ready, elses) == "offered"
    assert state(ready, signed(ready, patients=())) == "signed", "one that names nobody needs no relationship"


def test_a_signature_needs_the_level_that_the_task_asks(ready: World) -> None:
    keep_task(ready.desk, replace(INSULIN, signing_level=AssuranceLevel.LOA3), by="x")
    row = offered(ready)
    seen, weak = paper(ready.desk, row), AssuranceLevel.LOA2

    with pytest.raises(MayNotSign, match="more surely"):
        sign_delegation(ready.desk, ready.pdp(), row.id, logged_in(KATARINA, weak), seen, NetworkZone.SJUNET)
    sign_delegation(ready.desk, ready.pdp(), row.id, logged_in(KATARINA), seen, NetworkZone.SJUNET)
    with pytest.raises(SignatureTooWeak):
        accept_delegation(ready.desk, row.id, logged_in(MARIA, weak), seen)


def test_over_an_open_network_two_factors_do_not_suffice(ready: World) -> None:
    row = offered(ready)
    two_factors = logged_in(KATARINA, AssuranceLevel.LOA2)

    with pytest.raises(MayNotSign):
        sign_delegation(ready.desk, ready.pdp(), row.id, two_factors, paper(ready.desk, row), NetworkZone.OPEN)
    unbelieved = replace(two_factors, trusted_zones=frozenset())
    with pytest.raises(MayNotSign):
        sign_delegation(ready.desk, ready.pdp(), row.id, unbelieved, paper(ready.desk, row), NetworkZone.SJUNET)
    sign_delegation(ready.desk, ready.pdp(), row.id, two_factors, paper(ready.desk, row), NetworkZone.SJUNET)


def test_nobody_signs_what_she_did_not_see(ready: World) -> None:
    row = offered(ready)
    other = paper(ready.desk, offered(ready))
    was = paper(ready.desk, row)
    keep_task(ready.desk, replace(INSULIN, name="Ge insulin med penna"), by="x")

    for stale in (other, was, "0" * 64):
        with pytest.raises(WrongDocument):
            sign_delegation(ready.desk, ready.pdp(), row.id, logged_in(KATARINA), stale, NetworkZone.SJUNET)
    assert state(ready, row) == "offered"


Step = Callable[[World, Row, Caller], object]

STEPS: dict[str, Step] = {
    "sign": lambda world, row, caller: sign_delegation(
        world.desk, world.pdp(), row.id, caller, paper(world.desk, row), NetworkZone.SJUNET
    ),
    "accept": lambda world, row, caller: accept_delegation(world.desk, row.id, caller, paper(world.desk, row)),
    "refuse": lambda world, row, caller: refuse_delegation(world.desk, row.id, caller, "nej"),
    "agree": lambda world, row, caller: agree_to_delegation(world.desk, row.id, caller),
    "disagree": lambda world, row, caller: disagree_with_delegation(world.desk, row.id, caller, "nej"),
    "veto": lambda world, row, caller: veto_delegation(world.desk, row.id, caller, "nej"),
    "revoke": lambda world, row, caller: revoke_delegation(world.desk, row.id, caller, "nej"),
    "renounce": lambda world, row, caller: renounce_delegation(world.desk, row.id, caller, "nej"),
    "performed": lambda world, row, caller: report_occasion(world.desk, row.id, caller),
    "report": lambda world, row, caller: report_back(world.desk, row.id, caller, Weight.EVENT, "föll", None),
}
TAKERS = {
    "sign": {KATARINA},
    "accept": {MARIA},
    "refuse": {MARIA},
    "agree": {CHIEF, HEAD},
    "disagree": {CHIEF, HEAD},
    "veto": {CHIEF, HEAD},
    "revoke": {KATARINA, CHIEF, HEAD},
    "renounce": {MARIA},
    "performed": {MARIA},
    "report": {MARIA},
}
BEGINS: dict[str, Callable[[World], Row]] = {
    "sign": lambda world: offered(world, once=True),
    "accept": lambda world: signed(world, once=True),
    "refuse": lambda world: signed(world, once=True),
    "agree": lambda world: signed(world, once=True),
    "disagree": lambda world: signed(world, once=True),
}
EVERYBODY = (KATARINA, MARIA, CHIEF, HEAD, REGIONS_HEAD, ANNA)


@pytest.mark.parametrize("step", list(STEPS))
def test_each_step_is_taken_by_whom_it_belongs_to_and_by_nobody_else(ready: World, step: str) -> None:
    begin = BEGINS.get(step, lambda world: accepted(world, once=True))
    for person in EVERYBODY:
        row = begin(ready)
        if person in TAKERS[step]:
            STEPS[step](ready, row, logged_in(person))
        else:
            before = ready.desk.book.row(Kind.DELEGATION, row.id)
            with pytest.raises(NotAllowed):
                STEPS[step](ready, row, logged_in(person))
            assert ready.desk.book.row(Kind.DELEGATION, row.id) == before
    if step != "revoke":
        with pytest.raises(NotAllowed):
            STEPS[step](ready, begin(ready), PORTAL)


AFTER = {
    "refuse": ("signed", "refused"),
    "veto": ("in_force", "vetoed"),
    "revoke": ("in_force", "revoked"),
    "renounce": ("in_force", "renounced"),
    "performed": ("in_force", "spent"),
}


@pytest.mark.parametrize("step", list(AFTER))
def test_what_has_ended_gives_nothing_and_begins_nothing(ready: World, engine: Engine, step: str) -> None:
    row = BEGINS.get(step, lambda world: accepted(world, once=True))(ready)
    before, after = AFTER[step]
    taker = min(TAKERS[step], key=str)

    was = state(ready, row)
    STEPS[step](ready, row, logged_in(taker))

    assert (was, state(ready, row)) == (before, after)
    assert not may_perform(ready)[0]
    assert after in told(engine, KATARINA if taker != KATARINA else MARIA)
    for name in set(STEPS) - {"report"}:
        for person in TAKERS[name]:
            with pytest.raises(AlreadyEnded):
                STEPS[name](ready, row, logged_in(person))


def test_before_it_is_signed_it_is_withdrawn_and_only_the_delegator_hears_of_it(ready: World, engine: Engine) -> None:
    row = offered(ready)

    revoke_delegation(ready.desk, row.id, logged_in(KATARINA), "ångrade mig")

    assert state(ready, row) == "withdrawn"
    assert told(engine, MARIA) == told(engine, CHIEF) == []


def test_a_step_out_of_its_order_is_refused(ready: World) -> None:
    for begin, step, person in (
        (offered, "accept", MARIA),
        (offered, "agree", CHIEF),
        (offered, "veto", CHIEF),
        (offered, "renounce", MARIA),
        (signed, "sign", KATARINA),
        (signed, "renounce", MARIA),
        (accepted, "accept", MARIA),
        (accepted, "refuse", MARIA),
        (accepted, "performed", MARIA),
    ):
        with pytest.raises(WrongState):
            STEPS[step](ready, begin(ready), logged_in(person))


def test_who_is_logged_in_offers_for_herself_and_an_application_for_its_members_people(ready: World) -> None:
    with pytest.raises(NotAllowed):
        offer_delegation(ready.desk, written(ready), logged_in(MARIA))
    with pytest.raises(NotAllowed):
        offer_delegation(ready.desk, written(ready, delegator=ANNA), PORTAL)

    assert state(ready, offer_delegation(ready.desk, written(ready), PORTAL)) == "offered"


def test_a_renewal_takes_the_place_of_the_former_one_when_it_holds(ready: World, engine: Engine) -> None:
    former = accepted(ready)
    later = accepted(ready, period=ready.days(300, start=200), renews=former.id)
    as_it_waits = (state(ready, former), state(ready, later))
    now = accepted(ready, renews=former.id)

    assert as_it_waits == ("in_force", "coming")
    assert (state(ready, former), state(ready, now)) == ("renewed", "in_force")
    assert may_perform(ready)[0]
    assert "renewed" in told(engine, KATARINA)
    with pytest.raises(UnknownRecord):
        offered(ready, ANNA, renews=former.id)


def test_people_are_warned_once_before_it_expires(ready: World, engine: Engine) -> None:
    accepted(ready, period=ready.days(20))
    for _ in range(3):
        look_after_delegations(ready.desk)
    at_first = [told(engine, person) for person in (MARIA, CHIEF)]
    ready.clock.pass_(days=14)
    ready.model.refresh()
    for _ in range(3):
        look_after_delegations(ready.desk)

    assert at_first == [["signed", "expires_within_30"], ["signed", "accepted", "expires_within_30"]]
    assert told(engine, MARIA) == ["signed", "expires_within_30", "expires_within_7"]
    assert told(engine, KATARINA) == ["accepted", "expires_within_30", "expires_within_7"]


def test_what_has_nothing_left_to_stand_on_lapses_and_everybody_is_told(ready: World, engine: Engine) -> None:
    row, standing = accepted(ready), accepted(ready, period=ready.days(300, start=1))
    ready.staff.gone = {MARIA}

    ready.staff.stale = True
    look_after_delegations(ready.desk)
    while_nobody_can_tell = state(ready, row)
    ready.staff.stale = False
    for _ in range(2):
        look_after_delegations(ready.desk)

    assert while_nobody_can_tell == "in_force"
    assert (state(ready, row), state(ready, standing)) == ("lapsed", "lapsed")
    assert told(engine, KATARINA).count("lapsed") == 2
    assert [act.what for act in ready.desk.book.history(Kind.DELEGATION, row.id)][-1] == "lapsed"


def test_the_recipient_reports_back_and_the_delegator_reads_it(ready: World, engine: Engine) -> None:
    row = accepted(ready)
    event = report_back(ready.desk, row.id, logged_in(MARIA), Weight.EVENT, "åt inte frukost", ELSA)
    ready.clock.pass_(seconds=1)
    deviation = report_back(ready.desk, row.id, logged_in(MARIA), Weight.DEVIATION, "dubbel dos", None)

    with pytest.raises(NotAllowed):
        acknowledge_report(ready.desk, row.id, event.id, logged_in(MARIA))
    with pytest.raises(UnknownRecord):
        acknowledge_report(ready.desk, accepted(ready).id, event.id, logged_in(KATARINA))
    acknowledge_report(ready.desk, row.id, event.id, logged_in(KATARINA))
    with pytest.raises(WrongState):
        acknowledge_report(ready.desk, row.id, event.id, logged_in(KATARINA))

    assert [each.id for each in ready.desk.book.rows_under(Kind.DELEGATION_REPORT, row.id)] == [event.id, deviation.id]
    assert [word for word in told(engine, KATARINA) if word in ("event", "deviation")] == ["event", "deviation"]
    assert "event" not in told(engine, CHIEF) and "deviation" in told(engine, CHIEF)
    assert told(engine, MARIA)[-1] == "acknowledged"
    with pytest.raises(InvalidRegistration):
        report_back(ready.desk, row.id, logged_in(MARIA), Weight.EVENT, "fel", TYRA)


def test_what_happened_is_reported_also_after_the_end(ready: World) -> None:
    row = accepted(ready)
    revoke_delegation(ready.desk, row.id, logged_in(KATARINA), "klart")

    assert report_back(ready.desk, row.id, logged_in(MARIA), Weight.EVENT, "igår", None).version == 1


def test_a_delegated_task_is_never_passed_on(ready: World) -> None:
    accepted(ready)

    with pytest.raises(AuthzRefusal):
        offered(ready, MARIA, recipient=ANNA, units=frozenset({WARD}))


def test_its_period_decides_when_it_holds(ready: World) -> None:
    now = ready.clock.now()
    row = accepted(ready, period=Period(now, ready.days(1).end))
    first = state(ready, row)

    ready.clock.pass_(days=1)

    assert (first, state(ready, row)) == ("in_force", "expired")
