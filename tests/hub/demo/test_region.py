"""The demo's directory is whole, credible, fictive, and the same each time."""

import re
import time
from collections import Counter
from dataclasses import replace

from directory.core.changes import Change
from directory.core.entries import Assignment, CareProvider, Member, Person, Unit
from directory.core.snapshot import Snapshot
from directory.core.validation import is_regional, problems_of
from hub.demo.cast import CAST
from hub.demo.norrbotten import MEMBERS, MUNICIPALITIES
from hub.demo.region import SOURCE, Region, build_region
from hub.demo.staffing import POSITIONS
from hub.demo.telephone import is_fictive
from vocabulary.capacity import Capacity
from vocabulary.codes import CARE_TYPES, LICENCES
from vocabulary.right import Right


def _kinds(region: Region) -> Counter[str | None]:
    return Counter(unit.kind for unit in region.units.values())


def test_there_are_fifteen_members_and_the_region_is_one_of_them(region: Region) -> None:
    members = [entry for entry in region.entries if isinstance(entry, Member)]

    assert len(members) == 15
    assert len(MUNICIPALITIES) == 14
    assert [member.name for member in members if is_regional(member)] == ["Region Norrbotten"]


def test_norrbotten_has_five_hospitals_33_care_centres_and_34_dental_clinics(region: Region) -> None:
    kinds = _kinds(region)

    assert (kinds["hospital"], kinds["care_centre"], kinds["dental_clinic"]) == (5, 33, 34)


def test_every_hospital_has_medicine_surgery_emergency_and_rehab(region: Region) -> None:
    for hospital in ("sunderby", "pitea_hospital", "gallivare_hospital", "kalix_hospital", "kiruna_hospital"):
        for ward in ("medicine", "surgery", "emergency", "rehab"):
            assert f"{hospital}/{ward}" in region.units


def test_there_are_about_2400_employees(region: Region) -> None:
    assert 2_352 <= len(region.people) <= 2_448


def test_larger_municipalities_have_more_staff(region: Region) -> None:
    staff = Counter(person.member for person in region.people.values())
    by_population = sorted(MUNICIPALITIES, key=lambda facts: facts.population)

    counts = [staff[region.members[facts.key].hsa_id] for facts in by_population]

    assert counts == sorted(counts)


def test_each_municipality_gives_health_and_social_care_and_the_region_health_care_only(region: Region) -> None:
    capacities = {
        facts.key: {p.capacity for p in region.providers.values() if p.member == region.members[facts.key].hsa_id}
        for facts in MEMBERS
    }

    assert capacities.pop("region") == {Capacity.HEALTH_CARE}
    assert all(found == set(Capacity) for found in capacities.values())


def test_each_municipality_has_home_care_home_nursing_rehab_and_special_housing(region: Region) -> None:
    for facts in MUNICIPALITIES:
        own = Counter(u.kind for u in region.units.values() if u.member == region.members[facts.key].hsa_id)

        assert min(own["home_care"], own["home_nursing"], own["rehab"]) >= 1
        assert own["special_housing"] >= 2
        assert own["special_housing"] % 2 == 0


def test_the_region_is_built_the_same_each_time(region: Region) -> None:
    again = build_region()

    assert repr(again) == repr(region)


def test_another_seed_gives_other_people_in_the_same_places(region: Region) -> None:
    other = build_region(seed=7)

    assert other.units.keys() == region.units.keys()
    assert other.people != region.people


def test_the_region_is_built_in_less_than_a_second() -> None:
    start = time.process_time()

    build_region()

    assert time.process_time() - start < 1


def test_the_directory_would_accept_every_entry(region: Region) -> None:
    changes = [Change(None, entry) for entry in region.entries]

    assert problems_of(changes, Snapshot.of([], 0)) == ()


def test_ids_are_unique_and_begin_with_a_prefix_of_the_owner(region: Region) -> None:
    prefixes = {member.hsa_id: member.id_prefixes for member in region.members.values()}

    assert len({entry.hsa_id for entry in region.entries}) == len(region.entries)
    for entry in region.entries:
        owner = entry.hsa_id if isinstance(entry, Member) else entry.member
        assert entry.hsa_id.prefix in prefixes[owner]


