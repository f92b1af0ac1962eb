"""A rule of law as the engine sees it: its name, its place in the order, its citation and its judgement."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import ModuleType
from typing import Self

from authz.core.facts import Facts
from authz.core.reasons import Reason
from authz.core.request import Request
from authz.core.vote import Vote
from vocabulary.citation import Citation
from vocabulary.stockholm import start_of_day

_NEVER_ENDS = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rule:
    """``name`` is the file's name in ``authz/core/rules`` and stands in answers, logs and cases.

    ``since`` and ``until`` are the instants between which its law is in force: a permit counts only then, since what
    governed before is closed by default. ``weight`` tells which of several permits names the decision: the heaviest.
    ``title`` is what the rule says in a few Swedish words, ``requires`` in a sentence, ``says`` with all that its file
    says of it, in English.
    """

    name: str
    gate: str
    cites: Citation
    judge: Callable[[Request, Facts], Vote]
    since: datetime
    until: datetime
    weight: int = 0
    title: str = ""
    requires: str = ""
    says: str = ""
    told: Reason | None = None

    @classmethod
    def of(cls, module: ModuleType, gate: str, weight: int = 0) -> Self:
        """The rule that a file of ``authz/core/rules`` holds."""
        cites: Citation = module.CITES
        until = _NEVER_ENDS if cites.in_force_until is None else start_of_day(cites.in_force_until)
        name = module.__name__.rpartition(".")[2]
        says = " ".join((module.__doc__ or "").split())
        requires = says.partition(". ")[0].partition(" (")[0].rstrip(".") + "."
        since = start_of_day(cites.in_force_from)
        return cls(name, gate, cites, module.judge, since, until, weight, module.TITLE, requires, says)
