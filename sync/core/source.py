"""A source: one system of one member that sends staff lists, and how its words map to ours."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sync.core.staff_list import DELIMITERS, FIELDS, fold_header
from sync.refusals import InvalidSource
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue
from vocabulary.text import parse_line

MAX_UNIT_CODES = 20_000
_ID_FORM = re.compile(r"[a-z0-9][a-z0-9-]{1,39}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Source:
    """``mapping`` tells for one of our fields which header of theirs holds it; a header named as the field needs none.

    ``unit_codes`` translates the source's own unit codes. ``delimiter`` is found in the list when it is ``None``.
    ``version`` grows by one each time the definition is changed.
    """

    id: str
    member: HsaId
    name: str
    mapping: Mapping[str, str] = field(default_factory=dict)
    unit_codes: Mapping[str, HsaId] = field(default_factory=dict)
    delimiter: str | None = None
    version: int = 1

    def __post_init__(self) -> None:
        if not _ID_FORM.fullmatch(self.id):
            raise InvalidSource("the id of a source is 2–40 of a–z, 0–9 and hyphens, not beginning with one")
        _line(self.name, "/name")
        if self.delimiter is not None and self.delimiter not in DELIMITERS:
            raise InvalidSource("the delimiter is a comma, a semicolon or a tab", pointer="/delimiter")
        unknown = sorted(set(self.mapping) - set(FIELDS))
        if unknown:
            known = ", ".join(f"`{name}`" for name in FIELDS)
            raise InvalidSource(f"the mapping goes from our fields, which are {known}", pointer="/mapping")
        for header in self.mapping.values():
            _line(header, "/mapping")
        folded = [fold_header(header) for header in self.mapping.values()]
        if len(set(folded)) < len(folded):
            raise InvalidSource("one header cannot be mapped to two fields", pointer="/mapping")
        if len(self.unit_codes) > MAX_UNIT_CODES:
            raise InvalidSource(f"a source has at most {MAX_UNIT_CODES} unit codes", pointer="/unit_codes")
        for code in self.unit_codes:
            _line(code, "/unit_codes")


def _line(text: str, pointer: str) -> None:
    try:
        if parse_line(text, max_length=200) == text:
            return
    except InvalidValue as refusal:
        raise InvalidSource(refusal.description, pointer=pointer) from None
    raise InvalidSource("the text has blanks around it or is not in Unicode normal form C", pointer=pointer)
