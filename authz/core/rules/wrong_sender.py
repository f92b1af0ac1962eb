"""Nobody but whom the order of discharge names sends the message; a kind that it does not list is not sent.
(Lag 2017:612 2 kap. 1 §)"""

from datetime import date

from authz.core.facts import Facts
from authz.core.request import Request
from authz.core.vote import Vote, forbid
from vocabulary.citation import Citation

TITLE = "Ingen annan än den utpekade sänder meddelandet"
CITES = Citation("Lag (2017:612)", "2 kap. 1 §", in_force_from=date(2018, 1, 1))

_SOMEBODY_ELSE = forbid("the order of discharge names another sender, or does not list the message")


def judge(request: Request, facts: Facts) -> Vote:
    return _SOMEBODY_ELSE
