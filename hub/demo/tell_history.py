"""Tells the demo's thirty days to a house that has just been opened: through the same actions as everybody uses, each
at its time. Afterwards registers, journal and trail look as if the house had stood there all along.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime
from functools import partial
from typing import TypeVar

from authz.actions.delegating.document import document_of, hash_of
from authz.actions.delegating.end import revoke_delegation
from authz.actions.delegating.offer import offer_delegation
from authz.actions.delegating.register_on_paper import Paper, register_on_paper
from authz.actions.delegating.sign import sign_delegation
from authz.actions.delegating.written import Written, catalogue_task
from authz.actions.end_consent import annul_consent, end_consent
from authz.actions.keep_other_registers import (
    keep_task,
    open_discharge_case,
    register_emergency,
    register_responsibility_move,
    register_service_recipient,
)
from authz.actions.lift_block import lift_block
from authz.actions.question import Pep
from authz.actions.register_block import BlockTerms, register_block
from authz.actions.register_care_relationship import register_care_relationship
from authz.actions.register_consent import register_consent
from authz.core.facts import CaseState, CatalogueTask, Ground, LiftReason
from authz.edge.http.questions import read_evaluation
from authz.ports import DelegationTerms
from authz.refusals import MayNotSign, StaffUnavailable
from directory.refusals import DirectoryUnavailable
from hub.demo import seeds, staff_list
from hub.demo.directory_history import DirectoryEvent, directory_events
from hub.demo.facts import HISTORY_DAYS, RegisterFacts, moment, register_facts
from hub.demo.flaws import flaws, licence_checks
from hub.demo.history import SeedQuestion, questions
from hub.demo.region import Region
from hub.demo.told_clock import ToldClock
from hub.house import House
from sync import Source
from vocabulary.assurance import AssuranceLevel
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone
from vocabulary.personal_number import PersonalIdentityNumber

_DOOR = "demo"
_REASON = "the demo's beginning"
_PEP = Pep("pep", frozenset({"tillit:pdp"}), frozenset(NetworkZone), vouches=True, vouched_level=AssuranceLevel.LOA3)

_PATIENCE_SECONDS = 60.0

T = TypeVar("T")
Event = tuple[datetime, Callable[[], object]]


def beginning(today: date) -> datetime:
    """The instant at which the story begins: the day before its first event."""
    return moment(today, -HISTORY_DAYS - 1, 6)


def tell_history(house: House, clock: ToldClock, region: Region, today: date) -> dict[str, int]:
    """Returns what there is afterwards, by kind. ``clock`` must be the house's own."""
    clock.release()
    first, now = beginning(today), clock.now()
    clock.tell(first)
    facts = register_facts(region, today)
    numbers = {seed.person: PersonalIdentityNumber.parse(seed.value) for seed in facts.personal_numbers}
    _surely(
        house, partial(house.directory.change, region.entries, actor=_DOOR, reason=_REASON, door=_DOOR, numbers=numbers)
    )
    house.sync.define_source(_source(region))
    asked = [question for question in questions(region, today) if question.at < now]
    changes = (*directory_events(region, today), *flaws(region, today))
    checks = licence_checks(region, today)
    events = [
        *_directory(house, changes),
        (checks.at, partial(house.quality.checks.forget, checks.never)),
        (checks.at, partial(house.quality.note_checks, checks.asked, checks.at, _DOOR)),
        *_Registering(house, facts),
        *_asked(house, asked),
    ]
    for at, act in sorted(events, key=lambda event: event[0]):
        clock.tell(min(max(at, first), now))
        _surely(house, act)
    clock.release()
    snapshot = house.directory.snapshot()
    return {
        "members": len(region.members),
        "units": len(region.units),
        "people": sum(1 for _ in snapshot.people()),
        "assignments": sum(1 for _ in snapshot.assignments()),
        "patients": len(facts.patients),
        "care relationships": len(facts.care_relationships),
        "consents": len(facts.consents),
        "blocks": len(facts.blocks),
        "delegations": len(facts.delegations),
        "recorded decisions": len(asked),
    }


