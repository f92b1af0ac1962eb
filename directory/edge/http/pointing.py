"""Where a rule that is broken is pointed to in what was sent: rules know attributes of entries, bodies have their own
names for what a verb takes.

Boundary: names only. Where an attribute of the entry stands in the body under its own name, as in ``PATCH``, nothing is
to be done.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from pydantic import BaseModel

from directory.core.hsa_ids import is_trial
from directory.refusals import ChangeRefused, Problem

Where = Callable[[Problem], str]
"""The JSON pointer (RFC 6901) into what was sent; the whole of it (``""``) where nothing in it is at fault."""
WHOLE = ""


@contextmanager
def pointing(where: Where) -> Iterator[None]:
    """Every problem of a refusal points where ``where`` says, and names no id that nobody has."""
    try:
        yield
    except ChangeRefused as refusal:
        told = tuple(_named(replace(each, pointer=where(each))) for each in refusal.problems)
        raise type(refusal)(told) from None


def by_names(body: BaseModel, names: Mapping[str, str]) -> Where:
    """``names`` tells what the body calls an attribute; others stand in it by their own name, or nowhere."""

    def where(problem: Problem) -> str:
        name = names.get(problem.field, problem.field)
        return f"/{name}" if name in type(body).model_fields else WHOLE

    return where


def as_attributes(problem: Problem) -> str:
    """Of bodies that hold the attributes of the entry; also of one that is not there and should be."""
    return f"/{problem.field}"


def _named(problem: Problem) -> Problem:
    return replace(problem, hsa_id="") if is_trial(problem.hsa_id) else problem
