"""``tillit find``: the address register at the terminal."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from hub.cli.acting import let_act
from hub.cli.connection import DataOption, JsonOption, connect, talk


def register(cli: typer.Typer) -> None:
    cli.command("find")(let_act(find))


def find(
    words: list[str] = typer.Argument(None, help="Parts of names, titles, places."),
    unit: str | None = typer.Option(None, help="HSA-id: it and all that stands below it."),
    municipality: str | None = typer.Option(None, help="Code or name."),
    profession: str | None = typer.Option(None, help="Title, position or licence."),
    phone: str | None = typer.Option(None, help="Part of a telephone number."),
    open_now: bool = typer.Option(False, "--open", help="Only what is open now."),
    limit: int = typer.Option(25, min=1, max=200),
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Find people, units, functions and video rooms, and how to reach them."""
    given = {"q": " ".join(words or []) or None, "unit": unit, "municipality": municipality, "profession": profession,
             "phone": phone, "open_now": "true" if open_now else None, "limit": str(limit)}  # fmt: skip
    parameters = {name: value for name, value in given.items() if value is not None}
    answer = connect(data).call("GET", "/api/v1/address-book", params=parameters)
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    for line in lines_of(answer["items"]):
        print(line)
    if not answer["items"]:
        talk("Nobody and nothing is found so. Fewer or shorter words find more.")
    elif answer["next_cursor"] is not None:
        talk(f"There are more than {limit}: add a word, or --limit.")


_HEADINGS = ("HSA-id", "name", "what", "where", "call", "open")
_KINDS = {"unit": "enhet", "function": "funktion", "video_endpoint": "video"}
_WIDEST = 44


def lines_of(items: list[dict[str, Any]]) -> Iterator[str]:
    """A table with headings; nothing where there is nothing. Whoever has protected personal data is marked so."""
    rows = [
        (
            item["hsa_id"],
            item["name"] + (" [skyddade personuppgifter]" if item["protected"] else ""),
            item["title"] or _KINDS.get(item["kind"], ""),
            "; ".join(place["name"] for place in item["places"]),
            item["telephone"] or item["mobile"] or item["sip_uri"] or "",
            # A person is not open; the hours in her line are her unit's.
            "" if item["kind"] == "person" else {True: "öppet", False: "stängt", None: ""}[item["open_now"]],
        )
        for item in items
    ]
    if not rows:
        return
    widths = [min(_WIDEST, max(len(row[column]) for row in (_HEADINGS, *rows))) for column in range(len(_HEADINGS))]
    for row in (_HEADINGS, *rows):
        cells = zip(row, widths, strict=True)
        # What marks a person is never cut away, and an id is of no use in part.
        yield "  ".join(f"{text if '[' in text else text[:width]:<{width}}" for text, width in cells).rstrip()
