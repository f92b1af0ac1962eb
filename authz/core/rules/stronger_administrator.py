"""Whose identity one could take, one could become: that of somebody who may administer more is not hers to change.
(PDL 4 kap. 2 §)

The same for giving such a person's employment a later end: that would hand out what one does not have.
"""

from datetime import date

from authz.core.administering import current, every, has_power, states, touched
from authz.core.directory_words import AttributeClass, EntryKind
from authz.core.duty_ground import UNREADABLE
from authz.core.facts import Facts
from authz.core.request import Action, Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, forbid
from vocabulary.citation import Citation

TITLE = "Ingen tar över identiteten från den som får mer"
CITES = Citation("PDL (2008:355)", "4 kap. 2 §", in_force_from=date(2008, 7, 1))

_GIVING_LIFE = frozenset({Action.CREATE, Action.CHANGE})


def judge(request: Request, facts: Facts) -> Vote:
    held, entries, classes = current(facts), states(facts), touched(request)
    gives_life = AttributeClass.VALIDITY in classes and request.action in _GIVING_LIFE
    if AttributeClass.IDENTITY not in classes and not gives_life:
        return SILENT
    if held is UNKNOWN or entries is UNKNOWN:
        return UNREADABLE
    people = [entry for entry in entries if entry.kind is EntryKind.PERSON]
    for entry in people:
        weaker = every(has_power(held, power.power) for power in entry.powers)
        if weaker is UNKNOWN:
            return UNREADABLE
        if not weaker:
            return forbid("the person may administer what she may not", entry)
    return SILENT
