"""Which unit and which assignments a row means, by the source's mapping and the member's catalogue.

Nothing is guessed: a code or a name that fits two things fits none. Names are compared without case.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sync.core.faults import RowFault, row_fault
from sync.core.people import Present, StaffAssignment, StaffUnit, is_over
from sync.core.source import Source
from sync.core.staff_list import fold_header, quoted
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue

NO_ASSIGNMENTS: Mapping[HsaId, StaffAssignment] = {}
_Trouble = tuple[str, str, str]  # column, code, what was found


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a row puts its person; ``troubles`` are the faults in words that still lack their line."""

    assignments: Mapping[HsaId, StaffAssignment]
    troubles: tuple[_Trouble, ...] = ()

    def faults(self, line: int) -> list[RowFault]:
        return [row_fault(line, column, code, found=found) for column, code, found in self.troubles]


class Placing:
    """Answers for one list. What recurs is resolved once."""

    def __init__(self, source: Source, present: Present, now: datetime) -> None:
        self._prefixes, self._elsewhere, self._now = present.id_prefixes, present.units_elsewhere, now
        self._mapped = {fold_header(code): unit for code, unit in source.unit_codes.items()}
        self._units = {unit.hsa_id: unit for unit in present.units}
        self._by_code: dict[str, list[StaffUnit]] = defaultdict(list)
        for unit in present.units:
            if unit.own_code is not None:
                self._by_code[fold_header(unit.own_code)].append(unit)
        self._by_id = {assignment.hsa_id: assignment for assignment in present.assignments}
        self._by_name: dict[tuple[HsaId, str], list[StaffAssignment]] = defaultdict(list)
        for assignment in present.assignments:
            self._by_name[assignment.unit, fold_header(assignment.name)].append(assignment)
        self._known: dict[tuple[str | None, tuple[str, ...]], Placed] = {}

    def place(self, unit: str | None, assignments: tuple[str, ...]) -> Placed:
        known = self._known.get((unit, assignments))
        if known is None:
            known = self._known[unit, assignments] = self._resolve(unit, assignments)
        return known

    def _resolve(self, written_unit: str | None, written: tuple[str, ...]) -> Placed:
        troubles: list[_Trouble] = []
        unit = None if written_unit is None else self._unit(written_unit)
        if isinstance(unit, str):
            return Placed(NO_ASSIGNMENTS, (("unit", unit, quoted(written_unit or "")),))
        found: dict[HsaId, StaffAssignment] = {}
        for text in written:
            assignment = self._assignment(unit, text)
            if isinstance(assignment, str):
                troubles.append(("assignments", assignment, quoted(text)))
            else:
                found[assignment.hsa_id] = assignment
        return Placed(found, tuple(troubles))

    def _unit(self, text: str) -> StaffUnit | str:
        """The unit, or the code of the fault."""
        hsa_id = self._mapped.get(fold_header(text)) or _hsa_id(text)
        if hsa_id is not None:
            unit = self._units.get(hsa_id)
            return self._strange(hsa_id) if unit is None else self._current(unit)
        coded = self._by_code.get(fold_header(text), [])
        if len(coded) > 1:
            coded = [unit for unit in coded if not is_over(unit.period, self._now)] or coded
        if len(coded) > 1:
            return "ambiguous_unit"
        return self._current(coded[0]) if coded else "unknown_unit"

    def _strange(self, unit: HsaId) -> str:
        if unit.prefix not in self._prefixes:
            return "foreign_prefix"
        return "unit_of_other_member" if unit in self._elsewhere else "unknown_unit"

    def _current(self, unit: StaffUnit) -> StaffUnit | str:
        return "unit_ended" if is_over(unit.period, self._now) else unit

    def _assignment(self, unit: StaffUnit | None, text: str) -> StaffAssignment | str:
        hsa_id = _hsa_id(text)
        if hsa_id is not None:
            assignment = self._by_id.get(hsa_id)
            if assignment is None:
                return "unknown_assignment" if hsa_id.prefix in self._prefixes else "foreign_prefix"
            return "assignment_ended" if is_over(assignment.period, self._now) else assignment
        if unit is None:
            return "unit_needed"
        named = self._by_name.get((unit.hsa_id, fold_header(text)), [])
        current = [assignment for assignment in named if not is_over(assignment.period, self._now)]
        if len(current) > 1:
            return "ambiguous_assignment"
        if current:
            return current[0]
        return "assignment_ended" if named else "unknown_assignment"


def _hsa_id(text: str) -> HsaId | None:
    try:
        return HsaId.parse(text)
    except InvalidValue:
        return None
