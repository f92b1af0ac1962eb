"""The whole policy as a drawing: ``tests/authz/matrix.txt``, so that a change of law is a change of cells."""

from dataclasses import replace
from pathlib import Path

from authz.core.decide import decide_or_raise
from authz.core.directory_facts import DirectoryEntry
from authz.core.directory_words import AttributeClass, EntryKind
from authz.core.facts import Facts, Ground, LiftReason, Patient
from authz.core.request import Action, Request
from authz.core.unknown import UNKNOWN
from tests.authz.core.administration_situations import (
    BODEN,
    MEMBER,
    OFFICE,
    ROOM,
    SUBUNIT,
    UNIT,
    a_person,
    an_admin_assignment,
    an_entry,
    held,
    standing,
    wants,
)
from tests.authz.core.situations import (
    CARE_CENTRE,
    ELSA,
    HOME_CARE,
    HOUSING,
    LULEA_HOME_CARE,
    NURSING,
    PROVIDERS,
    WARD,
    block,
    consent,
    emergency,
    facts,
    lift,
    placed,
    read,
    recipient,
)
from vocabulary.codes import Purpose
from vocabulary.duties import Duty

DRAWING = Path(__file__).parents[1] / "matrix.txt"


def with_ground(ground: Ground):
    def change(gathered: Facts) -> Facts:
        return replace(
            gathered,
            consents=(consent(gathered.assignment.unit, ground),),
            service_recipients=(recipient(gathered.assignment.provider),),
            patient=Patient(ELSA, True),
        )

    return change


GROUNDS = {
    "nothing registered": lambda gathered: gathered,
    "no care relationship": lambda gathered: replace(gathered, care_relationships=()),
    **{ground.value: with_ground(ground) for ground in Ground},
    "emergency": lambda gathered: replace(gathered, emergencies=(emergency(gathered.assignment.unit),)),
    "quality work": lambda gathered: replace(
        gathered, assignment=replace(gathered.assignment, purpose=Purpose.QUALITY_ASSURANCE), care_relationships=()
    ),
    "consents unreadable": lambda gathered: replace(gathered, consents=UNKNOWN),
}

BARRIERS = {
    "open": lambda gathered, unit: gathered,
    "inner block": lambda gathered, unit: replace(gathered, blocks=(block(PROVIDERS[unit][0], unit),)),
    "outer block": lambda gathered, unit: replace(gathered, blocks=(block(PROVIDERS[unit][0]),)),
    "inner, lifted": lambda gathered, unit: replace(
        gathered, blocks=(block(PROVIDERS[unit][0], unit),), lifts=(lift(gathered.assignment.unit),)
    ),
    "outer, lifted": lambda gathered, unit: replace(
        gathered, blocks=(block(PROVIDERS[unit][0]),), lifts=(lift(gathered.assignment.unit),)
    ),
    "outer, lifted in emergency": lambda gathered, unit: replace(
        gathered,
        blocks=(block(PROVIDERS[unit][0]),),
        lifts=(lift(gathered.assignment.unit, LiftReason.EMERGENCY),),
    ),
    "blocks unreadable": lambda gathered, unit: replace(gathered, blocks=UNKNOWN),
}

PLACES = {
    "health care reads its own unit": (WARD, WARD),
    "health care reads another unit of the provider": (WARD, CARE_CENTRE),
    "health care reads another care provider": (WARD, NURSING),
    "health care reads social care": (HOUSING, HOME_CARE),
    "social care reads its own unit": (HOME_CARE, HOME_CARE),
    "social care reads another social care provider": (HOME_CARE, LULEA_HOME_CARE),
    "social care reads health care": (HOME_CARE, WARD),
}


def cell(request: Request, gathered: Facts) -> str:
    decision = decide_or_raise(request, placed(request, gathered))
    return f"ALLOW {decision.rule}" if decision.permit else decision.rule


