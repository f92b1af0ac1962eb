"""An administrator of Boden neither sees nor touches what only Luleå may: over every address and every kind of entry.

What she may know of and not touch is 403; what she may not know of is 404, in the very words of what is not there.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from directory import Entry, Person
from directory.core.entries import KINDS
from directory.core.visibility import VISIBILITY, Visibility
from directory.edge.http.reading import PATHS
from tests.directory.http.parts import Browser
from tests.hub.administration.parts import (
    BODEN,
    BODENS,
    COUNTY,
    DESK,
    JONAS,
    KRISTINA,
    LENA,
    LULEA,
    LULEA_CARE,
    LULEA_DESK,
    LULEA_HIDDEN,
    LULEA_NURSING,
    LULEA_ROLE,
    LULEA_SCREEN,
    LULEA_TABLE,
    LULEA_WORK,
    LULEAS,
    MARJA,
    NURSING,
    NURSING_WORK,
    REGION,
    TORA,
    Administered,
    of_lulea,
    send,
)
from vocabulary.personal_number import PersonalIdentityNumber

SEEN: dict[str, Entry] = {
    "member": LULEA, "care_provider": LULEA_CARE, "unit": LULEA_NURSING, "function": LULEA_DESK, "person": TORA,
    "assignment": LULEA_WORK, "video_endpoint": LULEA_SCREEN, "system_role": LULEA_ROLE, "code_table": LULEA_TABLE,
}  # fmt: skip
"""Luleå's, by kind, as all staff may see them."""
HIDDEN: dict[str, Entry] = {"person": LULEA_HIDDEN, "admin_assignment": LULEAS}
"""Luleå's that only Luleå may know of."""
KIND_AT = {path: kind for kind, path in PATHS.items()}
MISSING = of_lulea("X999")

_NEW: dict[str, dict[str, Any]] = {
    "member": {
        "name": "Ny", "organisation_number": "2120002734", "directory_contact": "k", "mail": "a@b.example",
        "telephone": "0920-28 40 00", "postal_address": "Box 1",
    },
    "care_provider": {"name": "Ny", "organisation_number": "2120002742", "capacity": "health_care"},
    "unit": {"name": "Ny"},
    "function": {"name": "Ny", "unit": str(LULEA_NURSING.hsa_id)},
    "person": {"family_name": "Ny"},
    "assignment": {"name": "Ny", "unit": str(LULEA_NURSING.hsa_id), "purpose": "Vård och behandling"},
    "admin_assignment": {"name": "Ny", "areas": [str(LULEA.hsa_id)], "duties": ["read"]},
    "video_endpoint": {"name": "Ny", "sip_uri": "sip:ny@video.example"},
    "system_role": {"name": "Ny", "system": "svp", "role": "ny"},
    "code_table": {"name": "Ny", "table": "ny"},
}  # fmt: skip
_CHANGE = {"name": "Bodens"}
_NUMBER = {"kind": "personnummer", "value": "191212121212"}
_BODIES: dict[str, dict[str, Any]] = {
    "end": {}, "archive": {}, "restore": {}, "move": {"to": str(LULEA.hsa_id)},
    "memberships": {"person": str(MARJA.hsa_id)}, "memberships/end": {"person": str(TORA.hsa_id)},
    "personal-number": {"personal_number": _NUMBER}, "licences": {"licences": ["SJ"]},
}  # fmt: skip
_WITHOUT_ID = {
    ("get", "/api/v1/changes"), ("get", "/api/v1/administrators"), ("post", "/api/v1/people/lookup"),
    ("get", "/api/v1/address-book"), ("get", "/api/v1/journal"), ("get", "/api/v1/journal/{revision}"),
    ("post", "/api/v1/journal/{revision}/undo"), ("post", "/api/v1/journal/runs/{run}/undo"), ("get", "/api/v1/drift"),
    ("post", "/api/v1/drift/{hsa_id}/adopt"), ("post", "/api/v1/drift/{hsa_id}/revert"), ("get", "/open/v1/units"),
    ("get", "/api/v1/quality"), ("post", "/api/v1/licence-checks"), ("get", "/api/v1/retention"),
}  # fmt: skip
"""Addresses that are not about one entry of one kind; each has a test of its own below or beside. An address that is on
no list fails the first test."""
_WITHOUT_ID_BELOW = ("/api/v1/national/", "/api/v1/planned-changes", "/api/v1/reorganisations")
"""The same; of planned changes the tests are in ``test_planning_is_judged``."""


