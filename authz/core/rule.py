"""A rule of law as the engine sees it: its name, its place in the order, its citation and its judgement."""

from collections.abc import Callable
from dataclasses import dataclass

from authz.core.facts import Facts
from authz.core.request import Request
from authz.core.vote import Vote
from vocabulary.citation import Citation


@dataclass(frozen=True, slots=True)
class Rule:
    """``name`` is the file's name in ``authz/core/rules`` and stands in answers, logs and cases."""

    name: str
    gate: str
    cites: Citation
    judge: Callable[[Request, Facts], Vote]
