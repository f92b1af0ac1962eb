"""What one rule says about one question. It permits, forbids, stays silent or says unknown, and always says why."""

from collections.abc import Callable
from enum import Enum
from typing import Any, NamedTuple


class Verdict(Enum):
    PERMIT = "permit"
    FORBID = "forbid"
    SILENT = "silent"
    UNKNOWN = "unknown"


class Vote(NamedTuple):
    """``why`` is for administrators and auditors. ``facts`` are the records of ``authz.core.facts`` it rested on."""

    verdict: Verdict
    why: str
    facts: tuple[Any, ...] = ()


SILENT = Vote(Verdict.SILENT, "the rule does not concern this question")

# Bound once, since a decision casts a dozen votes: an enum's member and a tuple's constructor are slow to look up.
_PERMIT, _FORBID, _UNKNOWN = Verdict.PERMIT, Verdict.FORBID, Verdict.UNKNOWN
_new: Callable[[type[Vote], tuple[Verdict, str, tuple[Any, ...]]], Vote] = tuple.__new__


def permit(why: str, *facts: Any) -> Vote:
    return _new(Vote, (_PERMIT, why, facts))


def forbid(why: str, *facts: Any) -> Vote:
    return _new(Vote, (_FORBID, why, facts))


def unknown(why: str) -> Vote:
    return _new(Vote, (_UNKNOWN, why, ()))
