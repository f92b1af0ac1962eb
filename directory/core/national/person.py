"""What several contracts tell of a person in the same words: her names, licences, specialities, position.

A composite value that does not follow its form is left out alone.  (HSA, rule of quality 2)
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from directory.core.entries import CodeTable, Person
from directory.core.snapshot import Snapshot
from directory.core.table_names import POSITIONS
from vocabulary.codes import LICENCE_NAMES

_SPECIALITY = re.compile(r"([A-Z]{2});([A-Za-z0-9]{1,10});([^;#]{1,100})", re.ASCII)
_PRESCRIPTION_RIGHT = re.compile(r"(BM|SJ);(true|false)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Speciality:
    """``health_care_professional_licence_code`` is the licence that the speciality belongs to."""

    health_care_professional_licence_code: str
    speciality_code: str
    speciality_name: str


@dataclass(frozen=True, slots=True)
class NursePrescriptionRight:
    health_care_professional_licence: str
    prescription_right: bool


@dataclass(frozen=True, slots=True)
class PaTitle:
    """A position (*befattning*): its code and its plain text, which agree."""

    pa_title_code: str | None
    pa_title_name: str | None


def middle_and_sur_name(person: Person) -> str:
    return " ".join(name for name in (person.middle_name, person.family_name) if name)


def licence_codes(person: Person) -> tuple[str, ...]:
    """Those of the code system; what is not of it is left out."""
    return tuple(code for code in person.licences if code in LICENCE_NAMES)


def licence_names(person: Person) -> tuple[str, ...]:
    return tuple(LICENCE_NAMES[code] for code in licence_codes(person))


def specialities(person: Person) -> tuple[Speciality, ...]:
    return tuple(Speciality(*found.groups()) for found in _matches(_SPECIALITY, person.specialities))


def prescription_rights(person: Person) -> tuple[NursePrescriptionRight, ...]:
    found = _matches(_PRESCRIPTION_RIGHT, person.prescription_rights)
    return tuple(NursePrescriptionRight(one[1], one[2] == "true") for one in found)


def positions(snapshot: Snapshot, person: Person) -> tuple[PaTitle, ...]:
    """Her position, unless its code and text disagree by the region's table of positions (where it keeps one)."""
    if person.position_code is None and person.position is None:
        return ()
    tables = (table for table in snapshot.code_tables() if table.table == POSITIONS and not table.archived)
    if person.position_code is not None and person.position is not None and _disagree(next(tables, None), person):
        return ()
    return (PaTitle(person.position_code, person.position),)


def _disagree(table: CodeTable | None, person: Person) -> bool:
    if table is None:
        return False
    return all((row.code, row.text) != (person.position_code, person.position) for row in table.codes)


def _matches(form: re.Pattern[str], values: Iterable[str]) -> Iterator[re.Match[str]]:
    return (found for value in values if (found := form.fullmatch(value)) is not None)
