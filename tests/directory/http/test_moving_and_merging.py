"""An entry at another place, and two that turn out to be one."""

from dataclasses import replace

import pytest

from directory import Assignment, CareProvider, Membership, Person, Unit
from directory.core.entries import Function
from directory.core.merging import merged_people
from tests.directory.http.parts import BODENS_ADMIN, Browser, send
from tests.directory.parts import (
    ANNA,
    BODEN,
    CARE,
    CENTRE,
    EVA,
    PROVIDER,
    REGION,
    ROOM,
    World,
    a_person,
    boden,
    region,
)
from vocabulary.capacity import Capacity
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.personal_number import PersonalIdentityNumber

OTHER = Unit(region("E009"), REGION.hsa_id, None, "Mjölkuddens hälsocentral", PROVIDER.hsa_id)
DESK = Function(region("F001"), REGION.hsa_id, CENTRE.hsa_id, "Reception")

SOCIAL = CareProvider(region("OG01"), REGION.hsa_id, "Omsorgen", REGION.organisation_number, Capacity.SOCIAL_CARE)
HOUSING = Unit(region("E010"), REGION.hsa_id, None, "Hemtjänst", SOCIAL.hsa_id)


def unit(world: World, hsa_id: HsaId) -> Unit:
    found = world.directory.snapshot().unit(hsa_id)
    assert found is not None
    return found


def assignment(world: World, hsa_id: HsaId) -> Assignment:
    found = world.directory.snapshot().assignment(hsa_id)
    assert found is not None
    return found


def test_a_unit_moves_with_all_that_stands_below_it(http: Browser, world: World) -> None:
    world.change(OTHER)

    status, told = send(http, "POST", f"units/{CENTRE.hsa_id}/move", {"to": str(OTHER.hsa_id), "reason": "ny ledning"})

    assert status == 200 and told["parent"] == str(OTHER.hsa_id)
    assert unit(world, ROOM.hsa_id).parent == CENTRE.hsa_id
    assert assignment(world, CARE.hsa_id).unit == CENTRE.hsa_id


def test_a_unit_moves_up_to_its_member(http: Browser, world: World) -> None:
    status, told = send(http, "POST", f"units/{ROOM.hsa_id}/move", {"to": str(REGION.hsa_id), "reason": "egen"})

    assert status == 200 and told["parent"] is None


@pytest.mark.parametrize(
    ("what", "to", "status", "pointer"),
    [
        (f"units/{CENTRE.hsa_id}", ROOM.hsa_id, 422, "/to"),  # below itself
        (f"units/{CENTRE.hsa_id}", BODEN.hsa_id, 422, "/to"),  # another member
        (f"units/{CENTRE.hsa_id}", ANNA.hsa_id, 422, "/to"),  # below a person
        (f"units/{CENTRE.hsa_id}", region("E999"), 404, None),
        (f"assignments/{CARE.hsa_id}", ANNA.hsa_id, 422, "/to"),
    ],
)
def test_a_move_to_where_it_cannot_stand_is_refused(
    http: Browser, world: World, what: str, to: HsaId, status: int, pointer: str | None
) -> None:
    answered, told = send(http, "POST", f"{what}/move", {"to": str(to), "reason": "r"})

    assert answered == status and told.get("pointer") == pointer
    assert world.directory.snapshot().revision == 1


@pytest.mark.parametrize("query", ["", "?dry_run=true"])
def test_below_another_providers_unit_it_is_said_whose_the_unit_shall_be(
    http: Browser, world: World, query: str
) -> None:
    """As a reorganisation has it."""
    office = Unit(region("E012"), REGION.hsa_id, HOUSING.hsa_id, "Förvaltningen")
    before = world.change(SOCIAL, HOUSING, office)
    path = f"units/{CENTRE.hsa_id}/move{query}"

    for to in (HOUSING, office):
        status, told = send(http, "POST", path, {"to": str(to.hsa_id), "reason": "flytt"})
        assert (status, told["type"], told["pointer"]) == (
            422, "urn:tillit:crosses_care_providers", "/care_provider",
        )  # fmt: skip
        assert f"say whose `{CENTRE.hsa_id}` shall be" in told["title"]
    taken = {"to": str(HOUSING.hsa_id), "care_provider": str(SOCIAL.hsa_id), "reason": "flytt"}
    status, told = send(http, "POST", path, taken)
    assert status == 422 and "a reorganisation may give it" in told["title"]
    assert world.directory.snapshot().revision == before

    status, told = send(http, "POST", path, {**taken, "care_provider": str(PROVIDER.hsa_id)})
    again = send(http, "POST", path, {"to": told["parent"], "reason": "en gång till"}) if not query else (200, told)

    assert status == 200 and again == (200, told)
    assert (told["parent"], told["care_provider"]) == (str(HOUSING.hsa_id), str(PROVIDER.hsa_id))


