"""Codes stand in the region's tables, and a table keeps the codes that are in use.  (HSA, rule of quality 1)"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from directory.core.after import After
from directory.core.entries import CodeTable, Entry, Function, Person, Unit, VideoEndpoint
from directory.core.table_names import MUNICIPALITIES, POSITIONS, SERVICES, UNIT_KINDS
from directory.refusals import Problem


class _Coded(NamedTuple):
    """An attribute that holds a code, or several, of a table; ``text`` is the attribute that says it in words."""

    kinds: tuple[type[Any], ...]
    name: str
    table: str
    text: str | None = None

    def codes(self, entry: Entry | None) -> tuple[str, ...]:
        if not isinstance(entry, self.kinds):
            return ()
        held = getattr(entry, self.name)
        return held if isinstance(held, tuple) else () if held is None else (held,)


_CODED = (
    _Coded((Unit, Function), "services", SERVICES),
    _Coded((Unit,), "kind", UNIT_KINDS),
    _Coded((Unit,), "municipality_code", MUNICIPALITIES, "municipality_name"),
    _Coded((VideoEndpoint,), "municipality_code", MUNICIPALITIES),
    _Coded((Person,), "position_code", POSITIONS, "position"),
)


def code_problems(entry: Entry, after: After, before: Entry | None) -> Iterator[Problem]:
    """A code that is new on the entry stands in the region's table of it and has not ended; where there is no table,
    any code will do. Plain text beside a code is the table's."""
    for coded in _CODED:
        codes = coded.codes(entry)
        table = after.codes(coded.table) if codes else None
        if table is None:
            continue
        had = coded.codes(before)
        for code in codes:
            if code not in table and code not in had:
                said = f"`{code}` is not a current code of the table `{coded.table}`"
                yield Problem(str(entry.hsa_id), coded.name, said)
            elif coded.text is not None and code in table and getattr(entry, coded.text) not in (None, table[code]):
                yield Problem(str(entry.hsa_id), coded.text, "the text is not the code table's for this code")


def lost_codes(entry: Entry, before: Entry | None, after: After) -> Iterator[Problem]:
    """A code is ended, so that those who have it can still be read; only one that nobody has is taken away."""
    if not isinstance(entry, CodeTable) or not isinstance(before, CodeTable) or entry.table != before.table:
        return
    lost = {row.code for row in before.codes} - {row.code for row in entry.codes}
    for coded in _CODED if lost else ():
        if coded.table == entry.table:
            current = (other for kind in coded.kinds for other in after.all_of(kind) if not other.archived)
            used = {code for other in current for code in coded.codes(other)}
            for code in sorted(lost & used):
                yield Problem(str(entry.hsa_id), "codes", f"`{code}` is in use: give it an end, and take it away later")
