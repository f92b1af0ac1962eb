"""`?filter=` on lists: SCIM's grammar over what the caller is shown."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from tests.directory.http.parts import ADMIN, READER, SYNC, Browser, get
from tests.directory.parts import ANNA, CARE, CENTRE, EVA, ROOM, World, a_person


def ids(http: Browser, path: str, text: str, who: str = ADMIN, more: str = "") -> list[str]:
    found = get(http, f"/api/v1/{path}?filter={quote(text)}{more}", who)["items"]
    return [item["hsa_id"] for item in found]


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("people", 'title sw "distrikt" and not (archived eq true)', [ANNA]),
        ("people", 'full_name co "SUNDQVIST"', [ANNA]),
        ("units", 'municipality_code eq "2582"', [CENTRE]),
        ("units", f'parent eq "{CENTRE.hsa_id}" or public eq true', [CENTRE, ROOM]),
        ("assignments", f'memberships[person eq "{ANNA.hsa_id}" and period.end eq null]', [CARE]),
        ("assignments", 'period.end lt "2026-06-01"', []),
    ],
)
def test_a_list_holds_what_fits(http: Browser, path: str, text: str, found: list[Any]) -> None:
    assert ids(http, path, text) == [str(each.hsa_id) for each in found]


def test_pages_of_what_fits_follow_each_other(http: Browser, world: World) -> None:
    world.change(*(a_person(f"Q{n:02}", f"Nils Nr{n}", title="vikarie" if n % 2 else "chef") for n in range(9)))
    path = "/api/v1/people?limit=2&filter=" + quote('title eq "vikarie"')

    first = get(http, path)
    second = get(http, f"{path}&cursor={first['next_cursor']}")

    assert [len(page["items"]) for page in (first, second)] == [2, 2]
    assert second["next_cursor"] is None
    assert {item["title"] for page in (first, second) for item in page["items"]} == {"vikarie"}


def test_a_filter_and_the_words_both_hold(http: Browser) -> None:
    assert ids(http, "units", "name pr", more="&q=labor") == [str(ROOM.hsa_id)]


def test_it_is_asked_of_how_things_stood_then(http: Browser, world: World) -> None:
    then = quote(world.clock.now().isoformat())
    world.clock.pass_(hours=1)
    world.change(replace(ANNA, title="chef"))

    assert ids(http, "people", 'title sw "distrikt"') == []
    assert ids(http, "people", 'title sw "distrikt"', more=f"&at={then}") == [str(ANNA.hsa_id)]


def test_what_the_caller_is_not_shown_cannot_be_asked_for(http: Browser) -> None:
    """Else the values could be guessed one by one."""
    assert ids(http, "people", 'source_id eq "4711"', ADMIN) == [str(ANNA.hsa_id)]
    assert ids(http, "people", 'source_id eq "4711"', READER) == []
    assert ids(http, "people", 'source_id ne "4711"', READER) == ids(http, "people", 'source_id ne "x"', READER)


def test_who_is_protected_is_found_by_no_filter(http: Browser) -> None:
    assert str(EVA.hsa_id) not in ids(http, "people", "full_name pr or not (full_name pr)", READER)
    assert ids(http, "assignments", f'memberships.person eq "{EVA.hsa_id}"', READER) == []


@pytest.mark.parametrize(
    "text",
    ["", "title", 'titel eq "a"', 'personal_number eq "1"', "number_lookup pr", 'title eq "191212121212"', "(" * 999],
)
def test_what_is_no_filter_is_refused(http: Browser, text: str) -> None:
    told = get(http, f"/api/v1/people?filter={quote(text)}", status=400)

    assert told["pointer"] == "/filter"
    assert "191212121212" not in str(told)


def test_strangers_are_refused_before_the_filter_is_read(http: Browser) -> None:
    get(http, "/api/v1/people?filter=nonsense", SYNC, status=403)
