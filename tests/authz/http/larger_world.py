"""A larger world: a ward with its doctor, a care centre, home nursing and home care, another municipality, and offices.

Everybody in it can be logged in by her name, ``Bearer bo``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from authz.actions.delegating.overseers import CHIEF_NURSE, HEAD_OF_OPERATIONS
from authz.actions.emergencies.reviewers import LOG_REVIEWER
from authz.actions.register_care_relationship import register_care_relationship
from authz.core.facts import AssignmentInUse, Delegator, InformationPlace, Reader
from authz.edge.sql.acts import SqlNotices
from authz.edge.trail.search import scan
from hub.database import make_engine
from tests.authz.actions.world import (
    ANNA,
    BODEN,
    BODEN_CARE,
    CARE_CENTRE,
    ELSA,
    HOME_NURSING,
    KATARINA,
    MARIA,
    REGION,
    REGION_CARE,
    WARD,
    SmallDirectory,
    World,
    make_world,
)
from tests.authz.http.parts import LULEA, make_app, serving
from tests.parts import HeldClock
from vocabulary.assurance import AssuranceLevel
from vocabulary.caller import Caller
from vocabulary.capacity import Capacity
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone
from vocabulary.period import ALWAYS, Period
from vocabulary.right import Right


def _ids(*texts: str) -> tuple[HsaId, ...]:
    return tuple(HsaId.parse(f"SE{text}") for text in texts)


BO, CECILIA, CLERK, HEAD, REVIEWER, HEADS_OTHER_RECORD = _ids(
    "2321000230-P1010", "2321000230-P1011", "2321000230-P1012", "2321000230-P1013", "2321000230-P1014",
    "2321000230-P1015",
)  # fmt: skip
PETRA, BODEN_HEAD, BODEN_MAS, TORA = _ids(
    "2120002767-P2010", "2120002767-P2011", "2120002767-P2012", "2120002742-P3001"
)
HOME_CARE, BODEN_SOCIAL, LULEA_NURSING, LULEA_CARE = _ids(
    "2120002767-E2010", "2120002767-VG02", "2120002742-E3001", "2120002742-VG01"
)

_RIGHTS = tuple(
    map(Right.parse, ("Läsa;alla;VE", "Läsa;alla;VG", "Läsa;alla;SJF", "Skriva;alla;VE", "Signera;alla;VE"))
)
_UNITS = {
    WARD: (REGION, REGION_CARE, Capacity.HEALTH_CARE, "02"),
    CARE_CENTRE: (REGION, REGION_CARE, Capacity.HEALTH_CARE, "01"),
    HOME_NURSING: (BODEN, BODEN_CARE, Capacity.HEALTH_CARE, "03"),
    HOME_CARE: (BODEN, BODEN_SOCIAL, Capacity.SOCIAL_CARE, None),
    LULEA_NURSING: (LULEA, LULEA_CARE, Capacity.HEALTH_CARE, "03"),
}
STAFF: dict[str, tuple[HsaId, HsaId, tuple[str, ...]]] = {
    "anna": (ANNA, WARD, ("SJ",)),
    "bo": (BO, WARD, ("LK",)),
    "clerk": (CLERK, WARD, ()),
    "cecilia": (CECILIA, CARE_CENTRE, ("SJ",)),
    "katarina": (KATARINA, HOME_NURSING, ("SJ",)),
    "maria": (MARIA, HOME_NURSING, ()),
    "petra": (PETRA, HOME_CARE, ()),
    "tora": (TORA, LULEA_NURSING, ("SJ",)),
    "head": (HEAD, CARE_CENTRE, ("SJ",)),
    "head_again": (HEADS_OTHER_RECORD, WARD, ("SJ",)),
    "reviewer": (REVIEWER, CARE_CENTRE, ()),
    "boden_head": (BODEN_HEAD, HOME_NURSING, ("SJ",)),
    "boden_mas": (BODEN_MAS, HOME_NURSING, ("SJ",)),
}
"""By name: who, at which unit, with which licences."""
_BY_PERSON = {person: name for name, (person, _, _) in STAFF.items()}
OFFICES = ("head", "head_again", "reviewer", "boden_head", "boden_mas")
"""Those of the staff who are only there for their offices; they work with nobody's care."""


def assignment_of(person: HsaId) -> HsaId:
    return HsaId.parse(str(person).replace("-P", "-M"))


