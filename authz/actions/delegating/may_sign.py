"""Asks the decision point whether somebody may delegate a task now: for each patient that the delegation names."""

from authz.actions.answer_question import Pdp
from authz.actions.ask_as_caller import ask_as_caller, told
from authz.actions.question import Question
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
        answer = ask_as_caller(pdp, caller, question)
        if not answer.permit:
            raise MayNotSign(told(answer), detail=answer.decision_id)
