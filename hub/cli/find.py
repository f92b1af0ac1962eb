"""``tillit find``: the address register at the terminal."""

import json
from pathlib import Path
from typing import Any

import typer

from hub.cli.connection import DataOption, JsonOption, connect, talk


def register(cli: typer.Typer) -> None:
    cli.command("find")(find)


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
    _print(answer["items"])
    if not answer["items"]:
        talk("Nobody and nothing is found so. Fewer or shorter words find more.")
    elif answer["next_cursor"] is not None:
        talk(f"There are more than {limit}: add a word, or --limit.")


def _print(items: list[dict[str, Any]]) -> None:
    rows = [
        (
            item["name"],
            item["title"] or {"unit": "enhet", "function": "funktion", "video_endpoint": "video"}.get(item["kind"], ""),
            "; ".join(place["name"] for place in item["places"]),
            item["telephone"] or item["mobile"] or item["sip_uri"] or "",
            {True: "öppet", False: "stängt", None: ""}[item["open_now"]],
        )
        for item in items
    ]
    widths = [min(44, max((len(row[column]) for row in rows), default=0)) for column in range(5)]
    for row in rows:
        print("  ".join(f"{text[:44]:<{width}}" for text, width in zip(row, widths, strict=True)).rstrip())
