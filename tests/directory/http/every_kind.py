"""A new entry of every kind, and how it is created over HTTP."""

from typing import Any

from directory.edge.http.reading import PATHS
from tests.directory.http.parts import Browser, send
from tests.directory.parts import CENTRE, PROVIDER, REGION

MEMBER = {"member": str(REGION.hsa_id)}
NEW_ONES: dict[str, dict[str, Any]] = {
    "member": {
        "name": "Luleå kommun", "organisation_number": "2120002742", "directory_contact": "katalog@example.se",
        "mail": "info@example.se", "telephone": "0920-45 30 00", "postal_address": "Rådstugatan 11\n971 85 Luleå",
        "municipality_code": "2580",
    },
    "care_provider": {
        **MEMBER, "name": "Region Norrbotten, omsorg", "organisation_number": "2321000230", "capacity": "social_care",
    },
    "unit": {
        **MEMBER, "name": "Mjölkuddens hälsocentral", "care_provider": str(PROVIDER.hsa_id), "kind": "care_centre",
        "coordinates": {"north": 7291234, "east": 812345}, "opening_hours": ["1-5#08:00#17:00"], "public": True,
    },
    "function": {"unit": str(CENTRE.hsa_id), "name": "Reception", "telephone": "0921-670 01"},
    "person": {**MEMBER, "given_name": "Nils", "family_name": "Ny", "title": "kurator"},
    "assignment": {
        "unit": str(CENTRE.hsa_id), "name": "Läsa på hälsocentralen", "purpose": "Vård och behandling",
        "rights": ["Läsa;alla;VE"],
    },
    "admin_assignment": {**MEMBER, "name": "Katalogansvarig", "areas": [str(CENTRE.hsa_id)], "duties": ["administer"]},
    "video_endpoint": {**MEMBER, "name": "Rum Kalix", "owner": str(CENTRE.hsa_id), "sip_uri": "sip:kalix@example.se"},
    "system_role": {**MEMBER, "system": "SVP", "role": "samordnare", "name": "Samordnare i SVP"},
    "code_table": {**MEMBER, "table": "floors", "name": "Våningar", "codes": [{"code": "1", "text": "Ett"}]},
}  # fmt: skip


def create(http: Browser, kind: str, **more: Any) -> dict[str, Any]:
    status, told = send(http, "POST", PATHS[kind], {**NEW_ONES[kind], **more, "reason": "nytt"})
    assert status == 201, told
    return dict(told)
