"""A planted canary: the newcomer's personal number is in the staff list that came, and nowhere else in clear."""

import base64

import pytest

from tests.system_parts import System, ldap_entries

pytestmark = pytest.mark.xdist_group("system")

CANARY = "199001012385"
FORMS = tuple(
    form.encode() for form in (CANARY, CANARY[2:], f"{CANARY[:8]}-{CANARY[8:]}", f"{CANARY[2:8]}-{CANARY[8:]}")
)


def test_the_canarys_digits_are_nowhere_but_in_the_list_that_came(system: System) -> None:
    wanted = {"patient": {"kind": "personnummer", "value": CANARY}}
    bad = system.staff_list("boden-with-new.csv").replace(CANARY, CANARY[:-1] + "6")
    held = system.apply(bad)
    joined = system.apply(system.staff_list("boden-with-new.csv"))
    asked = system.http.post("/api/v1/care-relationships/query", json=wanted, headers=system.bearer("pep"))
    wrong = system.http.post("/api/v1/care-relationships/query", json={"patient": CANARY}, headers=system.bearer("pep"))
    registered = _registered(system)
    (person,) = system.people("Lovisa Stenvall")
    answers = [
        held.text, joined.text, asked.text, wrong.text, str(person), *registered,
        str(system.get(f"/api/v1/people/{person['hsa_id']}")), str(system.get("/api/v1/changes", since="1")),
        str(system.get("/api/v1/journal", entry=person["hsa_id"])), str(system.get("/api/v1/drift")),
        str(system.get("/api/v1/sync/runs")), str(ldap_entries(system.program.folder, "(objectClass=person)")),
        system.http.get("/open/v1/units").text, system.program.stderr(),
    ]  # fmt: skip
    left = system.apply(system.staff_list("boden-without-her.csv"))

    assert joined.status_code == 200, joined.text
    assert left.status_code == 200, left.text
    assert [answer[:200] for answer in answers if _holds(answer.encode())] == []
    assert _files_with_it(system) == []


def _registered(system: System) -> list[str]:
    """What is answered when she is registered about, repeated with a key, tried, looked at, and told of in a text."""
    unit = system.program.unit("Hemsjukvården Boden")
    provider = system.get(f"/api/v1/units/{unit}")["care_provider"]
    patient = {"patient": {"kind": "personnummer", "value": CANARY}}
    bearer = system.bearer("admin")
    consent = {**patient, "unit": unit, "ground": "CONSENT_3_1"}
    block = {**patient, "provider": provider, "unit": unit}
    look = {**patient, "provider": provider, "reason": "Emergency", "text": "medvetslös"}
    answers = [
        system.http.post(f"/api/v1/{path}", json=body, headers=bearer | {"idempotency-key": key})
        for path, body, key in (
            ("consents", consent, "canary-1"), ("consents", consent, "canary-1"), ("blocks", block, "canary-2"),
            ("blocks?dry_run=true", block, "canary-3"), ("blocks/looks", look, "canary-4"),
            ("blocks/query", patient, "canary-5"), ("consents", consent | {"note": f"rör {CANARY}"}, "canary-6"),
            ("consents", consent | {"represented_by": FORMS[3].decode()}, "canary-7"),
        )
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [201, 201, 201, 200, 201, 200, 422, 422], answers[0].text
    return [answer.text + str(answer.headers) + str(answer.url) for answer in answers]


def _files_with_it(system: System) -> list[str]:
    """slapd's database and SQLite's pages are searched as bytes, so that deleted rows are found too."""
    folder = system.program.folder
    files = (path for path in folder.rglob("*") if path.is_file() and path.parent.name != "staff-lists")
    return [str(path.relative_to(folder)) for path in files if _holds(path.read_bytes())]


def _holds(content: bytes) -> bool:
    return any(form in content for form in (*FORMS, base64.b64encode(FORMS[0]).rstrip(b"=")))
