"""Reading members of a policy pack's document, each refused by a JSON pointer to the place where it stands."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from authz.actions.records import masked
from authz.core.packs.scope import LARGEST, MAX_TEXT, is_plain
from authz.refusals import InvalidPolicyPack

Members = dict[str, Any]

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", re.ASCII)


class Faults:
    """What is wrong with a document: as much of it as can be told at once."""

    MOST_TOLD = 50

    def __init__(self) -> None:
        self._found: list[tuple[str, str]] = []

    def caught(self, read: Callable[[], Any]) -> Any:
        """What ``read`` gives, or ``None`` with its fault kept."""
        try:
            return read()
        except InvalidPolicyPack as fault:
            self.keep(fault)
            return None

    def keep(self, fault: InvalidPolicyPack) -> None:
        self._found += fault.errors()

    def raise_any(self) -> None:
        if self._found:
            pointer, what = self._found[0]
            raise InvalidPolicyPack(what, pointer=pointer, faults=tuple(self._found[: self.MOST_TOLD]))


def refuse(what: str, at: str) -> InvalidPolicyPack:
    return InvalidPolicyPack(what, pointer=at)


def step(at: str, part: str | int) -> str:
    """The pointer one step further (RFC 6901)."""
    return f"{at}/{str(part).replace('~', '~0').replace('/', '~1')}"


def mapping(found: Any, at: str, allowed: frozenset[str] | None = None, most: int = 1_000) -> Members:
    """An object with members of ``allowed`` only, where that is stated."""
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise refuse("an object is needed here", at)
    if len(found) > most:
        raise refuse(f"more than {most} members", at)
    if allowed is not None:
        for name in found:
            if name not in allowed:
                raise refuse(f"there is no such member; it is one of {', '.join(sorted(allowed))}", step(at, name[:64]))
    return found


def optional_mapping(found: Any, at: str, allowed: frozenset[str] | None = None, most: int = 1_000) -> Members:
    return {} if found is None else mapping(found, at, allowed, most)


def listed(found: Any, at: str, most: int) -> Iterator[tuple[Any, str]]:
    """The members of a list that may be left out, each with its pointer."""
    if found is None:
        return iter(())
    if not isinstance(found, list):
        raise refuse("a list is needed here", at)
    if len(found) > most:
        raise refuse(f"more than {most} of them", at)
    return ((one, step(at, number)) for number, one in enumerate(found))


def name(found: Any, at: str) -> str:
    """A name that people and records rely on: ASCII, so that no letter looks like another."""
    if not isinstance(found, str) or _NAME.fullmatch(found) is None:
        raise refuse("a name is a letter and then at most 63 letters, digits or `_.-`", at)
    return found


def one_of(found: Any, known: frozenset[str], what: str, at: str) -> str:
    if not isinstance(found, str) or found not in known:
        raise refuse(f"there is no such {what} in the pack", at)
    return found


def some_of(found: Any, known: frozenset[str], what: str, at: str, most: int = 200) -> frozenset[str]:
    """Those named; all that are known, where none are."""
    if found is None:
        return known
    named = [one_of(one, known, what, where) for one, where in listed(found, at, most)]
    if not named:
        raise refuse(f"an empty list names no {what}; leave it out to mean all", at)
    return frozenset(named)


def text(found: Any, at: str) -> str:
    """A text that looks like what it is, without anything like a personal number."""
    if not isinstance(found, str) or not found:
        raise refuse("a text is needed here", at)
    if not is_plain(found):
        raise refuse(
            f"a text is at most {MAX_TEXT} characters in Unicode normal form C, without control or invisible ones", at
        )
    if masked(found) != found:
        raise refuse("a policy pack holds no personal numbers", at)
    return found


def literal(found: Any, at: str) -> str | int | bool | frozenset[str]:
    if isinstance(found, bool):
        return found
    if isinstance(found, int):
        if not -LARGEST <= found <= LARGEST or masked(str(found)) != str(found):
            raise refuse("the number is beyond measure, or looks like a personal number", at)
        return found
    if isinstance(found, list):
        return frozenset(text(one, where) for one, where in listed(found, at, 500))
    return text(found, at)


def need_new(found: str, seen: set[str], at: str) -> str:
    """Raises for one that stands already, also where only its case differs."""
    if found.casefold() in seen:
        raise refuse("this stands twice", at)
    seen.add(found.casefold())
    return found
