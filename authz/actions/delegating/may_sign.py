"""Asks the decision point whether somebody may delegate a task now: for each patient that the delegation names."""

from authz.actions.answer_question import Answer, Pdp
from authz.actions.question import Pep, Question
from authz.core.request import Action
from authz.ports import DelegationTerms, SealedPatient
from authz.refusals import MayNotSign
from vocabulary.caller import Caller
from vocabulary.network_zone import NetworkZone
from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.seal import Seal


def need_may_sign(
    pdp: Pdp,
    seal: Seal,
    terms: DelegationTerms,
    patients: tuple[SealedPatient, ...],
    caller: Caller,
    zone: NetworkZone,
) -> None:
    """Every answer is recorded. Raises ``MayNotSign`` with the reason of the first that denies, told as to a user."""
    pep = Pep(
        caller.client_id,
        trusted_zones=caller.trusted_zones,
        vouches=True,
        vouched_level=caller.level,
        explain_default=True,
    )
    numbers: list[PersonalIdentityNumber | None] = [seal.open(patient.sealed) for patient in patients]
    for number in numbers or [None]:
        question = Question(
            Action.SIGN.value,
            "task",
            terms.task,
            person=terms.delegator,
            assignment=caller.assignment,
            patient=number,
            zone=zone,
        )
        answer = pdp.evaluate_blocking(question, pep)
        if not answer.permit:
            raise MayNotSign(_told(answer), detail=answer.decision_id)


def _told(answer: Answer) -> str:
    decision = answer.decision
    if decision is None:
        return f"this cannot be signed now (`{answer.rule}`)"
    return decision.reason_user.text_en
