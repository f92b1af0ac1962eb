"""Questions by chance that are hard to answer: a permitted situation, mostly with some one thing changed in it.

Half of the questions differ from a permitted one in one thing, so that each rule is tried at its own edge; the records
of other patients and readers lie among those that count. Seeded and fast: no shrinking is needed, since a question
knows its permitted neighbour.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from authz.core.facts import (
    Facts,
)
from authz.core.policy import STRICTEST
from authz.core.request import (
    Request,
)
from tests.authz.oracle import chance
from tests.authz.oracle.chance import BERIT, TYRA
from tests.authz.oracle.near_misses import a_change
from tests.authz.oracle.situations import SITUATIONS, Asked
from vocabulary.assurance import AssuranceLevel
from vocabulary.codes import Purpose
from vocabulary.network_zone import NetworkZone


@dataclass(frozen=True, slots=True)
class Question:
    """``changes`` are the names of what was changed in ``neighbour``, which was meant to be permitted."""

    request: Request
    facts: Facts
    situation: str
    changes: tuple[str, ...]
    neighbour: Asked


def questions(seed: int) -> Iterator[Question]:
    """Without end; the same for the same seed."""
    rng = Random(seed)
    situations = list(SITUATIONS.items())
    weights = [weight for _, (_, weight) in situations]
    while True:
        ((name, (make, _)),) = rng.choices(situations, weights)
        asked = request, facts = among_others(rng, *make(rng))
        changes = []
        for _ in range(rng.choices((0, 1, 2, 3, 5), (22, 50, 14, 9, 5))[0]):
            change = a_change(rng, request, facts)
            request, facts = change.of(rng, request, facts)
            changes.append(change.name)
        yield Question(request, facts, name, tuple(changes), asked)


POLICIES = tuple(
    replace(STRICTEST, **choice)
    for choice in (
        {"longest_lift": chance.DAY},
        {"reasons_that_lift_outer": frozenset()},
        {"reasons_that_lift_outer": frozenset({"PatientsConsent", "Emergency"})},
        {"social_care_purposes": frozenset({Purpose.CARE, Purpose.QUALITY_ASSURANCE})},
        {"lowest_level": dict.fromkeys(NetworkZone, AssuranceLevel.LOA3)},
    )
)
"""Other readings than the strictest, that the law leaves room for."""


def among_others(rng: Random, request: Request, facts: Facts) -> Asked:
    """Records of other patients, readers, units and times beside those that count."""
    now = facts.now
    unit = rng.choice(chance.UNITS) if facts.assignment is None or rng.random() < 0.4 else facts.assignment.unit
    added: dict[str, Any] = {}
    if rng.random() < 0.08:
        facts = replace(facts, policy=rng.choice(POLICIES))
    if rng.random() < 0.25:
        added["care_relationships"] = replace(chance.a_relationship(rng, now, unit), patient=TYRA)
    if rng.random() < 0.15:
        added["responsibility_moves"] = replace(chance.a_move(rng, now, unit), patient=TYRA)
    if rng.random() < 0.1:
        added["service_recipients"] = chance.a_recipient(rng, now)
    if rng.random() < 0.25:
        added["consents"] = chance.a_consent(rng, now, unit)
    if rng.random() < 0.25:
        written = getattr(request.resource, "unit", None) or unit
        added["blocks"] = replace(chance.a_block(rng, now, written), patient=TYRA)
    if rng.random() < 0.15:
        added["lifts"] = chance.a_lift(rng, now, rng.choice(("b0", "b1")), unit)
    if rng.random() < 0.15:
        added["emergencies"] = chance.an_emergency(rng, now, unit)
    if rng.random() < 0.15:
        by = rng.choice(chance.HEALTH_UNITS)
        added["delegations"] = replace(chance.a_delegation(rng, now, rng.choice(chance.TASKS), by, by), recipient=BERIT)
    if rng.random() < 0.1:
        added["discharge_cases"] = replace(chance.a_case(rng, rng.choice(chance.WARDS), unit), patient=TYRA)
    together = {}
    for register, record in added.items():
        records = getattr(facts, register)
        together[register] = (record, *records) if rng.random() < 0.5 else (*records, record)
    return request, replace(facts, **together)
