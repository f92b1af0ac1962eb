"""``tillit consent``, ``block``, ``lift``, ``care-relationship``, ``service-recipient``: the registers, by their API.

A patient is told by the demo's name for her, or by her number on stdin; ``--as`` somebody is that person herself.
"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import typer

from hub.cli.acting import PORTAL, let_people_act
from hub.cli.connection import Connection, DataOption, JsonOption, connect, talk
from hub.cli.delegation_commands import WhyOption
from hub.cli.directory_commands import DryRunOption, VersionOption
from hub.cli.patients import patient_of
from hub.real_clock import RealClock

IdArgument = typer.Argument(metavar="ID", help="The row's id.")
PatientOption = typer.Option(..., help="A demo patient's id, or `-` to read the number from stdin.")
UnitOption = typer.Option(..., help="HSA-id of the unit.")
ProviderOption = typer.Option(..., help="HSA-id of the care provider.")
FromOption = typer.Option(None, "--from", metavar="INSTANT", help="When it begins; left out, now.")
ToOption = typer.Option(None, "--to", metavar="INSTANT", help="When it ends, e.g. 2026-06-01T08:00+02:00.")
KeyOption = typer.Option(None, "--key", help="A key of your own: repeated with it, the command is done once.")
EmergencyOption = typer.Option(False, "--emergency", help="Consent cannot be had; else the patient consents.")
TextOption = typer.Option(..., "--text", help="Why, in words; it is kept.", prompt="Why")

_SAYS = {
    "consent": ("consents", "Consents, and other lawful grounds for sight across care providers."),
    "block": ("blocks", "A patient's blocks, and lifting them in two steps."),
    "lift": ("lifts", "Temporary openings of blocks."),
    "care-relationship": ("care-relationships", "Who takes part in a patient's care."),
    "service-recipient": ("service-recipients", "Who gets a social care provider's services."),
}
_BY_PERSON = {"consent", "lift", "care-relationship"}
_ENDINGS: dict[str, dict[str, str]] = {
    "consent": {"end": "The patient takes it back.", "annul": "It was registered in error, and never was."},
    "block": {"revoke": "The patient takes it back."},
    "lift": {"end": "End it before its time."},
    "care-relationship": {"end": "She takes part in the care no longer."},
    "service-recipient": {"end": "The patient gets the services no longer."},
}


def groups() -> dict[str, typer.Typer]:
    """The group of each register, by its name."""
    made = {}
    for name, (path, says) in _SAYS.items():
        group = typer.Typer(help=says, no_args_is_help=True)
        if name in _BY_PERSON:
            _listing_by_either(group, path)
        else:
            _listing(group, path)
        _showing(group, path)
        for verb, about in _ENDINGS[name].items():
            _ending(group, path, verb, about)
        made[name] = group
    _registering_consents(made["consent"])
    _registering_blocks(made["block"])
    _lifting(made["block"])
    _registering_care(made["care-relationship"])
    _registering_recipients(made["service-recipient"])
    return {name: let_people_act(group, client=PORTAL) for name, group in made.items()}


def _listing(group: typer.Typer, path: str) -> None:
    @group.command("list")
    def listed(patient: str = PatientOption, data: Path | None = DataOption, as_json: bool = JsonOption) -> None:
        """Those of a patient that you may know of."""
        _list(_of_patient(connect(data), path, data, patient), as_json)


def _listing_by_either(group: typer.Typer, path: str) -> None:
    @group.command("list")
    def listed(
        patient: str | None = typer.Option(None, help="A demo patient's id, or `-` to read the number from stdin."),
        person: str | None = typer.Option(None, help="HSA-id of an employee, in place of a patient."),
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        """Those of a patient, or of an employee, that you may know of."""
        if (patient is None) == (person is None):
            raise typer.BadParameter("say either --patient or --person")
        line = connect(data)
        if patient is not None:
            _list(_of_patient(line, path, data, patient), as_json)
        else:
            _list(line.call("GET", f"/api/v1/{path}", params={"person": person})["items"], as_json)


def _showing(group: typer.Typer, path: str) -> None:
    @group.command("show")
    def show(row: str = IdArgument, data: Path | None = DataOption, as_json: bool = JsonOption) -> None:
        """One, with all that was done with it."""
        _show(connect(data).call("GET", f"/api/v1/{path}/{row}"), as_json)


def _ending(group: typer.Typer, path: str, verb: str, says: str) -> None:
    @group.command(verb, help=says)
    def end(
        row: str = IdArgument,
        reason: str = WhyOption,
        dry_run: bool = DryRunOption,
        version: str | None = VersionOption,
        key: str | None = KeyOption,
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        _show(_sent(connect(data), f"{path}/{row}/{verb}", {"reason": reason}, dry_run, key, version), as_json)


def _registering_consents(group: typer.Typer) -> None:
    @group.command("register")
    def register(
        patient: str = PatientOption,
        unit: str = UnitOption,
        person: str | None = typer.Option(None, help="HSA-id of the one employee that it is for; else the whole unit."),
        ground: str = typer.Option("CONSENT_3_1", help="The lawful ground."),
        represented_by: str | None = typer.Option(None, help="Name and role of who lawfully spoke for the patient."),
        note: str | None = typer.Option(None, help="More, in words."),
        first: str | None = FromOption,
        last: str | None = ToOption,
        dry_run: bool = DryRunOption,
        key: str | None = KeyOption,
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        """Register a consent. The same again is the same."""
        given = {"unit": unit, "person": person, "ground": ground, "represented_by": represented_by, "note": note}
        body = given | {"from": first, "to": last, "patient": patient_of(data, patient)}
        _show(_sent(connect(data), "consents", body, dry_run, key), as_json)


def _registering_blocks(group: typer.Typer) -> None:
    @group.command("register")
    def register(
        patient: str = PatientOption,
        provider: str = ProviderOption,
        unit: str | None = typer.Option(None, help="HSA-id of the unit; left out, the whole provider is hidden."),
        first: str | None = typer.Option(None, "--information-from", metavar="DATE", help="First day that is hidden."),
        last: str | None = typer.Option(None, "--information-to", metavar="DATE", help="Last day of it."),
        excepted: list[str] = typer.Option([], "--except", help="lak or upp, which shall not be hidden."),
        asked_by: str = typer.Option("patient", help="patient, or clerk who registers what the patient has written."),
        dry_run: bool = DryRunOption,
        key: str | None = KeyOption,
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        """Register a block; it holds at once. The same again is the same."""
        given = {"provider": provider, "unit": unit, "information_from": first, "information_to": last}
        body = given | {"except": excepted, "asked_by": asked_by, "patient": patient_of(data, patient)}
        _show(_sent(connect(data), "blocks", body, dry_run, key), as_json)


def _lifting(group: typer.Typer) -> None:
    @group.command("look")
    def look(
        patient: str = PatientOption,
        provider: str = ProviderOption,
        emergency: bool = EmergencyOption,
        text: str = TextOption,
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        """Step one of lifting: which units have blocked. That you asked, and why, is recorded."""
        body = {"provider": provider, "reason": _reason(emergency), "text": text, "patient": patient_of(data, patient)}
        told = connect(data).call("POST", "/api/v1/blocks/looks", json=body)
        if as_json:
            print(json.dumps(told, ensure_ascii=False, indent=2))
            return
        for block in told["blocks"]:
            print(f"{block['id']}  {block['level']}  {block['unit'] or block['provider']}")
        talk("Nobody has blocked." if not told["blocks"] else f"Lift what is needed with --look {told['id']}.")

    @group.command("lift")
    def lift(
        block: str = typer.Argument(help="The block's id."),
        unit: str = UnitOption,
        person: str | None = typer.Option(None, help="HSA-id of the one employee that it is for; else the whole unit."),
        emergency: bool = EmergencyOption,
        text: str = TextOption,
        last: str | None = typer.Option(None, "--to", metavar="INSTANT", help="Until when; left out, a day from now."),
        look_id: str | None = typer.Option(None, "--look", help="The id of step one (`tillit block look`)."),
        dry_run: bool = DryRunOption,
        key: str | None = KeyOption,
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        """Step two of lifting: open the one block that is needed, from now and for a week at most."""
        until = last or (RealClock().now() + timedelta(days=1)).isoformat()
        given = {"unit": unit, "person": person, "reason": _reason(emergency), "text": text, "look": look_id}
        _show(_sent(connect(data), f"blocks/{block}/lifts", given | {"to": until}, dry_run, key), as_json)

    @group.command("lifts")
    def lifts(
        block: str = typer.Argument(help="The block's id."),
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        """How a block was lifted."""
        _list(connect(data).call("GET", f"/api/v1/blocks/{block}/lifts")["items"], as_json)


def _registering_care(group: typer.Typer) -> None:
    @group.command("register")
    def register(
        patient: str = PatientOption,
        person: str = typer.Option(..., help="HSA-id of who takes part in the care."),
        unit: str = UnitOption,
        first: str | None = FromOption,
        last: str | None = ToOption,
        dry_run: bool = DryRunOption,
        key: str | None = KeyOption,
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        """Register that somebody takes part in a patient's care. The same again is the same."""
        body = {"person": person, "unit": unit, "from": first, "to": last, "patient": patient_of(data, patient)}
        _show(_sent(connect(data), "care-relationships", body, dry_run, key), as_json)


