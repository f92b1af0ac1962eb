"""The address register over HTTP: to whom it shows what, page by page, and what may not be asked."""

from dataclasses import replace

import pytest

from directory.core.entries import Function
from tests.directory.http.parts import ADMIN, READER, SYNC, Browser, application, get
from tests.directory.parts import ANNA, CENTRE, EVA, REGION, World, a_person, region

DESK = Function(region("F001"), REGION.hsa_id, CENTRE.hsa_id, "Reception", telephone="0921-670 01",
                opening_hours=("1-5#08:00#16:00",))  # fmt: skip


def ask(http: Browser, world: World, query: str, who: str = READER) -> list[dict[str, object]]:
    world.directory.index_addresses()
    items: list[dict[str, object]] = get(http, f"/api/v1/address-book?{query}", who)["items"]
    return items


def test_the_first_answer_after_a_start_is_whole(world: World) -> None:
    """Nobody is told for a moment that there is nobody."""
    again = world.another()
    again.directory.start()

    found = get(Browser(application(again)), "/api/v1/address-book?q=sundqvist", READER)["items"]

    assert [one["hsa_id"] for one in found] == [str(ANNA.hsa_id)]


def test_a_line_tells_who_where_and_how_to_reach_them(http: Browser, world: World) -> None:
    world.change(replace(ANNA, telephone="0921-670 10", mobile="070-123 45 67"), DESK)

    (anna,) = ask(http, world, "q=sundqvist")
    (desk,) = ask(http, world, "q=reception")

    assert (anna["kind"], anna["name"], anna["title"]) == ("person", "Anna Sundqvist", "distriktssköterska")
    assert (anna["telephone"], anna["mobile"]) == ("0921-670 10", "070-123 45 67")
    assert anna["places"] == [{"hsa_id": str(CENTRE.hsa_id), "name": CENTRE.name, "municipality": "Boden"}]
    assert (anna["open_now"], desk["open_now"], desk["opening_hours"]) == (True, True, ["1-5#08:00#16:00"])
    assert "source" not in anna and "licence_restrictions" not in anna


def test_closed_says_when_it_opens_next(http: Browser, world: World) -> None:
    world.change(DESK)
    world.clock.pass_(hours=12)  # Monday, 22:00 in Stockholm.

    (desk,) = ask(http, world, "q=reception")

    assert (desk["open_now"], desk["opens_at"]) == (False, "2026-03-03T07:00:00Z")
    assert ask(http, world, "q=reception&open_now=true") == []


@pytest.mark.parametrize("query", ["q=skyddad", f"unit={CENTRE.hsa_id}", "municipality=Boden", "q=eva+boden", "q=ev"])
def test_a_protected_person_is_in_no_answer_but_her_administrators(http: Browser, world: World, query: str) -> None:
    plain, administrator = (str(ask(http, world, query, who)) for who in (READER, ADMIN))

    assert str(EVA.hsa_id) not in plain and "Skyddad" not in plain
    assert str(EVA.hsa_id) in administrator


def test_a_protected_person_is_marked_for_her_administrators(http: Browser, world: World) -> None:
    (eva,), (anna,) = ask(http, world, "q=eva", ADMIN), ask(http, world, "q=sundqvist", ADMIN)

    assert (eva["protected"], anna["protected"]) == (True, False)


def test_pages_go_on_where_they_ended(http: Browser, world: World) -> None:
    world.change(*(a_person(f"N{n:02d}", f"Nils Nilsson{n:02d}") for n in range(12)))
    world.directory.index_addresses()
    seen: list[str] = []
    cursor = ""
    while True:
        page = get(http, f"/api/v1/address-book?q=nils&limit=5{cursor}")
        seen += [item["name"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert seen == [f"Nils Nilsson{n:02d}" for n in range(12)]


@pytest.mark.parametrize(
    "query",
    [
        "", "q=", "q=+", "q=19121212-1212", "q=191212121212", "q=anna+121212-1212", "profession=191212121212",
        "phone=a", "phone=12", "phone=%D9%A1%D9%A2%D9%A3", "unit=nonsens", "kind=member", "limit=0", "limit=201",
        "cursor=x", "cursor=bnVsbA==", "cursor=WzEsMixbMyw0XSw1XQ==", f"q={'x' * 101}",
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_clearly(http: Browser, world: World, query: str) -> None:
    answered = http.get(f"/api/v1/address-book?{query}", {"authorization": READER})

    assert answered.status_code == 400
    assert "1212" not in answered.text.replace("q=", "")


@pytest.mark.parametrize(
    "typed", ["*", "*)(objectClass=*", "a%00b", "%5C", "' OR 1=1 --", "%E2%80%AE", "%F0%9F%98%80", "%09%0A", "%FF%FE"]
)
def test_no_sign_means_anything_but_itself(http: Browser, world: World, typed: str) -> None:
    world.directory.index_addresses()
    answered = http.get(f"/api/v1/address-book?q={typed}", {"authorization": READER})

    assert answered.status_code in (200, 400)
    assert answered.status_code == 400 or answered.json()["items"] == []


def test_only_readers_of_the_directory_ask(http: Browser) -> None:
    get(http, "/api/v1/address-book?q=anna", SYNC, 403)
