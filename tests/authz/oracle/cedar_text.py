"""The policies as Cedar reads them: what ``cedar/policies.cedar`` names and quantifies over, written out.

Cedar has neither names for conditions nor quantifiers over records. So a condition's name is replaced by its text, and
``some x of y { … }`` by a chain over the attributes ``x1``, ``x2`` … of ``y``, which ends where a record is missing.
Nothing is judged here: the chain is the same for every question.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "cedar"
_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
_LET = re.compile(r"^let (\w+)\(([^)]*)\) =(.*?);$", re.MULTILINE | re.DOTALL)
_SOME = r"some (?P<each>\w+) of (?P<owner>[\w.]+) \{"
_SLOT = re.compile(r"(\w+)N\?: ([^,}]+),?")

AT_MOST: Mapping[str, int] = {
    "relationship": 3, "move": 8, "recipient": 3, "consent": 8, "block": 9, "lift": 9, "emergency": 8, "delegation": 8,
    "discharge": 8, "sight": 3, "held": 3,
}  # fmt: skip
"""How many records of a kind one question may have. The export refuses a question that has more."""


@cache
def policies() -> str:
    """All of them, each named by its ``@id``."""
    text = _COMMENT.sub("", (_FOLDER / "policies.cedar").read_text(encoding="utf-8"))
    conditions = {name: ([one for one in names.split(", ") if one], body) for name, names, body in _LET.findall(text)}
    return _written_out(_LET.sub("", text), conditions)


def permitting() -> str:
    """Those that permit, without any that forbids."""
    return "".join(one for one in re.split(r"(?=@id)", policies()) if "\npermit (" in one)


@cache
def schema() -> str:
    text = _COMMENT.sub("", (_FOLDER / "schema.cedarschema").read_text(encoding="utf-8"))
    return _SLOT.sub(
        lambda slot: " ".join(f"{slot[1]}{number}?: {slot[2].strip()}," for number in _numbers(slot[1])), text
    )


def _written_out(text: str, conditions: Mapping[str, tuple[list[str], str]]) -> str:
    """Inner words before outer ones, so that each is written out once and only then copied."""
    next_word = re.compile(rf"(?<![\w.])(?:{_SOME}|(?P<named>{'|'.join(conditions)})\()")
    done, at = [], 0
    while found := next_word.search(text, at):
        end = _closing(text, found.end())
        inside = text[found.end() : end]
        if found["named"]:
            parameters, body = conditions[found["named"]]
            for parameter, argument in zip(parameters, [one.strip() for one in inside.split(",") if one], strict=True):
                body = _put(argument, parameter, body)
            written = f"({_written_out(body.strip(), conditions)})"
        else:
            written = _chain(found["each"], found["owner"], _written_out(inside.strip(), conditions))
        done += [text[at : found.start()], written]
        at = end + 1
    return "".join((*done, text[at:]))


def _chain(each: str, owner: str, condition: str) -> str:
    chain = "false"
    for number in reversed(_numbers(each)):
        record = f"{owner}.{each}{number}"
        chain = f"({owner} has {each}{number} && (({_put(record, each, condition)}) || {chain}))"
    return chain


def _put(argument: str, name: str, text: str) -> str:
    return re.sub(rf"(?<![\w.]){name}\b(?!:)", lambda _: argument, text)


def _numbers(each: str) -> range:
    return range(1, AT_MOST[each] + 1)


def _closing(text: str, start: int) -> int:
    """Where the bracket that was opened just before ``start`` closes."""
    depth = 1
    for at in range(start, len(text)):
        depth += (text[at] in "({") - (text[at] in ")}")
        if depth == 0:
            return at
    raise ValueError("a bracket is never closed")
