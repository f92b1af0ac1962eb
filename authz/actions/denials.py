"""Denials that come before any rule of law: the question itself cannot be judged. One row per code."""

from collections.abc import Mapping
from types import MappingProxyType

from authz.core.reasons import Reason

_ROWS = (
    Reason("unknown_resource", "Resurstypen är okänd.", "The type of resource is unknown."),
    Reason("unknown_action", "Åtgärden är okänd för resursen.", "The action is unknown for this resource."),
    Reason("unknown_subject", "Subjekttypen är okänd.", "The type of subject is unknown."),
    Reason("incomplete_question", "Frågan saknar uppgifter.", "The question lacks what is needed to judge it."),
    Reason(
        "unknown_attribute_class",
        "Attributklassen eller posttypen är okänd.",
        "The class of attributes, or the kind of entry, is unknown.",
    ),
    Reason("subject_token_missing", "Inloggningen saknas i frågan.", "The question lacks the subject's token."),
    Reason("subject_token_invalid", "Inloggningen gäller inte.", "The subject's token is not valid."),
    Reason("subject_token_unchecked", "Inloggningen kan inte prövas just nu.", "The token cannot be checked just now."),
    Reason("subject_mismatch", "Inloggningen gäller någon annan.", "The token speaks of somebody else."),
    Reason("assignment_mismatch", "Inloggningen gäller ett annat uppdrag.", "The token is for another assignment."),
    Reason(
        "purpose_not_for_client",
        "Ändamålet får inte uppges av systemet.",
        "The client may not state this purpose.",
    ),
    Reason("revision_not_reached", "Uppgifterna är ännu inte här.", "That revision has not been reached here."),
    Reason("message_from_another_unit", "Uppdraget gäller en annan enhet.", "The assignment is at another unit."),
    Reason(
        "message_receiver_not_concerned",
        "En mottagare berörs inte av ärendet.",
        "A receiver is not concerned by the case.",
    ),
    Reason(
        "policy_unreadable",
        "Applikationens regler kan inte läsas just nu.",
        "The application's policy pack cannot be read just now.",
    ),
    Reason("trail_unavailable", "Svaret kunde inte loggas.", "The answer could not be recorded."),
    Reason("not_judged", "Frågan kunde inte bedömas.", "The question could not be judged."),
)

DENIALS: Mapping[str, Reason] = MappingProxyType({row.code: row for row in _ROWS})

TRY_AGAIN = frozenset(
    {"subject_token_unchecked", "revision_not_reached", "policy_unreadable", "trail_unavailable", "not_judged"}
)
"""Denials that time alone can change; the others are final for this question."""
