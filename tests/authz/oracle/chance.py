"""A small county by chance: its units, instants that lie on edges, and records of every register about somebody.

Everything is drawn from one seeded ``Random``, so that a question is found again by its seed and number.
"""

from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from zoneinfo import ZoneInfo

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
    Ground,
    Lift,
    LiftReason,
    ResponsibilityMove,
    ServiceRecipient,
)
from authz.core.request import PatientKey
from vocabulary.capacity import Capacity
from vocabulary.codes import Activity, Purpose
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.right import Right, Scope

STOCKHOLM = ZoneInfo("Europe/Stockholm")
MOMENT, HOUR, DAY = timedelta(microseconds=1), timedelta(hours=1), timedelta(days=1)

ELSA, TYRA = PatientKey("elsa"), PatientKey("tyra")
ANNA, BERIT, CECILIA = (HsaId.parse(f"SE2321000230-P100{n}") for n in (1, 2, 3))
IN_USE, ANOTHER = HsaId.parse("SE2321000230-M1001"), HsaId.parse("SE2321000230-M1002")

HEALTH, SOCIAL = Capacity.HEALTH_CARE, Capacity.SOCIAL_CARE
REGION, BODEN, LULEA, BODEN_SOCIAL, LULEA_SOCIAL = (
    HsaId.parse(text)
    for text in (
        "SE2321000230-VG01",
        "SE2120002767-VG01",
        "SE2120002742-VG01",
        "SE2120002767-OG01",
        "SE2120002742-OG01",
    )
)
_TABLE = (
    ("SE2321000230-E1041", REGION, HEALTH, "02"),
    ("SE2321000230-E1042", REGION, HEALTH, "02"),
    ("SE2321000230-E1101", REGION, HEALTH, "01"),
    ("SE2321000230-E1102", REGION, HEALTH, "01"),
    ("SE2120002767-E2001", BODEN, HEALTH, "03"),
    ("SE2120002767-E2003", BODEN, HEALTH, "03"),
    ("SE2120002742-E3001", LULEA, HEALTH, "03"),
    ("SE2120002767-E2101", BODEN_SOCIAL, SOCIAL, None),
    ("SE2120002767-E2102", BODEN_SOCIAL, SOCIAL, None),
    ("SE2120002742-E3101", LULEA_SOCIAL, SOCIAL, None),
)
PLACES = {HsaId.parse(unit): rest for unit, *rest in _TABLE}
UNITS = tuple(PLACES)
HEALTH_UNITS = tuple(unit for unit in UNITS if PLACES[unit][1] is HEALTH)
SOCIAL_UNITS = tuple(unit for unit in UNITS if PLACES[unit][1] is SOCIAL)
WARDS = tuple(unit for unit in UNITS if PLACES[unit][2] == "02")
CENTRES = tuple(unit for unit in UNITS if PLACES[unit][2] == "01")
PROVIDERS = (REGION, BODEN, LULEA, BODEN_SOCIAL, LULEA_SOCIAL)

KINDS = ("voo", "lak", "vpo", "upp", "und")
LICENCES = ("SJ", "LK", "AT")
INSULIN = CatalogueTask("give_insulin", True, frozenset({"SJ"}), frozenset({"lak"}))
WOUND = CatalogueTask("dress_wound", True, frozenset({"SJ", "LK"}), frozenset({"vpo", "lak"}))
PRESCRIBE = CatalogueTask("prescribe", False, frozenset({"LK", "TL"}), frozenset({"lak", "upp"}))
LIFTING = CatalogueTask("lift_safely", True, frozenset({"SJ", "AT"}), frozenset())
TASKS = (INSULIN, WOUND, PRESCRIBE, LIFTING)


def siblings(unit: HsaId) -> list[HsaId]:
    return [other for other in UNITS if other != unit and PLACES[other][0] == PLACES[unit][0]]


def foreign(unit: HsaId) -> list[HsaId]:
    return [other for other in UNITS if PLACES[other][0] != PLACES[unit][0]]


# Instants


def _in_stockholm(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=STOCKHOLM).astimezone(UTC)


ORDINARY = (_in_stockholm(2026, 3, 2, 10), _in_stockholm(2026, 7, 9, 15, 20), _in_stockholm(2025, 11, 20, 23, 45))
EDGES = (
    _in_stockholm(2026, 3, 29, 0),  # The night that loses an hour,
    datetime(2026, 3, 29, 1, tzinfo=UTC),  # where two becomes three,
    datetime(2025, 3, 30, 1, tzinfo=UTC),
    datetime(2026, 3, 28, 1, 30, tzinfo=UTC),  # and the hour that a year later does not exist.
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # The night that has an hour twice,
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    datetime(2025, 10, 25, 0, 30, tzinfo=UTC),  # and the hour that a year later comes twice.
    datetime(2025, 10, 26, 1, tzinfo=UTC),
    _in_stockholm(2026, 1, 1),  # A new year here,
    datetime(2026, 1, 1, tzinfo=UTC),  # and in Greenwich.
    _in_stockholm(2024, 2, 29),
    _in_stockholm(2024, 2, 29, 12),
    _in_stockholm(2024, 3, 1),
    _in_stockholm(2028, 2, 29, 8),
    _in_stockholm(2025, 2, 28, 12),
)
BEGINNINGS_OF_LAWS = (_in_stockholm(2023, 1, 1), _in_stockholm(2018, 1, 1))


