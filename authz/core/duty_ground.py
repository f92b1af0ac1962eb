"""The ground that a duty is, and what is left over when no duty is one. Shared by the rules of each duty."""

from authz.core.administering import WRITES, Answer, Held, current, every, some, states, touched, touches
from authz.core.directory_facts import DirectoryEntry
from authz.core.directory_words import AttributeClass
from authz.core.facts import Facts
from authz.core.request import Action, Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, permit, unknown
from vocabulary.duties import Duty

UNREADABLE = unknown("the directory could not be read, or does not tell where the entry stands")


def known_change(request: Request, facts: Facts) -> tuple[Held, tuple[DirectoryEntry, ...]] | Vote:
    """What a rule about changes needs: current admin assignments, and the entry as it stands and as it will stand.

    The vote of the rule where it has nothing to judge: nothing is changed, or it cannot be told.
    """
    if request.action is Action.READ:
        return SILENT
    held, entries = current(facts), states(facts)
    return UNREADABLE if held is UNKNOWN or entries is UNKNOWN else (held, entries)


def judged(duty: Duty, request: Request, facts: Facts, why: str) -> Vote:
    """Permits when the duty lets its holder touch something of what is asked; the rest is ``beyond_duty``'s."""
    known = known_change(request, facts)
    if isinstance(known, Vote):
        return known
    held, entries = known
    given = some(_gives(held, duty, kind, entries) for kind in touched(request))
    if given is UNKNOWN:
        return UNREADABLE
    return permit(why, *held, *entries) if given else SILENT


def all_given(held: Held, entries: tuple[DirectoryEntry, ...], request: Request) -> Answer:
    """Whether each class that is touched is given by some duty, in the entry as it stands and as it will stand."""
    return every(some(_gives(held, duty, kind, entries) for duty in WRITES) for kind in touched(request))


def _gives(held: Held, duty: Duty, kind: AttributeClass, entries: tuple[DirectoryEntry, ...]) -> Answer:
    return bool(entries) and every(touches(held, duty, kind, entry) for entry in entries)
