"""Protected people who can be reached, and archived entries that go on.  (HSA, rule of quality 5)"""

from collections.abc import Iterator

from directory.core.quality.finding import Finding
from directory.core.quality.standing import Standing

_REACHED_BY = ("mail", "telephone", "mobile", "switchboard")


def about_marks(standing: Standing) -> Iterator[Finding]:
    for person in standing.truth.people():
        if person.protected and standing.employed(person):
            shown = [name for name in _REACHED_BY if getattr(person, name) is not None]
            if shown:
                yield Finding("protected_reachable", person, f"{', '.join(f'`{name}`' for name in shown)} can be read")
    for entry in standing.truth.entries():
        if entry.archived and standing.past(entry.period.end) is None:
            yield Finding("archived_still_open", entry, "it is archived and has not ended")
