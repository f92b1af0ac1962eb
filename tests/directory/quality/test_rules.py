"""Each of HSA's rules of quality finds what breaks it, and nothing in a county that keeps them all."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from directory import Entry, Membership, Snapshot
from directory.core.entries import AdminAssignment, Code, CodeTable, Function, SystemRole
from directory.core.malformed import Malformed
from directory.core.quality.assess import assess
from directory.core.quality.finding import Finding
from directory.core.quality.kinds import KINDS, Severity
from directory.core.quality.standing import Standing
from directory.core.view import Drift
from tests.directory.parts import (
    ANNA,
    BODEN,
    CARE,
    CENTRE,
    COUNTY,
    EVA,
    PROVIDER,
    REGION,
    ROOM,
    a_person,
    boden,
    region,
)
from vocabulary.period import ALWAYS, Period

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OVER = Period(None, NOW - timedelta(days=3))
TO_COME = Period(NOW + timedelta(days=3), None)
CHECKED = {ANNA.hsa_id.key: NOW - timedelta(days=31)}
NUMBER = "1:" + "ab" * 32
SOUND = (*(entry for entry in COUNTY if entry != EVA), replace(EVA, licences=()))


def found(*instead: Entry, checked: Mapping[str, datetime] = CHECKED, **more: object) -> list[Finding]:
    """What is found in a sound county in which ``instead`` stand as given."""
    changed = {entry.hsa_id for entry in instead}
    entries = [entry for entry in SOUND if entry.hsa_id not in changed]
    snapshot = Snapshot.of([(entry, 1) for entry in (*entries, *instead)], 1)
    findings, _ = assess(Standing(snapshot, NOW, checked, **more))  # type: ignore[arg-type] # the test's own choice
    return list(findings)


def codes(*instead: Entry, checked: Mapping[str, datetime] = CHECKED) -> list[str]:
    return [finding.code for finding in found(*instead, checked=checked)]


def test_nothing_is_found_in_a_sound_county() -> None:
    assert found() == []


@dataclass(frozen=True)
class Case:
    """``about`` is the entry that the finding is of; the other ``instead`` are what it follows from."""

    code: str
    about: Entry
    instead: tuple[Entry, ...] = ()
    also: frozenset[str] = frozenset()
    """Other codes that follow from the same fault."""


OFFICE = replace(ROOM, hsa_id=region("E9"), name="Kansliet", care_provider=None, parent=None)
THEIRS = replace(a_person("P9"), hsa_id=boden("P9"), member=BODEN.hsa_id)
POSITIONS = CodeTable(region("K1"), REGION.hsa_id, "positions", "Befattningar", (Code("206010", "Sjuksköterska"),))
SERVICES = CodeTable(
    region("K2"), REGION.hsa_id, "services", "Verksamheter", (Code("1001", "Medicin"), Code("1002", "Kirurgi", OVER))
)
TWIN = a_person("P8", "Anna Sundqvist", number_lookup=NUMBER, licences=("SJ",))
ROLE = SystemRole(region("R1"), REGION.hsa_id, "SVP", "samordnare", "Samordnare", (Membership(region("P9")),))
SUPPRESSED = frozenset({"assignment_suppressed"})

CASES = [
    # 1
    Case("value_malformed", replace(CENTRE, opening_hours=("1-5 08:00-17:00",))),
    Case("value_malformed", replace(ANNA, mail="anna")),
    Case("value_malformed", replace(CARE, rights=("Läsa;alla",))),
    Case("reference_broken", replace(ROOM, parent=region("E99"))),
    Case("reference_broken", replace(CENTRE, manager=region("P99"))),
    Case("reference_broken", replace(ROOM, care_provider=region("VG99"))),
    Case("code_not_in_table", replace(CENTRE, services=("1002",)), (SERVICES,)),
    Case("code_not_in_table", replace(ANNA, position_code="206010", position="Läkare"), (POSITIONS,)),
    # 2
    Case("assignment_suppressed", replace(CARE, purpose=None), also=frozenset({"value_malformed"})),
    Case("assignment_suppressed", replace(CARE, unit=OFFICE.hsa_id), (OFFICE,)),
    Case("assignment_suppressed", CARE, (replace(CENTRE, name=""),), frozenset({"value_malformed"})),
    # 3
    Case("provider_not_current", ROOM, (replace(PROVIDER, period=OVER),)),
    Case("provider_not_current", CENTRE, (replace(PROVIDER, archived=True, period=OVER),)),
    Case("place_not_current", CARE, (replace(CENTRE, period=OVER),), frozenset({"parent_not_current"})),
    Case("parent_not_current", ROOM, (replace(CENTRE, period=TO_COME),), frozenset({"place_not_current"})),
    Case("parent_not_current", Function(region("F1"), REGION.hsa_id, OFFICE.hsa_id, "Receptionen"),
         (replace(OFFICE, period=OVER),)),
    Case("manager_not_current", replace(CENTRE, manager=region("P9")), (a_person("P9", period=OVER),)),
    Case("manager_not_current", replace(CENTRE, manager=region("P9")), (a_person("P9", archived=True, period=OVER),)),
    Case("membership_outlives_person", CARE, (replace(ANNA, period=OVER),)),
    Case("membership_outlives_person", ROLE, (a_person("P9", period=TO_COME),)),
    Case("membership_outlives_person",
         AdminAssignment(region("A1"), REGION.hsa_id, "Läser", (str(REGION.hsa_id),), ("read",), ROLE.memberships),
         (a_person("P9", period=OVER),)),
    Case("nobody_holds_it", replace(CARE, memberships=())),
    Case("nobody_holds_it", replace(CARE, memberships=(Membership(ANNA.hsa_id, OVER),))),
    # 4
    Case("licence_not_held", replace(ANNA, specialities=("LK;1;Kirurgi",))),
    Case("title_without_licence", replace(ANNA, licences=())),
    Case("title_without_licence", replace(ANNA, title="Barnmorska")),
    Case("position_without_code", ANNA, (POSITIONS,)),
    Case("licences_differ", replace(ANNA, number_lookup=NUMBER), (replace(THEIRS, number_lookup=NUMBER),)),
    # 5
    Case("protected_reachable", replace(EVA, mobile="070-123 45 67")),
    Case("archived_still_open", replace(ROOM, archived=True)),
    Case("archived_still_open", replace(OFFICE, archived=True, period=Period(None, NOW + timedelta(days=1)))),
    # 6
    Case("identity_wrong", replace(OFFICE, hsa_id=boden("E9"))),
    Case("membership_unresolved", replace(CARE, memberships=(*CARE.memberships, Membership(region("P99"))))),
    Case("membership_unresolved",
         replace(CARE, memberships=(Membership(ANNA.hsa_id), Membership(ANNA.hsa_id, TO_COME)))),
    Case("member_not_allowed", replace(CARE, memberships=(Membership(THEIRS.hsa_id),)), (THEIRS,)),
    # 7
    Case("number_shared", replace(ANNA, number_lookup=NUMBER), (TWIN,)),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[f"{n}-{case.code}" for n, case in enumerate(CASES)])
def test_what_breaks_a_rule_is_found_on_the_entry_that_is_to_be_mended(case: Case) -> None:
    checked = {**CHECKED, TWIN.hsa_id.key: NOW}

    findings = found(case.about, *case.instead, checked=checked)

    assert case.about in [finding.entry for finding in findings if finding.code == case.code]
    assert {finding.code for finding in findings} - {case.code} <= case.also


def test_every_kind_of_finding_is_tried_somewhere() -> None:
    of_the_store = {code for code, kind in KINDS.items() if kind.rule is None} | {"object_malformed", "value_left_out"}

    assert {case.code for case in CASES} | {"licences_unchecked"} | of_the_store == set(KINDS)


SOUND_THOUGH = [
    replace(CARE, period=OVER, purpose="Vård och behandling", memberships=()),
    replace(EVA, telephone=None, mail=None),
    replace(ANNA, title="Undersköterska"),
    replace(ANNA, title="AT-läkare"),
    replace(ANNA, title="Underläkare"),
    replace(ANNA, title="Läkarsekreterare"),
    replace(ANNA, title="PTP-psykolog"),
    replace(ANNA, title="Tandsköterska"),
    replace(ANNA, period=TO_COME, licences=(), title="Läkare"),
    replace(CENTRE, period=OVER, archived=True),
]


@pytest.mark.parametrize("entry", SOUND_THOUGH, ids=range(len(SOUND_THOUGH)))
def test_what_only_looks_like_a_fault_is_not_found(entry: Entry) -> None:
    of_itself = [finding.code for finding in found(entry) if finding.entry == entry]

    assert of_itself == []


@pytest.mark.parametrize(
    ("title", "licence"),
    [
        ("Sjuksköterska", "SJ"),
        ("Kommunsjuksköterska", "SJ"),
        ("specialistsjuksköterska, anestesi", "SJ"),
        ("Distriktssköterska", "SJ"),
        ("Röntgensjuksköterska", "RS"),
        ("Överläkare", "LK"),
        ("Tandläkare", "TL"),
        ("Fysioterapeut/chef", "FT"),
        ("Hälso- och sjukvårdskurator", "HK"),
    ],
)
def test_a_title_tells_its_licence(title: str, licence: str) -> None:
    others = a_person("P7", title=title, licences=("OP",))
    holder = a_person("P7", title=title, licences=(licence,))
    checked = {**CHECKED, others.hsa_id.key: NOW}

    assert codes(others, checked=checked) == ["title_without_licence"]
    assert codes(holder, checked=checked) == []


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [(None, True), (timedelta(days=31, seconds=1), True), (timedelta(days=31), False), (timedelta(0), False)],
)
def test_the_licence_register_is_asked_at_least_monthly(asked: timedelta | None, is_found: bool) -> None:
    checked = {} if asked is None else {ANNA.hsa_id.key: NOW - asked}

    assert ("licences_unchecked" in codes(checked=checked)) == is_found


def test_an_overdue_check_began_when_it_was_due() -> None:
    asked = NOW - timedelta(days=40)

    (finding,) = found(checked={ANNA.hsa_id.key: asked})

    assert finding.began == asked + timedelta(days=31)


@pytest.mark.parametrize(
    "person", [replace(ANNA, period=OVER), replace(ANNA, feigned=True), replace(ANNA, licences=())]
)
def test_nobody_is_asked_about_who_has_left_is_feigned_or_has_no_licence(person: Entry) -> None:
    assert "licences_unchecked" not in codes(person, checked={})


def test_what_passed_by_itself_began_when_it_passed() -> None:
    began = {finding.code: finding.began for finding in found(replace(CENTRE, period=OVER), replace(ANNA, period=OVER))}

    assert began["place_not_current"] == began["membership_outlives_person"] == OVER.end


def test_whom_a_finding_names_it_says() -> None:
    (finding,) = found(replace(ANNA, period=OVER))

    assert (finding.code, finding.named) == ("membership_outlives_person", (ANNA.hsa_id,))


def test_records_of_one_person_do_not_name_each_other() -> None:
    theirs = replace(THEIRS, number_lookup=NUMBER)

    findings = found(replace(ANNA, number_lookup=NUMBER), theirs)

    assert [finding.code for finding in findings] == ["licences_differ"] * 2
    for finding in findings:
        assert finding.named == () and str(theirs.hsa_id) not in finding.said and str(ANNA.hsa_id) not in finding.said


DRIFTS = [
    (Drift(region("P9"), None, a_person("P9"), NOW), "only_in_store", ""),
    (Drift(ANNA.hsa_id, ANNA, None, NOW), "gone_from_store", "ended"),
    (Drift(ANNA.hsa_id, ANNA, None, NOW, believed=False), "gone_from_store", "as before"),
    (Drift(ANNA.hsa_id, ANNA, replace(ANNA, title="Överläkare", period=OVER), NOW), "differs_in_store", "`title`"),
]


@pytest.mark.parametrize(("drift", "code", "said"), DRIFTS)
def test_what_stands_otherwise_in_the_store_is_found(drift: Drift, code: str, said: str) -> None:
    (finding,) = found(drift=(drift,))

    assert (finding.code, finding.began) == (code, NOW)
    assert said in finding.said and "Överläkare" not in finding.said


def test_what_only_stands_in_another_order_is_named_beside_what_drifted() -> None:
    ours = replace(ANNA, licences=("SJ", "BM"))
    drift = Drift(ANNA.hsa_id, ours, replace(ours, licences=("BM", "SJ"), title="Överläkare"), NOW)

    (finding,) = found(drift=(drift,))

    assert finding.said == "`title`, `licences` differ"


def test_a_look_up_hash_that_differs_is_not_told() -> None:
    drift = Drift(ANNA.hsa_id, ANNA, replace(ANNA, number_lookup=NUMBER), NOW)

    (finding,) = found(drift=(drift,))

    assert "number" not in finding.said and NUMBER not in finding.said


def test_what_is_malformed_in_the_store_is_found_once() -> None:
    unreadable = Malformed(ANNA.hsa_id, "hsaIdentity=SE2321000230-P001", "`endDate` is malformed")
    left_out = Malformed(CENTRE.hsa_id, "ou=Björknäs", "`surgeryHours` holds a malformed value; left out", served=True)
    nobodys = Malformed(None, "cn=x", "`hsaIdentity` is missing")
    drift = Drift(ANNA.hsa_id, ANNA, None, NOW, "`endDate` is malformed")

    findings = found(drift=(drift,), broken=(unreadable, left_out, nobodys))

    told = [(finding.code, finding.entry) for finding in findings]
    assert told == [("object_malformed", None), ("object_malformed", ANNA), ("value_left_out", CENTRE)]


def test_the_severest_are_first_and_no_two_have_the_same_place() -> None:
    findings = found(
        replace(CARE, memberships=(Membership(region("P99")),)), replace(CENTRE, opening_hours=("x",)),
        replace(EVA, mail="eva@example.se"), checked={},
    )  # fmt: skip

    severities = [KINDS[finding.code].severity for finding in findings]
    assert severities == sorted(severities, key=list(Severity).index)
    assert len({finding.key for finding in findings}) == len(findings)


def test_a_later_report_judges_anew_only_what_has_changed_and_finds_the_same() -> None:
    snapshot = Snapshot.of([(entry, 1) for entry in SOUND], 1)
    _, judged = assess(Standing(snapshot, NOW, CHECKED))
    later = snapshot.succeeded_by([replace(CENTRE, opening_hours=("x",)), replace(ANNA, mail="anna")], 2)

    again, kept = assess(Standing(later, NOW, CHECKED), judged)
    anew, _ = assess(Standing(later, NOW, CHECKED))
    mended = later.succeeded_by([CENTRE], 3)
    after_mending, _ = assess(Standing(mended, NOW, CHECKED), kept)

    assert again == anew and [finding.entry.hsa_id for finding in again if finding.entry] == [
        CENTRE.hsa_id,
        ANNA.hsa_id,
    ]
    assert [finding.entry.hsa_id for finding in after_mending if finding.entry] == [ANNA.hsa_id]


def test_who_was_merged_into_somebody_that_was_merged_later_is_no_fault() -> None:
    over = {"archived": True, "period": OVER}
    first = a_person("P5", merged_into=region("P6"), **over)
    second = a_person("P6", merged_into=ANNA.hsa_id, **over)

    assert codes(first, second) == []


def test_a_code_that_ends_is_found_on_entries_that_did_not_change() -> None:
    with_code = replace(CENTRE, services=("1001",))
    snapshot = Snapshot.of([(entry, 1) for entry in (*SOUND[:3], with_code, *SOUND[4:], SERVICES)], 1)
    before, judged = assess(Standing(snapshot, NOW, CHECKED))
    ended = replace(SERVICES, codes=(Code("1001", "Medicin", OVER),))

    after, _ = assess(Standing(snapshot.succeeded_by([ended], 2), NOW, CHECKED), judged)

    assert before == ()
    assert [(finding.code, finding.entry) for finding in after] == [("code_not_in_table", with_code)]


def test_every_kind_says_what_it_means_and_what_to_do() -> None:
    for code, kind in KINDS.items():
        assert kind.means and kind.fix, code
        assert kind.rule is None or 1 <= kind.rule <= 7
        assert not kind.means.endswith(".") and kind.means[0].islower()
    assert ALWAYS.contains(NOW)
