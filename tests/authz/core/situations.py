"""A small Norrbotten for the rules' tests: three providers, a nurse on a ward, and facts that each test changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from authz.core.decide import decide_or_raise
from authz.core.facts import (
    AssignmentInUse,
    Block,
    CareRelationship,
    CaseState,
    CatalogueTask,
    Consent,
    Delegation,
    Delegator,
    DischargeCase,
    Emergency,
    Facts,
    Ground,
    InformationPlace,
    Lift,
    LiftReason,
    Patient,
    Reader,
    ResponsibilityMove,
    ServiceRecipient,
)
from authz.core.request import Action, Employee, Information, Message, PatientKey, Request, Task
from vocabulary.assurance import AssuranceLevel
from vocabulary.capacity import Capacity
from vocabulary.codes import Purpose
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone
from vocabulary.period import ALWAYS, Period
from vocabulary.right import Right

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
YEAR = Period(NOW - timedelta(days=90), NOW + timedelta(days=270))
PAST = Period(NOW - timedelta(days=90), NOW)
DAY = timedelta(days=1)

ELSA, TYRA = PatientKey("elsa"), PatientKey("tyra")

REGION = HsaId.parse("SE2321000230-VG01")
BODEN = HsaId.parse("SE2120002767-VG01")
BODEN_SOCIAL = HsaId.parse("SE2120002767-OG01")
LULEA_SOCIAL = HsaId.parse("SE2120002742-OG01")

WARD = HsaId.parse("SE2321000230-E1041")
CARE_CENTRE = HsaId.parse("SE2321000230-E1101")
NURSING = HsaId.parse("SE2120002767-E2001")
HOUSING = HsaId.parse("SE2120002767-E2003")
HOME_CARE = HsaId.parse("SE2120002767-E2101")
LULEA_HOME_CARE = HsaId.parse("SE2120002742-E3101")

HEALTH, SOCIAL = Capacity.HEALTH_CARE, Capacity.SOCIAL_CARE
PROVIDERS = {
    WARD: (REGION, HEALTH, "02"),
    CARE_CENTRE: (REGION, HEALTH, "01"),
    NURSING: (BODEN, HEALTH, "03"),
    HOUSING: (BODEN, HEALTH, "03"),
    HOME_CARE: (BODEN_SOCIAL, SOCIAL, None),
    LULEA_HOME_CARE: (LULEA_SOCIAL, SOCIAL, None),
}

NURSE = HsaId.parse("SE2321000230-P1001")
OTHER = HsaId.parse("SE2321000230-P1002")
ALL_RIGHTS = ("Läsa;alla;VE", "Läsa;alla;VG", "Läsa;alla;SJF", "Skriva;alla;VE", "Signera;alla;VE")

INSULIN = CatalogueTask("give_insulin", True, frozenset({"SJ"}), frozenset({"lak"}))
PRESCRIBE = CatalogueTask("prescribe", False, frozenset({"LK"}), frozenset({"lak"}))


def assignment(unit: HsaId = WARD, *rights: str, purpose: str | None = Purpose.CARE, period: Period = ALWAYS) -> Any:
    provider, capacity, care_type = PROVIDERS[unit]
    return AssignmentInUse(
        HsaId.parse("SE2321000230-M1001"),
        unit,
        provider,
        capacity,
        purpose,
        tuple(Right.parse(right) for right in rights or ALL_RIGHTS),
        period,
        care_type,
    )


def ask(
    resource: Any, action: Action = Action.READ, *, patient: PatientKey | None = ELSA, capacity: Capacity | None = None
) -> Request:
    subject = Employee(NURSE, HsaId.parse("SE2321000230-M1001"), capacity)
    return Request(subject, action, resource, patient, AssuranceLevel.LOA3, NetworkZone.SJUNET)


def notes(unit: HsaId = WARD, kind: str | None = "voo", **more: Any) -> Information:
    return Information(kind, unit, PROVIDERS[unit][0], NOW.date(), NOW.date(), **more)


def read(unit: HsaId = WARD, kind: str | None = "voo", **more: Any) -> Request:
    return ask(notes(unit, kind, **more))


def write(unit: HsaId = WARD, kind: str | None = "voo", **more: Any) -> Request:
    return ask(notes(unit, kind, **more), Action.WRITE)


def perform(task: CatalogueTask = INSULIN) -> Request:
    return ask(Task(task.code), Action.PERFORM)


def sign(task: CatalogueTask = INSULIN) -> Request:
    return ask(Task(task.code), Action.SIGN)


def send(kind: str) -> Request:
    return ask(Message(kind), Action.SEND)


def receive(kind: str) -> Request:
    return ask(Message(kind), Action.READ)


def facts(unit: HsaId = WARD, *rights: str, **changes: Any) -> Facts:
    """A nurse at ``unit`` with a care relationship to Elsa; nothing else stands anywhere."""
    purpose = changes.pop("purpose", Purpose.CARE)
    standing = Facts(
        now=NOW,
        reader=Reader(NURSE, None, frozenset({"SJ"})),
        assignment=assignment(unit, *rights, purpose=purpose),
        care_relationships=(relationship(unit),),
        patient=Patient(ELSA, False),
    )
    return replace(standing, **changes)


def outcome(request: Request, gathered: Facts) -> tuple[bool, str]:
    """Permit and rule, with the place of the information and the catalogue looked up as the gatherer would."""
    decision = decide_or_raise(request, placed(request, gathered))
    return decision.permit, decision.rule


def placed(request: Request, gathered: Facts) -> Facts:
    resource = request.resource
    if isinstance(resource, Information) and resource.unit is not None and gathered.information is None:
        provider, capacity, _ = PROVIDERS[resource.unit]
        gathered = replace(gathered, information=InformationPlace(resource.unit, provider, capacity))
    code = resource.code if isinstance(resource, Task) else getattr(resource, "task", None)
    catalogue = {task.code: task for task in (INSULIN, PRESCRIBE)}
    return replace(gathered, task=catalogue.get(code)) if gathered.task is None else gathered


def relationship(unit: HsaId = WARD, *, patient: PatientKey = ELSA, period: Period = YEAR) -> CareRelationship:
    return CareRelationship("r1", patient, NURSE, unit, period)


def consent(unit: HsaId, ground: Ground = Ground.CONSENT_3_1, **more: Any) -> Consent:
    return replace(Consent("c1", ELSA, unit, None, ground, YEAR), **more)


def block(provider: HsaId, unit: HsaId | None = None, **more: Any) -> Block:
    return replace(Block("b1", ELSA, provider, unit), **more)


def lift(unit: HsaId, reason: LiftReason = LiftReason.PATIENTS_CONSENT, **more: Any) -> Lift:
    return replace(Lift("l1", "b1", unit, None, reason, Period(NOW - DAY, NOW + DAY)), **more)


def emergency(unit: HsaId, **more: Any) -> Emergency:
    return replace(Emergency("e1", ELSA, NURSE, unit, "medvetslös", Period(NOW - DAY, NOW + DAY)), **more)


def recipient(provider: HsaId = BODEN_SOCIAL) -> ServiceRecipient:
    return ServiceRecipient("s1", ELSA, provider)


def moved(unit: HsaId, *professions: str, at: datetime = NOW - DAY) -> ResponsibilityMove:
    return ResponsibilityMove("m1", ELSA, unit, HOUSING, frozenset(professions), at)


def discharge(state: CaseState = CaseState.ADMITTED, **more: Any) -> DischargeCase:
    case = DischargeCase("d1", ELSA, WARD, frozenset({CARE_CENTRE, NURSING, HOME_CARE}), state, NURSE, True)
    return replace(case, **more)


def delegator(unit: HsaId = NURSING, *rights: str, **more: Any) -> Delegator:
    held = (assignment(unit, *rights),)
    return replace(Delegator(OTHER, None, frozenset({"SJ"}), frozenset(), held), **more)


def delegation(by: Delegator | None = None, **more: Any) -> Delegation:
    given = Delegation(
        "g1", by or delegator(), NURSE, INSULIN.code, frozenset({ELSA}), frozenset({NURSING}), YEAR, accepted=True
    )
    return replace(given, **more)


def assistant(*given: Delegation, **more: Any) -> Facts:
    """Somebody without licence in home nursing, with these delegations."""
    return facts(NURSING, **{"reader": Reader(NURSE, None), "delegations": given, **more})


Change = Callable[[Facts], Facts]