def test_whatever_an_entry_refers_to_comes_before_it(region: Region) -> None:
    known = set()
    for entry in region.entries:
        match entry:
            case CareProvider():
                needed = {entry.member}
            case Unit():
                needed = {entry.member} | ({entry.parent, entry.care_provider} - {None})
            case Person():
                needed = {entry.member}
            case Assignment():
                needed = {entry.member, entry.unit, *(held.person for held in entry.memberships)}
            case _:
                needed = set()

        assert needed <= known
        known.add(entry.hsa_id)


def test_every_assignment_counts(region: Region) -> None:
    providers = {unit.hsa_id: unit.care_provider for unit in region.units.values()}
    for assignment in region.assignments.values():
        assert assignment.purpose
        assert assignment.memberships
        assert providers[assignment.unit] is not None
        assert [str(Right.parse(right)) for right in assignment.rights] == list(assignment.rights)


def test_assignments_at_one_unit_have_different_names(region: Region) -> None:
    names = Counter((assignment.unit, assignment.name) for assignment in region.assignments.values())

    assert set(names.values()) == {1}


def test_everybody_has_a_post_and_an_assignment(region: Region) -> None:
    assert {post.person for post in region.posts} == set(region.people)
    assert all(post.assignments for post in region.posts)


def test_licences_and_care_types_are_of_the_code_tables(region: Region) -> None:
    assert all(set(position.licences) <= LICENCES for position in POSITIONS.values())
    assert {unit.care_type for unit in region.units.values()} - {None} <= CARE_TYPES.keys()
    assert {unit.municipality_code for unit in region.units.values()} == {facts.code for facts in MUNICIPALITIES}


def test_a_home_care_assistant_has_a_social_and_a_health_care_assignment(region: Region) -> None:
    capacity = {provider.hsa_id: provider.capacity for provider in region.providers.values()}
    providers = {unit.hsa_id: unit.care_provider for unit in region.units.values()}
    assistants = [post for post in region.posts if post.position == "home_care_assistant"]

    assert len(assistants) > 400
    for post in assistants:
        held = [providers[region.assignments[assignment].unit] for assignment in post.assignments]
        assert [capacity[p] for p in held if p is not None] == [Capacity.SOCIAL_CARE, Capacity.HEALTH_CARE]


def test_an_undersköterska_has_no_licence(region: Region) -> None:
    assert all(not person.licences for person in region.people.values() if person.title == "Undersköterska")


def test_three_people_are_protected_and_show_no_contact_data(region: Region) -> None:
    protected = [person for person in region.people.values() if person.protected]

    assert len(protected) == 3
    assert {(person.mail, person.telephone) for person in protected} == {(None, None)}


def test_five_objects_are_feigned(region: Region) -> None:
    assert sum(person.feigned for person in region.people.values()) == 5


def test_about_forty_people_are_fed_by_bodens_source_with_their_own_anchors(region: Region) -> None:
    fed = [person for person in region.people.values() if person.source == SOURCE]

    assert 35 <= len(fed) <= 45
    assert len({person.source_id for person in fed}) == len(fed)
    assert {person.member for person in fed} == {region.members["boden"].hsa_id}


def test_no_two_people_share_a_name_or_an_address(region: Region) -> None:
    addresses = [person.mail for person in region.people.values() if person.mail]

    assert len({person.full_name for person in region.people.values()}) == len(region.people)
    assert len(set(addresses)) == len(addresses)


def test_addresses_and_telephones_reach_nobody(region: Region) -> None:
    for entry in region.entries:
        if isinstance(entry, Member | Unit | Person):
            assert entry.mail is None or re.fullmatch(r"[a-z0-9.-]+@[a-z]+\.example", entry.mail)
            assert entry.telephone is None or is_fictive(entry.telephone)


def test_no_personal_number_is_in_the_directory(region: Region) -> None:
    assert all(person.number_lookup is None for person in region.people.values())


def test_every_member_of_the_cast_has_a_post(region: Region) -> None:
    for role in CAST:
        post = region.cast[role.key]
        person = region.people[post.person]

        assert (person.full_name, post.unit, post.position) == (role.name, role.unit, role.position)
        assert not person.protected


def test_a_flaw_would_be_found_by_the_same_validation(region: Region) -> None:
    provider = region.providers["lulea/health"].hsa_id
    flawed = replace(region.units["boden/rehab"], care_provider=provider)
    entries = [flawed if entry.hsa_id == flawed.hsa_id else entry for entry in region.entries]

    assert problems_of([Change(None, entry) for entry in entries], Snapshot.of([], 0)) != ()
