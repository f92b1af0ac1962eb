"""Nobody changes what she herself may do: her admin assignments, what she holds, her own licences and validity.
(PDL 4 kap. 2 §)

It counts for all her employee records, and for every way round: what she would be able to administer after the change
is compared with what she can now.
"""

from datetime import date

from authz.core.administering import states, touched
from authz.core.directory_facts import AdminAssignmentInUse, DirectoryEntry, Places, Power
from authz.core.directory_words import ORDINARY, AttributeClass, EntryKind
from authz.core.duty_ground import UNREADABLE
from authz.core.facts import Facts, Reader
from authz.core.request import Action, Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, forbid
from vocabulary.citation import Citation
from vocabulary.duties import Duty
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

TITLE = "Ingen ändrar sina egna befogenheter"
CITES = Citation("PDL (2008:355)", "4 kap. 2 §", in_force_from=date(2008, 7, 1))

_DESCRIBING = ORDINARY | {AttributeClass.HOLDERS}
_WIDENED = forbid("what she herself may administer would be another after the change")


def judge(request: Request, facts: Facts) -> Vote:
    entries, reader = states(facts), facts.reader
    if request.action is Action.READ:
        return SILENT
    if entries is UNKNOWN or not isinstance(reader, Reader) or facts.powers is UNKNOWN or facts.powers_after is UNKNOWN:
        return UNREADABLE
    if facts.powers_after is not None and _told(facts.powers) != _told(facts.powers_after):
        return _WIDENED
    for entry in entries:
        if entry.kind is EntryKind.PERSON and (entry.id == reader.id or entry.id in reader.same_human):
            return SILENT if touched(request) <= ORDINARY else forbid("it is her own entry", entry)
        if entry.own and (entry.kind is EntryKind.ADMIN_ASSIGNMENT or not touched(request) <= _DESCRIBING):
            return forbid("she holds it herself", entry)
    if len({entry.own for entry in entries}) > 1 or (request.action is Action.CREATE and _hers(entries)):
        return forbid("it says what she herself holds", *entries)
    return SILENT


def _hers(entries: tuple[DirectoryEntry, ...]) -> bool:
    return any(entry.own for entry in entries)


def _told(powers: tuple[AdminAssignmentInUse, ...] | None) -> set[tuple[HsaId, Places | None, frozenset[Duty], Period]]:
    """What of them is power: neither their versions nor what stands above their areas."""
    return {(held.id, _areas(held.power), held.power.duties, held.period) for held in powers or ()}


def _areas(power: Power) -> Places | None:
    return None if power.areas is None else frozenset(area.id for area in power.areas)
