"""A small world for decisions: a directory of some people in memory, a seal, tokens, and the real registers."""

import hmac
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Engine

from authz.actions.answer_question import Pdp
from authz.actions.desk import Desk
from authz.actions.packs.desk import PackDesk
from authz.actions.question import Pep
from authz.actions.searching.search import Searches
from authz.core.directory_facts import AdminAssignmentInUse, DirectoryEntry
from authz.core.directory_words import EntryKind
from authz.core.facts import (
    ApplicationEntry,
    AssignmentInUse,
    CatalogueTask,
    Colleague,
    Delegator,
    InformationPlace,
    Reader,
)
from authz.core.request import PatientKey
from authz.core.unknown import UNKNOWN, Unknown
from authz.edge.memory import RegisterModel
from authz.edge.sql import RegisterStore, metadata
from authz.edge.trail import AuditTrail
from authz.edge.trail.of_application import DecisionsOfApplications
from authz.ports import StaffLists, StaffView, Subject, Trail
from authz.refusals import InvalidSubjectToken
from tests.parts import HeldClock
from vocabulary.assurance import AssuranceLevel
from vocabulary.caller import Caller
from vocabulary.capacity import Capacity
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone
from vocabulary.period import ALWAYS, Period
from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.right import Right

REGION, BODEN = HsaId.parse("SE2321000230-0000"), HsaId.parse("SE2120002767-0000")
REGION_CARE, BODEN_CARE = HsaId.parse("SE2321000230-VG01"), HsaId.parse("SE2120002767-VG01")
WARD, CARE_CENTRE = HsaId.parse("SE2321000230-E1041"), HsaId.parse("SE2321000230-E1101")
HOME_NURSING = HsaId.parse("SE2120002767-E2001")
ANNA = HsaId.parse("SE2321000230-P1001")
KATARINA, MARIA = HsaId.parse("SE2120002767-P2001"), HsaId.parse("SE2120002767-P2007")
BERIT, CLARA, SIGNE = (HsaId.parse(f"SE2321000230-P{number}") for number in (1002, 1101, 1102))
"""A colleague of Anna's on the ward, a physician of the care centre, and the region's block officer there."""
ANNA_WARD, KATARINA_NURSING, MARIA_NURSING = (
    HsaId.parse(f"SE{text}") for text in ("2321000230-M1001", "2120002767-M2001", "2120002767-M2007")
)
ELSA, TYRA = PersonalIdentityNumber.parse("193805172388"), PersonalIdentityNumber.parse("191212121212")
CHILD = PersonalIdentityNumber.parse("202104142381")

_RIGHTS = tuple(
    Right.parse(text) for text in ("Läsa;alla;VE", "Läsa;alla;VG", "Läsa;alla;SJF", "Skriva;alla;VE", "Signera;alla;VE")
)


