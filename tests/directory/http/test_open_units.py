"""The open list of care: what everybody may know of public units, as JSON and as CSV."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from directory.core.entries import Code, CodeTable, Coordinates, Function
from tests.directory.http.parts import Browser
from tests.directory.parts import CENTRE, REGION, World, region
from vocabulary.period import Period

SERVICES = CodeTable(region("K1"), REGION.hsa_id, "services", "Verksamheter", (Code("1001", "Primärvård"),))
DESK = Function(
    region("F1"), REGION.hsa_id, CENTRE.hsa_id, "Reception", telephone="0921-670 01", mail="rec@example.se", public=True
)
INNER = Function(region("F2"), REGION.hsa_id, CENTRE.hsa_id, "Läkarjouren", telephone="0921-670 99")
FULL = replace(
    CENTRE, services=("1001", "9999"), coordinates=Coordinates(7_311_000, 804_000), switchboard="0921-670 50",
    prescription_code="2500410000000", source="hr", source_id="K1", drop_in_hours=("3#13:00#15:00",),
)  # fmt: skip


def told(http: Browser, query: str = "") -> list[dict[str, Any]]:
    units: list[dict[str, Any]] = http.get(f"/open/v1/units?{query}").json()["units"]
    return units


def test_public_units_are_open_to_everybody(http: Browser) -> None:
    (unit,) = told(http)

    assert (unit["hsa_id"], unit["member"], unit["care_provider"]) == (str(CENTRE.hsa_id), REGION.name, REGION.name)


def test_services_place_hours_and_functions_are_told_and_nothing_inner(http: Browser, world: World) -> None:
    world.change(FULL, DESK, INNER)
    world.change(SERVICES)

    (unit,) = told(http)

    assert unit["services"] == [{"code": "1001", "text": "Primärvård"}, {"code": "9999", "text": "9999"}]
    assert (unit["sweref99_north"], unit["sweref99_east"]) == (7_311_000, 804_000)
    assert (unit["latitude"], unit["longitude"]) == (pytest.approx(65.77, abs=0.02), pytest.approx(21.64, abs=0.05))
    assert unit["opening_hours"] == ["1-5#08:00#17:00"] and unit["open_now"] is True
    assert [function["name"] for function in unit["functions"]] == ["Reception"]
    assert not {"source", "source_id", "prescription_code", "switchboard", "parent", "manager"} & set(unit)
    assert "670 50" not in str(unit) and "670 99" not in str(unit)


def test_units_that_are_closed_archived_or_not_public_are_not_open(http: Browser, world: World) -> None:
    past = Period(None, world.clock.now() - timedelta(days=1))
    for gone in (replace(CENTRE, period=past), replace(CENTRE, archived=True), replace(CENTRE, public=False)):
        world.change(gone)

        assert told(http) == []


def test_open_units_come_as_csv_that_a_spreadsheet_does_not_run(http: Browser, world: World) -> None:
    world.change(replace(FULL, name='=HYPERLINK("x")', postal_address="Vägen 1\n961 00 Boden"), DESK)

    by_accept = http.get("/open/v1/units", headers={"accept": "text/csv"})
    by_format = http.get("/open/v1/units?format=csv")

    assert by_accept.text == by_format.text
    assert by_accept.headers["content-type"] == "text/csv; charset=utf-8"
    (row,) = csv.DictReader(io.StringIO(by_accept.text))
    assert row["name"] == '\'=HYPERLINK("x")'
    assert row["telephone"] == CENTRE.telephone and row["opening_hours"] == "1-5#08:00#17:00"
    assert (row["services"], row["functions"], row["open_now"]) == ("1001|9999", "Reception", "true")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("municipality=2582", 1), ("municipality=boden", 1), ("municipality=2580", 0), ("kind=care_centre", 1),
        ("kind=x", 0), ("q=bjorknas", 1), ("q=x", 0), ("service=1001", 1), ("service=1", 0), ("open_now=true", 1),
    ],
)  # fmt: skip
def test_open_units_can_be_narrowed(http: Browser, world: World, query: str, count: int) -> None:
    world.change(FULL)

    assert len(told(http, query)) == count


def test_closed_units_are_left_out_when_only_open_ones_are_wanted(http: Browser, world: World) -> None:
    world.clock.pass_(hours=12)

    assert told(http)[0]["open_now"] is False
    assert told(http, "open_now=true") == []


def test_who_has_the_list_already_is_told_so(http: Browser, world: World) -> None:
    first = http.get("/open/v1/units")

    same = http.get("/open/v1/units", headers={"if-none-match": first.headers["etag"]})
    world.change(replace(CENTRE, name="Björknäs"))
    changed = http.get("/open/v1/units", headers={"if-none-match": first.headers["etag"]})

    assert (same.status_code, same.content) == (304, b"")
    assert changed.status_code == 200
    assert first.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(("name", "given"), [("municipality", "Bodn"), ("kind", "foo"), ("service", "4711")])
def test_what_nothing_has_is_told_and_not_taken_for_an_empty_list(
    http: Browser, world: World, name: str, given: str
) -> None:
    slag = (Code("care_centre", "Hälsocentral"), Code("hospital", "Sjukhus"))
    kinds = CodeTable(region("K2"), REGION.hsa_id, "unit_kinds", "Slag", slag)
    world.change(replace(FULL, services=("1001",)), SERVICES, kinds)

    answered = http.get(f"/open/v1/units?{name}={given}")

    assert answered.status_code == 400 and answered.json()["pointer"] == f"/{name}"
    assert f"there is no {name} `{given}`" in answered.json()["title"]
    assert {"municipality": "`Boden`", "kind": f"`{CENTRE.kind}`", "service": "`1001`"}[name] in answered.json()[
        "title"
    ]


def test_what_the_region_knows_and_no_public_unit_has_is_an_empty_list(http: Browser, world: World) -> None:
    slag = (Code("care_centre", "Hälsocentral"), Code("hospital", "Sjukhus"))
    kinds = CodeTable(region("K2"), REGION.hsa_id, "unit_kinds", "Slag", slag)
    unused = replace(SERVICES, codes=(*SERVICES.codes, Code("2002", "Ögon")))
    places = CodeTable(region("K3"), REGION.hsa_id, "municipalities", "Kommuner", (Code("2580", "Luleå"),))
    world.change(kinds, unused, places)

    for query in ("kind=hospital", "service=2002", "municipality=2580", "municipality=lulea"):
        assert told(http, query) == []