def _registering_recipients(group: typer.Typer) -> None:
    @group.command("register")
    def register(
        patient: str = PatientOption,
        provider: str = ProviderOption,
        first: str | None = FromOption,
        last: str | None = ToOption,
        dry_run: bool = DryRunOption,
        key: str | None = KeyOption,
        data: Path | None = DataOption,
        as_json: bool = JsonOption,
    ) -> None:
        """Register that a patient gets, or is assessed for, the services. The same again is the same."""
        body = {"provider": provider, "from": first, "to": last, "patient": patient_of(data, patient)}
        _show(_sent(connect(data), "service-recipients", body, dry_run, key), as_json)


def _reason(emergency: bool) -> str:
    return "Emergency" if emergency else "PatientsConsent"


def _of_patient(line: Connection, path: str, data: Path | None, patient: str) -> Any:
    return line.call("POST", f"/api/v1/{path}/query", json={"patient": patient_of(data, patient)})["items"]


def _sent(
    line: Connection, path: str, body: dict[str, Any], dry_run: bool, key: str | None, version: str | None = None
) -> dict[str, Any]:
    headers = {"idempotency-key": key, "if-match": version}
    sent = {name: value for name, value in headers.items() if value is not None}
    parameters = {"dry_run": "true"} if dry_run else {}
    told: dict[str, Any] = line.call("POST", f"/api/v1/{path}", json=body, headers=sent, params=parameters)
    if dry_run:
        talk("Nothing was changed: this is how it would be.")
    return told


