"""Bytes to a staff list, or a refusal in clear words: whatever the bytes are, nothing else comes out.

Boundary: cells stay as written; tidying and judging rows is the core's.
"""

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass

from sync.core.source import Source
from sync.core.staff_list import DELIMITERS, StaffList, WrittenRow, anchor_key
from sync.edge.csv.encoding import decode
from sync.edge.csv.header import columns_of, recognised
from sync.refusals import DuplicateAnchors, EmptyFile, ListTooLarge, MalformedCsv, UnevenRows

MAX_BYTES = 50 * 1024 * 1024
MAX_ROWS = 200_000
MAX_CELL_LENGTH = 4_000
MAX_COLUMNS = 200
MOST_LINES_NAMED = 5


@dataclass(frozen=True, slots=True)
class Limits:
    max_bytes: int = MAX_BYTES
    max_rows: int = MAX_ROWS
    max_cell_length: int = MAX_CELL_LENGTH


class StaffListReader:
    """Keeps the promise of ``sync.ports.ListReader``."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self._limits = limits

    def read(self, content: bytes, source: Source) -> StaffList:
        if len(content) > self._limits.max_bytes:
            raise ListTooLarge(f"the file is larger than {self._limits.max_bytes // 1024} KiB")
        text = decode(content)
        first_line, text, told = _without_sep_line(text)
        delimiter = source.delimiter or told or _delimiter(text, source)
        rows = self._rows(text, delimiter, first_line)
        header = next(rows, None)
        if header is None:
            raise EmptyFile("the file has no text in it; export the staff list again")
        if len(header.cells) > MAX_COLUMNS:
            raise ListTooLarge(f"the list has more than {MAX_COLUMNS} columns")
        columns, notes = columns_of(header.cells, source)
        found = self._even(rows, len(header.cells))
        _refuse_duplicate_anchors(found, columns["anchor"])
        return StaffList(hashlib.sha256(content).hexdigest(), columns, found, notes)

    def _rows(self, text: str, delimiter: str, first_line: int) -> Iterator[WrittenRow]:
        """Rows that hold anything at all, each with the line where it begins."""
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        longest = self._limits.max_cell_length
        line = first_line
        try:
            for cells in reader:
                if any(cells) and any(map(str.strip, cells)):
                    if len(max(cells, key=len)) > longest:
                        raise ListTooLarge(f"line {line} has a cell of more than {longest} characters")
                    yield WrittenRow(line, cells)
                line = first_line + reader.line_num
        except csv.Error as error:
            if "field larger" in str(error):
                raise ListTooLarge(f"line {line} has a cell of more than {longest} characters") from None
            raise MalformedCsv(
                f'the quotation marks of the row that begins on line {line} do not match; look for a stray `"`',
                detail=str(error),
            ) from None

    def _even(self, rows: Iterator[WrittenRow], width: int) -> list[WrittenRow]:
        found: list[WrittenRow] = []
        uneven: list[WrittenRow] = []
        for row in rows:
            if len(found) >= self._limits.max_rows:
                raise ListTooLarge(f"the list has more than {self._limits.max_rows} rows")
            found.append(row)
            if len(row.cells) != width and len(uneven) < MOST_LINES_NAMED:
                uneven.append(row)
        if uneven:
            named = ", ".join(f"line {row.line} has {len(row.cells)}" for row in uneven)
            raise UnevenRows(
                f'the first row has {width} columns, but {named}; a text with the delimiter in it needs `"` around it'
            )
        return found


def _without_sep_line(text: str) -> tuple[int, str, str | None]:
    """Excel's own first line `sep=;` says the delimiter and is no header."""
    line, _, rest = text.partition("\n")
    said = line.strip("\r ")
    if len(said) == 5 and said.lower().startswith("sep=") and said[4] in DELIMITERS:
        return 2, rest, said[4]
    return 1, text, None


def _delimiter(text: str, source: Source) -> str:
    """The one that makes most sense of the first row; of equals, the one that makes most columns."""
    beginning = text.lstrip("\r\n \t")[: MAX_COLUMNS * 200]

    def sense(delimiter: str) -> tuple[int, int]:
        try:
            headers = next(csv.reader(io.StringIO(beginning, newline=""), delimiter=delimiter), [])
        except csv.Error:
            return (0, 0)
        return (recognised(headers, source), len(headers))

    return max(DELIMITERS, key=sense)


def _refuse_duplicate_anchors(rows: list[WrittenRow], place: int) -> None:
    """Two rows with one anchor: the list contradicts itself about who is who. Anchors are not repeated in the words."""
    seen: dict[str, int] = {}
    twice: list[str] = []
    for row in rows:
        key = anchor_key(row.cells[place])
        if not key:
            continue
        other = seen.setdefault(key, row.line)
        if other != row.line and len(twice) < MOST_LINES_NAMED:
            twice.append(f"lines {other} and {row.line}")
    if twice:
        raise DuplicateAnchors(
            f"the same anchor stands on {', '.join(twice)}; one person is one row: put the assignments together in it"
        )
