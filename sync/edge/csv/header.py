"""The first row: which column is which of our fields, and what to add to the mapping when that cannot be told."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sync.core.faults import Note
from sync.core.source import Source
from sync.core.staff_list import FIELDS, REQUIRED_FIELDS, SWEDISH_HEADERS, fold_header, quoted
from sync.refusals import DuplicateColumns, MissingColumns

MOST_HEADERS_NAMED = 30


def recognised(headers: Sequence[str], source: Source) -> int:
    """How many of ``headers`` mean something to us: tells a right delimiter from a wrong one."""
    known = {fold_header(text) for text in (*source.mapping.values(), *FIELDS)} | SWEDISH_HEADERS.keys()
    return sum(fold_header(header) in known for header in headers)


def columns_of(headers: Sequence[str], source: Source) -> tuple[Mapping[str, int], tuple[Note, ...]]:
    """Our fields with the place of their column, and notes on columns that look useful but are not mapped.

    Raises ``DuplicateColumns`` and ``MissingColumns``.
    """
    folded = [fold_header(header) for header in headers]
    _refuse_duplicates(headers, folded)
    wanted = {field: fold_header(source.mapping.get(field, field)) for field in FIELDS}
    columns = {field: folded.index(header) for field, header in wanted.items() if header in folded}
    suggestions = _suggestions(headers, folded, columns)
    missing = [
        field for field in FIELDS if field not in columns and (field in REQUIRED_FIELDS or field in source.mapping)
    ]
    if missing:
        raise MissingColumns(_missing_words(missing, headers, source, suggestions))
    notes = tuple(
        Note(
            "column_not_mapped", f"the column {quoted(header)} is not read; to read it, map {_entry(field, header)}", 1
        )
        for field, header in suggestions.items()
    )
    return columns, notes


def _refuse_duplicates(headers: Sequence[str], folded: Sequence[str]) -> None:
    twice = [header for header, count in Counter(folded).items() if header and count > 1]
    if twice:
        named = ", ".join(quoted(headers[folded.index(header)]) for header in twice)
        raise DuplicateColumns(f"more than one column is called {named}; take away or rename all but one")


def _suggestions(headers: Sequence[str], folded: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    found: dict[str, str] = {}
    taken = set(columns.values())
    for place, header in enumerate(folded):
        field = SWEDISH_HEADERS.get(header)
        if field is not None and place not in taken and field not in columns and field not in found:
            found[field] = " ".join(headers[place].split())
    return found


def _missing_words(
    missing: Sequence[str], headers: Sequence[str], source: Source, suggestions: Mapping[str, str]
) -> str:
    named = ", ".join(
        f"`{field}` (mapped to {quoted(source.mapping[field])})" if field in source.mapping else f"`{field}`"
        for field in missing
    )
    words = f"the list lacks the column {named}" if len(missing) == 1 else f"the list lacks the columns {named}"
    if suggestions:
        entries = ", ".join(_entry(field, header) for field, header in suggestions.items())
        return f"{words}; add this to the mapping of the source: {entries}"
    found = ", ".join(quoted(header) for header in headers[:MOST_HEADERS_NAMED])
    return f"{words}; its first row holds {found}: map the right one, or put the column names in the first row"


def _entry(field: str, header: str) -> str:
    return f'`"{field}": "{header}"`'
