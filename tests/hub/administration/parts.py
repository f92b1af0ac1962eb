"""Three members with trees, people who administer parts of them, and the directory's addresses behind the engine."""

import json
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from fastapi import FastAPI, Request

from authz.actions.judge_administration import AdministrationJudge
from authz.edge.trail import AuditTrail, scan
from directory import Assignment, CareProvider, Entry, Member, Membership, Person, Unit
from directory.core.entries import AdminAssignment, CodeTable, Function, SystemRole, VideoEndpoint
from directory.ports import Reach
from hub.bridges.authz_decides_administration import AuthzDecidesAdministration, PersonsReach
from hub.bridges.directory_answers_authz import DirectoryStaff
from hub.database import make_engine
from tests.directory.http.parts import Browser, application
from tests.directory.parts import BODEN_PREFIX, REGION_PREFIX, World, a_member, a_world
from tests.parts import HeldClock
from vocabulary.assurance import AssuranceLevel
from vocabulary.caller import Caller
from vocabulary.capacity import Capacity
from vocabulary.codes import Purpose
from vocabulary.duties import Duty
from vocabulary.hsa_id import HsaId
from vocabulary.period import ALWAYS, Period

LULEA_PREFIX = "SE2120002742"
BOTH_SCOPES = frozenset({"tillit:admin", "tillit:directory"})


def of_region(suffix: str) -> HsaId:
    return HsaId.parse(f"{REGION_PREFIX}-{suffix}")


def of_boden(suffix: str) -> HsaId:
    return HsaId.parse(f"{BODEN_PREFIX}-{suffix}")


def of_lulea(suffix: str) -> HsaId:
    return HsaId.parse(f"{LULEA_PREFIX}-{suffix}")


def a_provider(member: Member, suffix: str = "VG01", capacity: Capacity = Capacity.HEALTH_CARE) -> CareProvider:
    hsa_id = HsaId.parse(f"{member.hsa_id.prefix}-{suffix}")
    return CareProvider(hsa_id, member.hsa_id, f"{member.name}, {suffix}", member.organisation_number, capacity)


def a_unit(suffix: str, member: Member, parent: Unit | None = None, provider: CareProvider | None = None) -> Unit:
    hsa_id = HsaId.parse(f"{member.hsa_id.prefix}-{suffix}")
    care = None if provider is None else provider.hsa_id
    return Unit(hsa_id, member.hsa_id, None if parent is None else parent.hsa_id, f"Enhet {suffix}", care)


def somebody(suffix: str, member: Member, **fields: Any) -> Person:
    hsa_id = HsaId.parse(f"{member.hsa_id.prefix}-{suffix}")
    return replace(Person(hsa_id, member.hsa_id, f"Person {suffix}", suffix, "Person"), **fields)


def work(suffix: str, unit: Unit, *people: Person, period: Period = ALWAYS) -> Assignment:
    hsa_id = HsaId.parse(f"{unit.member.prefix}-{suffix}")
    held = tuple(Membership(person.hsa_id, period) for person in people)
    return Assignment(hsa_id, unit.member, unit.hsa_id, f"Uppdrag {suffix}", Purpose.CARE, ("Läsa;alla;VE",), held)


def administering(
    suffix: str, member: Member, areas: Iterable[Member | Unit], duties: Iterable[str], *people: Person, **fields: Any
) -> AdminAssignment:
    hsa_id = HsaId.parse(f"{member.hsa_id.prefix}-{suffix}")
    held = tuple(Membership(person.hsa_id) for person in people)
    named, codes = tuple(str(area.hsa_id) for area in areas), tuple(duties)
    return replace(AdminAssignment(hsa_id, member.hsa_id, f"Katalog {suffix}", named, codes, held), **fields)


REGION = replace(a_member(of_region("HM01"), "Region Norrbotten"), municipality_code="25")
BODEN = replace(a_member(of_boden("HM01"), "Bodens kommun"), municipality_code="2582")
LULEA = replace(a_member(of_lulea("HM01"), "Luleå kommun"), municipality_code="2580")
REGION_CARE, BODEN_CARE, LULEA_CARE = a_provider(REGION), a_provider(BODEN), a_provider(LULEA)
BODEN_SOCIAL = a_provider(BODEN, "OG01", Capacity.SOCIAL_CARE)

