"""Asks the decision point for whoever is logged in and takes a step herself. Every answer is recorded before it counts.

Boundary: nothing is decided here; the step is taken by whoever asked, when the answer permits.
"""

from authz.actions.answer_question import Answer, Pdp
from authz.actions.question import Pep, Question
from vocabulary.caller import Caller


def ask_as_caller(pdp: Pdp, caller: Caller, question: Question) -> Answer:
    """The application that she uses vouches for her login as the token tells it, and is believed about its zones."""
    pep = Pep(
        caller.client_id,
        trusted_zones=caller.trusted_zones,
        vouches=True,
        vouched_level=caller.level,
        explain_default=True,
    )
    return pdp.evaluate_blocking(question, pep)


def told(answer: Answer) -> str:
    """Why the answer denies, as a user may hear it."""
    decision = answer.decision
    if decision is None:
        return f"this cannot be permitted now (`{answer.rule}`)"
    return decision.reason_user.text_en
