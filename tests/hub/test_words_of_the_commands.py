"""What commands say of changes and dates, before anything is sent."""

from typing import Any

import pytest
import typer

from hub.cli.dates import instant_in
from hub.cli.difference_text import difference_lines, differences_of
from hub.cli.directory_commands import etag_in
from hub.cli.exits import Exit
from hub.cli.plan_text import preview_lines

ANNA: dict[str, Any] = {
    "hsa_id": "SE2321000230-P001",
    "full_name": "Anna Sundqvist",
    "title": None,
    "licences": ["SJ"],
    "period": {"start": None, "end": None},
}


def test_a_difference_is_told_from_what_to_what() -> None:
    after = ANNA | {"title": "kurator", "licences": ["LK"], "period": {"start": None, "end": "2026-06-01T00:00:00Z"}}

    assert list(difference_lines(differences_of(ANNA, after))) == [
        "    title: – → kurator",
        "    licences: − SJ  + LK",
        "    period: always → [… to 2026-06-01T00:00:00Z]",
    ]


def test_a_list_in_another_order_is_told_as_a_whole() -> None:
    lists = [{"hours": ["a", "b"]}, {"hours": ["b", "a"]}]

    assert list(difference_lines(differences_of(*lists))) == ['    hours: ["a", "b"] → ["b", "a"]']


def test_a_preview_tells_the_values_that_would_change() -> None:
    preview = {
        "changes": [
            {"hsa_id": ANNA["hsa_id"], "kind": "person", "before": ANNA, "after": ANNA | {"title": "kurator"}},
            {"hsa_id": "SE2321000230-P002", "kind": "person", "before": None, "after": ANNA},
        ],
        "entries": [
            {"what": "changed", "kind": "person", "hsa_id": ANNA["hsa_id"], "name": "Anna Sundqvist", "below": None},
            {"what": "made", "kind": "person", "hsa_id": "SE2321000230-P002", "name": "Nils Ny", "below": None},
        ],
        "people": [],
        "outside": [],
        "disturbs": [],
    }

    head, anna, values, new = preview_lines(preview)

    assert head == "person: 2" and "Anna Sundqvist" in anna and "Nils Ny" in new
    assert values == "    title: – → kurator"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (None, None),
        ("2026-06-01", "2026-05-31T22:00:00+00:00"),
        ("2026-01-01", "2025-12-31T23:00:00+00:00"),
        ("2026-06-01T08:00:00+02:00", "2026-06-01T06:00:00+00:00"),
    ],
)
def test_a_date_begins_at_midnight_in_stockholm(typed: str | None, meant: str | None) -> None:
    assert instant_in(typed) == meant


@pytest.mark.parametrize("typed", ["igår", "2026-06-01 08:00", "2026-06-01T08:00:00", "20260601", "3026-06-01", ""])
def test_what_is_no_date_ends_the_command_as_misuse(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended:
        instant_in(typed)

    assert ended.value.exit_code == Exit.USAGE
    assert "point in time" in capsys.readouterr().err


@pytest.mark.parametrize(("typed", "sent"), [("12", '"12"'), ('"12"', '"12"'), ("*", "*"), ("٣", "٣")])
def test_a_version_may_be_typed_without_its_quotes(typed: str, sent: str) -> None:
    assert etag_in(typed) == sent