def test_a_department_takes_no_unit_along_below_another_provider_unsaid(http: Browser, world: World) -> None:
    office = Unit(region("E012"), REGION.hsa_id, None, "Förvaltningen")
    world.change(SOCIAL, HOUSING, office, replace(CENTRE, parent=office.hsa_id))
    path, body = f"units/{office.hsa_id}/move", {"to": str(HOUSING.hsa_id), "reason": "flytt"}

    unsaid = send(http, "POST", path, body)
    said = send(http, "POST", path, body | {"care_provider": str(PROVIDER.hsa_id)})

    assert unsaid[0] == 422 and f"say whose `{CENTRE.hsa_id}` shall be" in unsaid[1]["title"]
    assert said[0] == 200 and unit(world, CENTRE.hsa_id).care_provider == PROVIDER.hsa_id


def test_a_planned_move_says_too_whose_the_unit_shall_be(http: Browser, world: World) -> None:
    world.change(SOCIAL, HOUSING)
    move = {"do": "move", "entry": str(CENTRE.hsa_id), "to": str(HOUSING.hsa_id)}
    plan = {"due": "2026-06-01", "reason": "flytt"}

    unsaid = send(http, "POST", "planned-changes", plan | {"steps": [move]})
    kept = {**move, "care_provider": str(PROVIDER.hsa_id)}
    said = send(http, "POST", "planned-changes", plan | {"steps": [kept]})
    none = send(http, "POST", "planned-changes", plan | {"steps": [{**move, "care_provider": str(region("VG99"))}]})

    assert (unsaid[0], unsaid[1]["type"]) == (422, "urn:tillit:crosses_care_providers")
    assert said[0] == 201 and said[1]["steps"] == [kept]
    assert none[0] == 404


def test_an_assignment_moves_within_its_care_provider_only(http: Browser, world: World) -> None:
    world.change(OTHER, SOCIAL, HOUSING)
    path = f"assignments/{CARE.hsa_id}/move"

    across = send(http, "POST", path, {"to": str(region("E010")), "reason": "r"})
    within = send(http, "POST", path, {"to": str(OTHER.hsa_id), "reason": "r"})

    assert across[0] == 422 and "another care provider" in across[1]["title"]
    assert within[0] == 200 and within[1]["unit"] == str(OTHER.hsa_id)
    assert len(within[1]["memberships"]) == 2


def test_what_a_merged_unit_had_is_the_others(http: Browser, world: World) -> None:
    world.change(OTHER, DESK)

    status, told = send(
        http, "POST", f"units/{CENTRE.hsa_id}/merge", {"into": str(OTHER.hsa_id), "reason": "slås ihop"}
    )

    assert status == 200
    assert (told["merged_into"], told["archived"], told["public"]) == (str(OTHER.hsa_id), True, False)
    assert unit(world, CENTRE.hsa_id).period == Period(None, world.clock.now())
    assert unit(world, ROOM.hsa_id).parent == OTHER.hsa_id
    assert assignment(world, CARE.hsa_id).unit == OTHER.hsa_id
    assert world.directory.snapshot().function(DESK.hsa_id) == replace(DESK, unit=OTHER.hsa_id)
    assert {entry.hsa_id for entry in world.directory.snapshot().below(OTHER.hsa_id)} == {
        ROOM.hsa_id, CARE.hsa_id, DESK.hsa_id,
    }  # fmt: skip
    assert len(world.directory.records(2, 10)) == 1


