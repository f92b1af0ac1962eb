"""The decision point's action: a question in, an answer out, and no answer before its record is durable.

Doubt denies: an unreadable register, a stale directory, an unknown kind of resource, a record that cannot be written.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from authz.actions.decision_ids import DecisionIds
from authz.actions.denials import DENIALS
from authz.actions.gather_facts import gather_facts, patient_facts
from authz.actions.packs.record import own_record
from authz.actions.question import OwnQuestion, Pep, Question
from authz.actions.read_request import is_name, resource_text, route_fault, to_request
from authz.actions.records import FactTexts, decision_record, denial_record, instant_text
from authz.core.decide import decide
from authz.core.decision import Decision
from authz.core.facts import AssignmentInUse, Patient
from authz.core.packs.asking import Told, decide_asked, fault_of
from authz.core.packs.pack import EMPLOYEE
from authz.core.policy import STRICTEST, Policy
from authz.core.request import PatientKey
from authz.core.unknown import UNKNOWN, Unknown
from authz.ports import Applications, PackPolicies, Registers, Staff, StaffView, Subject, SubjectTokens, Trail
from authz.refusals import InvalidSubjectToken, RegistersUnavailable, TrailUnavailable
from vocabulary.assurance import AssuranceLevel
from vocabulary.clock import Clock
from vocabulary.network_zone import NetworkZone
from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.seal import Seal
from vocabulary.stockholm import day_of, start_of_day

CHILD_UNDER_YEARS: Final = 15
"""Below it a child is taken not to consent by itself (praxis; the law names no age: confirm)."""

_KEPT_PATIENTS: Final = 20_000
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """``permit`` with its reason. ``decision`` is what the rules said; ``None`` when the question came to no rule.

    ``rule`` is then a code of ``authz.actions.denials``. ``others`` are the assignments that whoever was denied could
    choose instead, for who explains it.
    """

    permit: bool
    decision_id: str
    rule: str
    explain: bool
    decision: Decision | None
    facts_revision: str
    others: tuple[AssignmentInUse, ...] = ()

    def undone(self, code: str) -> "Answer":
        """The same question denied, because its record could not be written."""
        return replace(self, permit=False, rule=code, decision=None)


class _Known(NamedTuple):
    """What follows from a patient's number on one day."""

    facts: Patient
    sealed: bytes
    day: date


