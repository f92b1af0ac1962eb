"""Across providers nothing is open but by the grounds that the law lists, not even by explicit consent.
(Lag 2022:913 3 kap. 7 §)"""

from datetime import date

from authz.core.facts import Facts
from authz.core.request import Request
from authz.core.vote import Vote, forbid
from vocabulary.citation import Citation

TITLE = "Mellan vårdgivare finns bara lagens egna grunder"
CITES = Citation("Lag (2022:913)", "3 kap. 7 §", in_force_from=date(2023, 1, 1))

_EXHAUSTIVE = forbid("none of the law's grounds opens another provider's information here")


def judge(request: Request, facts: Facts) -> Vote:
    return _EXHAUSTIVE
