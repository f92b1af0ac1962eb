"""What decisions and registers refuse.

::

    AuthzRefusal
    ├─ UnknownRecord                 unknown_record            no such row, or none that the caller may know of
    ├─ NotAllowed                    not_allowed               the caller lacks the scope, or acts for another member
    ├─ InvalidRegistration           invalid_registration      what is to be registered cannot stand
    │  ├─ InvalidPeriod              invalid_period
    │  ├─ EmergencyTooLong           emergency_too_long        longer than the policy allows (Lag 2022:913 3 kap. 6 §)
    │  ├─ EmergencyInSocialCare      emergency_in_social_care  emergency access does not exist there
    │  ├─ WrongContent               wrong_content             a message lacks what its kind holds, or holds more
    │  ├─ ConsentDoesNotCover        consent_does_not_cover    not this patient, unit or ground, or not now
    │  ├─ LiftTooLong                lift_too_long             more than 7 days (national block service, 4.0.4)
    │  ├─ DelegationTooLong          delegation_too_long       more than a year (SOSFS 1997:14)
    │  ├─ UnknownTask                unknown_task
    │  ├─ TaskNotDelegable           task_not_delegable
    │  ├─ DelegationToSelf           delegation_to_self
    │  ├─ DelegatorNotCompetent      delegator_not_competent   licence or assignment is lacking (HSF 2017:80 4:6)
    │  ├─ NotAccepted                delegation_not_accepted
    │  ├─ UnknownStaff               unknown_staff             no such person, unit or provider in the directory
    │  ├─ BlockOfAnotherProvider     block_of_another_provider staff administer blocks of their own provider only
    │  ├─ GuardianMayNotBlock        guardian_may_not_block    (PDL 4 kap. 4 §)
    │  ├─ PersonalNumberInText       personal_number_in_text   free texts are shown where a patient is not to be
    │  └─ NotLookedFirst             not_looked_first          lifting for an emergency has two steps (PDL 4 kap. 5 §)
    ├─ WrongState                    wrong_state               the record is not where this step begins
    ├─ AlreadyRegistered             already_registered        what may stand once stands already
    ├─ NotPermitted                  not_permitted             the decision point denies the step
    ├─ WrongDocument                 wrong_document            what is signed is not what stands there
    ├─ MayNotSign                    may_not_sign              the decision point denies delegating the task
    ├─ SignatureTooWeak              signature_too_weak        the login is not sure enough for the task
    ├─ AlreadyEnded                  already_ended
    ├─ ChangedMeanwhile              changed_meanwhile         somebody else changed the row first
    │  ├─ StandsAlready              stands_already            the same is registered and has not ended
    │  └─ KeyTaken                   key_taken                 a request with this key was carried out meanwhile
    ├─ RecordMoved                   record_moved              not at the version that `If-Match` names
    ├─ KeyUsedOtherwise              idempotency_key_reused    the key came with another request before
    ├─ RegistersUnavailable          registers_unavailable     the database cannot be read or written, or is stale
    ├─ StaffUnavailable              staff_unavailable         the directory's answer is too old to be relied on
    ├─ TrailUnavailable              trail_unavailable         nothing can be recorded, so nothing is permitted
    │  └─ TrailOverloaded            trail_overloaded
    ├─ TrailBusy                     trail_busy                another process writes the folder
    ├─ NotACheckpoint                not_a_checkpoint
    ├─ LogUnavailable                log_unavailable           the trail or its index cannot be read
    ├─ AccessRefused                 access_refused            an access that an application may not report
    │  ├─ UnknownDecision            unknown_decision          no decision of this application has that id
    │  ├─ AccessWithoutPermit        access_without_permit     the decision denied, or permitted something else
    │  ├─ DecisionTooOld             decision_too_old          it was made too long before
    │  ├─ SignatureNeedsLogin        signature_needs_login     no session of hers, sure enough, signs
    │  └─ AccessIdReused             access_id_reused          the same id was reported for another access
    ├─ ReviewOfOneself               review_of_oneself         nobody reviews herself, or those she works beside
    ├─ NotATombstone                 not_a_tombstone
    ├─ RemovalRefused                removal_refused           the trail keeps what is asked to be removed
    ├─ InvalidPolicyPack             invalid_policy_pack       the document is no policy pack that can be used
    ├─ PolicyPackFails               policy_pack_fails         its own cases do not pass, so it is not activated
    ├─ MalformedQuestion             malformed_question        not an AuthZEN request
    │  └─ QuestionTooLarge           question_too_large
    ├─ PepNotAuthenticated           pep_not_authenticated
    ├─ PepNotAllowed                 pep_not_allowed           an authenticated client that may not ask
    └─ InvalidSubjectToken           invalid_subject_token     becomes a denial, never an HTTP error
"""

from vocabulary.refusals import Refusal


class AuthzRefusal(Refusal):
    """The root of this room's tree."""

    code = "authz_refused"


class UnknownRecord(AuthzRefusal):
    code = "unknown_record"


