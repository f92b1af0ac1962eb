"""A small county to ask about, and two askers: a reading application, and one that administers everything."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from directory import Assignment, Entry, Membership, Snapshot, Unit
from directory.core.administration import ADMINISTER, READ, ScopedReach
from directory.core.entries import Function, SystemRole
from directory.core.national.question import Question
from tests.directory.parts import COUNTY, PROVIDER, REGION, ROOM, a_person, region
from vocabulary.caller import Caller
from vocabulary.codes import Purpose
from vocabulary.period import Period

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
YESTERDAY, TOMORROW = NOW.replace(day=1), NOW.replace(day=3)
OVER, TO_COME = Period(None, YESTERDAY), Period(TOMORROW, None)

READER = ScopedReach(Caller("reader", None, frozenset({READ}), None))
ADMINISTRATOR = ScopedReach(Caller("admin", None, frozenset({ADMINISTER}), None))

NILS = a_person(
    "P003", "Nils Berg Ek", given_name="Nils", middle_name="Berg", family_name="Ek", title="överläkare",
    licences=("LK",), specialities=("LK;11102;Invärtesmedicin",), position_code="301010", position="Överläkare",
    prescription_code="1234567", mail="nils@example.se", telephone="0920-28 40 03", mobile="070-123 45 67",
    switchboard="0920-28 20 00", nickname="Nisse", description="nås efter ronden",
)  # fmt: skip
TESTA = a_person("P004", "Testa Testsson", feigned=True, licences=("SJ",), prescription_rights=("SJ;true",))
AT_PROVIDER = Assignment(
    region("M002"), REGION.hsa_id, PROVIDER.hsa_id, "Kvalitetsregister", Purpose.QUALITY_REGISTER,
    ("Läsa;alla;VG",), (Membership(NILS.hsa_id),),
)  # fmt: skip
AT_ROOM = Assignment(
    region("M003"), REGION.hsa_id, ROOM.hsa_id, "Laboratoriet", Purpose.CARE, ("Läsa;lak;VE", "Skriva;lak;VE"),
    (Membership(NILS.hsa_id), Membership(TESTA.hsa_id)),
)  # fmt: skip
CORNER = Unit(region("E003"), REGION.hsa_id, ROOM.hsa_id, "Provtagningen", telephone="0921-670 03")
DESK = Function(region("F001"), REGION.hsa_id, CORNER.hsa_id, "Receptionen", postal_address="Box 1\n961 00 Boden")
OFFICE = Unit(region("E004"), REGION.hsa_id, None, "Kansliet")
ROLE = SystemRole(region("R001"), REGION.hsa_id, "SVP", "samordnare", "Samordnare", (Membership(NILS.hsa_id),))
ENTRIES = (*COUNTY, NILS, TESTA, AT_PROVIDER, AT_ROOM, CORNER, DESK, OFFICE, ROLE)


def a_snapshot(*instead: Entry, without: Iterable[Entry] = ()) -> Snapshot:
    """``ENTRIES``, in which ``instead`` stand as given."""
    gone = {entry.hsa_id for entry in (*instead, *without)}
    kept = [entry for entry in ENTRIES if entry.hsa_id not in gone]
    return Snapshot.of([(entry, 1) for entry in (*kept, *instead)], 7)


def asked(
    snapshot: Snapshot, asker: ScopedReach = READER, *, protected: bool = False, feigned: bool = False
) -> Question:
    return Question(snapshot, asker, NOW, protected, feigned)


def nameless(entry: Entry) -> Entry:
    """As no change would let it be, and as an old journal may hold it."""
    return replace(entry, name="")
