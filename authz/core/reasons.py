"""What whoever asked is told: one row per rule, and the words of each step that could help.

Boundary: whether a step helps ``authz.core.next_steps`` tries out. Nothing here tells who blocked or who exists.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

BLOCKS = frozenset({"inner_block", "outer_block"})
UNEXPLAINED = "no rule permitted"


class Reason(NamedTuple):
    """``code`` is stable; the texts are for people, Swedish first."""

    code: str
    text: str
    text_en: str


PERMITTED = Reason("permitted", "Du har åtkomst.", "You have access.")

_DENIED = Reason("denied", "Du har inte åtkomst.", "You have no access.")

_NO_RELATIONSHIP = Reason(
    "no_care_relationship",
    "Du har ingen aktuell vårdrelation med patienten i det uppdrag du använder.",
    "You have no current care relationship with the patient in the assignment that you use.",
)
_NO_GROUND = Reason(
    "no_ground",
    "Det finns ingen grund för dig att ta del av uppgifter från en annan vård- eller omsorgsgivare.",
    "You have no ground for information from another care provider.",
)
_BLOCKED = Reason("blocked", "Det finns uppgifter som är spärrade för dig.", "Some information is blocked for you.")
_NO_DELEGATION = Reason(
    "no_delegation", "Du har ingen gällande delegering för uppgiften.", "You have no valid delegation for the task."
)
_NO_ENTRY = Reason("unknown_to_you", "Posten är okänd för dig.", "The entry is unknown to you.")
_MESSAGE = Reason(
    "message_not_yours",
    "Meddelandet skickas eller tas emot av någon annan enligt ordningen för utskrivning.",
    "By the order of discharge somebody else sends or receives the message.",
)

_USER: Mapping[str, Reason] = MappingProxyType(
    {
        "assurance_too_low": Reason(
            "assurance_too_low",
            "Inloggningen är inte tillräckligt säker för nätet du använder.",
            "The login is not sure enough for the network that you use.",
        ),
        "no_current_assignment": Reason(
            "no_current_assignment",
            "Du har inte valt ett gällande medarbetaruppdrag.",
            "You have not chosen a current assignment.",
        ),
        "wrong_capacity": Reason(
            "wrong_capacity",
            "Uppdraget gäller en annan verksamhet än den du agerar i.",
            "The assignment is in another capacity than the one that you act in.",
        ),
        "purpose_not_allowed": Reason(
            "purpose_not_allowed",
            "Uppdragets ändamål ger inte åtkomst till uppgifterna.",
            "The purpose of the assignment does not open the information.",
        ),
        "right_missing": Reason(
            "right_missing", "Uppdraget saknar behörighet för detta.", "The assignment lacks the right to this."
        ),
        "investigation_data": Reason(
            "investigation_data",
            "Uppgifter ur försäkringsmedicinska utredningar är bara åtkomliga på enheten som gjorde utredningen.",
            "Insurance-medical investigations are open only at the unit that made them.",
        ),
        "no_care_relationship": _NO_RELATIONSHIP,
        "no_ground_across_providers": _NO_GROUND,
        "emergency_not_in_social_care": Reason(
            "emergency_not_in_social_care",
            "Nödåtkomst finns inte i socialtjänsten.",
            "There is no emergency access in social care.",
        ),
        "social_child_or_incapacity_only_social_data": Reason(
            "only_social_data",
            "Grunden gäller bara uppgifter från andra omsorgsgivare.",
            "The ground is only for information from other social care providers.",
        ),
        "inner_block": _BLOCKED,
        "outer_block": _BLOCKED,
        "licence_restricted": Reason(
            "licence_restricted",
            "Din legitimation är begränsad för uppgiften.",
            "Your licence is restricted for the task.",
        ),
        "task_not_delegable": Reason(
            "task_not_delegable",
            "Uppgiften får inte utföras på delegering.",
            "The task may not be done by delegation.",
        ),
        "signature_too_weak": Reason(
            "signature_too_weak",
            "Logga in säkrare för att signera en delegering av uppgiften.",
            "Log in more surely to sign a delegation of the task.",
        ),
        "delegation_not_accepted": _NO_DELEGATION,
        "delegation_not_current": _NO_DELEGATION,
        "delegation_wrong_patient": Reason(
            "delegation_wrong_patient",
            "Delegeringen gäller inte patienten.",
            "The delegation is not for this patient.",
        ),
        "delegation_lapsed": _NO_DELEGATION,
        "no_redelegation": Reason(
            "no_redelegation",
            "En delegerad uppgift får inte delegeras vidare.",
            "A delegated task is not delegated onward.",
        ),
        "delegator_not_competent": Reason(
            "delegator_not_competent",
            "Den som delegerar saknar behörighet för uppgiften.",
            "Whoever delegates lacks the competence for the task.",
        ),
        "wider_than_delegator": Reason(
            "wider_than_delegator",
            "Delegeringen ger inte åtkomst till uppgifterna.",
            "The delegation does not open the information.",
        ),
        "plan_needs_consent": Reason(
            "plan_needs_consent",
            "Planen skrivs bara med patientens samtycke.",
            "The plan is written only with the patient's consent.",
        ),
        "wrong_sender": _MESSAGE,
        "not_concerned": _MESSAGE,
        "not_ready": Reason(
            "not_ready",
            "Läkaren har inte bedömt patienten som utskrivningsklar.",
            "The doctor has not judged the patient ready for discharge.",
        ),
        "own_record_read_only": Reason(
            "own_record_read_only",
            "Du kan läsa din journal men inte ändra i den.",
            "You can read your record but not change it.",
        ),
        "protected_person": _NO_ENTRY,
        "not_hers_to_know": _NO_ENTRY,
        "two_factors_to_administer": Reason(
            "assurance_too_low",
            "Logga in med två faktorer för att administrera katalogen.",
            "Log in with two factors to administer the directory.",
        ),
        "not_active": Reason("not_active", "Din anställning gäller inte.", "Your employment is not current."),
        "outside_area": Reason(
            "outside_area",
            "Posten ligger utanför det du administrerar.",
            "The entry lies outside of what you administer.",
        ),
        "beyond_duty": Reason(
            "beyond_duty",
            "Ditt administrativa uppdrag gäller inte detta.",
            "Your admin assignment is not for this.",
        ),
        "own_power": Reason(
            "own_power",
            "Ingen ändrar sina egna befogenheter; be en annan administratör.",
            "Nobody changes her own powers; ask another administrator.",
        ),
        "hands_out_more": Reason(
            "hands_out_more",
            "Ingen ger eller tar ifrån någon annan mer än hon själv har.",
            "Nobody gives or takes away more than she has herself.",
        ),
        "stronger_administrator": Reason(
            "stronger_administrator",
            "Personen får administrera mer än du; be någon som har lika mycket.",
            "The person may administer more than you; ask somebody who has as much.",
        ),
        "kept_by_the_region": Reason(
            "kept_by_the_region",
            "Detta sköts av den som administrerar hela regionen.",
            "This is kept by whoever administers the whole region.",
        ),
        "provider_of_unit": Reason(
            "provider_of_unit",
            "Vilken vårdgivare en enhet hör till bestäms av den som administrerar huvudmannen.",
            "Which care provider a unit belongs to is for whoever administers the member.",
        ),
        "holder_of_another_member": Reason(
            "holder_of_another_member",
            "Personen hör till en annan huvudman.",
            "The person belongs to another member.",
        ),
        "facts_unreadable": Reason(
            "facts_unreadable",
            "Frågan kan inte besvaras just nu, eller uppgifterna i den är ofullständiga.",
            "The question cannot be answered now, or is incomplete.",
        ),
    }
)

LOG_IN_HIGHER = Reason(
    "log_in_higher", "Logga in med kort (tillitsnivå 3).", "Log in with a card (level of assurance 3)."
)
LOG_IN_WITH_TWO = Reason("log_in_with_two_factors", "Logga in med två faktorer.", "Log in with two factors.")
LOG_IN_AGAIN = Reason("log_in_again", "Logga in på nytt.", "Log in anew.")
CHOOSE_ASSIGNMENT = Reason(
    "choose_assignment", "Välj ett annat av dina uppdrag.", "Choose another one of your assignments."
)
ASK_FOR_RIGHT = Reason(
    "ask_for_right",
    "Be din chef om behörigheten, om arbetet kräver den.",
    "Ask your manager for the right, if your work needs it.",
)
REGISTER_RELATIONSHIP = Reason(
    "register_care_relationship",
    "Registrera vårdrelationen om du deltar i vården.",
    "Register the care relationship if you take part in the care.",
)
REGISTER_SERVICES = Reason(
    "register_service_recipient",
    "Registrera att patienten får eller utreds för era insatser, om det är så.",
    "Register that the patient gets, or is assessed for, your services, if it is so.",
)
ASK_CONSENT = Reason("ask_for_consent", "Fråga patienten om samtycke.", "Ask the patient for consent.")
ASK_PLAN_CONSENT = Reason(
    "ask_for_plan_consent",
    "Fråga patienten om samtycke till planen.",
    "Ask the patient for consent to the plan.",
)
ASK_LIFT = Reason("ask_for_lift", "Be patienten om att häva spärren.", "Ask the patient to have the block lifted.")
ASK_DELEGATION = Reason(
    "ask_for_delegation", "Be en legitimerad kollega om delegering.", "Ask a licensed colleague for a delegation."
)
ACCEPT_DELEGATION = Reason(
    "accept_delegation", "Ta ställning till delegeringen du erbjuds.", "Accept the delegation that you are offered."
)
AWAIT_AGREEMENT = Reason(
    "await_agreement",
    "Invänta att din arbetsgivare går med på delegeringen.",
    "Await your employer's agreement to the delegation.",
)
ASK_ADMINISTRATOR = Reason(
    "ask_another_administrator",
    "Be en administratör med större uppdrag.",
    "Ask an administrator with a wider assignment.",
)
TRY_AGAIN = Reason("try_again", "Försök igen om en stund.", "Try again in a while.")
WAIT_FOR_DOCTOR = Reason("await_doctor", "Invänta läkarens bedömning.", "Await the doctor's judgement.")


def for_user(rule: str) -> Reason:
    """The reason that belongs to a rule that denied."""
    return _USER.get(rule, _DENIED)


EXPLAINED_RULES = frozenset(_USER)