class NotAllowed(AuthzRefusal):
    code = "not_allowed"


class InvalidRegistration(AuthzRefusal):
    code = "invalid_registration"


class InvalidPeriod(InvalidRegistration):
    code = "invalid_period"


class EmergencyTooLong(InvalidRegistration):
    code = "emergency_too_long"


class EmergencyInSocialCare(InvalidRegistration):
    code = "emergency_in_social_care"


class WrongContent(InvalidRegistration):
    code = "wrong_content"


class ConsentDoesNotCover(InvalidRegistration):
    code = "consent_does_not_cover"


class LiftTooLong(InvalidRegistration):
    code = "lift_too_long"


class DelegationTooLong(InvalidRegistration):
    code = "delegation_too_long"


class UnknownTask(InvalidRegistration):
    code = "unknown_task"


class TaskNotDelegable(InvalidRegistration):
    code = "task_not_delegable"


class DelegationToSelf(InvalidRegistration):
    code = "delegation_to_self"


class DelegatorNotCompetent(InvalidRegistration):
    code = "delegator_not_competent"


class NotAccepted(InvalidRegistration):
    code = "delegation_not_accepted"


class UnknownStaff(InvalidRegistration):
    code = "unknown_staff"


class BlockOfAnotherProvider(InvalidRegistration):
    code = "block_of_another_provider"


class GuardianMayNotBlock(InvalidRegistration):
    code = "guardian_may_not_block"


class PersonalNumberInText(InvalidRegistration):
    code = "personal_number_in_text"


class NotLookedFirst(InvalidRegistration):
    code = "not_looked_first"


class WrongState(AuthzRefusal):
    code = "wrong_state"


class AlreadyRegistered(AuthzRefusal):
    code = "already_registered"


class NotPermitted(AuthzRefusal):
    code = "not_permitted"


class WrongDocument(AuthzRefusal):
    code = "wrong_document"


class MayNotSign(AuthzRefusal):
    code = "may_not_sign"


class SignatureTooWeak(AuthzRefusal):
    code = "signature_too_weak"


class AlreadyEnded(AuthzRefusal):
    code = "already_ended"


class ChangedMeanwhile(AuthzRefusal):
    code = "changed_meanwhile"


class StandsAlready(ChangedMeanwhile):
    """``row`` is the id of the one that stands."""

    code = "stands_already"

    def __init__(self, row: str) -> None:
        super().__init__("the same is registered already")
        self.row = row


class KeyTaken(ChangedMeanwhile):
    code = "key_taken"


class RecordMoved(AuthzRefusal):
    code = "record_moved"


class KeyUsedOtherwise(AuthzRefusal):
    code = "idempotency_key_reused"


class RegistersUnavailable(AuthzRefusal):
    code = "registers_unavailable"


class StaffUnavailable(AuthzRefusal):
    code = "staff_unavailable"


class TrailUnavailable(AuthzRefusal):
    code = "trail_unavailable"


class TrailOverloaded(TrailUnavailable):
    code = "trail_overloaded"


class TrailBusy(AuthzRefusal):
    code = "trail_busy"


class NotACheckpoint(AuthzRefusal):
    code = "not_a_checkpoint"


class LogUnavailable(AuthzRefusal):
    code = "log_unavailable"


class AccessRefused(AuthzRefusal):
    """The access is not recorded as one; that it was reported is."""

    code = "access_refused"


class UnknownDecision(AccessRefused):
    code = "unknown_decision"


class AccessWithoutPermit(AccessRefused):
    code = "access_without_permit"


class DecisionTooOld(AccessRefused):
    code = "decision_too_old"


class SignatureNeedsLogin(AccessRefused):
    code = "signature_needs_login"


class AccessIdReused(AccessRefused):
    code = "access_id_reused"


class ReviewOfOneself(AuthzRefusal):
    code = "review_of_oneself"


class NotATombstone(AuthzRefusal):
    code = "not_a_tombstone"


class RemovalRefused(AuthzRefusal):
    code = "removal_refused"


class InvalidPolicyPack(AuthzRefusal):
    """``faults`` are all that were found: JSON pointer and what is wrong there."""

    code = "invalid_policy_pack"

    def __init__(
        self, description: str, *, pointer: str | None = None, faults: tuple[tuple[str, str], ...] = ()
    ) -> None:
        super().__init__(description, pointer=pointer)
        self.faults = faults

    def errors(self) -> tuple[tuple[str, str], ...]:
        return self.faults or super().errors()


class PolicyPackFails(AuthzRefusal):
    code = "policy_pack_fails"


class MalformedQuestion(AuthzRefusal):
    code = "malformed_question"


class QuestionTooLarge(MalformedQuestion):
    code = "question_too_large"


class PepNotAuthenticated(AuthzRefusal):
    code = "pep_not_authenticated"


class PepNotAllowed(AuthzRefusal):
    code = "pep_not_allowed"


class InvalidSubjectToken(AuthzRefusal):
    code = "invalid_subject_token"
