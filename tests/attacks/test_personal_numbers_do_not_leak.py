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
    (person,) = system.people("Lovisa Stenvall")
    answers = [
        held.text, joined.text, asked.text, wrong.text, str(person),
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


def _files_with_it(system: System) -> list[str]:
    """slapd's database and SQLite's pages are searched as bytes, so that deleted rows are found too."""
    folder = system.program.folder
    files = (path for path in folder.rglob("*") if path.is_file() and path.parent.name != "staff-lists")
    return [str(path.relative_to(folder)) for path in files if _holds(path.read_bytes())]


def _holds(content: bytes) -> bool:
    return any(form in content for form in (*FORMS, base64.b64encode(FORMS[0]).rstrip(b"=")))