class LargerDirectory(SmallDirectory):
    """The staff's port over everybody above. ``moved`` are assignments that have ended."""

    def reader(self, person: HsaId) -> Reader | None:
        name = _BY_PERSON.get(person)
        if name is None or person in self.gone:
            return None
        _, unit, licences = STAFF[name]
        same = frozenset({HEAD, HEADS_OTHER_RECORD}) if person in (HEAD, HEADS_OTHER_RECORD) else frozenset({person})
        return Reader(person, _UNITS[unit][0], frozenset(licences), same_human=same)

    def assignment(self, assignment: HsaId, person: HsaId) -> AssignmentInUse | None:
        name = _BY_PERSON.get(person)
        if name is None or person in self.gone or assignment != assignment_of(person):
            return None
        unit = STAFF[name][1]
        _, provider, capacity, care_type = _UNITS[unit]
        purpose = "Administration" if name == "clerk" else "Vård och behandling"
        return AssignmentInUse(assignment, unit, provider, capacity, purpose, _RIGHTS, ALWAYS, care_type=care_type)

    def place(self, unit: HsaId) -> InformationPlace | None:
        found = _UNITS.get(unit)
        return None if found is None else InformationPlace(unit, found[1], found[2])

    def delegator(self, person: HsaId) -> Delegator | None:
        reader, held = self.reader(person), self.assignment(assignment_of(person), person)
        if reader is None or held is None:
            return None
        return Delegator(person, reader.member, reader.licences, reader.restrictions, (held,))

    def member_of_unit(self, unit: HsaId) -> HsaId | None:
        found = _UNITS.get(unit)
        return None if found is None else found[0]

    def member_of_provider(self, provider: HsaId) -> HsaId | None:
        return {found[1]: found[0] for found in _UNITS.values()}.get(provider)


def at_work(name: str, level: AssuranceLevel = AssuranceLevel.LOA3) -> Caller:
    person = STAFF[name][0]
    scopes, zones = frozenset({"tillit:registers"}), frozenset({NetworkZone.SJUNET})
    return Caller("portal", person, scopes, None, assignment_of(person), level, zones)


APPLICATIONS = {
    "region_app": Caller("region_app", None, frozenset({"tillit:registers"}), frozenset({REGION})),
    "boden_app": Caller("boden_app", None, frozenset({"tillit:registers"}), frozenset({BODEN})),
    "lulea_app": Caller("lulea_app", None, frozenset({"tillit:registers"}), frozenset({LULEA})),
}
EVERYBODY = {name: at_work(name) for name in STAFF} | APPLICATIONS
CALLERS = {f"Bearer {name}": caller for name, caller in EVERYBODY.items()} | {
    # Anna in the application without any assignment chosen.
    "Bearer anna_unassigned": replace(at_work("anna"), assignment=None),
    "Bearer anna_weak": at_work("anna", AssuranceLevel.LOA2),
}
PATIENT = {"kind": "personnummer", "value": ELSA.reveal()}


class Served:
    """A larger world, and lines to it by name."""

    def __init__(self, world: World, http: httpx.Client) -> None:
        self.world, self.http = world, http

    def post(self, who: str, path: str, body: Any = None) -> httpx.Response:
        return self.http.post(f"/api/v1/{path}", json=body, headers=_as(who))

    def put(self, who: str, path: str, body: Any) -> httpx.Response:
        return self.http.put(f"/api/v1/{path}", json=body, headers=_as(who))

    def get(self, who: str, path: str) -> httpx.Response:
        return self.http.get(f"/api/v1/{path}", headers=_as(who))

    def made(self, who: str, path: str, body: Any = None) -> Any:
        """What must succeed."""
        answer = self.post(who, path, body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def at(self, **ahead: float) -> str:
        return (self.world.clock.now() + timedelta(**ahead)).isoformat()

    def told(self, name: str) -> list[tuple[str, str]]:
        """What she was told: of which register, and what."""
        told = SqlNotices(self.world.engine).of_person(STAFF[name][0], 0, 500)
        return [(str(one.notice.kind), one.notice.what) for one in told]

    def records(self) -> list[dict[str, Any]]:
        """The whole trail, oldest first."""
        return list(scan(self.world.folder))


def _as(who: str) -> dict[str, str]:
    return {"authorization": f"Bearer {who}"}


@contextmanager
def served_world(folder: Path) -> Iterator[Served]:
    """Everybody but the officers takes part in Elsa's care at her own unit."""
    engine = make_engine(f"sqlite:///{folder / 'tillit.db'}")
    world = make_world(engine, folder / "trail", HeldClock(), LargerDirectory())
    world.staff.offices = {
        (HEAD_OF_OPERATIONS, REGION): (HEAD, HEADS_OTHER_RECORD),
        (LOG_REVIEWER, REGION): (REVIEWER,),
        (HEAD_OF_OPERATIONS, BODEN): (BODEN_HEAD,),
        (CHIEF_NURSE, BODEN): (BODEN_MAS,),
    }
    for name, (person, unit, _) in STAFF.items():
        if name not in OFFICES:
            register_care_relationship(
                world.desk, patient=ELSA, person=person, unit=unit, period=Period(), by="x"
            )  # fmt: skip
    try:
        with serving(make_app(world, CALLERS)) as url, httpx.Client(base_url=url, timeout=10) as http:
            yield Served(world, http)
    finally:
        world.trail.close()
        engine.dispose()
