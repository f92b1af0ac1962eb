"""Commands about people and units."""

import json
from pathlib import Path
from typing import Any

import typer

from hub.cli.connection import DataOption, JsonOption, connect

person = typer.Typer(help="Employees.", no_args_is_help=True)
unit = typer.Typer(help="Units.", no_args_is_help=True)


@person.command("show")
def show_person(hsa_id: str, data: Path | None = DataOption, as_json: bool = JsonOption) -> None:
    """Show one employee as the directory holds her now."""
    _show(connect(data).call("GET", f"/api/v1/people/{hsa_id}"), as_json)


@person.command("find")
def find_people(
    text: str,
    member: str | None = typer.Option(None, help="HSA-id of the organisation."),
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Find employees by part of the name."""
    answer = connect(data).call("GET", "/api/v1/people", params=_given(q=text, member=member))
    _list(answer, as_json, ("hsa_id", "full_name", "title", "member"))


@person.command("activate")
def activate_person(hsa_id: str, data: Path | None = DataOption, as_json: bool = JsonOption) -> None:
    """Print a one-time code with which the employee chooses her password and one-time-code device."""
    answer = connect(data).call("POST", f"/api/v1/people/{hsa_id}/activation")
    _show(answer, as_json)


@unit.command("show")
def show_unit(hsa_id: str, data: Path | None = DataOption, as_json: bool = JsonOption) -> None:
    """Show one unit."""
    _show(connect(data).call("GET", f"/api/v1/units/{hsa_id}"), as_json)


@unit.command("find")
def find_units(text: str, data: Path | None = DataOption, as_json: bool = JsonOption) -> None:
    """Find units by part of the name."""
    answer = connect(data).call("GET", "/api/v1/units", params={"q": text})
    _list(answer, as_json, ("hsa_id", "name", "member"))


def _given(**parameters: str | None) -> dict[str, str]:
    return {name: value for name, value in parameters.items() if value is not None}


def _show(entry: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(entry, ensure_ascii=False, indent=2))
        return
    width = max(len(name) for name in entry)
    for name, value in entry.items():
        written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        print(f"{name:<{width}}  {written}")


def _list(answer: dict[str, Any], as_json: bool, columns: tuple[str, ...]) -> None:
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    for item in answer["items"]:
        print("  ".join(str(item.get(column) or "–") for column in columns))
