"""Whose the information is must be known before anything else about it can be: patient, unit, provider, and that the
unit is the provider's.
(PDL 4 kap. 2 §; default deny)"""

from datetime import date

from authz.core.facts import Facts
from authz.core.request import Information, Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, unknown
from vocabulary.citation import Citation

TITLE = "Vems uppgiften är måste vara känt först"
CITES = Citation("PDL (2008:355)", "4 kap. 2 §", in_force_from=date(2008, 7, 1))

_UNSTATED = unknown("the question does not tell which unit and provider the information is from")
_NOBODYS = unknown("the question does not tell which patient the information is about")
_UNREADABLE = unknown("the directory could not tell where the information is from")
_NOT_THERE = unknown("the unit is not in the directory")
_DISAGREE = unknown("the unit does not belong to the provider that the question states")


def judge(request: Request, facts: Facts) -> Vote:
    information, place = request.resource, facts.information
    if not isinstance(information, Information) or information.unit is None or information.provider is None:
        return _UNSTATED
    if request.patient is None:
        return _NOBODYS
    if place is UNKNOWN:
        return _UNREADABLE
    if place is None or place.unit.key != information.unit.key:
        return _NOT_THERE
    if place.unit_provider is None or place.unit_provider.key != information.provider.key:
        return _DISAGREE
    return SILENT
