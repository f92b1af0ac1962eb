"""A protected colleague's entry is hidden from all but herself and those explicitly allowed.  (OSL 21 kap. 3 §)

HSA marks such a person with hsaConfidentialPerson. An entry that does not exist is denied by the same rule, so that
the answer does not tell the two apart. Explicitly allowed is who has the duty to see protected people where she is.
"""

from datetime import date

from authz.core.administering import current, every, sees_protected
from authz.core.directory_facts import DirectoryEntry
from authz.core.facts import Colleague, Facts, Reader
from authz.core.request import DirectoryObject, Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, forbid, unknown
from vocabulary.citation import Citation

TITLE = "En kollega med skyddade personuppgifter är dold"
CITES = Citation("OSL (2009:400)", "21 kap. 3 §", in_force_from=date(2009, 6, 30))

_UNREADABLE = unknown("the directory could not be read")
_NO_ENTRY = forbid("there is no such entry")


def judge(request: Request, facts: Facts) -> Vote:
    wanted, colleague, reader, entry = request.resource, facts.colleague, facts.reader, facts.entry
    if colleague is UNKNOWN or entry is UNKNOWN or facts.entry_after is UNKNOWN or not isinstance(reader, Reader):
        return _UNREADABLE
    if not isinstance(wanted, DirectoryObject) or (colleague is None and entry is None):
        return _NO_ENTRY
    if colleague is not None and colleague.id != wanted.id:
        return _NO_ENTRY
    known = [one for one in (colleague, entry, facts.entry_after) if one is not None]
    if wanted.id == reader.id or reader.may_see_protected or not any(one.protected for one in known):
        return SILENT
    return _allowed(known, facts)


def _allowed(known: list[Colleague | DirectoryEntry], facts: Facts) -> Vote:
    held, places = current(facts), [one for one in known if isinstance(one, DirectoryEntry)]
    if held is UNKNOWN:
        return _UNREADABLE
    allowed = bool(places) and every(sees_protected(held, place) for place in places)
    if allowed is UNKNOWN:
        return _UNREADABLE
    return SILENT if allowed else forbid("the person is protected", *known)
