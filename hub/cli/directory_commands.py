"""Commands about what the directory holds: one group per kind of entry, each with the same verbs.

Attributes are given as ``name=text`` or ``name:=JSON`` (for lists, numbers, true, null), as httpie has it.
"""

import json
import sys
from pathlib import Path
from typing import Any

import httpx
import typer

from hub.cli.acting import let_people_act
from hub.cli.connection import Connection, DataOption, JsonOption, connect, stop, talk
from hub.cli.dates import FORMS, instant_in
from hub.cli.difference_text import difference_lines, differences_of
from hub.cli.exits import Exit

KINDS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "member": ("members", "Organisations that share the directory.", ("hsa_id", "name")),
    "care-provider": ("care-providers", "Legal entities that give care.", ("hsa_id", "name", "capacity")),
    "unit": ("units", "Units.", ("hsa_id", "name", "member")),
    "function": ("functions", "Named functions of units: reception, booking.", ("hsa_id", "name", "unit")),
    "person": ("people", "Employees.", ("hsa_id", "full_name", "title", "member")),
    "assignment": ("assignments", "Assignments (medarbetaruppdrag).", ("hsa_id", "name", "unit", "purpose")),
    "admin-assignment": ("admin-assignments", "Who administers what.", ("hsa_id", "name", "areas", "duties")),
    "video-endpoint": ("video-endpoints", "Video addresses (H.350).", ("hsa_id", "name", "sip_uri", "h323_id")),
    "system-role": ("system-roles", "Roles in dependent applications.", ("hsa_id", "system", "role", "name")),
    "code-table": ("code-tables", "Tables of codes that the region keeps.", ("hsa_id", "table", "name")),
}
"""Name → the last part of the address, what it is, and the columns of a list."""
MOVABLE, MERGEABLE = {"unit", "function", "assignment"}, {"unit", "person"}
HELD = {"assignment", "admin-assignment", "system-role"}

ReasonOption = typer.Option(
    ..., "--reason", "-r", help="Why; stands in the journal for ever. No personal data.", prompt="Why"
)
DryRunOption = typer.Option(False, "--dry-run", help="Tell what would be, and change nothing.")
VersionOption = typer.Option(None, "--if-match", metavar="ETAG", help="Only if this is its version still: see `show`.")
KeptProviderOption = typer.Option(
    None, "--care-provider", metavar="HSA-ID", help="The one it keeps; to be said where TO belongs to another."
)
NumberKindOption = typer.Option("personnummer", "--kind", help="personnummer, samordningsnummer or reserve.")
AtOption = typer.Option(None, "--at", metavar="DATE", help=f"As it was or will be: {FORMS}")
AttributesArgument = typer.Argument(..., metavar="NAME=TEXT|NAME:=JSON …", help="What to set.")


def groups() -> dict[str, typer.Typer]:
    """The group of each kind, by its name."""
    made = {}
    for name, (path, says, columns) in KINDS.items():
        group = typer.Typer(help=says, no_args_is_help=True)
        _reading(group, name, path, columns)
        _changing(group, path)
        if name == "unit":
            _moving_units(group, path)
        elif name in MOVABLE:
            _naming_another(group, path, "move", "to", "Let it stand below another entry.")
        if name in MERGEABLE:
            _naming_another(group, path, "merge", "into", "Merge it into another, which takes over what it has.")
        if name in HELD:
            _holding(group, path)
        if name == "person":
            _only_people(group)
        made[name] = let_people_act(group)
    return made


