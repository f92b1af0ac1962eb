"""What one rule says about one question. It permits, forbids, stays silent or says unknown, and always says why."""

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


def permit(why: str, *facts: Any) -> Vote:
    return Vote(Verdict.PERMIT, why, facts)


def forbid(why: str, *facts: Any) -> Vote:
    return Vote(Verdict.FORBID, why, facts)


def unknown(why: str) -> Vote:
    return Vote(Verdict.UNKNOWN, why, ())