def an_instant(rng: Random) -> datetime:
    drawn = rng.random()
    if drawn < 0.45:
        return rng.choice(ORDINARY)
    now = rng.choice(BEGINNINGS_OF_LAWS if drawn > 0.96 else EDGES) + rng.choice((timedelta(), MOMENT, -MOMENT, HOUR))
    return now if drawn < 0.9 else now.astimezone(timezone(rng.choice((1, 2)) * HOUR))


def day_of(now: datetime) -> date:
    return now.astimezone(STOCKHOLM).date()


def _before(rng: Random, now: datetime) -> datetime:
    return now - rng.choice((MOMENT, HOUR, DAY, 40 * DAY, 400 * DAY))


def _after(rng: Random, now: datetime) -> datetime:
    return now + rng.choice((MOMENT, HOUR, DAY, 40 * DAY, 400 * DAY))


def holding(rng: Random, now: datetime) -> Period:
    """Contains ``now``, often by a microsecond only."""
    start = None if rng.random() < 0.15 else now if rng.random() < 0.2 else _before(rng, now)
    return Period(start, None if rng.random() < 0.3 else _after(rng, now))


def over(rng: Random, now: datetime) -> Period:
    """Does not contain ``now``, often by a microsecond only."""
    drawn = rng.random()
    if drawn < 0.3:
        return Period(None if rng.random() < 0.3 else _before(rng, now), now)
    if drawn < 0.6:
        start = now + MOMENT
        return Period(start, None if rng.random() < 0.5 else _after(rng, start))
    if drawn < 0.7:
        return Period(now, now)
    end = _before(rng, now)
    return Period(_before(rng, end), end)


def some_period(rng: Random, now: datetime) -> Period:
    return holding(rng, now) if rng.random() < 0.6 else over(rng, now)


def a_year_from(instant: datetime, years: int) -> datetime:
    """The same time of day, ``years`` later in Stockholm; the day after a leap day that is missing."""
    there = instant.astimezone(STOCKHOLM)
    try:
        moved = there.replace(year=there.year + years)
    except ValueError:
        moved = there.replace(year=there.year + years, month=3, day=1)
    return moved.astimezone(UTC)


def a_years_period(rng: Random, now: datetime) -> Period:
    """Around a year long and around ``now``: just short enough, exactly, or a moment too long."""
    slack = rng.choice((timedelta(), timedelta(), -MOMENT, MOMENT, -HOUR, HOUR, -DAY, DAY))
    drawn = rng.random()
    if drawn < 0.5:
        start = now - rng.choice((timedelta(), MOMENT, HOUR, 3 * DAY))
        return Period(start, a_year_from(start, 1) + slack)
    end = now + rng.choice((MOMENT, HOUR, DAY))
    start = a_year_from(end, -1) - slack
    return Period(start, end)


# Records


def rights(rng: Random, activity: Activity, kind: str | None, scope: Scope | HsaId) -> tuple[Right, ...]:
    """One that reaches so far, and sometimes others."""
    needed = Right(activity, "alla" if kind is None or rng.random() < 0.5 else kind, scope)
    others = tuple(a_right(rng) for _ in range(rng.choice((0, 0, 1, 2))))
    return (needed, *others) if rng.random() < 0.5 else (*others, needed)


def a_right(rng: Random) -> Right:
    scopes: tuple[Scope | HsaId, ...] = (*Scope, rng.choice(UNITS))
    return Right(rng.choice(tuple(Activity)), rng.choice(("alla", *KINDS)), rng.choice(scopes))


def an_assignment(
    rng: Random, now: datetime, unit: HsaId, held: tuple[Right, ...], hsa_id: HsaId = IN_USE
) -> AssignmentInUse:
    provider, capacity, care_type = PLACES[unit]
    return AssignmentInUse(hsa_id, unit, provider, capacity, Purpose.CARE, held, holding(rng, now), care_type)


def anybody(rng: Random) -> HsaId:
    return rng.choice((ANNA, ANNA, BERIT))


def any_patient(rng: Random) -> PatientKey:
    return rng.choice((ELSA, ELSA, TYRA))


def days(rng: Random, now: datetime) -> tuple[date | None, date | None]:
    """Days of information or of a block, close around today."""
    first = day_of(now) + rng.choice((-2, -1, 0, 0, 1)) * DAY
    last = first + rng.choice((0, 0, 1, 3)) * DAY
    drawn = rng.random()
    if drawn < 0.2:
        return None, None
    return None if drawn < 0.3 else first, None if drawn > 0.9 else last


def a_relationship(rng: Random, now: datetime, unit: HsaId) -> CareRelationship:
    return CareRelationship("r0", any_patient(rng), anybody(rng), unit, some_period(rng, now))