@pytest.mark.parametrize(
    "into",
    [
        CENTRE,
        ROOM,
        replace(OTHER, care_provider=None),
        replace(OTHER, archived=True),
        replace(OTHER, merged_into=ROOM.hsa_id),
        Unit(boden("E1"), BODEN.hsa_id, None, "Hemtjänsten"),
    ],
)
def test_a_unit_is_not_merged_into_one_that_cannot_take_over(http: Browser, world: World, into: Unit) -> None:
    revision = world.change(into)

    status, told = send(http, "POST", f"units/{CENTRE.hsa_id}/merge", {"into": str(into.hsa_id), "reason": "r"})

    assert status == 422, told
    assert world.directory.snapshot().revision == revision


def test_two_records_of_one_person_become_one(http: Browser, world: World) -> None:
    twin = a_person("P009", "Anna Sundqvist-Berg", source=None)
    held = replace(CARE, memberships=(*CARE.memberships, Membership(twin.hsa_id)))
    world.change(twin, held)
    number = PersonalIdentityNumber.parse("191212121212")
    world.directory.change([ANNA], actor="a", reason="r", door="d", numbers={ANNA.hsa_id: number})

    status, told = send(http, "POST", f"people/{ANNA.hsa_id}/merge", {"into": str(twin.hsa_id), "reason": "dubblett"})

    snapshot = world.directory.snapshot()
    survivor, gone = snapshot.person(twin.hsa_id), snapshot.person(ANNA.hsa_id)
    assert status == 200 and told["merged_into"] == str(twin.hsa_id)
    assert gone is not None and gone.archived and gone.period.end == world.clock.now()
    assert survivor is not None and survivor.source_id == ANNA.source_id
    assert [p.hsa_id for p in world.directory.people_with(number)].count(twin.hsa_id) == 1
    assert {m.person for m in assignment(world, CARE.hsa_id).memberships if m.period.contains(world.clock.now())} == {
        twin.hsa_id, EVA.hsa_id,
    }  # fmt: skip


def test_two_people_with_different_numbers_are_not_one(http: Browser, world: World) -> None:
    other = a_person("P009", "Anna Annan")
    numbers = {
        ANNA.hsa_id: PersonalIdentityNumber.parse("191212121212"),
        other.hsa_id: PersonalIdentityNumber.parse("193805172388"),
    }
    world.directory.change([ANNA, other], actor="a", reason="r", door="d", numbers=numbers)

    status, told = send(http, "POST", f"people/{ANNA.hsa_id}/merge", {"into": str(other.hsa_id), "reason": "r"})

    assert status == 422 and "different personal numbers" in told["title"]
    assert "1912" not in str(told)


def test_memberships_of_both_become_one_without_gap_or_overlap(world: World) -> None:
    now = world.clock.now()
    twin = a_person("P009", "Anna Andra")
    past = Membership(ANNA.hsa_id, Period(None, now.replace(year=now.year - 1)))
    hers = Membership(ANNA.hsa_id, Period(now.replace(month=1, day=1), now.replace(year=now.year + 1)))
    others = Membership(twin.hsa_id, Period(now, now.replace(year=now.year + 2)))
    world.change(twin, replace(CARE, memberships=(past, hers, others)))

    entries = merged_people(world.directory.snapshot(), ANNA, twin, now)

    (held,) = (entry for entry in entries if isinstance(entry, Assignment))
    assert set(held.memberships) == {
        past,
        Membership(ANNA.hsa_id, Period(hers.period.start, now)),
        Membership(twin.hsa_id, others.period),
    }


def test_a_protected_record_protects_the_survivor(world: World) -> None:
    twin = a_person("P009", "Eva Andra")
    world.change(twin)

    entries = merged_people(world.directory.snapshot(), EVA, twin, world.clock.now())

    assert all(entry.protected for entry in entries if isinstance(entry, Person))


def test_another_members_administrator_neither_moves_nor_merges(http: Browser, world: World) -> None:
    revision = world.change(OTHER, DESK)

    for path, body in (
        (f"units/{CENTRE.hsa_id}/move", {"to": str(OTHER.hsa_id)}),
        (f"units/{CENTRE.hsa_id}/merge", {"into": str(OTHER.hsa_id)}),
        (f"functions/{DESK.hsa_id}/move", {"to": str(OTHER.hsa_id)}),
    ):
        assert send(http, "POST", path, {**body, "reason": "r"}, BODENS_ADMIN)[0] == 403
    assert world.directory.snapshot().revision == revision
