"""Every kind of finding: its stable code, HSA's rule, how bad it is, what it means, what to do. One table."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """``ERROR``: something is not served, or rests on nothing. ``WARNING``: somebody has to look at it. ``NOTICE``:
    nothing is wrong, but it is seldom meant."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


SEVEREST_FIRST = (Severity.ERROR, Severity.WARNING, Severity.NOTICE)


@dataclass(frozen=True, slots=True)
class FindingKind:
    """``rule`` is the number of HSA's rule of quality, ``None`` for what stands in the store past the journal."""

    rule: int | None
    severity: Severity
    means: str
    fix: str


_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTICE

KINDS: Mapping[str, FindingKind] = {
    # 1: mandatory attributes, syntax, code tables
    "value_malformed": FindingKind(
        1, _E, "an attribute does not follow its form", "set the attribute anew, in its form"
    ),
    "reference_broken": FindingKind(
        1, _E, "an entry names another that is not there, or not where it may be", "name the entry that is meant"
    ),
    "code_not_in_table": FindingKind(
        1, _W, "a code is not a current one of its table, or its plain text is not the table's",
        "choose a current code, and leave the plain text to the table",
    ),
    "object_malformed": FindingKind(
        1, _E, "an object in the directory server cannot be read, and is served as ended",
        "revert it to what the journal says, or mend the object in the server",
    ),
    "value_left_out": FindingKind(
        1, _W, "a malformed value in the directory server is left out",
        "revert the entry, or mend the value in the server",
    ),
    # 2: whole assignments
    "assignment_suppressed": FindingKind(
        2, _E, "an assignment lacks what it must have, and is told to nobody", "complete the assignment, or end it"
    ),
    # 3: dates bound each other
    "provider_not_current": FindingKind(
        3, _E, "a care unit's provider has ended: none of its assignments counts",
        "end the unit, or point it at the provider that took over",
    ),
    "place_not_current": FindingKind(
        3, _W, "an assignment goes on where its unit or provider has ended, and does not count",
        "end the assignment, or make a new one at the unit that took over",
    ),
    "parent_not_current": FindingKind(
        3, _W, "a unit or function goes on below a unit that has ended", "move it below a current unit, or end it"
    ),
    "manager_not_current": FindingKind(
        3, _W, "a unit's head of operations is no current employee", "name the head of operations of today"
    ),
    "membership_outlives_person": FindingKind(
        3, _W, "somebody holds an assignment or role beyond her employment, and it does not count",
        "end the membership with the employment, or prolong the employment",
    ),
    "nobody_holds_it": FindingKind(
        3, _N, "a current assignment is held by nobody", "assign somebody, or end the assignment"
    ),
    # 4: licences come from the licence register
    "licences_unchecked": FindingKind(
        4, _W, "the licence register has not been asked about a licensed person for a month",
        "ask the licence register (HOSP), write what it says, and note the check",
    ),
    "licence_not_held": FindingKind(
        4, _E, "a speciality or a right to prescribe belongs to a licence that the person has not",
        "ask the licence register (HOSP) and write all that it says",
    ),
    "title_without_licence": FindingKind(
        4, _W, "a title is of a licensed profession, and the person has no such licence",
        "ask the licence register (HOSP), or correct the title where it comes from",
    ),
    "position_without_code": FindingKind(
        4, _N, "a specialist nurse is told by her position, and the person has no code of one",
        "set the position's code from the table of positions",
    ),
    "licences_differ": FindingKind(
        4, _W, "employee records of one person have different licences",
        "ask the licence register (HOSP) and write what it says to each record",
    ),
    # 5: protected, feigned, archived
    "protected_reachable": FindingKind(
        5, _W, "a person with protected personal data has an address or a telephone number in the directory",
        "take the address and the numbers away",
    ),
    "archived_still_open": FindingKind(
        5, _W, "an archived entry has no end, or one to come", "end the entry, or restore it"
    ),
    # 6: whose people, whose ids
    "identity_wrong": FindingKind(
        6, _E, "an entry's id or member is not what it may be",
        "end the entry, and make a new one with an id of its member",
    ),
    "membership_unresolved": FindingKind(
        6, _E, "a membership names nobody, or somebody twice at once", "end the membership"
    ),
    "member_not_allowed": FindingKind(
        6, _E, "an assignment is given to somebody of a member whose people may not be assigned",
        "end the membership, or let the member name whose people it assigns",
    ),
    # 7: one identifier finds one record
    "number_shared": FindingKind(
        7, _W, "two current employee records of one member have the same personal number",
        "merge the records, or correct the number of one of them",
    ),
    # What stands in the store past the journal
    "only_in_store": FindingKind(
        None, _W, "an entry stands in the directory server and not in the journal, and is not served",
        "adopt the entry, or revert it",
    ),
    "gone_from_store": FindingKind(
        None, _E, "an entry of the journal is gone from the directory server", "revert, so that it is written anew"
    ),
    "differs_in_store": FindingKind(
        None, _W, "an entry stands otherwise in the directory server than in the journal; what both allow is served",
        "adopt what stands there, or revert it",
    ),
}  # fmt: skip
