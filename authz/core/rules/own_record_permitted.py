"""The patient reads her own record; her blocks do not hide it from herself.  (PDL 5 kap. 5 §)"""

from datetime import date

from authz.core.facts import Facts
from authz.core.request import Citizen, Information, OwnRecord, Request
from authz.core.vote import SILENT, Vote, permit
from vocabulary.citation import Citation

TITLE = "Patienten läser sin egen journal"
CITES = Citation("PDL (2008:355)", "5 kap. 5 §", in_force_from=date(2008, 7, 1))

_HER_OWN = permit("the record is the citizen's own")


def judge(request: Request, facts: Facts) -> Vote:
    subject = request.subject
    if not isinstance(subject, Citizen) or not isinstance(request.resource, Information | OwnRecord):
        return SILENT
    return _HER_OWN if subject.patient == request.patient else SILENT
