"""One question about Elsa's notes at the ward, and the care relationship that answers it with yes."""

from authz.actions.desk import Desk
from authz.actions.question import Question
from authz.actions.register_care_relationship import register_care_relationship
from tests.authz.actions.world import (
    ANNA,
    ANNA_WARD,
    ELSA,
    REGION_CARE,
    WARD,
)
from vocabulary.network_zone import NetworkZone
from vocabulary.period import ALWAYS

QUESTION = Question(
    "read",
    "patient_information",
    "*",
    person=ANNA,
    assignment=ANNA_WARD,
    patient=ELSA,
    information_type="voo",
    care_unit=WARD,
    care_provider=REGION_CARE,
    zone=NetworkZone.SJUNET,
    token="anna",
    explain=True,
)


def relate(desk: Desk) -> str:
    return register_care_relationship(desk, patient=ELSA, person=ANNA, unit=WARD, period=ALWAYS, by="x").id
