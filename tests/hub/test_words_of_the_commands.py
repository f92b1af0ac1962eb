"""What commands say of changes and dates, before anything is sent."""

from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from hub.cli.acting import acting_as, let_people_act
from hub.cli.dates import instant_in
from hub.cli.difference_text import difference_lines, differences_of
from hub.cli.directory_commands import etag_in
from hub.cli.exits import Exit
from hub.cli.find import lines_of
from hub.cli.main import cli
from hub.cli.plan_text import preview_lines
from hub.cli.refusal_text import refusal_lines, remedies_for

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


def a_listing(**differing: Any) -> dict[str, Any]:
    plain = {
        "kind": "person", "hsa_id": "SE2321000230-P001", "name": "Eva Skyddad", "title": None, "protected": False,
        "places": [{"name": "Granen"}], "telephone": None, "mobile": None, "sip_uri": None, "open_now": True,
    }  # fmt: skip
    return plain | differing


def test_the_register_tells_the_id_to_go_on_with_and_marks_who_is_protected() -> None:
    long = "Västerbottens och Norrbottens gemensamma mottagning för sällsynta"
    unit = a_listing(kind="unit", hsa_id="SE2321000230-E001", name=long, places=[])

    head, eva, granen = lines_of([a_listing(protected=True), unit])

    assert head.split() == ["HSA-id", "name", "what", "where", "call", "open"]
    assert eva.startswith("SE2321000230-P001  Eva Skyddad [skyddade personuppgifter]")
    assert "öppet" not in eva and granen.startswith("SE2321000230-E001  ") and granen.endswith("öppet")
    assert list(lines_of([])) == []


@pytest.mark.parametrize(
    ("words", "who"),
    [
        (["drift", "--as", "eva"], "eva"),
        (["drift", "adopt", "--as", "eva"], "eva"),
        (["drift", "--as", "eva", "adopt"], "eva"),
        (["drift", "--as", "eva", "adopt", "--as", "nils"], "nils"),
        (["drift", "adopt"], None),
        (["drift"], None),
    ],
)
def test_who_is_named_to_a_group_does_what_its_command_does(words: list[str], who: str | None) -> None:
    done: list[str | None] = []
    group, drift = typer.Typer(), typer.Typer(invoke_without_command=True)

    def note() -> None:
        acting = acting_as()
        done.append(None if acting is None else acting.username)

    drift.callback()(note)
    drift.command("adopt")(note)
    group.add_typer(drift, name="drift")
    CliRunner().invoke(let_people_act(group), words, catch_exceptions=False)

    assert done[-1] == who


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (
            {"title": "`X`: no number", "errors": [{"pointer": "/telephone", "detail": "`X`: no number"}]},
            ["/telephone: `X`: no number"],
        ),
        (
            {
                "title": "`X`: no number, and 1 more",
                "errors": [
                    {"pointer": "/telephone", "detail": "`X`: no number"},
                    {"pointer": "/mail", "detail": "`X`: no address"},
                ],
            },
            ["  /telephone: `X`: no number", "  /mail: `X`: no address", "2 things are wrong"],
        ),
        (
            {"title": "not of the form", "errors": [{"pointer": "/at", "detail": "it is a point in time"}]},
            ["/at: it is a point in time"],
        ),
        ({"title": "it stands so already", "errors": [{"pointer": "", "detail": "it stands so already"}]},
         ["it stands so already"]),
        ({"title": "there is no such entry"}, ["there is no such entry"]),
        ({}, ["Bad Gateway"]),
    ],
)  # fmt: skip
def test_a_refusal_says_each_thing_once(problem: dict[str, Any], said: list[str]) -> None:
    assert refusal_lines(problem, "Bad Gateway") == said


@pytest.mark.parametrize(
    ("problem", "option"),
    [
        ({"errors": [{"pointer": "/children", "detail": "x"}]}, "--children close"),
        ({"errors": [{"pointer": "/assignments", "detail": "x"}]}, "--assignments end"),
        ({"errors": [{"pointer": "/care_provider", "detail": "x"}]}, "--care-provider"),
        ({"type": "urn:tillit:later_changes"}, "--keep-later"),
        ({"title": "a personal number: use POST /api/v1/people/lookup"}, "person lookup"),
    ],
)
def test_a_refusal_names_the_option_that_says_what_is_missing(problem: dict[str, Any], option: str) -> None:
    (remedy,) = remedies_for(problem)

    assert option in remedy


@pytest.mark.parametrize(
    ("words", "taken"),
    [
        ("find", ("--as",)),
        ("directory undo", ("--reason", "-r", "--as")),
        ("directory drift", ("--as",)),
        ("directory drift adopt", ("--reason", "-r", "--as")),
        ("directory plan cancel", ("--reason", "-r", "--yes", "--as")),
        ("directory plan retry", ("--yes", "--as")),
        ("unit move", ("--care-provider", "--as")),
        ("person number", ("--as", "--dry-run")),
    ],
)
def test_siblings_take_the_same_options(words: str, taken: tuple[str, ...]) -> None:
    command: Any = typer.main.get_command(cli)
    for word in words.split():
        command = command.commands[word]

    assert set(taken) <= {each for option in command.params for each in option.opts}


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