@dataclass
class SmallDirectory:
    """The staff's port over three people; ``stale`` makes it silent."""

    revision: int = 7
    stale: bool = False
    gone: set[HsaId] = field(default_factory=set)
    offices: dict[tuple[str, HsaId], tuple[HsaId, ...]] = field(default_factory=dict)
    held: dict[HsaId, AssignmentInUse] = field(default_factory=dict)
    administering: dict[HsaId, tuple[AdminAssignmentInUse, ...]] = field(default_factory=dict)
    entries: dict[HsaId, DirectoryEntry] = field(default_factory=dict)
    numbers: dict[PatientKey, tuple[HsaId, ...]] = field(default_factory=dict)
    names: dict[HsaId, str] = field(default_factory=lambda: dict(NAMES))
    readers: dict[HsaId, Reader] = field(default_factory=lambda: dict(_READERS))
    assignments: dict[HsaId, AssignmentInUse] = field(default_factory=lambda: dict(_ASSIGNMENTS))

    def view(self) -> StaffView | Unknown:
        return UNKNOWN if self.stale else self

    def look(self) -> tuple[StaffView, StaffLists] | Unknown:
        return UNKNOWN if self.stale else (self, self)

    def assignments_of(self, person: HsaId) -> tuple[HsaId, ...]:
        return tuple(held.id for someone, held in self._held() if someone == person)

    def holders_of(self, assignment: HsaId) -> tuple[HsaId, ...]:
        return tuple(someone for someone, held in self._held() if held.id == assignment)

    def held_at(self, unit: HsaId) -> tuple[tuple[HsaId, HsaId], ...]:
        return tuple((someone, held.id) for someone, held in self._held() if held.unit == unit)

    def held_for_other_purposes(self) -> tuple[tuple[HsaId, HsaId], ...]:
        return tuple((someone, held.id) for someone, held in self._held() if held.purpose != "Vård och behandling")

    def places(self) -> tuple[InformationPlace, ...]:
        return tuple(sorted(_PLACES.values(), key=lambda place: place.unit.key))

    def people_after(self, key: str) -> Iterator[HsaId]:
        return iter(sorted((someone for someone in self.readers if someone.key > key), key=lambda found: found.key))

    def administrators_after(self, key: str) -> Iterator[HsaId]:
        return (someone for someone in self.people_after(key) if self.admin_assignments(someone))

    def entries_after(self, key: str) -> Iterator[HsaId]:
        found = {hsa_id for hsa_id in (*self.readers, *self.entries) if hsa_id.key > key}
        return iter(sorted(found, key=lambda hsa_id: hsa_id.key))

    def _held(self) -> Iterator[tuple[HsaId, AssignmentInUse]]:
        return ((someone, held) for someone, held in self.assignments.items() if someone not in self.gone)

    def reader(self, person: HsaId) -> Reader | None:
        return None if person in self.gone else self.readers.get(person)

    def assignment(self, assignment: HsaId, person: HsaId) -> AssignmentInUse | None:
        found = self.held.get(person) or self.assignments.get(person)
        return found if found is not None and found.id == assignment and person not in self.gone else None

    def place(self, unit: HsaId) -> InformationPlace | None:
        return _PLACES.get(unit)

    def delegator(self, person: HsaId) -> Delegator | None:
        reader = self.reader(person)
        if reader is None:
            return None
        return Delegator(person, reader.member, reader.licences, reader.restrictions, (self.assignments[person],))

    def colleague(self, person: HsaId) -> Colleague | None:
        return Colleague(person, protected=False) if person in self.readers else None

    def admin_assignments(self, person: HsaId) -> tuple[AdminAssignmentInUse, ...]:
        return self.administering.get(person, ())

    def entry(self, entry: HsaId, asker: HsaId) -> DirectoryEntry | None:
        if entry in self.readers:
            return DirectoryEntry(entry, EntryKind.PERSON, self.readers[entry].member or REGION, frozenset({REGION}))
        return self.entries.get(entry)

    def below(self, place: HsaId, kind: EntryKind) -> DirectoryEntry | None:
        found = self.entries.get(place)
        if found is None or found.above is UNKNOWN:
            return None
        return DirectoryEntry(place, kind, found.member, found.above | {place})

    def named(self, name: str) -> HsaId | None:
        return next((hsa_id for hsa_id in self.entries if name == f"ou={hsa_id},c=SE"), None)

    def holders(self, office: str, member: HsaId) -> tuple[HsaId, ...]:
        return tuple(person for person in self.offices.get((office, member), ()) if person not in self.gone)

    def name_of(self, entry: HsaId) -> str | None:
        return self.names.get(entry)

    def employed_as(self, patient: PatientKey) -> tuple[HsaId, ...]:
        return self.numbers.get(patient, ())

    def member_of_unit(self, unit: HsaId) -> HsaId | None:
        return {WARD: REGION, CARE_CENTRE: REGION, HOME_NURSING: BODEN}.get(unit)

    def member_of_provider(self, provider: HsaId) -> HsaId | None:
        return {REGION_CARE: REGION, BODEN_CARE: BODEN}.get(provider)


def _assignment(hsa_id: HsaId, unit: HsaId, provider: HsaId) -> AssignmentInUse:
    care_type = "02" if unit == WARD else "03"
    purpose, capacity = "Vård och behandling", Capacity.HEALTH_CARE
    return AssignmentInUse(hsa_id, unit, provider, capacity, purpose, _RIGHTS, ALWAYS, care_type=care_type)


NAMES = {ANNA: "Anna Sundqvist", KATARINA: "Katarina Ek", MARIA: "Maria Niemi", HOME_NURSING: "Hemsjukvården"}
_READERS = {
    ANNA: Reader(ANNA, REGION, frozenset({"SJ"})),
    KATARINA: Reader(KATARINA, BODEN, frozenset({"SJ"})),
    MARIA: Reader(MARIA, BODEN),
    BERIT: Reader(BERIT, REGION, frozenset({"SJ"})),
    CLARA: Reader(CLARA, REGION, frozenset({"LK"})),
    SIGNE: Reader(SIGNE, REGION),
}
_ASSIGNMENTS = {
    ANNA: _assignment(ANNA_WARD, WARD, REGION_CARE),
    KATARINA: _assignment(KATARINA_NURSING, HOME_NURSING, BODEN_CARE),
    MARIA: _assignment(MARIA_NURSING, HOME_NURSING, BODEN_CARE),
    BERIT: _assignment(HsaId.parse("SE2321000230-M1002"), WARD, REGION_CARE),
    CLARA: _assignment(HsaId.parse("SE2321000230-M1101"), CARE_CENTRE, REGION_CARE),
    SIGNE: _assignment(HsaId.parse("SE2321000230-M1102"), CARE_CENTRE, REGION_CARE),
}
_PLACES = {
    WARD: InformationPlace(WARD, REGION_CARE, Capacity.HEALTH_CARE),
    CARE_CENTRE: InformationPlace(CARE_CENTRE, REGION_CARE, Capacity.HEALTH_CARE),
    HOME_NURSING: InformationPlace(HOME_NURSING, BODEN_CARE, Capacity.HEALTH_CARE),
}


