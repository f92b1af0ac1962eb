"""A delegated task is never delegated onward.  (SOSFS 1997:14)"""

from datetime import date

from authz.core.delegated import given, licensed, not_passed_on, stopped_at
from authz.core.facts import Facts
from authz.core.request import Action, Request
from authz.core.vote import SILENT, Vote, forbid
from vocabulary.citation import Citation

TITLE = "En delegerad arbetsuppgift delegeras inte vidare"
CITES = Citation("SOSFS 1997:14", "delegation", in_force_from=date(1997, 10, 1))


def judge(request: Request, facts: Facts) -> Vote:
    if request.action is Action.SIGN:
        held = given(request, facts) if licensed(request, facts) is False else ()
        return forbid("the signer has the task only by delegation", *held) if held else SILENT
    stopped = stopped_at(not_passed_on, request, facts)
    return forbid("the delegator had the task only by delegation", *stopped) if stopped else SILENT