def _list(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    for row in () if as_json else rows:
        print(f"{row['id']}  {_stands(row):<9} {_day(row['from'])} – {_day(row['to'])}  {_about(row)}")
    if not rows:
        talk("There is nothing that you may know of.")


def _show(row: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(row, ensure_ascii=False, indent=2))
        return
    print(f"{row['id'] or '(not registered)'}  {_stands(row)}  {_about(row)}")
    print(f"  {_day(row['from'])} – {_day(row['to'])}")
    for name in ("represented_by", "asked_by", "note"):
        if row.get(name):
            print(f"  {name.replace('_', ' ')}: {row[name]}")
    for act in row["history"]:
        why = "" if act["note"] is None else f": {act['note']}"
        print(f"  {act['at'][:16]}  {act['what']} by {act['by']}{why}")


def _stands(row: dict[str, Any]) -> str:
    ended = row["ended"]
    return "stands" if ended is None else "annulled" if ended["annulled"] else "ended"


def _about(row: dict[str, Any]) -> str:
    """What tells a row from others of its register."""
    told = [row.get(name) for name in ("ground", "reason", "block", "provider", "unit", "person")]
    return " ".join(str(each) for each in told if each)


def _day(instant: str | None) -> str:
    return "–" if instant is None else instant[:10]
