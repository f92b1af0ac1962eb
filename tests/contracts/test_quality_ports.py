"""What every keeper of licence checks and of known findings promises, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from directory.core.quality.finding import FindingKey
from directory.edge.sql.journal import SqlJournal
from directory.edge.sql.known_findings import SqlKnownFindings
from directory.edge.sql.licence_checks import SqlLicenceChecks
from directory.edge.sql.tables import metadata
from directory.ports import Since
from tests.directory.parts import ANNA, EVA, added, region

AT = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
ONE, OTHER = FindingKey("value_malformed", ANNA.hsa_id.key, "mail"), FindingKey("object_malformed", "", "cn=å,c=SE")


@pytest.fixture
def checks(engine: Engine) -> SqlLicenceChecks:
    metadata.create_all(engine)
    return SqlLicenceChecks(engine)


@pytest.fixture
def findings(engine: Engine) -> SqlKnownFindings:
    metadata.create_all(engine)
    return SqlKnownFindings(engine)


def test_a_check_is_told_of_whom_it_was(checks: SqlLicenceChecks) -> None:
    checks.note([ANNA.hsa_id], AT, "Ada")

    assert checks.of([ANNA.hsa_id, EVA.hsa_id]) == {ANNA.hsa_id.key: AT} == checks.all()
    assert checks.newest() == AT


def test_nobody_was_asked_about_in_the_beginning(checks: SqlLicenceChecks) -> None:
    assert checks.of([ANNA.hsa_id]) == {} == checks.all()
    assert checks.newest() is None


def test_the_latest_check_counts_in_whatever_order_they_are_noted(checks: SqlLicenceChecks) -> None:
    checks.note([ANNA.hsa_id, EVA.hsa_id], LATER, "Ada")
    checks.note([ANNA.hsa_id, ANNA.hsa_id], AT, "Ada")
    checks.note([EVA.hsa_id], LATER, "Ada")

    assert checks.all() == {ANNA.hsa_id.key: LATER, EVA.hsa_id.key: LATER}


def test_what_is_forgotten_was_never_asked(checks: SqlLicenceChecks) -> None:
    checks.note([ANNA.hsa_id, EVA.hsa_id], AT, "Ada")

    checks.forget([ANNA.hsa_id])

    assert checks.all() == {EVA.hsa_id.key: AT}


def test_thousands_are_noted_at_once(checks: SqlLicenceChecks) -> None:
    ids = [region(f"P{serial}") for serial in range(3_000)]

    checks.note(ids, AT, "Ada")

    assert len(checks.of(ids)) == 3_000


def test_a_finding_is_known_since_it_was_first_kept(findings: SqlKnownFindings) -> None:
    findings.keep({ONE: Since(AT, 3), OTHER: Since(AT, 4)}, (), 4)
    findings.keep({ONE: Since(LATER, 5)}, (), 5)

    assert findings.known() == {ONE: Since(AT, 3), OTHER: Since(AT, 4)}


def test_what_is_gone_is_forgotten_unless_somebody_found_it_anew(findings: SqlKnownFindings) -> None:
    findings.keep({ONE: Since(AT, 3), OTHER: Since(LATER, 9)}, (), 9)

    findings.keep({}, {ONE, OTHER}, 5)

    assert findings.known() == {OTHER: Since(LATER, 9)}


def test_the_instants_of_revisions_are_those_of_the_journal(engine: Engine, findings: SqlKnownFindings) -> None:
    journal = SqlJournal(engine)
    for revision, (entry, at) in enumerate(((ANNA, AT), (EVA, LATER)), 1):
        journal.append(added(entry), follows=revision - 1, actor="Ada", reason="r", door="d", at=at)
        if entry is ANNA:
            journal.mark_applied(revision)

    assert findings.instants({1, 2, 99}) == {1: AT}
