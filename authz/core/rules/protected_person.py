"""A protected colleague's entry is hidden from all but herself and those explicitly allowed.  (OSL 21 kap. 3 §)

HSA marks such a person with hsaConfidentialPerson. An entry that does not exist is denied by the same rule, so that
the answer does not tell the two apart.
"""

from datetime import date

from authz.core.facts import Facts, Reader
from authz.core.request import DirectoryObject, Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, forbid, unknown
from vocabulary.citation import Citation

CITES = Citation("OSL (2009:400)", "21 kap. 3 §", in_force_from=date(2009, 6, 30))

_UNREADABLE = unknown("the directory could not be read")
_NO_ENTRY = forbid("there is no such entry")


def judge(request: Request, facts: Facts) -> Vote:
    wanted, colleague, reader = request.resource, facts.colleague, facts.reader
    if colleague is UNKNOWN or not isinstance(reader, Reader):
        return _UNREADABLE
    if not isinstance(wanted, DirectoryObject) or colleague is None or colleague.id != wanted.person:
        return _NO_ENTRY
    if colleague.protected and colleague.id != reader.id and not reader.may_see_protected:
        return forbid("the person is protected", colleague)
    return SILENT