def _reading(group: typer.Typer, name: str, path: str, columns: tuple[str, ...]) -> None:
    @group.command("show")
    def show(
        hsa_id: str, at: str | None = AtOption, data: Path | None = DataOption, as_json: bool = JsonOption
    ) -> None:
        """Show one as the directory holds it now, or held or will hold it."""
        parameters = {} if at is None else {"at": instant_in(at)}
        _show(connect(data).ask("GET", f"/api/v1/{path}/{hsa_id}", params=parameters), as_json)

    @group.command("find")
    def find(
        text: str = typer.Argument("", help="Part of the name."),
        member: str | None = typer.Option(None, help="HSA-id of the organisation."),
        unit: str | None = typer.Option(None, help="HSA-id of the unit."),
        fits: str | None = typer.Option(
            None, "--filter", help="As SCIM has it: 'title sw \"kur\" and not (public eq true)'."
        ),
        at: str | None = AtOption,
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        """Find by part of the name, or by attributes."""
        given = {
            "q": text or None,
            "member": member,
            "unit": unit,
            "filter": fits,
            "at": instant_in(at),
            "limit": "500",
        }
        parameters = {each: value for each, value in given.items() if value is not None}
        answer = connect(data).call("GET", f"/api/v1/{path}", params=parameters)
        _list(answer, as_json, columns, f"No {name.replace('-', ' ')} matches.")


def _changing(group: typer.Typer, path: str) -> None:
    @group.command("new")
    def new(
        attributes: list[str] = AttributesArgument,
        reason: str = ReasonOption,
        dry_run: bool = DryRunOption,
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        """Make a new one; the directory gives it its HSA-id."""
        body = {**attributes_in(attributes), "reason": reason}
        _carry_out(connect(data), "POST", f"/api/v1/{path}", body, dry_run, None, as_json)

    @group.command("set")
    def change(
        hsa_id: str,
        attributes: list[str] = AttributesArgument,
        reason: str = ReasonOption,
        dry_run: bool = DryRunOption,
        version: str | None = VersionOption,
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        """Set what is named; the rest stays."""
        body = {**attributes_in(attributes), "reason": reason}
        _carry_out(connect(data), "PATCH", f"/api/v1/{path}/{hsa_id}", body, dry_run, version, as_json)

    for verb, when, says in (
        ("end", "at", "End it, now or at an instant to come; a later end is set by `restore`."),
        ("archive", None, "Put away what has ended."),
        ("restore", "end", "Take back what was ended or archived; --at is the end that it has from now on."),
    ):
        _dated(group, path, verb, when, says)


def _dated(group: typer.Typer, path: str, verb: str, when: str | None, says: str) -> None:
    def change(
        hsa_id: str,
        reason: str = ReasonOption,
        at: str | None = typer.Option(None, "--at", metavar="DATE", help=FORMS),
        dry_run: bool = DryRunOption,
        version: str | None = VersionOption,
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        if at is not None and when is None:
            stop(Exit.USAGE, f"`{verb}` has no date of its own")
        body = {"reason": reason} | ({when: instant_in(at)} if when is not None and at is not None else {})
        _carry_out(connect(data), "POST", f"/api/v1/{path}/{hsa_id}/{verb}", body, dry_run, version, as_json)

    group.command(verb, help=says)(change)


def _moving_units(group: typer.Typer, path: str) -> None:
    @group.command("move")
    def move(
        hsa_id: str,
        to: str = typer.Argument(..., metavar="TO", help="HSA-id of a unit, or of the member."),
        care_provider: str | None = KeptProviderOption,
        reason: str = ReasonOption,
        dry_run: bool = DryRunOption,
        version: str | None = VersionOption,
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        """Let it stand below another unit, or right below its member, with all that stands below it.

        `directory reorganise move` does the same with a preview, and can give it to another care provider.
        """
        kept = {} if care_provider is None else {"care_provider": care_provider}
        body = {"to": to, "reason": reason} | kept
        _carry_out(connect(data), "POST", f"/api/v1/{path}/{hsa_id}/move", body, dry_run, version, as_json)


def _naming_another(group: typer.Typer, path: str, verb: str, field: str, says: str) -> None:
    def change(
        hsa_id: str,
        other: str = typer.Argument(..., metavar=field.upper(), help="HSA-id of the other."),
        reason: str = ReasonOption,
        dry_run: bool = DryRunOption,
        version: str | None = VersionOption,
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        body = {field: other, "reason": reason}
        _carry_out(connect(data), "POST", f"/api/v1/{path}/{hsa_id}/{verb}", body, dry_run, version, as_json)

    group.command(verb, help=says)(change)


def _holding(group: typer.Typer, path: str) -> None:
    @group.command("assign")
    def assign(
        hsa_id: str,
        person: str,
        reason: str = ReasonOption,
        start: str | None = typer.Option(None, "--from", metavar="DATE", help=f"First instant: {FORMS}"),
        end: str | None = typer.Option(None, "--to", metavar="DATE", help="First instant that does not belong to it."),
        dry_run: bool = DryRunOption,
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        """Let a person hold it."""
        given = {"person": person, "start": instant_in(start), "end": instant_in(end), "reason": reason}
        body = {name: value for name, value in given.items() if value is not None}
        _carry_out(connect(data), "POST", f"/api/v1/{path}/{hsa_id}/memberships", body, dry_run, None, as_json)

    @group.command("unassign")
    def unassign(
        hsa_id: str,
        person: str,
        reason: str = ReasonOption,
        at: str | None = typer.Option(None, "--at", metavar="DATE", help="First instant when she does not hold it."),
        dry_run: bool = DryRunOption,
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        """A person does not hold it any more."""
        body = {"person": person, "reason": reason} | ({} if at is None else {"at": instant_in(at)})
        _carry_out(connect(data), "POST", f"/api/v1/{path}/{hsa_id}/memberships/end", body, dry_run, None, as_json)


def _only_people(group: typer.Typer) -> None:
    @group.command("activate")
    def activate(hsa_id: str, data: Path | None = DataOption, as_json: bool = JsonOption) -> None:
        """Print a one-time code with which the employee chooses her password and one-time-code device."""
        _show(connect(data).ask("POST", f"/api/v1/people/{hsa_id}/activation"), as_json)

    @group.command("lookup")
    def lookup(
        kind: str = NumberKindOption,
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        """Find the employee records of a personal number, which is asked for and not echoed."""
        number = _asked_number()
        answer = connect(data).call("POST", "/api/v1/people/lookup", json={"kind": kind, "value": number})
        _list(answer, as_json, KINDS["person"][2], "Nobody that you may know of has that number.")

    @group.command("number")
    def number(
        hsa_id: str,
        kind: str = NumberKindOption,
        reason: str = ReasonOption,
        dry_run: bool = DryRunOption,
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        """Set the personal number of an employee record. It is asked for and not echoed, sealed, and never told."""
        body = {"personal_number": {"kind": kind, "value": _asked_number()}, "reason": reason}
        path = f"/api/v1/people/{hsa_id}/personal-number"
        _carry_out(connect(data), "PUT", path, body, dry_run, None, as_json)

    @group.command("licences")
    def licences(
        hsa_id: str,
        codes: list[str] = typer.Argument(None, help="Every licence that the licence register (HOSP) says she has."),
        reason: str = ReasonOption,
        dry_run: bool = DryRunOption,
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        """Set what the licence register says."""
        body = {"licences": codes or [], "reason": reason}
        _carry_out(connect(data), "PUT", f"/api/v1/people/{hsa_id}/licences", body, dry_run, None, as_json)


def _asked_number() -> str:
    """From the terminal, or the first line of stdin: what is typed as an argument stands in the shell's history."""
    if sys.stdin.isatty():
        return str(typer.prompt("Personal number", hide_input=True, err=True))
    return sys.stdin.readline().strip()


def _carry_out(
    line: Connection, method: str, path: str, body: dict[str, Any], dry_run: bool, version: str | None, as_json: bool
) -> None:
    """Send it, and show the entry as it is now; of what is only tried, what would differ."""
    headers = {} if version is None else {"if-match": etag_in(version)}
    if not dry_run:
        _show(line.ask(method, path, json=body, headers=headers), as_json)
        return
    hsa_id = path.split("/")[4:5]
    before = None if as_json or not hsa_id else line.call("GET", "/".join(path.split("/")[:5]))
    answer = line.ask(method, path, json=body, headers=headers, params={"dry_run": "true"})
    talk("Nothing was changed: this is how it would be.")
    if before is None:
        _show(answer, as_json, hidden=() if as_json else ("hsa_id",))
        return
    differences = list(difference_lines(differences_of(before, answer.json())))
    print(f"{before['hsa_id']}  {before.get('name') or before.get('full_name') or ''}".rstrip())
    for text in differences or ["    (nothing differs)"]:
        print(text)


def etag_in(version: str) -> str:
    """A version may be typed without the quotes that an ETag has, which a shell takes away."""
    return f'"{version}"' if version.isascii() and version.isdigit() else version


def attributes_in(given: list[str]) -> dict[str, Any]:
    """``name=text`` and ``name:=JSON`` as a dict; anything else ends the command."""
    found: dict[str, Any] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name:
            stop(Exit.USAGE, f"`{each}` is neither name=text nor name:=JSON")
        if not name.endswith(":"):
            found[name] = value
            continue
        try:
            found[name[:-1]] = json.loads(value)
        except ValueError:
            stop(Exit.USAGE, f"what follows `{name}=` is not JSON")
    return found


def _show(answer: httpx.Response, as_json: bool, hidden: tuple[str, ...] = ()) -> None:
    """With its version, where it has one: apart from the JSON, which is the entry and nothing else. What is ``hidden``
    says nothing: the id of what is only tried, which nobody will have."""
    entry: dict[str, Any] = answer.json()
    etag = answer.headers.get("etag")
    if as_json:
        print(json.dumps(entry, ensure_ascii=False, indent=2))
        if etag is not None:
            talk(f"ETag: {etag}")
        return
    shown = {name: value for name, value in entry.items() if value not in (None, [], "") and name not in hidden}
    shown |= {} if etag is None else {"ETag": etag}
    width = max(len(name) for name in shown)
    for name, value in shown.items():
        written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        print(f"{name:<{width}}  {written}")


def _list(answer: dict[str, Any], as_json: bool, columns: tuple[str, ...], none: str) -> None:
    """``none`` is what is said where there is nothing to list."""
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    for item in answer["items"]:
        print("  ".join(_cell(item.get(column)) for column in columns))
    if not answer["items"]:
        talk(none)
    elif answer.get("next_cursor") is not None:
        talk(f"There are more than {len(answer['items'])}: say more of the name, or --member, or --unit.")


def _cell(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "–")