@dataclass(frozen=True, slots=True)
class Judged:
    answer: Answer
    record: bytes


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant and one view of the directory, by which several questions are weighed alike."""

    now: datetime
    staff: StaffView | Unknown
    facts_revision: str


class Pdp:
    """Answers questions. ``judge`` is the whole judgement without the record; nobody may act on it alone."""

    def __init__(
        self,
        *,
        staff: Staff,
        registers: Registers,
        tokens: SubjectTokens,
        applications: Applications,
        seal: Seal,
        trail: Trail,
        clock: Clock,
        random_bytes: Callable[[int], bytes],
        policy: Policy = STRICTEST,
        packs: PackPolicies | None = None,
        child_under_years: int = CHILD_UNDER_YEARS,
        on_fault: Callable[[Exception], None] = lambda fault: None,
    ) -> None:
        self._staff, self._registers, self._tokens, self._applications = staff, registers, tokens, applications
        self._seal, self._trail, self._clock = seal, trail, clock
        self._policy, self._packs, self._child_under_years = policy, packs, child_under_years
        self._on_fault = on_fault
        self._texts = FactTexts()
        self._ids = DecisionIds(random_bytes)
        self._known: dict[PersonalIdentityNumber, _Known] = {}
        self._today: tuple[datetime, datetime, date] | None = None

    async def evaluate(self, question: Question, pep: Pep) -> Answer:
        """Judge, record, and answer when the record is durable. Never raises for what a question holds."""
        return (await self.evaluate_all((question,), pep))[0]

    async def evaluate_all(self, questions: Iterable[Question], pep: Pep, until: bool | None = None) -> list[Answer]:
        """Each question as if it had come alone, with one wait for all their records.

        With ``until``, the first answer that permits (``True``) or denies (``False``) is the last one.
        """
        judged: list[Judged] = []
        for question in questions:
            judged.append(self.judge(question, pep))
            if judged[-1].answer.permit is until:
                break
        if not judged:
            return []
        try:
            await self._trail.appended([one.record for one in judged])
        except TrailUnavailable:
            return [one.answer.undone("trail_unavailable") for one in judged]
        return [one.answer for one in judged]

    def evaluate_blocking(self, question: Question, pep: Pep) -> Answer:
        """The same for threads."""
        judged = self.judge(question, pep)
        try:
            self._trail.append((judged.record,)).result()
        except TrailUnavailable:
            return judged.answer.undone("trail_unavailable")
        return judged.answer

    def moment(self, staff: StaffView | Unknown) -> Moment:
        """Now, by ``staff``."""
        return Moment(self._clock.now(), staff, self._revision(staff))

    @property
    def policy(self) -> Policy:
        return self._policy

    def weigh(self, question: Question, pep: Pep, moment: Moment) -> Decision | str:
        """What ``judge`` would decide then, or a code of ``authz.actions.denials``; nothing is recorded. Whoever acts
        on it keeps a record of her own first. Never raises for what a question holds."""
        try:
            subject = self._subject(question, pep, moment.now)
            return self._decide(question, pep, subject, moment.staff, moment.facts_revision, moment.now)
        except _Denied as denied:
            return denied.code
        except Exception as fault:  # noqa: BLE001  # INVARIANT (doubt denies): as in ``judge``.
            self._on_fault(fault)
            return "not_judged"

    def explained(self, question: Question, pep: Pep, moment: Moment, decision_id: str) -> Answer:
        """What ``weigh`` says, to be explained; recorded by whoever asks, under ``decision_id``."""
        decision = self.weigh(question, pep, moment)
        if isinstance(decision, str):
            return Answer(False, decision_id, decision, True, None, moment.facts_revision)
        others = () if decision.permit else _assignments(question, moment.staff)
        return Answer(decision.permit, decision_id, decision.rule, True, decision, moment.facts_revision, others)

    def named(self, question: Question, pep: Pep, moment: Moment) -> Question | str:
        """The question with the assignment that its token names, if it states none; or why it cannot be asked."""
        try:
            subject = self._subject(question, pep, moment.now)
        except _Denied as denied:
            return denied.code
        if subject is None or subject.assignment is None or question.assignment is not None:
            return question
        return replace(question, assignment=subject.assignment)

    def patient(self, number: PersonalIdentityNumber, now: datetime) -> tuple[PatientKey, bytes]:
        """How registers and trail know the holder of a number: its key, and the number sealed."""
        known = self._patient(number, now)
        return known.facts.key, known.sealed

    def judge(self, question: Question, pep: Pep) -> Judged:
        """Never raises for what a question holds; a fault of our own denies and is handed to ``on_fault``."""
        now = self._clock.now()
        decision_id = self._ids.at(now)
        try:
            if isinstance(question, OwnQuestion):
                return self._judge_own(question, pep, now, decision_id)
            return self._judge(question, pep, now, decision_id)
        except Exception as fault:  # noqa: BLE001  # INVARIANT (doubt denies): no fault of ours may become a permit.
            self._on_fault(fault)
            answer = Answer(False, decision_id, "not_judged", explain=False, decision=None, facts_revision="-.-")
            return Judged(answer, self._denial(answer, question, pep, now))

    def _judge(self, question: Question, pep: Pep, now: datetime, decision_id: str) -> Judged:
        explain = pep.explain_default if question.explain is None else question.explain
        staff = self._staff.view()
        facts_revision = self._revision(staff)
        try:
            subject = self._subject(question, pep, now)
            judged = self._decide(question, pep, subject, staff, facts_revision, now)
        except _Denied as denied:
            answer = Answer(False, decision_id, denied.code, explain, None, facts_revision)
            return Judged(answer, self._denial(answer, question, pep, now))
        others = _assignments(question, staff) if explain and not judged.permit else ()
        answer = Answer(judged.permit, decision_id, judged.rule, explain, judged, facts_revision, others)
        sealed = None if question.patient is None else self._patient(question.patient, now).sealed
        record = decision_record(
            decision_id=decision_id,
            at=instant_text(now),
            asked_by=pep.client_id,
            token_client=None if subject is None else subject.client_id,
            decision=judged,
            resource=resource_text(question),
            sealed=sealed,
            facts_revision=facts_revision,
            texts=self._texts,
        )
        return Judged(answer, record)

    def _judge_own(self, question: OwnQuestion, pep: Pep, now: datetime, decision_id: str) -> Judged:
        """By the policy pack of the application that asks: no other has a say about its own things."""
        explain = pep.explain_default if question.explain is None else question.explain
        staff = self._staff.view()
        facts_revision = f"{'-' if staff is UNKNOWN else staff.revision}.{self._registers.revision}"
        try:
            subject, decision = self._decide_own(question, pep, staff, facts_revision, now)
        except _Denied as denied:
            answer = Answer(False, decision_id, denied.code, explain, None, facts_revision)
            return Judged(answer, self._denial(answer, question, pep, now))
        answer = Answer(decision.permit, decision_id, decision.rule, explain, decision, facts_revision)
        record = own_record(
            decision_id=decision_id,
            at=instant_text(now),
            asked_by=pep.client_id,
            token_client=None if subject is None else subject.client_id,
            decision=decision,
            asked=question.asked,
            facts_revision=facts_revision,
            texts=self._texts,
        )
        return Judged(answer, record)

    def _decide_own(
        self, question: OwnQuestion, pep: Pep, staff: StaffView | Unknown, facts_revision: str, now: datetime
    ) -> tuple[Subject | None, Decision]:
        asked, policy = question.asked, None if self._packs is None else self._packs.policy(pep.client_id)
        if policy is None:
            raise _Denied("unknown_resource")
        if policy is UNKNOWN:
            raise _Denied("policy_unreadable")
        fault = fault_of(policy.pack, asked)
        if fault is not None:
            raise _Denied(fault)
        _need_its_place(question, pep, facts_revision)
        zone = question.zone if question.zone in pep.trusted_zones else NetworkZone.OPEN
        if asked.subject_type != EMPLOYEE:
            # The application knows its own subjects; a token beside them has to hold all the same.
            subject = None if question.token is None else self._verified(question.token)
            level = AssuranceLevel.NONE if subject is None else subject.level
            return subject, decide_asked(policy, asked, Told(now, zone, level))
        subject, person = self._subject(question, pep, now), question.person
        assert person is not None
        level = pep.vouched_level if subject is None else subject.level
        held = question.assignment or (None if subject is None else subject.assignment)
        reader = UNKNOWN if staff is UNKNOWN else staff.reader(person)
        in_use = None if held is None else UNKNOWN if staff is UNKNOWN else staff.assignment(held, person)
        told = Told(now, zone, level, person, reader, in_use)
        return subject, decide_asked(policy, asked, told)

    def _decide(
        self,
        question: Question,
        pep: Pep,
        subject: Subject | None,
        staff: StaffView | Unknown,
        facts_revision: str,
        now: datetime,
    ) -> Decision:
        _need_its_place(question, pep, facts_revision)
        patient = None if question.patient is None else self._patient(question.patient, now).facts
        level = pep.vouched_level if subject is None else subject.level
        request = to_request(
            _with_id(question, staff),
            subject=subject,
            citizen=None if question.citizen is None else self._patient(question.citizen, now).facts.key,
            patient=None if patient is None else patient.key,
            level=level,
            zone=question.zone if question.zone in pep.trusted_zones else NetworkZone.OPEN,
        )
        if isinstance(request, str):
            raise _Denied(request)
        facts = gather_facts(
            request,
            now=now,
            staff=staff,
            registers=self._registers,
            applications=self._applications,
            patient=patient,
            policy=self._policy,
        )
        decision = decide(request, facts)
        if decision.permit:
            fault = route_fault(question, request, facts)
            if fault is not None:
                raise _Denied(fault)
        return decision

    def _revision(self, staff: StaffView | Unknown) -> str:
        return f"{'-' if staff is UNKNOWN else staff.revision}.{self._registers.revision}"

    def _subject(self, question: Question, pep: Pep, now: datetime) -> Subject | None:
        """Who the token speaks of; ``None`` when a vouching application asks without one. Raises ``_Denied``."""
        if question.fault is not None:
            raise _Denied(question.fault)
        if question.token is None:
            if not pep.vouches:
                raise _Denied("subject_token_missing")
            return None
        subject = self._verified(question.token)
        if question.citizen is not None:
            if subject.citizen is None or subject.citizen != self._patient(question.citizen, now).facts.key:
                raise _Denied("subject_mismatch")
        elif subject.person is None or subject.person != question.person:
            raise _Denied("subject_mismatch")
        stated = question.assignment
        if stated is not None and subject.assignment is not None and stated != subject.assignment:
            raise _Denied("assignment_mismatch")
        return subject

    def _verified(self, token: str) -> Subject:
        try:
            return self._tokens.verify(token)
        except InvalidSubjectToken:
            raise _Denied("subject_token_invalid") from None
        except RegistersUnavailable:
            raise _Denied("subject_token_unchecked") from None

    def _patient(self, number: PersonalIdentityNumber, now: datetime) -> "_Known":
        """Key, ciphertext and age of a number's holder, remembered for the next question about her."""
        known, today = self._known.get(number), self._day_of(now)
        if known is None or known.day != today:
            if len(self._known) >= _KEPT_PATIENTS:
                self._known.clear()
            key = PatientKey(self._seal.lookup(number))
            facts = patient_facts(number, key, today, self._child_under_years)
            known = self._known[number] = _Known(facts, self._seal.close(number), today)
        return known

    def _day_of(self, now: datetime) -> date:
        kept = self._today
        if kept is None or not kept[0] <= now < kept[1]:
            today = day_of(now)
            kept = self._today = (start_of_day(today), start_of_day(today + _DAY), today)
        return kept[2]

    def _denial(self, answer: Answer, question: Question, pep: Pep, now: datetime) -> bytes:
        return denial_record(
            decision_id=answer.decision_id,
            at=instant_text(now),
            asked_by=pep.client_id,
            code=answer.rule,
            action=question.action,
            person=None if question.person is None else question.person.value,
            resource_type=question.resource_type,
        )


