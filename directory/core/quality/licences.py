"""What the licence register (HOSP) has not been asked, and what does not agree with it.  (HSA, rule of quality 4)"""

from collections.abc import Iterator
from datetime import timedelta

from directory.core.entries import CodeTable, Person
from directory.core.quality.finding import Finding
from directory.core.quality.standing import Standing
from directory.core.quality.titles import is_district_nurse, licence_in
from directory.core.table_names import POSITIONS
from vocabulary.codes import LICENCE_NAMES

ASKED_AT_LEAST_EVERY = timedelta(days=31)


def about_licences(standing: Standing) -> Iterator[Finding]:
    """Feigned people are in no register, and who has left is no longer asked about."""
    positions = any(table.table == POSITIONS for table in standing.truth.all_of(CodeTable))
    for person in standing.truth.people():
        if person.feigned or not standing.employed(person):
            continue
        if person.licences:
            yield from _unchecked(standing, person)
        if person.title is not None:
            yield from _of_title(person, person.title, positions=positions)


def _unchecked(standing: Standing, person: Person) -> Iterator[Finding]:
    asked = standing.checked_at.get(person.hsa_id.key)
    if asked is None:
        yield Finding(
            "licences_unchecked", person, "the licence register was not asked about the licences that stand here"
        )
    elif standing.now - asked > ASKED_AT_LEAST_EVERY:
        said = f"the licence register was last asked on {asked.date()}"
        yield Finding("licences_unchecked", person, said, began=asked + ASKED_AT_LEAST_EVERY)


def _of_title(person: Person, title: str, *, positions: bool) -> Iterator[Finding]:
    licence = licence_in(title)
    if licence is not None and licence not in person.licences:
        said = f"the title is `{title}`; the licence {licence} ({LICENCE_NAMES[licence]}) is missing"
        yield Finding("title_without_licence", person, said)
    if positions and person.position_code is None and is_district_nurse(title):
        yield Finding("position_without_code", person, f"the title is `{title}`; there is no code of a position")
