"""Who sees what over the loopback port: an application that reads the address book, and somebody unknown."""

from collections.abc import Iterator

import ldap3
import pytest

from directory.core.changes import Change
from directory.edge.ldap.names import BASE, SUFFIX
from directory.edge.ldap.slapd_child import SlapdChild
from directory.edge.ldap.store import LdapStore
from tests.directory.ldap.parts import a_county, added
from tests.directory.ldap.worlds import but


@pytest.fixture
def reader(slapd: SlapdChild, store: LdapStore) -> Iterator[ldap3.Connection]:
    store.apply(added(*a_county()), 1)
    connection = ldap3.Connection(
        ldap3.Server(str(slapd.ldap_uri), get_info=ldap3.NONE), slapd.reader_dn, slapd.reader_password, auto_bind=True
    )
    yield connection
    connection.unbind()


def found_by(connection: ldap3.Connection, wanted: str, *attributes: str) -> dict[str, dict[str, list[bytes]]]:
    connection.search(SUFFIX, wanted, attributes=list(attributes) or ["*", "+"])
    return {found["dn"]: dict(found["raw_attributes"]) for found in connection.response or ()}


@pytest.mark.parametrize(
    "wanted",
    [
        "(sn=sundq*)",
        "(telephoneNumber=070-1234567)",
        "(mail=anna@example.se)",
        "(title=sjuksköterska)",
        "(hsaSosTitleCode=SJ)",
    ],
)
def test_an_application_finds_people_as_in_an_address_book(reader: ldap3.Connection, wanted: str) -> None:
    found = found_by(reader, wanted, "cn", "telephoneNumber")

    assert list(found.values()) == [{"cn": [b"Anna Sundqvist"], "telephoneNumber": [b"070-123 45 67"]}]


def test_an_application_finds_units_with_their_opening_hours(reader: ldap3.Connection) -> None:
    (unit,) = found_by(reader, "(&(municipalityCode=2580)(tillitKind=hospital_ward))", "surgeryHours").values()

    assert unit["surgeryHours"] == [b"1-5#08:00#17:00", b"6-7#10:00#12:00"]


@pytest.mark.parametrize(
    "wanted", ["(sn=Skyddad)", "(hsaIdentity=SE2321000230-P2)", "(objectClass=hsaConfidentialPerson)", "(cn=*skydd*)"]
)
def test_a_protected_person_is_not_there_for_an_application(reader: ldap3.Connection, wanted: str) -> None:
    assert found_by(reader, wanted) == {}


def test_a_protected_person_is_as_absent_as_one_that_never_was(reader: ldap3.Connection) -> None:
    name = f"hsaIdentity=SE2321000230-P2,ou=Anställda,o=Region Norrbotten,{BASE}"

    answers = []
    for dn in (name, name.replace("P2", "P404")):
        reader.search(dn, "(objectClass=*)", ldap3.BASE)
        answers.append(reader.result["result"])

    assert answers == [32, 32]


@pytest.mark.parametrize(
    "attribute", ["tillitNumberLookup", "tillitSource", "tillitSourceId", "hsaSosRestrictionsCode"]
)
def test_what_is_ours_alone_is_neither_shown_nor_searchable(reader: ldap3.Connection, attribute: str) -> None:
    (person,) = found_by(reader, "(sn=Sundqvist)").values()

    assert attribute not in person
    assert found_by(reader, f"({attribute}=*)") == {}
    assert found_by(reader, f"({attribute}=hr)") == {}


def test_assignments_and_accounts_are_not_shown(reader: ldap3.Connection) -> None:
    assert found_by(reader, "(objectClass=hsaCommission)") == {}
    assert found_by(reader, "(hsaCommissionMember=*)") == {}
    assert found_by(reader, "(cn=reader)") == {}
    assert found_by(reader, "(userPassword=*)") == {}


def test_an_application_writes_nothing(reader: ldap3.Connection) -> None:
    name = f"hsaIdentity=SE2321000230-P1,ou=Anställda,o=Region Norrbotten,{BASE}"

    changed = reader.modify(name, {"title": [(ldap3.MODIFY_REPLACE, ["chef"])]})

    assert not changed
    assert reader.result["result"] == 50


