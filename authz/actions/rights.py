"""Who may do what in the registers of consents, blocks, lifts, care relationships and service recipients: one place.

An application acts for the units and care providers of its members, and answers for whom it lets act. Somebody who is
logged in acts under her own current assignment for care and nothing else: at its unit, and for blocks at its care
provider (DOMAIN 5.3). Among her own unit's rows she knows those of patients in whose care she takes part now, by the
very rule that decisions ask (PDL 4 kap. 1 §). The block officers of a member (system role ``sparradministrator``) know
the consents and blocks of the care provider that they work for. What a caller may not know of does not exist for her.

Boundary: which rows can stand at all, the registering verbs say. Delegations have rights of their own.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from authz.actions.delegating.overseers import HEAD_OF_OPERATIONS
from authz.actions.desk import Desk
from authz.core.facts import (
    AssignmentInUse,
    Block,
    CareRelationship,
    Consent,
    Facts,
    Lift,
    Reader,
    ServiceRecipient,
)
from authz.core.request import Action, Employee, Information, PatientKey, Request
from authz.core.rules import no_care_relationship
from authz.core.unknown import UNKNOWN
from authz.core.vote import Verdict
from authz.ports import BlockLook, Kind, RegisterBook, Registers, Row, StaffView
from authz.refusals import BlockOfAnotherProvider, NotAllowed, RegistersUnavailable
from vocabulary.assurance import AssuranceLevel
from vocabulary.caller import Caller
from vocabulary.codes import Purpose
from vocabulary.hsa_id import HsaId

BLOCK_OFFICER = "sparradministrator"
"""The office of who administers blocks: lifts them, reviews lifts for emergencies, helps patients with them."""

_OWN_PROVIDER = "staff administer blocks of their own care provider only"
_CARE_FIRST = "register your own care relationship with the patient at your unit first"


class Rights(Protocol):
    """What one caller may do now. Every ``need`` raises ``NotAllowed`` with what would help."""

    def knows(self, row: Row) -> bool:
        """Whether the row exists for her."""
        ...

    def need_unit(self, unit: HsaId) -> None:
        """To register what holds at a unit."""
        ...

    def need_named(self, person: HsaId, unit: HsaId, patient: PatientKey) -> None:
        """To register something of a patient for a person at a unit."""
        ...

    def need_provider(self, provider: HsaId) -> None:
        """To register who gets a provider's services."""
        ...

    def need_care(self, patient: PatientKey) -> None:
        """To register what only those register who take part in the patient's care."""
        ...

    def need_listing(self, patient: PatientKey) -> None:
        """To be told a patient's consents, blocks and lifts."""
        ...

    def need_blocking(self, provider: HsaId, unit: HsaId | None, patient: PatientKey) -> None:
        """To register a block; an outer one has no unit."""
        ...

    def need_looking(self, provider: HsaId, patient: PatientKey) -> None:
        """To be told which units of a provider have blocked."""
        ...

    def is_told(self, block: Block) -> bool:
        """Whether a block of the provider that she looked at is told to her, once she may look."""
        ...

    def need_lifting(self, block: Block, unit: HsaId) -> None: ...


def rights_of(desk: Desk, caller: Caller) -> Rights:
    """Raises ``NotAllowed`` for somebody who is not logged in surely enough, or under no current assignment for care,
    and ``StaffUnavailable``."""
    view, now = desk.directory(), desk.clock.now()
    if caller.person is None:
        return OfApplication(caller, view, desk.book)
    if caller.level < AssuranceLevel.LOA2:
        raise NotAllowed(f"log in with two factors ({AssuranceLevel.LOA2.uri}) to use the registers")
    assignment = None if caller.assignment is None else view.assignment(caller.assignment, caller.person)
    reader = view.reader(caller.person)
    if assignment is None or reader is None or not reader.active or not assignment.period.contains(now):
        raise NotAllowed("log in under a current assignment of yours to use the registers")
    unit, provider = assignment.unit, assignment.provider
    if unit is None or provider is None or assignment.purpose != Purpose.CARE:
        raise NotAllowed(f"log in under an assignment at a unit, with the purpose `{Purpose.CARE}`")
    member = view.member_of_unit(unit)
    if member is None or not caller.may_act_for(member):
        raise NotAllowed("the application may not be used for the member of your assignment")
    provider_member = view.member_of_provider(provider)
    officer = provider_member is not None and reader.id in view.holders(BLOCK_OFFICER, provider_member)
    return OfPerson(caller, view, desk.registers, desk.book, now, reader, assignment, unit, provider, officer)