HOSPITAL = a_unit("E001", REGION, None, REGION_CARE)
WARD, EMERGENCY = a_unit("E002", REGION, HOSPITAL, REGION_CARE), a_unit("E003", REGION, HOSPITAL, REGION_CARE)
BAY = a_unit("E004", REGION, WARD, REGION_CARE)
CARE_CENTRE = a_unit("E005", REGION, None, REGION_CARE)
NURSING, HOME_CARE = a_unit("E001", BODEN, None, BODEN_CARE), a_unit("E002", BODEN, None, BODEN_SOCIAL)
LULEA_NURSING = a_unit("E001", LULEA, None, LULEA_CARE)

KRISTINA, STINA = somebody("P001", REGION), somebody("P002", REGION)
WILMA, WARD_NURSE, FLOATING_NURSE = (somebody(f"P01{number}", REGION) for number in range(3))
HIDDEN = somebody("P020", REGION, protected=True)
HOSP, READER, NURSE = somebody("P030", REGION), somebody("P031", REGION), somebody("P032", REGION)
JONAS, BERIT, MARJA = somebody("P001", BODEN), somebody("P002", BODEN), somebody("P003", BODEN)
BODEN_HIDDEN = somebody("P009", BODEN, protected=True)
LENA, TORA = somebody("P001", LULEA), somebody("P002", LULEA)
LULEA_HIDDEN = somebody("P009", LULEA, protected=True)
CREATOR, ASSIGNER = somebody("P040", REGION), somebody("P041", REGION)

WARD_WORK = work("M001", WARD, WARD_NURSE, FLOATING_NURSE, HIDDEN)
EMERGENCY_WORK = work("M002", EMERGENCY, FLOATING_NURSE)
NURSING_WORK = work("M001", NURSING, MARJA, BODEN_HIDDEN)
LULEA_WORK = work("M001", LULEA_NURSING, TORA, LULEA_HIDDEN)

WHOLE_REGION = administering("A001", REGION, (), (Duty.ADMINISTER, Duty.SEE_PROTECTED), KRISTINA, STINA)
HEAD_OF_WARD = administering("A002", REGION, (WARD,), (Duty.ADMINISTER,), WILMA)
LICENCES = administering("A003", REGION, (), (Duty.KEEP_LICENCES,), HOSP)
INSIGHT = administering("A004", REGION, (REGION,), (Duty.READ,), READER)
CREATES = administering("A005", REGION, (HOSPITAL,), (Duty.CREATE_ASSIGNMENTS,), CREATOR)
ASSIGNS = administering("A006", REGION, (HOSPITAL,), (Duty.ASSIGN_PEOPLE,), ASSIGNER)
BODENS = administering("A001", BODEN, (BODEN,), (Duty.ADMINISTER,), JONAS)
BODENS_OTHER = administering("A002", BODEN, (NURSING,), (Duty.ADMINISTER,), BERIT)
LULEAS = administering("A001", LULEA, (LULEA,), (Duty.ADMINISTER, Duty.SEE_PROTECTED), LENA)

DESK = Function(of_boden("F001"), BODEN.hsa_id, NURSING.hsa_id, "Reception")
LULEA_DESK = Function(of_lulea("F001"), LULEA.hsa_id, LULEA_NURSING.hsa_id, "Reception")
SCREEN = VideoEndpoint(of_boden("V001"), BODEN.hsa_id, "Bodens skärm", NURSING.hsa_id, "sip:boden@video.example")
LULEA_SCREEN = VideoEndpoint(
    of_lulea("V001"), LULEA.hsa_id, "Luleås skärm", LULEA_NURSING.hsa_id, "sip:lulea@video.example"
)
ROLE = SystemRole(of_boden("R001"), BODEN.hsa_id, "svp", "planerare", "Planerare", (Membership(MARJA.hsa_id),))
LULEA_ROLE = SystemRole(of_lulea("R001"), LULEA.hsa_id, "svp", "samordnare", "Samordnare", (Membership(TORA.hsa_id),))
TABLE = CodeTable(of_region("K001"), REGION.hsa_id, "floors", "Våningar")
LULEA_TABLE = CodeTable(of_lulea("K001"), LULEA.hsa_id, "doors", "Dörrar")