def _source(region: Region) -> Source:
    member = region.members["boden"].hsa_id
    return Source(
        staff_list.SOURCE_ID, member, staff_list.SOURCE_NAME, unit_codes=staff_list.unit_codes(region)
    )  # fmt: skip


def _directory(house: House, events: Iterable[DirectoryEvent]) -> Iterator[Event]:
    for event in events:
        change = partial(
            house.directory.change, event.entries, actor=str(event.actor), reason=event.reason, door=_DOOR
        )  # fmt: skip
        yield event.at, change


def _surely(house: House, act: Callable[[], T]) -> T:
    """On a busy machine the directory's answer may be late or lost. A change is then kept and finished by a later look,
    and asking for it again does nothing; what is registered is written whole or not at all. So wait."""
    until = house.clock.monotonic_seconds() + _PATIENCE_SECONDS
    while True:
        try:
            return act()
        except (DirectoryUnavailable, StaffUnavailable, MayNotSign):
            if house.clock.monotonic_seconds() > until:
                raise
            with suppress(DirectoryUnavailable):
                house.directory.poll()


def _logged_in(person: HsaId, assignment: HsaId | None) -> Caller:
    """Somebody in the journal system of her unit, with her card in the reader."""
    scopes, zones = frozenset({"tillit:registers"}), frozenset(NetworkZone)
    return Caller("vardplanering", person, scopes, None, assignment, AssuranceLevel.LOA3, zones)


def _asked(house: House, asked: Iterable[SeedQuestion]) -> Iterator[Event]:
    for question in asked:
        yield question.at, partial(house.pdp.evaluate_blocking, read_evaluation(question.evaluation()), _PEP)