@dataclass(frozen=True)
class Operation:
    method: str
    path: str

    @property
    def kind(self) -> str:
        return KIND_AT[self.path.split("/")[3]]

    @property
    def verb(self) -> str:
        return "/".join(self.path.split("/")[5:])

    def ask(self, http: Browser, who: Person, about: Any) -> Any:
        path = self.path.removeprefix("/api/v1/").replace("{hsa_id}", str(about))
        return send(http, who, self.method.upper(), path, None if self.method == "get" else self._body())

    def _body(self) -> dict[str, Any]:
        if self.method == "patch":
            return {"reason": "r", **({"family_name": "Bodens"} if self.kind == "person" else _CHANGE)}
        if self.verb == "merge":
            return {"reason": "r", "into": str(NURSING.hsa_id if self.kind == "unit" else MARJA.hsa_id)}
        return {"reason": "r", **_BODIES[self.verb]}


def operations(county: Administered) -> Iterator[Operation]:
    for path, methods in county.application().openapi()["paths"].items():
        for method in methods:
            if (method, path) not in _WITHOUT_ID and not path.startswith(_WITHOUT_ID_BELOW):
                yield Operation(method, path)


def test_every_address_is_tried_below(county: Administered) -> None:
    known = {
        (method, path)
        for path, methods in county.application().openapi()["paths"].items()
        for method in methods
    }  # fmt: skip

    assert known >= _WITHOUT_ID
    for operation in operations(county):
        assert operation.kind in KINDS
        assert operation.path.count("{") <= 1 and (operation.verb in _BODIES or operation.verb in ("", "merge"))


def test_what_she_may_see_she_may_not_touch(county: Administered) -> None:
    http, revision = county.browser(), county.world.directory.snapshot().revision
    wrong = []
    for operation in operations(county):
        if "{" not in operation.path or operation.method == "get" or operation.kind not in SEEN:
            continue
        answer = operation.ask(http, JONAS, SEEN[operation.kind].hsa_id)
        if answer.status_code != 403 or _says_of_lulea(answer.text):
            wrong.append((operation, answer.status_code, answer.text))

    assert wrong == []
    assert county.world.directory.snapshot().revision == revision


def test_what_she_may_not_know_of_is_as_if_it_were_not_there(county: Administered) -> None:
    http, revision = county.browser(), county.world.directory.snapshot().revision
    wrong = []
    for operation in operations(county):
        if "{" not in operation.path or operation.kind not in HIDDEN:
            continue
        hidden = operation.ask(http, JONAS, HIDDEN[operation.kind].hsa_id)
        missing = operation.ask(http, JONAS, MISSING)
        if hidden.status_code != 404 or _told(hidden) != _told(missing):
            wrong.append((operation, hidden.text, missing.text))

    assert wrong == []
    assert county.world.directory.snapshot().revision == revision


def test_she_creates_nothing_of_luleas(county: Administered) -> None:
    http, count = county.browser(), sum(1 for _ in county.world.directory.snapshot().entries())
    answers = {}
    for operation in operations(county):
        if "{" in operation.path or operation.method != "post":
            continue
        body = {"reason": "r", "member": str(LULEA.hsa_id), **_NEW[operation.kind]}
        if operation.kind == "member":
            del body["member"]
        answer = send(http, JONAS, "POST", operation.path.removeprefix("/api/v1/"), body)
        answers[operation.kind] = answer.status_code, answer.text

    assert {kind: status for kind, (status, _) in answers.items()} == dict.fromkeys(KINDS, 403), answers
    assert sum(1 for _ in county.world.directory.snapshot().entries()) == count


def test_lists_and_pages_leave_out_what_only_lulea_may_know_of(county: Administered) -> None:
    http = county.browser()
    for kind, path in PATHS.items():
        hers, everything = (_all_pages(http, who, path) for who in (JONAS, KRISTINA))
        expected = [one for one in everything if one not in {str(entry.hsa_id) for entry in _unknown_to(JONAS)}]
        assert hers == expected, kind
        for narrower in (f"member={LULEA.hsa_id}", "q=Luleås", f"unit={LULEA_NURSING.hsa_id}"):
            told = json.dumps(send(http, JONAS, "GET", f"{path}?{narrower}").json())
            assert not any(str(entry.hsa_id) in told for entry in _unknown_to(JONAS)), (kind, narrower)