class SmallSeal:
    """The seal's promises with one fixed key."""

    def lookup(self, number: PersonalIdentityNumber) -> str:
        return "1:" + hmac.new(b"look-up", f"{number.kind}{number.reveal()}".encode(), "sha256").hexdigest()

    def close(self, number: PersonalIdentityNumber) -> bytes:
        nonce = os.urandom(12)
        return nonce + AESGCM(bytes(32)).encrypt(nonce, f"{number.kind}:{number.reveal()}".encode(), b"")

    def open(self, sealed: bytes) -> PersonalIdentityNumber:
        kind, _, digits = AESGCM(bytes(32)).decrypt(sealed[:12], sealed[12:], b"").decode().partition(":")
        return PersonalIdentityNumber.parse(digits, kind)


class SmallTokens:
    """Tokens that are names: ``anna`` speaks of Anna."""

    def __init__(self) -> None:
        self.subjects: dict[str, Subject] = {
            name: Subject(person, assignment, AssuranceLevel.LOA3, "portal")
            for name, person, assignment in (
                ("anna", ANNA, ANNA_WARD),
                ("katarina", KATARINA, KATARINA_NURSING),
                ("maria", MARIA, MARIA_NURSING),
            )
        }

    def verify(self, token: str) -> Subject:
        found = self.subjects.get(token)
        if found is None:
            raise InvalidSubjectToken("the token is not valid")
        return found


APPLICATIONS = frozenset({"todo", "gateway", "records", "planering"})
"""Those that may have a policy pack."""


class NoApplications:
    def application(self, client_id: str) -> ApplicationEntry | Unknown | None:
        if client_id == "svp":
            return ApplicationEntry("svp", assignments=frozenset({ANNA_WARD}))
        return ApplicationEntry(client_id) if client_id in APPLICATIONS else None

    def client_ids(self) -> tuple[str, ...]:
        return ("svp",)


class BrokenTrail:
    """A trail whose device is full."""

    def __init__(self, folder: Path) -> None:
        self._never_started = AuditTrail(folder, Ed25519PrivateKey.generate(), HeldClock())
        self.append = self._never_started.append
        self.appended = self._never_started.appended


@dataclass
class World:
    """Everything wired as the hub wires it, over one database and one folder."""

    clock: HeldClock
    staff: SmallDirectory
    model: RegisterModel
    desk: Desk
    tokens: SmallTokens
    trail: AuditTrail
    folder: Path
    engine: Engine

    def pdp(self, trail: Trail | None = None, **settings: object) -> Pdp:
        return Pdp(
            staff=self.staff,
            registers=self.model,
            tokens=self.tokens,
            applications=NoApplications(),
            seal=self.desk.seal,
            trail=trail or self.trail,
            packs=self.model,
            clock=self.clock,
            random_bytes=os.urandom,
            **settings,  # type: ignore[arg-type]
        )

    def searches(self, trail: Trail | None = None, **settings: object) -> Searches:
        return Searches(
            self.pdp(trail),
            staff=self.staff,
            registers=self.model,
            applications=NoApplications(),
            seal=self.desk.seal,
            trail=trail or self.trail,
            random_bytes=os.urandom,
            **settings,  # type: ignore[arg-type]
        )

    @property
    def pack_desk(self) -> PackDesk:
        return PackDesk(
            self.model,
            self.model,
            NoApplications(),
            DecisionsOfApplications(self.folder, self.trail, self.clock),
            self.clock,
            os.urandom,
        )

    def days(self, days: float, *, start: float = 0) -> Period:
        now = self.clock.now() + timedelta(days=start)
        return Period(now, now + timedelta(days=days))


def assignment_of(person: HsaId) -> AssignmentInUse:
    return _ASSIGNMENTS[person]


def logged_in(
    person: HsaId, level: AssuranceLevel = AssuranceLevel.LOA3, client: str = "portal", **more: object
) -> Caller:
    """Somebody in an application that is believed about Sjunet, under her only assignment."""
    held, zones = _ASSIGNMENTS.get(person), frozenset({NetworkZone.SJUNET})
    scopes = frozenset({"tillit:registers"})
    caller = Caller(client, person, scopes, None, None if held is None else held.id, level, zones)
    return replace(caller, **more)  # type: ignore[arg-type]


PEP = Pep(
    "peephole",
    frozenset({"tillit:pdp"}),
    frozenset(NetworkZone),
    vouches=True,
    vouched_level=AssuranceLevel.LOA3,
)

INSULIN = CatalogueTask("give_insulin", True, frozenset({"SJ"}), frozenset({"lak"}))
PRESCRIBE = CatalogueTask("prescribe", False, frozenset({"LK"}), frozenset({"lak", "upp"}))


def make_world(engine: Engine, folder: Path, clock: HeldClock, staff: SmallDirectory | None = None) -> World:
    metadata.create_all(engine)
    staff, seal = staff or SmallDirectory(), SmallSeal()
    model = RegisterModel(RegisterStore(engine), clock)
    assert model.refresh()
    trail = AuditTrail(folder, Ed25519PrivateKey.generate(), clock)
    trail.start()
    desk = Desk(model, model, staff, seal, clock, os.urandom)
    return World(clock, staff, model, desk, SmallTokens(), trail, folder, engine)


def at(world: World, **ahead: float) -> datetime:
    return world.clock.now() + timedelta(**ahead)
