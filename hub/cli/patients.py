"""How commands are told of a patient: by the demo's name for her, or by her number from stdin.

Never as an argument, which would stand in the shell's history and in the list of processes.
"""

from pathlib import Path

from hub.cli.connection import read_demo, stop, talk
from hub.cli.exits import Exit
from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.refusals import InvalidValue


def patient_of(data: Path | None, text: str) -> dict[str, str]:
    """The patient as the API takes her."""
    if text == "-":
        talk("The patient's personal number, twelve digits:")
        try:
            number = PersonalIdentityNumber.parse(input().strip())
        except (InvalidValue, EOFError) as error:
            stop(Exit.USAGE, getattr(error, "description", "no number was given"))
        return {"kind": str(number.kind), "value": number.reveal()}
    known = {patient["id"]: patient for patient in read_demo(data).get("patients", ())}
    if text not in known:
        stop(Exit.USAGE, f"there is no demo patient `{text}`; there are {', '.join(known) or 'none'}; `-` reads stdin")
    return {"kind": known[text]["kind"], "value": known[text]["value"]}