def reviewers(view: StaffView, provider: HsaId) -> tuple[HsaId, ...]:
    """Who reviews lifts for emergencies at a care provider now: its block officers; where there are none, its heads of
    operations, since somebody must."""
    member = view.member_of_provider(provider)
    if member is None:
        return ()
    return view.holders(BLOCK_OFFICER, member) or view.holders(HEAD_OF_OPERATIONS, member)


@dataclass(frozen=True, slots=True)
class OfApplication:
    """Keeps ``Rights`` for a client without a person."""

    caller: Caller
    view: StaffView
    book: RegisterBook

    def knows(self, row: Row) -> bool:
        content = row.content
        if isinstance(content, Block | ServiceRecipient | BlockLook):
            return self._is_of_ours(content.provider)
        if isinstance(content, Lift):
            blocked = self.book.row(Kind.BLOCK, content.block)
            of_block = blocked is not None and isinstance(blocked.content, Block)
            return self._is_our_unit(content.unit) or (of_block and blocked is not None and self.knows(blocked))
        return isinstance(content, CareRelationship | Consent) and self._is_our_unit(content.unit)

    def need_unit(self, unit: HsaId) -> None:
        if not self._is_our_unit(unit):
            raise NotAllowed("the unit belongs to another member", pointer="/unit")

    def need_named(self, person: HsaId, unit: HsaId, patient: PatientKey) -> None:
        """The application answers for whom it names."""

    def need_provider(self, provider: HsaId) -> None:
        if not self._is_of_ours(provider):
            raise NotAllowed("the care provider belongs to another member", pointer="/provider")

    def need_care(self, patient: PatientKey) -> None:
        """The application answers for whom it lets register."""

    def need_listing(self, patient: PatientKey) -> None:
        """Each row of it that belongs to the application's members."""

    def need_blocking(self, provider: HsaId, unit: HsaId | None, patient: PatientKey) -> None:
        self.need_provider(provider)

    def need_looking(self, provider: HsaId, patient: PatientKey) -> None:
        self.need_provider(provider)

    def is_told(self, block: Block) -> bool:
        return True

    def need_lifting(self, block: Block, unit: HsaId) -> None:
        self.need_provider(block.provider)

    def _is_our_unit(self, unit: HsaId) -> bool:
        if self.caller.members is None:
            return True
        member = self.view.member_of_unit(unit)
        return member is not None and self.caller.may_act_for(member)

    def _is_of_ours(self, provider: HsaId) -> bool:
        if self.caller.members is None:
            return True
        member = self.view.member_of_provider(provider)
        return member is not None and self.caller.may_act_for(member)