def a_move(rng: Random, now: datetime, unit: HsaId) -> ResponsibilityMove:
    moved = frozenset(rng.sample(LICENCES, rng.choice((1, 2, 3))))
    at = rng.choice((now, now + MOMENT, now - MOMENT, now - DAY, now - 40 * DAY, now - 400 * DAY))
    return ResponsibilityMove("m0", any_patient(rng), unit, rng.choice(HEALTH_UNITS), moved, at)


def a_recipient(rng: Random, now: datetime) -> ServiceRecipient:
    return ServiceRecipient("s0", any_patient(rng), rng.choice(PROVIDERS), some_period(rng, now))


def a_consent(rng: Random, now: datetime, unit: HsaId, ground: Ground | None = None) -> Consent:
    person = rng.choice((None, ANNA, BERIT))
    ended = rng.choice((None, None, now, now + MOMENT, now - DAY))
    given = ground or rng.choice(tuple(Ground))
    return Consent("c0", any_patient(rng), unit, person, given, some_period(rng, now), ended, rng.random() < 0.1)


def a_block(rng: Random, now: datetime, unit: HsaId, hsa_id: str = "b0") -> Block:
    """Of the unit or of its provider."""
    inner = unit if rng.random() < 0.5 else None
    first, last = days(rng, now) if rng.random() < 0.4 else (None, None)
    excepted = frozenset(rng.sample(("lak", "upp", *KINDS), rng.choice((0, 0, 0, 0, 1, 3))))
    period = holding(rng, now) if rng.random() < 0.8 else over(rng, now)
    return Block(hsa_id, any_patient(rng), PLACES[unit][0], inner, first, last, excepted, period)


def open_lift(rng: Random, now: datetime) -> Period:
    """Holds now, often for the last microsecond of its seven days."""
    start = now - rng.choice((timedelta(), MOMENT, DAY, 7 * DAY - MOMENT, 7 * DAY - HOUR))
    return Period(start, rng.choice((None, now + MOMENT, start + 7 * DAY, start + 30 * DAY)))


def shut_lift(rng: Random, now: datetime) -> Period:
    drawn = rng.random()
    if drawn < 0.5:
        start = now - rng.choice((7 * DAY, 7 * DAY + MOMENT, 10 * DAY, 7 * DAY + HOUR))
        return Period(start, rng.choice((None, now + DAY, now + MOMENT)))
    return Period(None, _after(rng, now)) if drawn < 0.65 else over(rng, now)


def a_lift(rng: Random, now: datetime, block: str, unit: HsaId) -> Lift:
    period = open_lift(rng, now) if rng.random() < 0.8 else shut_lift(rng, now)
    reason = LiftReason.EMERGENCY if rng.random() < 0.3 else LiftReason.PATIENTS_CONSENT
    return Lift("l0", block, unit, rng.choice((None, None, ANNA, BERIT)), reason, period)


def an_emergency(rng: Random, now: datetime, unit: HsaId) -> Emergency:
    reason = rng.choice(("medvetslös", "medvetslös", "", " \t"))
    return Emergency("e0", any_patient(rng), anybody(rng), unit, reason, some_period(rng, now))


def a_delegator(rng: Random, now: datetime, task: CatalogueTask, unit: HsaId) -> Delegator:
    """Competent: a licence for the task, and at a unit of health care a right to all that it needs."""
    licence = rng.choice(sorted(task.required_licences) or LICENCES)
    reach = rng.choice(tuple(Scope))
    if rng.random() < 0.5:
        held: tuple[Right, ...] = (Right(Activity.READ, "alla", reach), a_right(rng))
    else:
        held = tuple(Right(Activity.READ, kind, reach) for kind in sorted(task.gives_sight_of))
    work = (an_assignment(rng, now, unit, held, ANOTHER),)
    return Delegator(BERIT, None, frozenset({licence}), frozenset(), work)


def a_delegation(rng: Random, now: datetime, task: CatalogueTask, unit: HsaId, by: HsaId) -> Delegation:
    """To somebody at ``unit``, by somebody at ``by``; it stands, unless its period is a moment too long."""
    named = rng.choice((frozenset(), frozenset({ELSA}), frozenset({ELSA, TYRA})))
    units = frozenset({unit} if rng.random() < 0.7 else {unit, rng.choice(UNITS)})
    agreed = PLACES[by][0] != PLACES[unit][0] or rng.random() < 0.3
    short = Period(now - rng.choice((timedelta(), MOMENT, 40 * DAY)), now + rng.choice((MOMENT, DAY, 200 * DAY)))
    period = a_years_period(rng, now) if rng.random() < 0.4 else short
    giver = a_delegator(rng, now, task, by)
    return Delegation("g0", giver, ANNA, task.code, named, units, period, accepted=True, receiving_member_agreed=agreed)


def a_case(rng: Random, ward: HsaId, *concerned: HsaId) -> DischargeCase:
    others = rng.sample(UNITS, rng.choice((0, 1, 2)))
    state = rng.choice((CaseState.ADMITTED, CaseState.READY, CaseState.DISCHARGED))
    contact = rng.choice((None, ANNA, BERIT))
    return DischargeCase("d0", ELSA, ward, frozenset({*concerned, *others}), state, contact, rng.random() < 0.6)
