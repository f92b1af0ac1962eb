"""The address book as mail programs, telephones and video systems ask for it: by ldapsearch, over the loopback port."""

import base64
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from directory.edge.ldap.names import BASE
from directory.edge.ldap.slapd_child import SlapdChild
from directory.edge.ldap.store import LdapStore
from tests.directory.ldap.parts import a_county, a_person, added

CROWD = [a_person(f"C{n:04d}", full_name=f"Nils Nilsson{n}", family_name=f"Nilsson{n}") for n in range(1_200)]


@pytest.fixture
def filled(slapd: SlapdChild, store: LdapStore) -> Iterator[SlapdChild]:
    store.apply(added(*a_county(), *CROWD), 1)
    yield slapd


def ldapsearch(slapd: SlapdChild, *arguments: str) -> tuple[int, list[dict[str, list[str]]]]:
    """The exit code, and the entries found: each attribute's values as text."""
    program = shutil.which("ldapsearch")
    assert program is not None, "apt-get install ldap-utils"
    command = [program, "-LLL", "-o", "ldif-wrap=no", "-x", "-H", str(slapd.ldap_uri), "-D", slapd.reader_dn,
               "-w", slapd.reader_password, "-b", BASE, *arguments]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    told = "\n".join(line for line in done.stdout.splitlines() if not line.startswith("#"))
    return done.returncode, [_entry(block) for block in told.split("\n\n") if "dn:" in block]


def _entry(block: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in block.splitlines():
        name, _, value = line.partition(":")
        text = base64.b64decode(value[1:].strip()).decode() if value.startswith(":") else value.strip()
        found.setdefault(name, []).append(text)
    return found


@pytest.mark.parametrize(
    "wanted",
    [
        "(|(cn=*sundq*)(sn=*sundq*)(mail=*sundq*))",  # Thunderbird
        "(&(mail=*)(|(mail=anna*)(cn=anna*)(sn=anna*)(givenName=anna*)))",  # Outlook
        "(|(telephoneNumber=*12345*)(mobile=*12345*))",  # a telephone that shows who calls
        "(&(objectClass=inetOrgPerson)(sn=SUNDQVIST))",
    ],
)
def test_the_filters_of_common_programs_find_the_person(filled: SlapdChild, wanted: str) -> None:
    code, found = ldapsearch(filled, wanted, "cn", "telephoneNumber", "mobile", "mail", "title")

    assert code == 0
    assert [entry["cn"] for entry in found] == [["Anna Sundqvist"]]
    assert found[0]["mobile"] == ["070-765 43 21"] and found[0]["mail"] == ["anna@example.se"]


def test_a_large_answer_comes_in_pages_and_not_without(filled: SlapdChild) -> None:
    limited, some = ldapsearch(filled, "(sn=Nilsson*)", "cn")
    whole, everybody = ldapsearch(filled, "-E", "pr=400/noprompt", "(sn=Nilsson*)", "cn")

    assert limited == 4 and len(some) == 500  # sizeLimitExceeded (RFC 4511 4.1.9)
    assert whole == 0 and len({entry["cn"][0] for entry in everybody}) == 1_200


def test_a_video_system_finds_its_rooms_below_their_own_base(filled: SlapdChild) -> None:
    code, found = ldapsearch(filled, "-b", f"ou=Video,{BASE}", "(&(objectClass=commObject)(cn=*polcirkeln*))",
                             "cn", "SIPIdentitySIPURI", "h323IdentitydialedDigits", "commUniqueId")  # fmt: skip

    assert code == 0
    assert [entry["SIPIdentitySIPURI"] for entry in found] == [["sip:polcirkeln@video.example.se"]]


@pytest.mark.parametrize("typed", ["*)(objectClass=*", "Skyddad", "*skydd*"])
def test_a_protected_person_is_found_by_no_filter(filled: SlapdChild, typed: str) -> None:
    _, found = ldapsearch(filled, f"(|(cn=*{typed}*)(sn={typed}))", "cn", "sn")

    assert not [entry for entry in found if "Skyddad" in str(entry)]


def test_without_an_account_there_is_nothing(filled: SlapdChild) -> None:
    program = shutil.which("ldapsearch")
    assert program is not None
    command = [program, "-LLL", "-x", "-H", str(filled.ldap_uri), "-b", BASE, "(objectClass=*)"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)

    assert "dn:" not in done.stdout