def _assignments(question: Question, staff: StaffView | Unknown) -> tuple[AssignmentInUse, ...]:
    """All of the person's, in whatever state."""
    found = None if staff is UNKNOWN or question.person is None else staff.delegator(question.person)
    return () if found is None or found.assignments is UNKNOWN else found.assignments


def _need_its_place(question: Question, pep: Pep, revision: str) -> None:
    """Denied: a purpose that the client may not state, and a revision that has not come here yet."""
    if question.purpose is not None and pep.purposes is not None and question.purpose not in pep.purposes:
        raise _Denied("purpose_not_for_client")
    if question.at_least_revision is not None and not _reached(revision, question.at_least_revision):
        raise _Denied("revision_not_reached")


def _reached(revision: str, wanted: str) -> bool:
    """``12.345``: the directory's revision and the registers'. What cannot be read has not been reached."""
    here, there = revision.split("."), wanted.split(".")
    if len(there) != 2 or not all(part.isdecimal() and part.isascii() and len(part) < 19 for part in there):
        return False
    return here[0] != "-" and int(here[0]) >= int(there[0]) and int(here[1]) >= int(there[1])


def _with_id(question: Question, staff: StaffView | Unknown) -> Question:
    """The question with the entry's id where it named it by its distinguished name."""
    if question.resource_type != "directory_object" or not is_name(question.resource_id) or staff is UNKNOWN:
        return question
    found = staff.named(question.resource_id)
    return question if found is None else replace(question, resource_id=str(found))


class _Denied(Exception):
    """The question comes to no rule."""

    def __init__(self, code: str) -> None:
        assert code in DENIALS
        super().__init__(code)
        self.code = code
