"""A real slapd for tests, emptied between them, and a small fictive county to put into it."""

import os
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import ldap3

from directory.core.changes import Change
from directory.core.entries import (
    AdminAssignment,
    Assignment,
    CareProvider,
    Code,
    CodeTable,
    Coordinates,
    Entry,
    Function,
    Member,
    Membership,
    Person,
    SystemRole,
    Unit,
    VideoEndpoint,
)
from directory.edge.ldap.attribute_primer import PRIMER_DN
from directory.edge.ldap.connections import discard, over_socket
from directory.edge.ldap.names import BASE, READER_DN, SERVICE_DN, SERVICES, SUFFIX
from directory.edge.ldap.server_example import MIRROR_DN
from directory.edge.ldap.slapd_child import MAX_BYTES, SlapdChild
from directory.edge.ldap.store import LdapStore
from tests.parts import free_port
from vocabulary.capacity import Capacity
from vocabulary.hsa_id import HsaId
from vocabulary.organisation_number import OrganisationNumber
from vocabulary.period import Period

REGION = HsaId.parse("SE2321000230-M1")
BODEN = HsaId.parse("SE2120002767-M1")
REGION_DN = f"o=Region Norrbotten,{BASE}"
PERSON_DN = f"hsaIdentity=SE2321000230-P1,ou=Anställda,{REGION_DN}"


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder whose path is short enough for a socket and open enough for the server's own user."""
    folder = Path(tempfile.mkdtemp(prefix="ds-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_slapd(folder: Path, ldap_port: int | None = None, *, max_bytes: int = MAX_BYTES) -> Iterator[SlapdChild]:
    child = SlapdChild(folder, ldap_port, random_bytes=secrets.token_bytes, max_bytes=max_bytes)
    child.start()
    try:
        yield child
    finally:
        child.stop()


@contextmanager
def running_slapd_somewhere() -> Iterator[SlapdChild]:
    with short_folder() as folder, running_slapd(folder, free_port()) as child:
        yield child


def emptied(child: SlapdChild) -> SlapdChild:
    """As it was after its first start: nothing below the county but the services, at revision 0."""
    empty_over(over_socket(child.ldapi_uri)())
    return child


def empty_over(connection: ldap3.Connection) -> None:
    """Take away what stands below the county, as somebody who may; ends the connection."""
    connection.search(BASE, "(objectClass=*)", attributes=["1.1"])
    names = [found["dn"] for found in connection.response]
    for dn in sorted(names, key=len, reverse=True):
        if dn not in (BASE, SERVICES, READER_DN, SERVICE_DN, MIRROR_DN, PRIMER_DN):
            connection.delete(dn)
    connection.modify(SUFFIX, {"tillitRevision": [(ldap3.MODIFY_REPLACE, ["0"])]})
    discard(connection)


def store_on(child: SlapdChild) -> LdapStore:
    return LdapStore(over_socket(child.ldapi_uri))


def until(holds: Callable[[], bool], seconds: float = 5) -> bool:
    """Whether ``holds`` became true within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
    return False


def stop_still(pid: int) -> None:
    """SIGSTOP, and wait until the kernel has stopped it: until then it goes on answering."""
    os.kill(pid, signal.SIGSTOP)
    status = Path(f"/proc/{pid}/stat")
    assert until(lambda: status.read_text().rpartition(")")[2].split()[0] == "T")


def added(*entries: Entry) -> list[Change]:
    return [Change(None, entry) for entry in entries]


def a_member(
    hsa_id: HsaId = REGION, name: str = "Region Norrbotten", number: str = "2321000230", **fields: object
) -> Member:
    return Member(
        hsa_id,
        name,
        OrganisationNumber.parse(number),
        (f"SE{number}",),
        "katalog@example.se",
        "info@example.se",
        "0920-28 40 00",
        "Box 511, $ 100 % \\ 5C\n971 28 Luleå",
        "2580",
        **fields,  # type: ignore[arg-type] # chosen by tests
    )


def a_person(suffix: str = "P1", **fields: object) -> Person:
    known = {"full_name": "Anna Sundqvist", "family_name": "Sundqvist", "given_name": "Anna", **fields}
    return Person(HsaId.parse(f"SE2321000230-{suffix}"), REGION, **known)  # type: ignore[arg-type] # chosen by tests


def a_unit(
    suffix: str = "E1", name: str = "Björknäs hälsocentral", parent: HsaId | None = None, **fields: object
) -> Unit:
    return Unit(HsaId.parse(f"SE2321000230-{suffix}"), REGION, parent, name, **fields)  # type: ignore[arg-type] # as above


def filled(store: LdapStore) -> bytes:
    below = HsaId.parse("SE2321000230-E1")
    store.apply(added(a_member(), a_unit("E1", "Ett"), a_unit("E2", "Två", below), a_person("P1"), a_person("P2")), 1)
    return store.load().cookie


def a_county() -> tuple[Entry, ...]:
    """One of each kind and more, with every field used somewhere."""
    spring, autumn = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 10, 1, 12, 30, 5, 250_000, tzinfo=UTC)
    provider = CareProvider(
        HsaId.parse("SE2321000230-VG01"), REGION, "Region Norrbotten", OrganisationNumber.parse("2321000230"),
        Capacity.HEALTH_CARE,
    )  # fmt: skip
    social = CareProvider(
        HsaId.parse("SE2120002767-OG01"), BODEN, "Bodens kommun, socialtjänst", OrganisationNumber.parse("2120002767"),
        Capacity.SOCIAL_CARE, Period(spring, None),
    )  # fmt: skip
    hospital = a_unit("E1", "Sunderby sjukhus")
    ward = a_unit(
        "E2", "Avdelning 41", hospital.hsa_id, care_provider=provider.hsa_id, kind="hospital_ward", care_type="02",
        municipality_code="2580", municipality_name="Luleå", telephone="0920-28 40 41", mail="avd41@example.se",
        postal_address="Sjukvägen 10\n954 42 Södra Sunderbyn", opening_hours=("1-5#08:00#17:00", "6-7#10:00#12:00"),
        public=True, source="hr", source_id="K-41", period=Period(spring, autumn), short_name="Avd 41",
        description="Invärtes medicin", services=("1001", "1002"), switchboard="0920-28 20 00",
        manager=HsaId.parse("SE2321000230-P1"), visiting_address="Sjukvägen 10\nplan 4", route="Hiss B, plan 4",
        coordinates=Coordinates(7_291_234, 812_345), telephone_hours=("1-5#08:00#16:00",),
        visiting_hours=("1-7#14:00#19:00#ring först#2026-06-01#2026-08-31",), drop_in_hours=("3#13:00#15:00",),
        web_page="https://example.se/avd41", prescription_code="2500410000000",
    )  # fmt: skip
    merged = a_unit("E3", "Avdelning 43", hospital.hsa_id, merged_into=ward.hsa_id, archived=True)
    desk = Function(
        HsaId.parse("SE2321000230-F1"), REGION, ward.hsa_id, "Reception", "Anmälan och frågor", ("1001",),
        "0920-28 40 42", "rec41@example.se", "Sjukvägen 10\n954 42 Södra Sunderbyn", "plan 4", ("1-5#08:00#16:30",),
        ("1-5#08:00#16:00",), "https://example.se/avd41/anmalan", public=True, period=Period(spring, None),
    )  # fmt: skip
    switchboard = Function(HsaId.parse("SE2321000230-F2"), REGION, REGION, "Växeln")
    anna = a_person(
        title="sjuksköterska", licences=("SJ", "BM"), licence_restrictions=("får ej förskriva",),
        mail="anna@example.se", telephone="070-123 45 67", number_lookup="1:" + "ab" * 32, source="hr",
        source_id="4711", period=Period(spring, autumn), middle_name="Berg", nickname="Annie", mobile="070-765 43 21",
        switchboard="0920-28 20 00", position_code="206010", position="Sjuksköterska, medicin",
        specialities=("SJ;30;Intensivvård",), prescription_rights=("SJ;true",), prescription_code="1234567",
        description="nås säkrast efter ronden",
    )  # fmt: skip
    eva = a_person("P2", full_name="Eva Skyddad", family_name="Skyddad", given_name=None, protected=True, feigned=True)
    old = a_person("P3", full_name="Olle Äldre", family_name="Äldre", archived=True)
    care = Assignment(
        HsaId.parse("SE2321000230-A1"), REGION, ward.hsa_id, "Vård och behandling, avd 41", "Vård och behandling",
        ("Läsa;alla;VE", "Läsa;alla;SJF", "nonsens"),
        (
            Membership(anna.hsa_id),
            Membership(eva.hsa_id, Period(None, autumn)),
            Membership(old.hsa_id, Period(spring, None)),
        ),
        "hr", Period(spring, None), "för avdelningens egna",
    )  # fmt: skip
    at_provider = Assignment(
        HsaId.parse("SE2321000230-A2"), REGION, provider.hsa_id, "Kvalitetsregister", "Kvalitetsregister"
    )
    boden = a_member(BODEN, "Bodens kommun", "2120002767")
    admin = AdminAssignment(
        HsaId.parse("SE2321000230-AA1"), REGION, "Katalogansvarig", (str(boden.hsa_id), str(ward.hsa_id)),
        ("administer", "keep_licences"), (Membership(anna.hsa_id, Period(spring, None)),), anna.hsa_id, "för två",
        Period(None, autumn),
    )  # fmt: skip
    everywhere = AdminAssignment(HsaId.parse("SE2321000230-AA2"), REGION, "Hela regionen", duties=("read",))
    room = VideoEndpoint(
        HsaId.parse("SE2321000230-V1"), REGION, "Rum Polcirkeln", ward.hsa_id, "sip:polcirkeln@video.example.se",
        "polcirkeln", "4692028", "video.example.se", "Sunderby sjukhus, plan 2", "0920-28 40 50", "2580", "12 platser",
        Period(spring, None),
    )  # fmt: skip
    phone = VideoEndpoint(HsaId.parse("SE2321000230-V2"), REGION, "Rum Kiruna", dialed_digits="4698000", archived=True)
    role = SystemRole(
        HsaId.parse("SE2321000230-R1"), REGION, "SVP", "samordnare", "Samordnare i SVP",
        (Membership(anna.hsa_id, Period(spring, autumn)), Membership(eva.hsa_id)), "kallar till planering",
        Period(spring, None),
    )  # fmt: skip
    table = CodeTable(
        HsaId.parse("SE2321000230-K1"), REGION, "services", "Verksamheter",
        (Code("1001", "Medicin; invärtes # med tecken"), Code("1002", "Kirurgi", Period(spring, autumn))),
    )  # fmt: skip
    return (
        a_member(
            web_page="https://example.se", period=Period(spring, None), assigns_people_of=(str(boden.hsa_id),)
        ), boden, provider, social, hospital, ward,
        merged, desk, switchboard, anna, eva, old, care, at_provider, admin, everywhere, room, phone, role, table,
    )  # fmt: skip
