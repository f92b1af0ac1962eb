"""Thirty days before the demo's ``today``: what changed in the directory, and which questions the decision point got.

Built so that the trail tells the story of the personas between ordinary days: see ``hub.demo.personas``. Each question
says which answer it got; whoever replays the history can compare.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from hub.demo.facts import (
    EMERGENCY_DAY,
    EXPIRY_DAY,
    HISTORY_DAYS,
    MOVE_DAY,
    PATIENTS,
    REVOCATION_DAY,
    moment,
)
from hub.demo.region import SEED, Region
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone

ROUTINE_PER_DAY = 21
ROUND_THE_CLOCK = frozenset(["hospital_ward", "emergency_department", "home_nursing", "home_care", "special_housing"])


@dataclass(frozen=True, slots=True)
class SeedQuestion:
    """One question to the decision point. ``information_type`` is set for ``patient_information`` only.

    ``permitted`` and ``rule`` are the answer: ``rule`` is the name of what permitted, or of the first that denied.
    """

    at: datetime
    person: HsaId
    assignment: HsaId
    action: str
    resource_type: str
    resource_id: str
    patient: str
    information_type: str | None
    care_unit: HsaId
    care_provider: HsaId
    purpose: str
    network_zone: NetworkZone
    permitted: bool
    rule: str

    def evaluation(self) -> dict[str, Any]:
        """The question as an AuthZEN evaluation request, without a subject token."""
        patient = _PATIENTS[self.patient]
        properties = {
            "patient": {"kind": patient.kind.value, "value": patient.value},
            "care_unit": str(self.care_unit),
            "care_provider": str(self.care_provider),
        }
        if self.information_type is not None:
            properties["information_type"] = self.information_type
        assignment = {"assignment": str(self.assignment)}
        return {
            "subject": {"type": "employee", "id": str(self.person), "properties": assignment},
            "action": {"name": self.action},
            "resource": {"type": self.resource_type, "id": self.resource_id, "properties": properties},
            "context": {"purpose": self.purpose, "network_zone": self.network_zone.value},
        }


_PATIENTS = {patient.key: patient for patient in PATIENTS}


@dataclass(frozen=True, slots=True)
class _Read:
    """``who`` (of the cast) reads ``types`` written at the unit ``where``; ``assignment`` is the place among hers."""

    who: str
    patient: str
    where: str
    types: tuple[str, ...]
    rule: str
    permitted: bool = True
    assignment: int = 0
    action: str = "read"


_NOTES = ("voo", "dia", "und", "lak", "upp")
_NURSING = ("lak", "voo", "vpo", "und")

_ROUTINE = (
    _Read("anna", "tore", "sunderby/medicine", _NOTES, "own_unit"),
    _Read("anna", "tore", "sunderby/medicine", ("voo", "und"), "own_unit", action="write"),
    _Read("anna", "tore", "boden/care_centre/bjorknas", ("lak", "dia"), "same_provider"),
    _Read("anna", "tore", "boden/home_nursing/1", ("lak", "vpo"), "consent"),
    _Read("bo", "tore", "sunderby/medicine", _NOTES, "own_unit"),
    _Read("bo", "tore", "sunderby/medicine", ("voo", "lak"), "own_unit", action="sign"),
    _Read("bo", "amir", "boden/care_centre/bjorknas", ("lak", "dia"), "same_provider"),
    _Read("cecilia", "elsa", "boden/care_centre/bjorknas", _NOTES, "own_unit"),
    _Read("cecilia", "elsa", "boden/care_centre/bjorknas", ("voo", "lak"), "own_unit", action="write"),
    _Read("cecilia", "elsa", "boden/home_nursing/1", ("lak", "und"), "consent"),
    _Read("cecilia", "tore", "boden/care_centre/bjorknas", ("voo", "vko"), "own_unit"),
    _Read("david", "elsa", "boden/care_centre/bjorknas", _NOTES, "own_unit"),
    _Read("david", "elsa", "sunderby/medicine", ("voo", "und"), "same_provider"),
    _Read("david", "ture", "boden/care_centre/bjorknas", ("voo", "upp"), "own_unit"),
    _Read("david", "amir", "boden/care_centre/bjorknas", ("lak", "voo"), "own_unit"),
    _Read("katarina", "elsa", "boden/home_nursing/1", _NURSING, "own_unit"),
    _Read("katarina", "elsa", "boden/home_nursing/1", ("voo", "lak"), "own_unit", action="write"),
    _Read("katarina", "elsa", "boden/care_centre/bjorknas", ("lak", "dia"), "consent"),
    _Read("katarina", "tore", "boden/home_nursing/1", _NURSING, "own_unit"),
    _Read("rebecka", "tore", "boden/rehab", ("fun", "vpo"), "own_unit"),
    _Read("marja", "elsa", "boden/home_care/norra-boden", ("voo", "vpo"), "own_unit"),
    _Read("olof", "elsa", "boden/home_care/norra-boden", ("voo", "vpo"), "own_unit"),
    _Read("saga", "elsa", "boden/home_care/norra-boden", ("voo", "vpo"), "own_unit"),
    _Read("petra", "elsa", "boden/needs_assessment", ("voo", "vpo"), "own_unit"),
    _Read("psychiatrist", "amir", "sunderby/psychiatry", ("voo", "lak", "dia"), "own_unit"),
    _Read("overkalix_gp", "gunnar", "overkalix/care_centre/overkalix", _NOTES, "own_unit"),
    _Read("ulla", "gunnar", "overkalix/special_housing/brannbacken/health", _NURSING, "own_unit"),
    _Read("ulla", "gunnar", "overkalix/care_centre/overkalix", ("lak", "dia"), "consent"),
    _Read("mjolkudden_gp", "sigrid", "lulea/care_centre/mjolkuddens", _NOTES, "own_unit"),
    _Read("mjolkudden_gp", "nora", "lulea/care_centre/mjolkuddens", ("voo", "upp"), "own_unit"),
    _Read("tora", "sigrid", "lulea/home_nursing/1", _NURSING, "own_unit"),
    _Read("paediatrician", "nora", "sunderby/children", _NOTES, "own_unit"),
    _Read("gallivare_nurse", "leo", "gallivare_hospital/emergency", ("voo", "und", "upp"), "own_unit"),
    _Read("boden_dentist", "ture", "boden/dental_clinic/boden", ("voo", "und"), "own_unit"),
)

_DENIED = (
    (-28, 10, 12, _Read("bo", "amir", "sunderby/psychiatry", ("voo",), "inner_block", False)),
    (-26, 13, 5, _Read("mjolkudden_gp", "sigrid", "lulea/home_nursing/1", ("lak",), "outer_block", False)),
    (-25, 9, 41, _Read("frida", "tore", "sunderby/emergency", ("voo",), "no_care_relationship", False)),
    (-22, 14, 20, _Read("anna", "elsa", "sunderby/medicine", ("voo",), "no_care_relationship", False)),
    (-19, 8, 55, _Read("mjolkudden_gp", "sigrid", "lulea/home_nursing/1", ("vpo",), "outer_block", False)),
    (-18, 21, 37, _Read("frida", "elsa", "boden/care_centre/bjorknas", ("dia",), "no_care_relationship", False)),
    (-16, 11, 28, _Read("david", "amir", "sunderby/psychiatry", ("lak",), "inner_block", False)),
    (-15, 9, 14, _Read("katarina", "tore", "boden/care_centre/bjorknas", ("lak",), "no_ground_across_providers",
                       False)),
    (MOVE_DAY + 1, 9, 30, _Read("overkalix_district_nurse", "gunnar", "overkalix/care_centre/overkalix", ("lak",),
                                "no_care_relationship", False)),
    (-8, 10, 3, _Read("marja", "elsa", "boden/home_care/norra-boden", ("voo",), "right_missing", False,
                      action="sign")),
    (-6, 15, 46, _Read("paediatrician", "ture", "boden/care_centre/bjorknas", ("voo",), "no_care_relationship",
                       False)),
    (-4, 7, 58, _Read("tora", "sigrid", "lulea/care_centre/mjolkuddens", ("dia",), "no_ground_across_providers",
                      False)),
    (-3, 13, 22, _Read("bo", "amir", "sunderby/psychiatry", ("lak",), "inner_block", False)),
)  # fmt: skip

_TOLD = (
    (-1, 9, 25, _Read("david", "amir", "sunderby/psychiatry", ("lak",), "lifted_block")),
    (-1, 9, 31, _Read("david", "amir", "sunderby/psychiatry", ("voo",), "lifted_block")),
    (MOVE_DAY - 4, 10, 15, _Read("overkalix_district_nurse", "gunnar", "overkalix/care_centre/overkalix", ("lak",),
                                 "own_unit")),
    (EMERGENCY_DAY, 2, 9, _Read("elin", "elsa", "sunderby/emergency", ("voo",), "own_unit", action="write")),
    (EMERGENCY_DAY, 2, 11, _Read("elin", "elsa", "boden/care_centre/bjorknas", ("lak",), "same_provider")),
    (EMERGENCY_DAY, 2, 14, _Read("elin", "elsa", "boden/home_nursing/1", ("lak",), "no_ground_across_providers",
                                 False)),
    (EMERGENCY_DAY, 2, 18, _Read("elin", "elsa", "boden/home_nursing/1", ("lak",), "emergency")),
    (EMERGENCY_DAY, 2, 20, _Read("elin", "elsa", "boden/home_nursing/1", ("und",), "emergency")),
    (EMERGENCY_DAY, 2, 31, _Read("elin", "elsa", "boden/home_nursing/1", ("upp",), "emergency")),
    (EMERGENCY_DAY, 3, 2, _Read("elin", "elsa", "sunderby/emergency", ("voo",), "own_unit", action="sign")),
)  # fmt: skip


def questions(region: Region, today: date, seed: int = SEED) -> tuple[SeedQuestion, ...]:
    """About six hundred questions of the thirty days before ``today``, oldest first."""
    asking = _Asking(region, today, Random(seed))  # noqa: S311 — chance for a fictive history, not for secrets
    asked = [*asking.routine(), *asking.stories(), *asking.insulin()]
    return tuple(sorted(asked, key=lambda question: question.at))


class _Asking:
    def __init__(self, region: Region, today: date, random: Random) -> None:
        self._region, self._today, self._random = region, today, random

    def routine(self) -> Iterator[SeedQuestion]:
        for day in range(-HISTORY_DAYS, 0):
            weekend = (self._today + timedelta(days=day)).weekday() >= 5
            able = [read for read in _ROUTINE if not weekend or self._works_weekends(read)]
            for _ in range(ROUTINE_PER_DAY // 2 if weekend else ROUTINE_PER_DAY):
                read = self._random.choice(able)
                yield self._question(self._shift(day, read), read)

    def stories(self) -> Iterator[SeedQuestion]:
        for day, hour, minute, read in (*_DENIED, *_TOLD):
            yield self._question(moment(self._today, day, hour, minute), read)

    def insulin(self) -> Iterator[SeedQuestion]:
        """Marja gives insulin each evening until her delegation ends, tries twice after it, and Olof takes over.

        Saga dresses the wound every third day until hers is revoked.
        """
        for day in range(-HISTORY_DAYS, 0):
            if day < EXPIRY_DAY:
                yield self._performs("marja", "give_insulin", day, 17, "delegated_task")
            else:
                yield self._performs("olof", "give_insulin", day, 17, "delegated_task")
            yield self._performs("olof", "hand_over_medicine", day, 7, "delegated_task")
            if day % 3 == 0 and day < REVOCATION_DAY:
                yield self._performs("saga", "dress_wound", day, 10, "delegated_task")
        for day in (EXPIRY_DAY, EXPIRY_DAY + 1):
            yield self._performs("marja", "give_insulin", day, 16, "delegation_not_current", permitted=False)
        yield self._performs("saga", "dress_wound", REVOCATION_DAY + 1, 10, "delegation_not_current", permitted=False)

    def _works_weekends(self, read: _Read) -> bool:
        return self._region.units[self._region.cast[read.who].unit].kind in ROUND_THE_CLOCK

    def _shift(self, day: int, read: _Read) -> datetime:
        """Office hours; wards and home nursing in the evening and at night too, home care until ten."""
        hour = self._random.randrange(8, 16)
        kind = self._region.units[self._region.cast[read.who].unit].kind
        if kind in ROUND_THE_CLOCK and self._random.randrange(3) == 0:
            hour = self._random.choice((7, 16, 18, 19, 20, 21) if kind == "home_care" else (3, 5, 7, 18, 20, 22, 23))
        return moment(self._today, day, hour, self._random.randrange(60)) + timedelta(
            seconds=self._random.randrange(60)
        )

    def _performs(self, who: str, task: str, day: int, hour: int, rule: str, *, permitted: bool = True) -> SeedQuestion:
        post = self._region.cast[who]
        assignment = self._region.assignments[post.assignments[1]]
        return SeedQuestion(
            moment(self._today, day, hour, self._random.randrange(2, 50)), post.person, assignment.hsa_id, "perform",
            "task", task, "elsa", None, assignment.unit, self._region.provider_of("boden/home_nursing/1"),
            assignment.purpose or "", NetworkZone.LUMIORA, permitted, rule,
        )  # fmt: skip

    def _question(self, at: datetime, read: _Read) -> SeedQuestion:
        post = self._region.cast[read.who]
        assignment = self._region.assignments[post.assignments[read.assignment]]
        regional = post.person.prefix == self._region.members["region"].hsa_id.prefix
        zone = NetworkZone.SJUNET if regional else NetworkZone.LUMIORA
        return SeedQuestion(
            at, post.person, assignment.hsa_id, read.action, "patient_information", "*", read.patient,
            self._random.choice(read.types), self._region.unit(read.where), self._region.provider_of(read.where),
            assignment.purpose or "", zone, read.permitted, read.rule,
        )  # fmt: skip
