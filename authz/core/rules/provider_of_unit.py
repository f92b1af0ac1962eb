"""Which care provider a unit belongs to is for its member to say: below it stands the patient data of its assignments.
(PDL 4 kap. 2 §)

A part of the tree keeps the provider that it has, and a new unit may take that of the unit above.
"""

from datetime import date

from authz.core.administering import current, with_duty
from authz.core.directory_facts import DirectoryEntry
from authz.core.directory_words import EntryKind
from authz.core.duty_ground import UNREADABLE
from authz.core.facts import Facts
from authz.core.request import Action, Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, forbid
from vocabulary.citation import Citation
from vocabulary.duties import Duty

TITLE = "Vilken vårdgivare en enhet hör till bestämmer huvudmannen"
CITES = Citation("PDL (2008:355)", "4 kap. 2 §", in_force_from=date(2008, 7, 1))


def judge(request: Request, facts: Facts) -> Vote:
    held, before = current(facts), facts.entry
    after = before if request.action is Action.CREATE else facts.entry_after
    if before is UNKNOWN or after is UNKNOWN or held is UNKNOWN:
        return UNREADABLE
    if not isinstance(after, DirectoryEntry) or after.kind is not EntryKind.UNIT or after.provider is None:
        return SILENT
    if after.provider == after.inherited:
        return SILENT
    if request.action is not Action.CREATE and before is not None and before.provider == after.provider:
        return SILENT
    if any(
        one.power.areas is None or any(area.id == after.member for area in one.power.areas)
        for one in with_duty(held, Duty.ADMINISTER)
    ):
        return SILENT
    return forbid("the unit would belong to another care provider", after, *held)