def draw() -> str:
    width = 46
    lines = [
        "What may be read. Rows: what is registered. Columns: what stands in the way. ALLOW, or the rule that denies."
    ]
    for place, (reader_unit, unit) in PLACES.items():
        lines += ["", place.upper(), "".join(name.ljust(width) for name in ("", *BARRIERS)).rstrip()]
        for ground, registered in GROUNDS.items():
            gathered = registered(facts(reader_unit))
            row = [ground, *(cell(read(unit), stands(gathered, unit)) for stands in BARRIERS.values())]
            lines.append("".join(text.ljust(width) for text in row).rstrip())
    return "\n".join(lines) + "\n"


WHOLE = {"whole region": None, "the member": (MEMBER,), "the unit": (UNIT,), "a room of it": (SUBUNIT,)}
DUTIES = {
    "administer": (Duty.ADMINISTER,),
    "administer, see_protected": (Duty.ADMINISTER, Duty.SEE_PROTECTED),
    **{duty.value: (duty,) for duty in Duty if duty is not Duty.ADMINISTER},
}
ROOM_ENTRY = DirectoryEntry(ROOM, EntryKind.UNIT, BODEN, frozenset({OFFICE, BODEN}))
WORKS_HERE = a_person(work=(frozenset({ROOM, OFFICE, BODEN}),))
ACTS = {
    "see the room": (ROOM_ENTRY, Action.READ, (AttributeClass.ADMINISTRATORS,)),
    "describe the room": (ROOM_ENTRY, Action.CHANGE, (AttributeClass.OPEN,)),
    "end the room": (ROOM_ENTRY, Action.END, ()),
    "make an assignment": (an_entry(EntryKind.ASSIGNMENT), Action.CREATE, (AttributeClass.AUTHORITY,)),
    "assign somebody": (an_entry(EntryKind.ASSIGNMENT), Action.ASSIGN, ()),
    "describe a person there": (WORKS_HERE, Action.CHANGE, (AttributeClass.STAFF,)),
    "end her": (WORKS_HERE, Action.END, ()),
    "her number": (WORKS_HERE, Action.CHANGE, (AttributeClass.IDENTITY,)),
    "her licences": (WORKS_HERE, Action.CHANGE, (AttributeClass.LICENCES,)),
    "know a protected one": (replace(WORKS_HERE, protected=True), Action.READ, (AttributeClass.PROTECTED,)),
    "hand out reading": (an_admin_assignment(Duty.READ, areas=(SUBUNIT,)), Action.ASSIGN, ()),
    "hand out licences": (an_admin_assignment(Duty.KEEP_LICENCES, areas=(SUBUNIT,)), Action.ASSIGN, ()),
    "register the member": (
        DirectoryEntry(BODEN, EntryKind.MEMBER, BODEN, frozenset()), Action.CHANGE, (AttributeClass.REGISTRATION,),
    ),
}  # fmt: skip


def draw_administration() -> str:
    width = 30
    lines = [
        "",
        "WHO ADMINISTERS. Rows: the duties of her admin assignment. Columns: what is done in a room of the unit.",
    ]
    for area, areas in WHOLE.items():
        lines += ["", f"FOR {area.upper()}", "".join(name.ljust(width) for name in ("", *ACTS)).rstrip()]
        for duties, codes in DUTIES.items():
            row = [duties]
            for entry, action, classes in ACTS.values():
                row.append(cell(wants(entry, action, *classes), standing(entry, held(*codes, areas=areas))))
            lines.append("".join(text.ljust(width) for text in row).rstrip())
    return "\n".join(lines) + "\n"


def test_the_drawing_is_current() -> None:
    """When the law has changed the drawing is redrawn, and its difference is what a jurist reads."""
    drawn = draw() + draw_administration()
    before = DRAWING.read_text(encoding="utf-8") if DRAWING.exists() else ""

    if drawn != before:
        DRAWING.write_text(drawn, encoding="utf-8")

    assert drawn == before, "the drawing was redrawn: read its difference and run again"