COUNTY: tuple[Entry, ...] = (
    REGION, BODEN, LULEA, REGION_CARE, BODEN_CARE, BODEN_SOCIAL, LULEA_CARE,
    HOSPITAL, WARD, EMERGENCY, BAY, CARE_CENTRE, NURSING, HOME_CARE, LULEA_NURSING,
    KRISTINA, STINA, WILMA, WARD_NURSE, FLOATING_NURSE, HIDDEN, HOSP, READER, NURSE, JONAS, BERIT, MARJA, BODEN_HIDDEN,
    LENA, TORA, LULEA_HIDDEN, CREATOR, ASSIGNER, WARD_WORK, EMERGENCY_WORK, NURSING_WORK, LULEA_WORK,
    WHOLE_REGION, HEAD_OF_WARD, LICENCES, INSIGHT, CREATES, ASSIGNS, BODENS, BODENS_OTHER, LULEAS,
    DESK, LULEA_DESK, SCREEN, LULEA_SCREEN, ROLE, LULEA_ROLE, TABLE, LULEA_TABLE,
)  # fmt: skip


def logged_in(person: Person, **fields: Any) -> Caller:
    """Who calls with her own token, after a login with two factors."""
    plain = Caller("console", person.hsa_id, BOTH_SCOPES, None, level=AssuranceLevel.LOA2)
    return replace(plain, **fields)


@dataclass
class Administered:
    """The county behind the engine. ``callers`` are by what the test puts into the Authorization header."""

    world: World
    staff: DirectoryStaff
    trail: AuditTrail
    trail_folder: Path
    trail_key: Ed25519PublicKey
    administration: AuthzDecidesAdministration
    callers: dict[str, Caller]

    @property
    def clock(self) -> HeldClock:
        return self.world.clock

    def reach(self, person: Person, **fields: Any) -> PersonsReach:
        snapshot = self.world.directory.snapshot()
        return self.administration.of_person(logged_in(person, **fields), person.hsa_id, snapshot)

    def reach_of(self, caller: Caller) -> Reach:
        return self.administration.reach(caller, self.world.directory.snapshot())

    def change(self, *entries: Entry) -> None:
        self.world.change(*entries)

    def records(self) -> list[dict[str, Any]]:
        return list(scan(self.trail_folder))

    def application(self) -> FastAPI:
        return application(self.world, authenticate=self._authenticate, administration=self.administration)

    def browser(self) -> Browser:
        return Browser(self.application())

    def _authenticate(self, request: Request) -> Caller:
        return self.callers[request.headers.get("authorization", "")]


def send(http: Browser, who: Person | str, method: str, path: str, body: object = None) -> httpx.Response:
    """One request of somebody, to a path below ``/api/v1/``."""
    name = str(who.hsa_id) if isinstance(who, Person) else who
    return http.ask(method, f"/api/v1/{path}", body, {"authorization": name})


@contextmanager
def administered(folder: Path, clock: HeldClock, entries: Iterable[Entry] = COUNTY) -> Iterator[Administered]:
    engine = make_engine(f"sqlite:///{folder / 'tillit.db'}")
    world = a_world(engine, clock)
    world.directory.start()
    world.change(*entries)
    key = Ed25519PrivateKey.generate()
    trail = AuditTrail(folder / "trail", key, clock)
    trail.start()
    staff = DirectoryStaff(world.directory, clock)
    judge = AdministrationJudge(trail, clock, secrets.token_bytes)
    administration = AuthzDecidesAdministration(staff, judge, clock)
    people = world.directory.snapshot().people()
    callers = {str(person.hsa_id): logged_in(person) for person in people}
    callers["application"] = Caller("admin", None, BOTH_SCOPES, None)
    try:
        yield Administered(world, staff, trail, folder / "trail", key.public_key(), administration, callers)
    finally:
        trail.close()
        engine.dispose()


def told(answer: httpx.Response) -> Any:
    return json.loads(answer.content)


def in_days(clock: HeldClock, days: float) -> datetime:
    return clock.now() + timedelta(days=days)
