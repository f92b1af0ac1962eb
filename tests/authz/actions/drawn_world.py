"""Small worlds drawn by chance: a directory of a few people and units, and registers with a little of everything."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from authz.core.facts import (
    AssignmentInUse,
    Block,
    CareRelationship,
    CaseState,
    Consent,
    Delegator,
    DischargeCase,
    Emergency,
    Ground,
    InformationPlace,
    Lift,
    LiftReason,
    Reader,
    ResponsibilityMove,
    ServiceRecipient,
)
from authz.core.request import PatientKey
from authz.ports import Content, DelegationTerms, Kind, Row, SealedPatient
from tests.authz.actions.world import CHILD, ELSA, INSULIN, PRESCRIBE, TYRA, SmallDirectory, World
from vocabulary.capacity import Capacity
from vocabulary.codes import INFORMATION_TYPES, Purpose
from vocabulary.hsa_id import HsaId
from vocabulary.period import ALWAYS, Period
from vocabulary.right import Right

PATIENTS = (ELSA, TYRA, CHILD)
TYPES = sorted(INFORMATION_TYPES)
PROVIDERS = {
    HsaId.parse("SE2321000230-VG01"): Capacity.HEALTH_CARE,
    HsaId.parse("SE2120002767-VG01"): Capacity.HEALTH_CARE,
    HsaId.parse("SE2120002767-OG01"): Capacity.SOCIAL_CARE,
}
UNITS = {HsaId.parse(f"{provider.prefix}-U{n}{k}"): provider for n, provider in enumerate(PROVIDERS) for k in (1, 2)}
PEOPLE = tuple(HsaId.parse(f"SE2321000230-P{n}") for n in range(6))
_RIGHTS = [
    Right.parse(f"{activity};{kind};{scope}")
    for activity in ("Läsa", "Läsa", "Skriva", "Signera")
    for kind in ("alla", "lak", "voo")
    for scope in ("VE", "VG", "SJF", *(unit.value for unit in UNITS))
]
_WIDE = [Right.parse(f"Läsa;alla;{scope}") for scope in ("VE", "VG", "SJF")]


@dataclass
class DrawnDirectory(SmallDirectory):
    """The staff's port over what was drawn."""

    readers: dict[HsaId, Reader] = field(default_factory=dict)
    held: dict[HsaId, tuple[AssignmentInUse, ...]] = field(default_factory=dict)

    def reader(self, person: HsaId) -> Reader | None:
        return self.readers.get(person)

    def assignment(self, assignment: HsaId, person: HsaId) -> AssignmentInUse | None:
        return next((one for one in self.held.get(person, ()) if one.id == assignment), None)

    def place(self, unit: HsaId) -> InformationPlace | None:
        provider = UNITS.get(unit)
        return None if provider is None else InformationPlace(unit, provider, PROVIDERS[provider])

    def delegator(self, person: HsaId) -> Delegator | None:
        found = self.readers.get(person)
        if found is None:
            return None
        return Delegator(person, found.member, found.licences, found.restrictions, self.held[person])

    def places(self) -> tuple[InformationPlace, ...]:
        return tuple(place for unit in sorted(UNITS, key=lambda unit: unit.key) if (place := self.place(unit)))

    def people_after(self, key: str) -> Iterator[HsaId]:
        return (person for person in PEOPLE if person.key > key)

    def _held(self) -> Iterator[tuple[HsaId, AssignmentInUse]]:
        return ((person, one) for person, some in self.held.items() for one in some)


def draw_directory(chance: Random, world: World) -> DrawnDirectory:
    """Six people with up to three assignments each, of any unit, purpose, rights and time."""
    made = DrawnDirectory()
    for number, person in enumerate(PEOPLE):
        made.readers[person] = Reader(
            person,
            None,
            frozenset(chance.sample(["SJ", "LK"], chance.randint(0, 1))),
            protected=chance.random() < 0.1,
            active=chance.random() < 0.9,
        )
        made.held[person] = tuple(
            _assignment(chance, world, f"M{number}{n}") for n in range(chance.choice([0, 1, 1, 2, 3]))
        )
    return made


def draw_registers(chance: Random, world: World) -> None:
    """Rows of every register that decisions read, committed to the world's own."""
    world.model.commit([Row(Kind.TASK, task.code, task, (), "x", world.clock.now()) for task in (INSULIN, PRESCRIBE)])
    makers = [_relationship] * 4 + [_consent] * 2 + [_block, _emergency, _served, _case, _move, _delegation]
    rows = [chance.choice(makers)(chance, world, f"row{n}") for n in range(chance.randint(8, 30))]
    blocks = [row for row in rows if row.kind is Kind.BLOCK and chance.random() < 0.5]
    rows += [_lift(chance, world, f"lift-{block.id}", block) for block in blocks]
    world.model.commit(rows)


def _assignment(chance: Random, world: World, name: str) -> AssignmentInUse:
    unit = chance.choice(list(UNITS))
    purpose = chance.choice([Purpose.CARE] * 8 + [Purpose.QUALITY_ASSURANCE, Purpose.ADMINISTRATION])
    return AssignmentInUse(
        HsaId.parse(f"SE2321000230-{name}"),
        unit,
        UNITS[unit],
        PROVIDERS[UNITS[unit]],
        purpose.value,
        (*chance.sample(_WIDE, chance.randint(0, 3)), *chance.sample(_RIGHTS, chance.randint(1, 9))),
        _period(chance, world),
        chance.choice(["01", "02", "03"]),
    )


