"""Boden's staff list as its personnel system exports it: today's, with a newcomer, without her, and a broken one.

The text is CSV in the standard header; units stand as the system's own codes, which ``unit_codes`` translates.
"""

import csv
from collections.abc import Mapping
from datetime import date
from io import StringIO

from directory.core.entries import Person
from hub.demo.posts import Post
from hub.demo.region import SOURCE, SOURCE_UNITS, Region
from vocabulary.hsa_id import HsaId
from vocabulary.stockholm import day_of

SOURCE_ID = SOURCE
SOURCE_NAME = "Bodens kommun, personalsystemet"
HEADER = (
    "anchor", "personal_number", "given_name", "family_name", "title", "unit", "email", "phone", "start_date",
    "end_date", "assignments",
)  # fmt: skip
NEWCOMER_ANCHOR = "B20188"
NEWCOMER_NUMBER = "199001012385"

_CODES = dict(zip(SOURCE_UNITS, ("4410", "4420", "4431", "4460"), strict=True))
_HOME_NURSING = "boden/home_nursing/1"

Row = tuple[str, ...]


def unit_codes(region: Region) -> Mapping[str, HsaId]:
    """The source's own unit codes, each with the unit that it means."""
    return {code: region.unit(key) for key, code in _CODES.items()}


def today(region: Region) -> str:
    """Everybody whom the directory already has from this source, unchanged."""
    return _text(_rows(region))


def with_newcomer(region: Region, day: date) -> str:
    """Today's list and a nurse who starts at the home nursing on ``day``."""
    return _text([*_rows(region), _newcomer(region, day)])


def without_her(region: Region) -> str:
    """The list after the newcomer has left: she is missing from it, and nobody else is."""
    return today(region)


def broken(region: Region, day: date) -> str:
    """The list with the newcomer and five faulty rows, which must be held while all the others are carried out."""
    rows = [*_rows(region), _newcomer(region, day)]
    rows[2] = _with(rows[2], unit="9999")
    rows[5] = _with(rows[5], start_date="31/13-2019")
    rows[9] = _with(rows[9], family_name="")
    rows[14] = _with(rows[14], personal_number="199001012386")
    rows[20] = _with(rows[20], assignments="Överläkare på Mars")
    return _text(rows)


def written_files(region: Region, day: date) -> Mapping[str, str]:
    """File name to text: what stands in the demo's folder of staff lists."""
    return {
        "boden-today.csv": today(region),
        "boden-with-new.csv": with_newcomer(region, day),
        "boden-without-her.csv": without_her(region),
        "boden-broken.csv": broken(region, day),
    }


def _rows(region: Region) -> list[Row]:
    fed = [post for post in region.posts if region.people[post.person].source == SOURCE]
    return [_row(region, post) for post in fed]


def _row(region: Region, post: Post) -> Row:
    person = region.people[post.person]
    assert person.source_id is not None
    return (
        person.source_id, "", person.given_name or "", person.family_name, person.title or "", _CODES[post.unit],
        person.mail or "", person.telephone or "", _started(person), "", _assignments(region, post),
    )  # fmt: skip


def _assignments(region: Region, post: Post) -> str:
    """By name at the own unit, by HSA-id at another: a name is looked up under the row's unit only."""
    own = region.unit(post.unit)
    held = [region.assignments[assignment] for assignment in post.assignments]
    return "|".join(one.name if one.unit == own else str(one.hsa_id) for one in held)


def _newcomer(region: Region, day: date) -> Row:
    phone = region.units[_HOME_NURSING].telephone or ""
    return (
        NEWCOMER_ANCHOR, NEWCOMER_NUMBER, "Lovisa", "Stenvall", "Kommunsjuksköterska", _CODES[_HOME_NURSING],
        "lovisa.stenvall@boden.example", phone, day.isoformat(), "", "Vård och behandling",
    )  # fmt: skip


def _started(person: Person) -> str:
    return "" if person.period.start is None else day_of(person.period.start).isoformat()


def _with(row: Row, **cells: str) -> Row:
    return tuple(cells.get(name, cell) for name, cell in zip(HEADER, row, strict=True))


def _text(rows: list[Row]) -> str:
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(rows)
    return out.getvalue()
