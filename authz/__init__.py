"""May I? Rules of law, the registers that they rest on, and the trail of what was answered.

Boundary: who somebody is, the directory and the login say; this room says only what that person may do.
"""

from authz.core.decide import decide
from authz.core.decision import Decision, Finding, Obligation
from authz.core.facts import Facts
from authz.core.request import Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import Vote

__all__ = ["UNKNOWN", "Decision", "Facts", "Finding", "Obligation", "Request", "Vote", "decide"]
