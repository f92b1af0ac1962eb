"""What happens to Elsa's rows in the tests of the registers' rights: who is who, and how each row comes to be."""

import json
from typing import Any

import httpx

from authz.actions.register_care_relationship import register_care_relationship
from authz.actions.rights import BLOCK_OFFICER
from tests.authz.actions.world import (
    ANNA,
    BODEN_CARE,
    CARE_CENTRE,
    CLARA,
    ELSA,
    HOME_NURSING,
    KATARINA,
    REGION,
    REGION_CARE,
    SIGNE,
    WARD,
    World,
)
from vocabulary.hsa_id import HsaId
from vocabulary.period import ALWAYS

PATIENT = {"kind": "personnummer", "value": ELSA.reveal()}
CARING = {ANNA: WARD, CLARA: CARE_CENTRE, KATARINA: HOME_NURSING}
"""Who takes part in Elsa's care, and where; Anna and Clara at two units of the same provider."""
REASON = {"reason": "på patientens begäran"}


def prepare(world: World) -> None:
    world.staff.offices[BLOCK_OFFICER, REGION] = (SIGNE,)
    for person, unit in CARING.items():
        register_care_relationship(
            world.desk, patient=ELSA, person=person, unit=unit, period=ALWAYS, by="client:svp"
        )  # fmt: skip


class Asking:
    """A client that asks as somebody, told by the name in ``tests.authz.http.parts.CALLERS``."""

    def __init__(self, http: httpx.Client, world: World) -> None:
        self._http, self.world = http, world

    def post(self, who: str, path: str, body: Any, **headers: str) -> httpx.Response:
        sent = {"authorization": f"Bearer {who}", "content-type": "application/json"}
        sent |= {name.replace("_", "-"): held for name, held in headers.items()}
        return self._http.post(f"/api/v1/{path}", content=json.dumps(body), headers=sent)

    def get(self, who: str, path: str) -> httpx.Response:
        return self._http.get(f"/api/v1/{path}", headers={"authorization": f"Bearer {who}"})

    def made(self, who: str, path: str, body: Any) -> str:
        answer = self.post(who, path, body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    # -- how rows come to be, by the region's application ---------------------------------------------------------

    def consent(self, **changes: object) -> str:
        return self.made("region", "consents", consent_body(**changes))

    def block(self, unit: HsaId | None = WARD) -> str:
        return self.made("region", "blocks", block_body(unit))

    def lift(self, block: str) -> str:
        return self.made("region", f"blocks/{block}/lifts", self.lift_body())

    def lift_body(self, **changes: object) -> dict[str, object]:
        period = self.world.days(2)
        assert period.start is not None and period.end is not None
        return {
            "unit": str(CARE_CENTRE),
            "reason": "PatientsConsent",
            "text": "patienten samtycker",
            "from": period.start.isoformat(),
            "to": period.end.isoformat(),
        } | changes

    def look(self, who: str, reason: str = "PatientsConsent") -> httpx.Response:
        return self.post(who, "blocks/looks", look_body(reason))


def relationship_body(person: HsaId, unit: HsaId) -> dict[str, object]:
    return {"patient": PATIENT, "person": str(person), "unit": str(unit)}


def consent_body(**changes: object) -> dict[str, object]:
    return {"patient": PATIENT, "unit": str(WARD), "ground": "CONSENT_3_1"} | changes


def block_body(unit: HsaId | None = WARD, **changes: object) -> dict[str, object]:
    held = {"patient": PATIENT, "provider": str(REGION_CARE), "unit": None if unit is None else str(unit)}
    return held | changes


def look_body(reason: str, **changes: object) -> dict[str, object]:
    held = {"patient": PATIENT, "provider": str(REGION_CARE), "reason": reason, "text": "medvetslös, medicinlista"}
    return held | changes


def recipient_body() -> dict[str, object]:
    return {"patient": PATIENT, "provider": str(BODEN_CARE)}