@dataclass(frozen=True, slots=True)
class OfPerson:
    """Keeps ``Rights`` for somebody who is logged in, at the unit ``unit`` of the care provider ``provider``.

    ``officer`` says that she administers the blocks of that provider.
    """

    caller: Caller
    view: StaffView
    registers: Registers
    book: RegisterBook
    now: datetime
    reader: Reader
    assignment: AssignmentInUse
    unit: HsaId
    provider: HsaId
    officer: bool

    def knows(self, row: Row) -> bool:
        content = row.content
        if isinstance(content, BlockLook):
            return row.registered_by == self.caller.name or (self.officer and content.provider == self.provider)
        if isinstance(content, CareRelationship):
            mine = content.person == self.reader.id
            return content.unit == self.unit and (mine or self._cares_for(content.patient))
        if isinstance(content, Consent):
            if self.officer and self._is_own_providers(content.unit):
                return True
            return content.unit == self.unit and self._cares_for(content.patient)
        if isinstance(content, Block):
            # Which other units have blocked is told by the first of the two steps of lifting alone.
            near = content.unit is None or content.unit == self.unit
            own = content.provider == self.provider
            return own and (self.officer or (near and self._cares_for(content.patient)))
        if isinstance(content, Lift):
            return self._knows_lift(content, row.patients[0].key)
        if isinstance(content, ServiceRecipient):
            return content.provider == self.provider and self._cares_for(content.patient)
        return False

    def need_unit(self, unit: HsaId) -> None:
        if unit != self.unit:
            raise NotAllowed("you register for the unit of the assignment that you logged in under", pointer="/unit")

    def need_named(self, person: HsaId, unit: HsaId, patient: PatientKey) -> None:
        """Herself; or, of a patient whom she may be told of, who is assigned at the unit now.

        INVARIANT (nobody is told by being named): who is protected, who works elsewhere and who is not in the directory
        are refused alike.
        """
        if person == self.reader.id:
            return
        self.need_listing(patient)
        named, found = self.view.colleague(person), self.view.delegator(person)
        held = () if found is None or found.assignments is UNKNOWN else found.assignments
        here = any(one.unit == unit and one.period.contains(self.now) for one in held)
        if named is None or named.protected or not here:
            raise NotAllowed("you name yourself, or somebody who is assigned at the unit now", pointer="/person")

    def need_provider(self, provider: HsaId) -> None:
        if provider != self.provider:
            raise NotAllowed("you register for the care provider of the assignment in use", pointer="/provider")

    def need_care(self, patient: PatientKey) -> None:
        if not self._cares_for(patient):
            raise NotAllowed(_CARE_FIRST)

    def need_listing(self, patient: PatientKey) -> None:
        if not self.officer:
            self.need_care(patient)

    def need_blocking(self, provider: HsaId, unit: HsaId | None, patient: PatientKey) -> None:
        """INVARIANT (registering tells nothing): that the same is registered already is told only to who knows it."""
        self._need_own_provider(provider)
        self.need_listing(patient)
        if not self.officer and unit not in (None, self.unit):
            raise NotAllowed("you block your own unit; for another, ask the block officer", pointer="/unit")

    def need_looking(self, provider: HsaId, patient: PatientKey) -> None:
        self._need_own_provider(provider)
        self._need_authorised()
        self.need_listing(patient)

    def is_told(self, block: Block) -> bool:
        return self.officer or (block.unit is not None and block.unit != self.unit)

    def need_lifting(self, block: Block, unit: HsaId) -> None:
        self._need_own_provider(block.provider)
        self._need_authorised()
        self.need_listing(block.patient)
        if not self.officer and unit != self.unit:
            raise NotAllowed("you lift for your own unit; for another, ask the block officer", pointer="/unit")

    def _need_own_provider(self, provider: HsaId) -> None:
        if provider != self.provider:
            raise BlockOfAnotherProvider(_OWN_PROVIDER, pointer="/provider")

    def _need_authorised(self) -> None:
        """PDL 4 kap. 5 §: an authorised officer. That is the block officer, and licensed staff in the care."""
        licences = self.reader.licences
        if not self.officer and (licences is UNKNOWN or not licences):
            raise NotAllowed("a block is lifted by the block officer or by licensed staff in the patient's care")

    def _knows_lift(self, lift: Lift, patient: PatientKey) -> bool:
        if lift.unit == self.unit and self._cares_for(patient):
            return True
        blocked = self.book.row(Kind.BLOCK, lift.block)
        return blocked is not None and self.knows(blocked)

    def _is_own_providers(self, unit: HsaId) -> bool:
        place = self.view.place(unit)
        return place is not None and place.unit_provider == self.provider

    def _cares_for(self, patient: PatientKey) -> bool:
        """As decisions judge it. Raises ``RegistersUnavailable`` when that cannot be told."""
        records = self.registers.of_patient(patient)
        if records is UNKNOWN:
            raise RegistersUnavailable("whether you take part in the patient's care cannot be read now")
        facts = Facts(
            self.now,
            self.reader,
            self.assignment,
            care_relationships=records.care_relationships.get(self.reader.id.key, ()),
            responsibility_moves=records.responsibility_moves,
        )
        subject, anything = Employee(self.reader.id, self.assignment.id), Information(None, None, None)
        asked = Request(subject, Action.READ, anything, patient, self.caller.level)
        return no_care_relationship.judge(asked, facts).verdict is Verdict.SILENT