def _period(chance: Random, world: World) -> Period:
    now = world.clock.now()
    past, coming = now - timedelta(days=2), now + timedelta(days=2)
    return chance.choice([ALWAYS] * 15 + [Period(past, coming)] * 10 + [Period(None, past),
                          Period(coming, None), Period(now, coming), Period(past, now)])  # fmt: skip


def _row(world: World, kind: Kind, content: Content, patient: SealedPatient) -> Row:
    return Row(kind, content.id, content, (patient,), "x", world.clock.now())  # type: ignore[union-attr]


def _patient(chance: Random, world: World) -> SealedPatient:
    return world.desk.sealed(chance.choice((ELSA, ELSA, ELSA, TYRA, CHILD)))


def _unit(chance: Random) -> HsaId:
    return chance.choice(list(UNITS))


def _unit_of_somebody(chance: Random, world: World) -> HsaId:
    """Where somebody works, so that what is registered mostly concerns somebody."""
    everybody = world.staff.held.values()  # type: ignore[attr-defined]
    held = [one.unit for some in everybody for one in some if one.unit]
    return chance.choice(held) if held and chance.random() < 0.9 else _unit(chance)


def _person(chance: Random) -> HsaId | None:
    return chance.choice(PEOPLE) if chance.random() < 0.3 else None


def _relationship(chance: Random, world: World, name: str) -> Row:
    patient, person = _patient(chance, world), chance.choice(PEOPLE)
    held = [one.unit for one in world.staff.held.get(person, ())]  # type: ignore[attr-defined]
    unit = chance.choice(held) if held and chance.random() < 0.8 else _unit(chance)
    content = CareRelationship(name, patient.key, person, unit, _period(chance, world))
    return _row(world, Kind.CARE_RELATIONSHIP, content, patient)


def _consent(chance: Random, world: World, name: str) -> Row:
    patient, unit = _patient(chance, world), _unit_of_somebody(chance, world)
    usual = Ground.CONSENT_3_1 if PROVIDERS[UNITS[unit]] is Capacity.HEALTH_CARE else Ground.CONSENT_SOCIAL_3_2
    ground = usual if chance.random() < 0.5 else chance.choice(list(Ground))
    content = Consent(name, patient.key, unit, _person(chance), ground, _period(chance, world))
    return _row(world, Kind.CONSENT, content, patient)


def _block(chance: Random, world: World, name: str) -> Row:
    patient, unit = _patient(chance, world), _unit(chance)
    excepted = frozenset(chance.sample(["lak", "upp"], chance.randint(0, 1)))
    inner = unit if chance.random() < 0.5 else None
    content = Block(name, patient.key, UNITS[unit], inner, excepted=excepted, period=_period(chance, world))
    return _row(world, Kind.BLOCK, content, patient)


def _lift(chance: Random, world: World, name: str, block: Row) -> Row:
    content = Lift(name, block.id, _unit(chance), _person(chance), chance.choice(list(LiftReason)), world.days(3))
    return Row(Kind.LIFT, name, content, block.patients, "x", world.clock.now())


def _emergency(chance: Random, world: World, name: str) -> Row:
    patient = _patient(chance, world)
    content = Emergency(name, patient.key, chance.choice(PEOPLE), _unit(chance), "reason", world.days(1))
    return _row(world, Kind.EMERGENCY, content, patient)


def _served(chance: Random, world: World, name: str) -> Row:
    patient = _patient(chance, world)
    content = ServiceRecipient(name, patient.key, chance.choice(list(PROVIDERS)), _period(chance, world))
    return _row(world, Kind.SERVICE_RECIPIENT, content, patient)


def _case(chance: Random, world: World, name: str) -> Row:
    patient, concerned = _patient(chance, world), frozenset(chance.sample(list(UNITS), 2))
    contact, state = chance.choice(PEOPLE), chance.choice(list(CaseState))
    content = DischargeCase(
        name, patient.key, _unit_of_somebody(chance, world), concerned, state, contact, chance.random() < 0.5
    )
    return _row(world, Kind.DISCHARGE_CASE, content, patient)


def _move(chance: Random, world: World, name: str) -> Row:
    patient, at = _patient(chance, world), world.clock.now() + timedelta(days=chance.choice([-1, 1]))
    content = ResponsibilityMove(name, patient.key, _unit(chance), _unit(chance), frozenset({"SJ"}), at)
    return _row(world, Kind.RESPONSIBILITY_MOVE, content, patient)


def _delegation(chance: Random, world: World, name: str) -> Row:
    patient = _patient(chance, world)
    giver, taker = chance.sample(PEOPLE, 2)
    units = frozenset(one.unit for one in world.staff.held.get(taker, ()) if one.unit)  # type: ignore[attr-defined]
    content = DelegationTerms(
        name,
        giver,
        taker,
        chance.choice([INSULIN.code, PRESCRIBE.code]),
        frozenset({PatientKey(patient.key)}) if chance.random() < 0.5 else frozenset(),
        units,
        world.days(30, start=-1),
        accepted=chance.random() < 0.8,
        receiving_member_agreed=chance.random() < 0.7,
    )
    return Row(Kind.DELEGATION, name, content, (patient,) if content.patients else (), "x", world.clock.now())