def test_what_administrators_see_of_an_entry_is_left_out_of_luleas(county: Administered) -> None:
    http = county.browser()
    for kind, entry in SEEN.items():
        path = f"{PATHS[kind]}/{entry.hsa_id}"
        narrow = {
            name
            for name, circle in VISIBILITY[KINDS[kind]].items()
            if Visibility.STAFF < circle < Visibility.NOBODY
        }  # fmt: skip
        hers, luleas = (set(send(http, who, "GET", path).json()) for who in (JONAS, LENA))
        assert not hers & narrow, kind
        assert luleas >= narrow, kind


def test_a_hidden_holder_is_in_no_list_of_holders(county: Administered) -> None:
    http, path = county.browser(), f"assignments/{LULEA_WORK.hsa_id}"

    hers, luleas = (send(http, who, "GET", path).json()["memberships"] for who in (JONAS, LENA))

    assert [held["person"] for held in hers] == [str(TORA.hsa_id)]
    assert len(luleas) == 2


@pytest.mark.parametrize(
    "path",
    [
        "changes", "journal", "address-book?q=P009", f"address-book?unit={LULEA_NURSING.hsa_id}", "drift",
        f"journal?entry={LULEAS.hsa_id}", f"journal?entry={LULEA_HIDDEN.hsa_id}", f"journal?member={LULEA.hsa_id}",
        "journal/1", f"administrators?area={BODEN.hsa_id}", "retention",
    ],
)  # fmt: skip
def test_no_other_way_of_reading_tells_of_it(county: Administered, path: str) -> None:
    answer = send(county.browser(), JONAS, "GET", path)

    assert answer.status_code == 200, answer.text
    for entry in _unknown_to(JONAS):
        assert str(entry.hsa_id) not in answer.text, entry


def test_whose_personal_number_it_is_is_told_to_luleas_administrator(county: Administered) -> None:
    number, two = PersonalIdentityNumber.parse(_NUMBER["value"]), [LULEA_HIDDEN, TORA]
    numbers = {person.hsa_id: number for person in two}
    county.world.directory.change(two, actor="a", reason="r", door="d", numbers=numbers)
    http = county.browser()

    hers, luleas = (send(http, who, "POST", "people/lookup", _NUMBER).json()["items"] for who in (JONAS, LENA))

    assert hers == [] and len(luleas) == 2


def test_who_administers_is_told_to_whoever_administers_there(county: Administered) -> None:
    http = county.browser()
    for who, area, status in (
        (JONAS, LULEA, 403), (JONAS, LULEA_NURSING, 403), (JONAS, REGION, 403), (LENA, LULEA, 200),
        (KRISTINA, LULEA, 200), (TORA, LULEA, 403),
    ):  # fmt: skip
        assert send(http, who, "GET", f"administrators?area={area.hsa_id}").status_code == status
    missing = send(http, JONAS, "GET", f"administrators?area={MISSING}")
    hidden = send(http, JONAS, "GET", f"administrators?area={LULEA_HIDDEN.hsa_id}")
    assert missing.status_code == 404 and _told(missing) == _told(hidden)


def test_nothing_of_luleas_is_undone_by_her(county: Administered) -> None:
    county.change(replace(LULEA_NURSING, telephone="0920-28 40 01"))
    revision = county.world.directory.snapshot().revision
    county.change(replace(LULEAS, name="Katalog, ny"))
    http, body = county.browser(), {"reason": "r"}

    seen = send(http, JONAS, "POST", f"journal/{revision}/undo", body)
    hidden = send(http, JONAS, "POST", f"journal/{revision + 1}/undo", body)
    missing = send(http, JONAS, "POST", f"journal/{revision + 99}/undo", body)

    assert seen.status_code in (403, 404)
    assert hidden.status_code == 404 and _told(hidden) == _told(missing)
    assert county.world.directory.snapshot().revision == revision + 1
    assert send(http, LENA, "POST", f"journal/{revision}/undo", body).status_code == 200