class _Registering:
    """The registers' facts, each registered when it began."""

    def __init__(self, house: House, facts: RegisterFacts) -> None:
        self._house, self._desk, self._facts = house, house.desk, facts
        self._patients = {patient.key: patient.number for patient in facts.patients}
        self._rows: dict[str, str] = {}

    def __iter__(self) -> Iterator[Event]:
        facts, earliest = self._facts, datetime.min.replace(tzinfo=moment(date(2000, 1, 1), 0, 0).tzinfo)
        for task in facts.tasks:
            yield earliest, partial(self._task, task)
        for care in facts.care_relationships:
            yield care.period.start or earliest, partial(self._care, care)
        for consent in facts.consents:
            yield consent.period.start or earliest, partial(self._consent, consent)
            if consent.ended_at is not None:
                yield consent.ended_at, partial(self._end_consent, consent)
        for block in facts.blocks:
            yield block.period.start or earliest, partial(self._block, block)
        for lift in facts.lifts:
            yield lift.period.start or earliest, partial(self._lift, lift)
        for delegation in facts.delegations:
            yield delegation.accepted_at or delegation.written_at, partial(self._delegation, delegation)
            if delegation.revoked_at is not None:
                yield delegation.revoked_at, partial(self._revoke, delegation)
        for service in facts.service_recipients:
            yield earliest, partial(self._service, service)
        for case in facts.discharge_cases:
            yield case.ready_at or case.admitted_at, partial(self._case, case)
        for move in facts.responsibility_moves:
            yield move.at, partial(self._move, move)
        for emergency in facts.emergency_accesses:
            yield emergency.period.start or earliest, partial(self._emergency, emergency)

    def _task(self, seed: seeds.SeedTask) -> None:
        licences, sight = frozenset(seed.required_licences), frozenset(seed.gives_sight_of)
        keep_task(self._desk, CatalogueTask(seed.code, seed.delegable, licences, sight, name=seed.name), by=_DOOR)

    def _care(self, seed: seeds.SeedCareRelationship) -> None:
        patient = self._patients[seed.patient]
        register_care_relationship(
            self._desk, patient=patient, person=seed.person, unit=seed.unit, period=seed.period, by=_DOOR
        )

    def _consent(self, seed: seeds.SeedConsent) -> None:
        self._rows[seed.ref] = register_consent(
            self._desk,
            patient=self._patients[seed.patient],
            unit=seed.unit,
            person=seed.person,
            ground=Ground(seed.ground),
            period=seed.period,
            by=str(seed.registered_by),
        ).id

    def _end_consent(self, seed: seeds.SeedConsent) -> None:
        end = annul_consent if seed.annulled else end_consent
        end(self._desk, self._rows[seed.ref], by=str(seed.registered_by), reason="på patientens begäran")

    def _block(self, seed: seeds.SeedBlock) -> None:
        terms = BlockTerms(
            self._patients[seed.patient], seed.provider, seed.unit, seed.first, seed.last, frozenset(seed.excepted)
        )
        self._rows[seed.ref] = register_block(self._desk, terms, by=str(seed.registered_by)).id

    def _lift(self, seed: seeds.SeedLift) -> None:
        lift_block(
            self._desk,
            self._rows[seed.block],
            unit=seed.unit,
            person=seed.person,
            reason=LiftReason(seed.reason),
            text=seed.text,
            period=seed.period,
            by=str(seed.lifted_by),
        )

    def _delegation(self, seed: seeds.SeedDelegation) -> None:
        """Most were signed and accepted on paper; one that waits for its recipient was signed here."""
        patients = tuple(self._patients[key] for key in seed.patients)
        written = Written(
            seed.delegator, seed.recipient, seed.task, frozenset(seed.units), seed.period, patients
        )  # fmt: skip
        if seed.accepted_at is not None:
            paper = Paper(written, receiving_member_agreed=seed.receiving_member_agreed)
            self._rows[seed.ref] = register_on_paper(self._desk, paper, by=str(seed.delegator)).id
            return
        herself = _logged_in(seed.delegator, seed.delegator_assignment)
        row = _surely(self._house, partial(offer_delegation, self._desk, written, herself))
        assert isinstance(row.content, DelegationTerms)
        seen = hash_of(document_of(row.content, catalogue_task(self._desk, seed.task)))
        sign = partial(sign_delegation, self._desk, self._house.pdp, row.id, herself, seen, NetworkZone.LUMIORA)
        _surely(self._house, sign)

    def _revoke(self, seed: seeds.SeedDelegation) -> None:
        by = _logged_in(seed.revoked_by or seed.delegator, None)
        revoke_delegation(self._desk, self._rows[seed.ref], by, "återkallad av delegerande")

    def _service(self, seed: seeds.SeedServiceRecipient) -> None:
        patient = self._patients[seed.patient]
        register_service_recipient(
            self._desk, patient=patient, provider=seed.provider, by=_DOOR, period=seed.period
        )  # fmt: skip

    def _case(self, seed: seeds.SeedDischargeCase) -> None:
        open_discharge_case(
            self._desk,
            patient=self._patients[seed.patient],
            ward=seed.ward,
            concerned_units=frozenset(seed.concerned_units),
            by=_DOOR,
            state=CaseState(seed.state),
            permanent_care_contact=seed.permanent_care_contact,
            plan_consent=seed.plan_consent,
        )

    def _move(self, seed: seeds.SeedResponsibilityMove) -> None:
        register_responsibility_move(
            self._desk,
            patient=self._patients[seed.patient],
            from_unit=seed.from_unit,
            to_unit=seed.to_unit,
            professions=frozenset(seed.professions),
            at=seed.at,
            by=_DOOR,
        )

    def _emergency(self, seed: seeds.SeedEmergencyAccess) -> None:
        register_emergency(
            self._desk,
            patient=self._patients[seed.patient],
            person=seed.person,
            unit=seed.unit,
            reason=seed.reason,
            period=seed.period,
            by=str(seed.person),
        )
