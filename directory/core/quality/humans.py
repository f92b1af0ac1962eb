"""Employee records of one human, told by her personal number: one per branch, with the same licences.  (HSA, rules of
quality 4 and 7)

No finding names the other record: who administers the one need not know of the other.
"""

from collections.abc import Iterator

from directory.core.entries import Person
from directory.core.quality.finding import Finding
from directory.core.quality.standing import Standing


def about_humans(standing: Standing) -> Iterator[Finding]:
    for records in _several(standing):
        different = len({frozenset(person.licences) for person in records}) > 1
        members = [person.member for person in records]
        for person in records:
            others = tuple(other.hsa_id for other in records if other.hsa_id != person.hsa_id)
            if members.count(person.member) > 1:
                said = "another current employee record of the member has the same personal number"
                yield Finding("number_shared", person, said, also=others)
            if different:
                said = "another current employee record of the same person has other licences"
                yield Finding("licences_differ", person, said, also=others)


def _several(standing: Standing) -> Iterator[list[Person]]:
    """The current records of each human who has more than one."""
    by_number: dict[str, list[Person]] = {}
    for person in standing.truth.people():
        if person.number_lookup is not None and standing.employed(person):
            by_number.setdefault(person.number_lookup, []).append(person)
    yield from (records for records in by_number.values() if len(records) > 1)
