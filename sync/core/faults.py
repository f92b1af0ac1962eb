"""What is wrong with one row and what to do about it; and what was tidied on the way in, so that tidying is seen."""

from dataclasses import dataclass

LINES_NAMED = 20


@dataclass(frozen=True, slots=True)
class RowFault:
    """One fault in one row. ``message`` and ``remedy`` are for people; neither ever repeats a personal number."""

    line: int
    column: str
    code: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was done or seen in ``count`` rows, of which ``lines`` names the first."""

    code: str
    message: str
    count: int = 0
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A row in error: who it speaks of, as far as that can be told. That person is neither changed nor removed."""

    line: int
    anchor: str | None
    lookup: str | None


MESSAGES: dict[str, tuple[str, str]] = {
    "missing_value": ("the cell is empty", "fill it in"),
    "too_long": ("the text is too long", "shorten it"),
    "forbidden_character": (
        "the text holds a control or invisible character ({found})",
        "type the text anew instead of pasting it",
    ),
    "personal_number_in_text": (
        "the text holds something with the form of a personal number",
        "personal numbers stand in the column personal_number only: look over the mapping",
    ),
    "anchor_is_personal_number": (
        "the anchor is a personal number",
        "use the employment number, or another key that never changes and says nothing of the person",
    ),
    "invalid_personal_number": (
        "the personal number is not valid",
        "correct its digits; write YYYYMMDDNNNN or YYMMDD-NNNN",
    ),
    "number_in_exponent_form": (
        "the spreadsheet has rounded the personal number",
        "format the column as text, fill in the digits again, and export anew",
    ),
    "duplicate_personal_number": (
        "line {other} has the same personal number",
        "decide which row is right; two employments of one person are one row with both assignments",
    ),
    "invalid_email": ("the e-mail address is not one", "write it as name@example.se, or leave it empty"),
    "invalid_phone": ("the telephone number is not one", "write digits, for example 0970-123 45, or leave it empty"),
    "invalid_date": ("the date is not one", "write YYYY-MM-DD, or leave it empty"),
    "end_before_start": ("the employment ends before it starts", "correct start_date or end_date"),
    "foreign_prefix": (
        "the HSA-id {found} begins with a prefix that this member does not own",
        "a staff list can name only units and assignments of its own member",
    ),
    "unit_of_other_member": (
        "the unit {found} belongs to another member",
        "a staff list can name only units of its own member",
    ),
    "unknown_unit": (
        "no unit is known by {found}",
        "add the code to unit_codes of the source, or correct the row",
    ),
    "ambiguous_unit": (
        "more than one unit has the code {found}",
        "write the HSA-id of the unit, or map the code in unit_codes of the source",
    ),
    "unit_ended": ("the unit {found} has ended", "name the unit that has taken its place"),
    "unit_needed": (
        "the assignment {found} is given by name, but the row names no unit",
        "fill in the unit, or write the HSA-id of the assignment",
    ),
    "unknown_assignment": (
        "no assignment is known by {found}",
        "correct the name, or have the assignment made in the directory first",
    ),
    "ambiguous_assignment": (
        "more than one assignment of the unit is called {found}",
        "write the HSA-id of the assignment in place of its name",
    ),
    "assignment_ended": ("the assignment {found} has ended", "name the assignment that has taken its place"),
    "number_of_other_person": (
        "the personal number already belongs to somebody else in this source",
        "give the person back the anchor that she had, or correct the number",
    ),
    "ambiguous_person": (
        "more than one person in the directory answers to this row",
        "have the directory's administrator look at them; the row is left alone meanwhile",
    ),
    "anchor_reused": (
        "both the personal number and the whole name are new: the anchor seems to have passed to somebody else",
        "give the new person an anchor of her own; one that has been used is never used again",
    ),
}


def row_fault(line: int, column: str, code: str, *, found: str = "", other: int = 0) -> RowFault:
    """The fault ``code`` in its words. ``found`` is already fit for showing."""
    message, remedy = MESSAGES[code]
    return RowFault(line, column, code, message.format(found=found, other=other), remedy)