def test_undoing_is_no_way_to_ones_own_powers(county: Administered) -> None:
    county.change(replace(BODENS, memberships=()))
    county.change(replace(BODENS, areas=(str(NURSING.hsa_id),), memberships=BODENS.memberships))
    widened = county.world.directory.snapshot().revision
    http, body = county.browser(), {"reason": "r", "keep_later": True}

    answers = [send(http, JONAS, "POST", f"journal/{revision}/undo", body) for revision in (widened, widened - 1)]

    assert answers[0].status_code == 403
    assert answers[1].status_code in (403, 409), "what is left to undo of it is nothing, or not hers"
    assert county.world.directory.snapshot().revision == widened
    assert send(http, KRISTINA, "POST", f"journal/{widened}/undo", body).status_code == 200


def test_the_quality_report_and_licence_checks_are_of_her_own(county: Administered) -> None:
    county.change(*(replace(held, memberships=()) for held in (NURSING_WORK, LULEA_WORK)))
    http = county.browser()
    hers, luleas = (send(http, who, "GET", "quality?limit=500").json()["items"] for who in (JONAS, LENA))
    noted = [send(http, JONAS, "POST", "licence-checks", {"people": [str(one)]}) for one in (TORA.hsa_id, MISSING)]
    hidden = send(http, JONAS, "POST", "licence-checks", {"people": [str(LULEA_HIDDEN.hsa_id)]})

    assert {item["owner"]["member"] for item in hers} == {str(BODEN.hsa_id)}
    assert {item["owner"]["member"] for item in luleas} == {str(LULEA.hsa_id)}
    assert [answer.status_code for answer in noted] == [403, 404]
    assert hidden.text.replace(str(LULEA_HIDDEN.hsa_id), str(MISSING)) == noted[1].text


def test_national_questions_tell_her_of_her_own_by_number_and_of_nobody_protected(county: Administered) -> None:
    number, people = PersonalIdentityNumber.parse(_NUMBER["value"]), [LULEA_HIDDEN, TORA, MARJA]
    county.world.directory.change(
        people, actor="a", reason="r", door="d", numbers={one.hsa_id: number for one in people}
    )
    http = county.browser()
    for contract in ("employee", "employee-including-protected-person"):
        by_number = {"personalIdentityNumber": _NUMBER["value"]}
        by_id = [{"personHsaId": str(one)} for one in (LULEA_HIDDEN.hsa_id, MISSING)]
        hers = send(http, JONAS, "POST", f"national/{contract}", by_number).json()["personInformation"]
        hidden, missing = (send(http, JONAS, "POST", f"national/{contract}", asked) for asked in by_id)

        assert [one["personHsaId"] for one in hers] == [str(MARJA.hsa_id)]
        assert _told(hidden) == _told(missing) and hidden.json()["personInformation"] == []


def test_what_is_bodens_she_keeps(county: Administered) -> None:
    """So that the rest is not refused for another reason than whose it is."""
    http = county.browser()
    done = send(http, JONAS, "PATCH", f"functions/{DESK.hsa_id}", {"reason": "r", "name": "Ny"})

    assert done.status_code == 200, done.text


def _unknown_to(who: Person) -> list[Entry]:
    assert who is JONAS
    return [
        entry
        for entry in COUNTY
        if (isinstance(entry, Person) and entry.protected)
        or (entry.hsa_id.key.split("-")[1].startswith("A") and not _about_boden(entry))
    ]


def _about_boden(entry: Any) -> bool:
    return not entry.areas or entry.member == BODEN.hsa_id


def _all_pages(http: Browser, who: Person, path: str) -> list[str]:
    found: list[str] = []
    cursor = ""
    while True:
        page = send(http, who, "GET", f"{path}?limit=3&feigned=true{cursor}").json()
        found += [item["hsa_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            return found
        assert page["items"], "no page is empty for what is hidden in it"
        cursor = f"&cursor={page['next_cursor']}"


def _says_of_lulea(text: str) -> bool:
    return any(str(entry.hsa_id) in text for entry in HIDDEN.values())


def _told(answer: Any) -> tuple[int, Any, list[str]]:
    """All that an answer tells but the id that was asked for."""
    return answer.status_code, answer.json(), sorted(answer.headers)