def test_somebody_unknown_sees_only_the_root(slapd: SlapdChild, reader: ldap3.Connection) -> None:
    anybody = ldap3.Connection(ldap3.Server(str(slapd.ldap_uri), get_info=ldap3.NONE), auto_bind=True)

    anybody.search("", "(objectClass=*)", ldap3.BASE, attributes=["*", "+"])
    assert len(anybody.response) == 1
    assert found_by(anybody, "(objectClass=*)") == {}
    anybody.search("cn=Subschema", "(objectClass=*)", ldap3.BASE)
    assert not anybody.response
    anybody.unbind()


@pytest.mark.parametrize("password", ["wrong", "!", "{SSHA}!"])
def test_a_wrong_password_is_refused(slapd: SlapdChild, password: str) -> None:
    connection = ldap3.Connection(ldap3.Server(str(slapd.ldap_uri), get_info=ldap3.NONE), slapd.reader_dn, password)

    assert not connection.bind()
    connection.unbind()


def test_who_has_been_put_away_is_in_no_address_book(store: LdapStore, reader: ldap3.Connection) -> None:
    before = next(entry for entry in store.load().entries if str(entry.hsa_id) == "SE2321000230-P1")

    store.apply([Change(before, but(before, archived=True))], store.revision() + 1)

    assert found_by(reader, "(hsaIdentity=SE2321000230-P1)") == {}


def test_whose_time_is_over_is_in_no_address_book_until_it_begins_again(
    store: LdapStore, reader: ldap3.Connection
) -> None:
    person = next(entry for entry in store.load().entries if str(entry.hsa_id) == "SE2321000230-P1")
    shown = found_by(reader, "(hsaIdentity=SE2321000230-P1)", "cn")

    store.hide([person.hsa_id])
    hidden = [found_by(reader, wanted) for wanted in ("(hsaIdentity=SE2321000230-P1)", "(sn=sundq*)")]
    store.hide([])

    assert shown and hidden == [{}, {}]
    assert found_by(reader, "(hsaIdentity=SE2321000230-P1)", "cn") == shown
    marks = next(iter(found_by(reader, "(hsaIdentity=SE2321000230-P1)").values()))["objectClass"]
    assert b"tillitNotCurrent" not in marks


@pytest.mark.spec("RFC 3944 section 3")
@pytest.mark.parametrize(
    "wanted",
    [
        "(&(objectClass=commObject)(cn=rum pol*))",
        "(commUniqueId=SE2321000230-V1)",
        "(&(objectClass=h323Identity)(h323Identityh323-ID=polcirkeln))",
        "(h323IdentitydialedDigits=4692028)",
        "(&(objectClass=SIPIdentity)(SIPIdentitySIPURI=sip:polcirkeln@video.example.se))",
    ],
)
def test_a_video_system_finds_an_endpoint_and_how_to_call_it(reader: ldap3.Connection, wanted: str) -> None:
    found = found_by(reader, wanted, "commUniqueId", "SIPIdentitySIPURI", "h323IdentitydialedDigits", "l")

    assert found == {
        f"commUniqueId=SE2321000230-V1,ou=Video,{BASE}": {
            "commUniqueId": [b"SE2321000230-V1"],
            "SIPIdentitySIPURI": [b"sip:polcirkeln@video.example.se"],
            "h323IdentitydialedDigits": [b"4692028"],
            "l": [b"Sunderby sjukhus, plan 2"],
        }
    }


def test_whose_an_endpoint_is_stays_untold_since_it_may_be_a_protected_persons(reader: ldap3.Connection) -> None:
    assert found_by(reader, "(commOwner=*)") == {}


@pytest.mark.parametrize("kind", ["hsaAdminCommission", "tillitSystemRole", "tillitCodeTable", "hsaCommission"])
def test_administration_is_not_there_for_an_application(reader: ldap3.Connection, kind: str) -> None:
    assert found_by(reader, f"(objectClass={kind})") == {}


@pytest.mark.parametrize(
    "attribute",
    ["personalPrescriptionCode", "hsaSosRestrictionsCode", "tillitSource", "tillitNumberLookup", "tillitMergedInto"],
)
def test_an_application_sees_no_attribute_of_a_person_that_only_administrators_see(
    reader: ldap3.Connection, attribute: str
) -> None:
    assert found_by(reader, f"(&(sn=Sundqvist)({attribute}=*))") == {}
    (shown,) = found_by(reader, "(sn=Sundqvist)", attribute).values()
    assert not shown.get(attribute)
