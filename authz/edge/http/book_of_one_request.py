"""The register book as one request over HTTP writes in it: its key goes with what it writes, or nothing is written.

Keeps ``authz.ports.RegisterBook``. ``written`` tells what came into being.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from authz.core.request import PatientKey
from authz.ports import Act, KeptRequest, Kind, Notice, RegisterBook, Row
from authz.refusals import ChangedMeanwhile, StandsAlready
from vocabulary.assurance import AssuranceLevel
from vocabulary.hsa_id import HsaId

Keep = Callable[[Row, bool], KeptRequest]
"""How a request is kept that a row answers, and whether it made the row."""


class BookOfOneRequest:
    """``level`` is how sure the login is by which a person asks; it stands with what she did."""

    def __init__(self, book: RegisterBook, keep: Keep | None, level: AssuranceLevel | None, *, dry_run: bool) -> None:
        self._book, self._keep, self._level, self._dry_run = book, keep, level, dry_run
        self.written: list[Row] = []

    def commit(
        self,
        rows: Sequence[Row],
        notices: Sequence[Notice] = (),
        *,
        unless: Callable[[Row], bool] | None = None,
        request: KeptRequest | None = None,
    ) -> int:
        """Only tried, it raises what writing would raise."""
        rows = [self._with_level(row) for row in rows]
        if self._dry_run:
            self._try(rows, unless)
            self.written += rows
            return 0
        if request is None and self._keep is not None and rows and not self.written:
            request = self._keep(rows[0], rows[0].version == 1)
        revision = self._book.commit(rows, notices, unless=unless, request=request)
        self.written += rows
        return revision

    def answer_with(self, row: Row) -> None:
        """The request is answered with a row that stands already: that is kept, too."""
        if not self.written and self._keep is not None and not self._dry_run:
            self._book.commit([], request=self._keep(row, False))

    def _with_level(self, row: Row) -> Row:
        return row if row.act is not None else replace(row, act=replace(row.made_by, level=self._level))

    def _try(self, rows: Sequence[Row], unless: Callable[[Row], bool] | None) -> None:
        for row in rows:
            if row.version > 1:
                before = self._book.row(row.kind, row.id)
                if before is None or before.version != row.version - 1:
                    raise ChangedMeanwhile("somebody else changed the row first")
            elif unless is not None:
                for other in self._book.rows_of_patient(row.kind, row.patients[0].key):
                    if other.end is None and unless(other):
                        raise StandsAlready(other.id)

    def request(self, caller: str, key: str) -> KeptRequest | None:
        return self._book.request(caller, key)

    def row(self, kind: Kind, row_id: str) -> Row | None:
        return self._book.row(kind, row_id)

    def rows_under(self, kind: Kind, above: str) -> tuple[Row, ...]:
        return self._book.rows_under(kind, above)

    def last_acts(self, kind: Kind, ids: Collection[str]) -> Mapping[str, Act]:
        return self._book.last_acts(kind, ids)

    def history(self, kind: Kind, row_id: str) -> tuple[Act, ...]:
        return self._book.history(kind, row_id)

    def rows_of_patient(self, kind: Kind, patient: PatientKey) -> tuple[Row, ...]:
        return self._book.rows_of_patient(kind, patient)

    def rows_of_person(self, kind: Kind, person: HsaId) -> tuple[Row, ...]:
        return self._book.rows_of_person(kind, person)
