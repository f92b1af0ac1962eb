"""The demo's directory has just the flaws that it is said to have, and its report finds all of them."""

from collections import Counter
from datetime import date

from directory.core.changes import differences
from directory.core.quality.assess import assess
from directory.core.quality.finding import Finding
from directory.core.quality.standing import Standing
from directory.core.snapshot import Snapshot
from directory.core.validation import problems_of
from hub.demo.directory_history import directory_events
from hub.demo.facts import moment
from hub.demo.flaws import UNASKED_MEMBER, flaws, licence_checks
from hub.demo.region import SOURCE, Region
from hub.demo.tell_history import beginning
from vocabulary.hsa_id import HsaId


def _after_everything(region: Region, today: date) -> Snapshot:
    snapshot = Snapshot.of([(entry, 1) for entry in region.entries], 1)
    events = sorted((*directory_events(region, today), *flaws(region, today)), key=lambda event: event.at)
    for revision, event in enumerate(events, 2):
        changes = differences(event.entries, snapshot.entry)
        assert problems_of(changes, snapshot) == (), event.reason
        snapshot = snapshot.succeeded_by([change.after for change in changes if change.after is not None], revision)
    return snapshot


def _found(region: Region, today: date) -> tuple[Finding, ...]:
    """As the house would: whose licences are written was asked about then, and some never were."""
    snapshot, now = _after_everything(region, today), moment(today, 0, 12)
    checks = licence_checks(region, today)
    checked = {person.hsa_id.key: now for person in snapshot.people()}
    checked |= {hsa_id.key: checks.at for hsa_id in checks.asked}
    for hsa_id in checks.never:
        del checked[hsa_id.key]
    findings, _ = assess(Standing(snapshot, now, checked))
    return findings


def test_a_sound_region_has_no_findings(region: Region, today: date) -> None:
    at = beginning(today)
    checked = {person.hsa_id.key: at for person in region.people.values()}

    findings, _ = assess(Standing(Snapshot.of([(entry, 1) for entry in region.entries], 1), at, checked))

    assert findings == ()


def test_every_change_that_leaves_a_flaw_is_allowed_and_leaves_it(region: Region, today: date) -> None:
    codes = Counter(finding.code for finding in _found(region, today))

    unasked = region.members[UNASKED_MEMBER].hsa_id
    licensed = sum(1 for person in region.people.values() if person.member == unasked and person.licences)
    assert codes == {
        "licences_unchecked": licensed, "membership_outlives_person": 3, "archived_still_open": 1,
        "manager_not_current": 1, "place_not_current": 1, "protected_reachable": 1, "title_without_licence": 1,
        "nobody_holds_it": 1,
    }  # fmt: skip


def test_the_flaws_touch_nobody_whom_the_story_is_about(region: Region, today: date) -> None:
    cast = {post.person for post in region.cast.values()}
    fed = {person.hsa_id for person in region.people.values() if person.source == SOURCE}
    told = {entry.hsa_id for event in directory_events(region, today) for entry in event.entries}

    touched: set[HsaId] = {entry.hsa_id for event in flaws(region, today) for entry in event.entries}

    assert not touched & (cast | fed | told)


def test_the_flaws_are_the_same_each_time(region: Region, today: date) -> None:
    assert flaws(region, today) == flaws(region, today)
    assert licence_checks(region, today) == licence_checks(region, today)
