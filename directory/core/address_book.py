"""Questions to the address register: by words, unit, municipality, profession, function, telephone, and "open now?".

Every word of a question must be found: in the entry's own names, titles and numbers, or in those of a unit where the
person has a current assignment or the function stands. Only what counts now is found: nothing archived, ended or
feigned. Ranked by how well the words are met, names before the rest; equal ranks stand in Swedish order.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from directory.core.address_index import LISTED, AddressIndex, Listed, name_of, score_of
from directory.core.currency import why_not_current
from directory.core.entries import Assignment, Entry, Function, Person, Unit, VideoEndpoint
from directory.core.opening_hours import is_open
from directory.core.snapshot import Snapshot
from directory.core.swedish_order import order_of
from directory.core.tolerant_text import tolerant
from vocabulary.hsa_id import HsaId

SHORTEST_INSIDE = 3
"""A shorter word is looked for at the beginning of words only: it stands inside too many."""
AT_UNIT = 1
"""What a word scores that is met by the unit, not by the entry itself."""
_FEW = 1_000
"""So many are looked through one by one for the next word, rather than everything once more."""

Where = tuple[int, bool, tuple[str, str], str]
"""The place of an entry in an answer: rank, spelling, name, id. For going on after it."""


@dataclass(frozen=True, slots=True)
class Question:
    """All that is given must hold. ``unit`` is one unit with all that stands below it; ``municipality`` a code or name.

    ``profession`` is looked for in titles, positions and licences only; ``function`` in the names of functions of the
    place. ``open_at`` keeps what is known to be open at that instant.
    """

    words: str = ""
    kinds: tuple[type[Listed], ...] = LISTED
    municipality: str | None = None
    unit: HsaId | None = None
    profession: str | None = None
    function: str | None = None
    phone: str | None = None
    open_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    entry: Listed
    units: tuple[Unit, ...]
    where: Where


class AddressBook:
    """An index over one snapshot, as of one instant, for one reader: ``sees`` says what exists for her."""

    def __init__(self, index: AddressIndex, snapshot: Snapshot, now: datetime, sees: Callable[[Entry], bool]) -> None:
        self._index, self._snapshot, self._now, self._sees = index, snapshot, now, sees

    def found(self, question: Question, *, after: Where | None, limit: int) -> list[Hit]:
        """At most ``limit`` hits in their order, behind the place ``after``."""
        ranked = self._ranked(question)
        hits = []
        for where in sorted(where for where in ranked if after is None or where > after):
            entry = ranked[where]
            units = self._units_of(entry)
            if self._meets(entry, units, question):
                hits.append(Hit(entry, units, where))
                if len(hits) == limit:
                    break
        return hits

    def _ranked(self, question: Question) -> dict[Where, Listed]:
        scores = self._scores(question)
        spelt = question.words.casefold().split()
        ranked: dict[Where, Listed] = {}
        for key, score in scores.items():
            entry = self._listed(key, question.kinds)
            if entry is not None:
                order = order_of(name_of(entry))
                misspelt = not all(word in order[1] for word in spelt)
                ranked[(-score, misspelt, order, key)] = entry
        return ranked

    def _scores(self, question: Question) -> Mapping[str, int]:
        """Key → the sum of what it scores for each word; only of those that meet every word and the telephone."""
        total: dict[str, int] | None = None
        if question.phone is not None:
            total = dict.fromkeys(self._index.called(question.phone), 0)
        for word in sorted(_wanted(question.words), key=len, reverse=True):
            if total is None:
                total = self._for_word(word)
            elif len(total) <= _FEW:
                scored = ((key, self._for_one(key, word)) for key in total)
                total = {key: total[key] + score for key, score in scored if score}
            else:
                found = self._for_word(word)
                total = {key: total[key] + found[key] for key in total.keys() & found.keys()}
        return dict.fromkeys(self._candidates(question), 0) if total is None else total

    def _candidates(self, question: Question) -> Iterable[str]:
        """Where no word or number was given: what the narrowest of the other conditions leaves."""
        if question.unit is not None:
            yield from self._keys_in(question.unit)
        elif question.profession is not None:
            yield from self._index.scored(next(iter(_wanted(question.profession)), " "))
        elif question.function is not None:
            yield from self._index.scored(next(iter(_wanted(question.function)), " "))
            yield from self._keys_where(lambda unit: self._has_function(unit, (unit,), question.function or ""))
        elif question.municipality is not None:
            wanted = question.municipality
            yield from self._keys_where(lambda unit: _is_in(unit, wanted))
            yield from (each.hsa_id.key for each in self._snapshot.all_of(VideoEndpoint))
        else:
            yield from self._index.keys()

    def _keys_in(self, unit: HsaId) -> Iterable[str]:
        found = self._snapshot.unit(unit)
        if found is None:
            return
        yield found.hsa_id.key
        yield from self._keys_at(found)
        for entry in self._snapshot.below(unit):
            if isinstance(entry, Unit):
                yield from self._keys_in(entry.hsa_id)

    def _keys_where(self, holds: Callable[[Unit], bool]) -> Iterable[str]:
        for unit in self._snapshot.units():
            if holds(unit):
                yield unit.hsa_id.key
                yield from self._keys_at(unit)

    def _for_word(self, word: str) -> dict[str, int]:
        own = self._index.scored(word)
        there: dict[str, int] = {}
        for key in own:
            unit = self._snapshot.of_kind(Unit, _id(key))
            if unit is not None and self._counts(unit):
                there |= dict.fromkeys(self._keys_at(unit), AT_UNIT)
        return {**there, **own}

    def _for_one(self, key: str, word: str) -> int:
        entry = self._listed(key, LISTED)
        if entry is None:
            return 0
        own = score_of(entry, word)
        if own == 0 and not isinstance(entry, Unit):
            return AT_UNIT if any(score_of(unit, word) for unit in self._units_of(entry)) else 0
        return own

    def _keys_at(self, unit: Unit) -> Iterable[str]:
        for entry in self._snapshot.below(unit.hsa_id):
            match entry:
                case Function():
                    yield entry.hsa_id.key
                case Assignment():
                    yield from (membership.person.key for membership in entry.memberships)

    def _listed(self, key: str, kinds: tuple[type[Listed], ...]) -> Listed | None:
        for kind in kinds:
            found = self._snapshot.of_kind(kind, _id(key))
            if found is not None:
                return found if self._counts(found) and self._sees(found) else None
        return None

    def _counts(self, entry: Listed) -> bool:
        if entry.archived or not entry.period.contains(self._now):
            return False
        return not (isinstance(entry, Person) and entry.feigned)

    def _units_of(self, entry: Listed) -> tuple[Unit, ...]:
        """Where she works now, the unit of a function, or the unit itself."""
        match entry:
            case Unit():
                return (entry,)
            case Function():
                ids = [entry.unit]
            case Person():
                held = self._snapshot.assignments_of(entry.hsa_id)
                ids = [
                    assignment.unit
                    for assignment in held
                    if why_not_current(self._snapshot, entry.hsa_id, assignment.hsa_id, self._now) is None
                ]
            case VideoEndpoint():
                ids = [] if entry.owner is None else [entry.owner]
        units = (self._snapshot.unit(hsa_id) for hsa_id in dict.fromkeys(ids))
        return tuple(unit for unit in units if unit is not None)

    def _meets(self, entry: Listed, units: tuple[Unit, ...], question: Question) -> bool:
        if question.unit is not None and not any(self._stands_in(unit, question.unit) for unit in units):
            return False
        if question.municipality is not None and not _in_municipality(entry, units, question.municipality):
            return False
        if question.profession is not None and not _has_profession(entry, question.profession):
            return False
        if question.function is not None and not self._has_function(entry, units, question.function):
            return False
        # A word may have been met by a unit where a person held an assignment once.
        if not all(any(score_of(each, word) for each in (entry, *units)) for word in _wanted(question.words)):
            return False
        return question.open_at is None or is_open(hours_of(entry, units), question.open_at) is True

    def _stands_in(self, unit: Unit, wanted: HsaId) -> bool:
        above: Unit | None = unit
        for _ in range(32):  # INVARIANT (a tree): it is never as deep; a store that is broken must not hold us.
            if above is None:
                return False
            if above.hsa_id == wanted:
                return True
            above = None if above.parent is None else self._snapshot.unit(above.parent)
        return False

    def _has_function(self, entry: Listed, units: tuple[Unit, ...], wanted: str) -> bool:
        word = tolerant(wanted)
        if isinstance(entry, Function):
            return word in tolerant(entry.name)
        there = (each for unit in units for each in self._snapshot.below(unit.hsa_id))
        return any(word in tolerant(each.name) for each in there if isinstance(each, Function) and self._counts(each))


def hours_of(entry: Listed, units: tuple[Unit, ...]) -> tuple[str, ...]:
    """Its own opening hours, or those of the one place where a person works."""
    if isinstance(entry, Unit | Function):
        return entry.opening_hours
    return units[0].opening_hours if isinstance(entry, Person) and len(units) == 1 else ()


def _wanted(words: str) -> list[str]:
    """The words to look for: a short one at the beginning of words only, since it stands inside too many."""
    return [word if len(word) >= SHORTEST_INSIDE else f" {word}" for word in tolerant(words).split()]


def _in_municipality(entry: Listed, units: tuple[Unit, ...], wanted: str) -> bool:
    if isinstance(entry, VideoEndpoint) and entry.municipality_code == wanted:
        return True
    return any(_is_in(unit, wanted) for unit in units)


def _is_in(unit: Unit, municipality: str) -> bool:
    """By its code, or by its name as it is written or meant."""
    return unit.municipality_code == municipality or tolerant(unit.municipality_name or "") == tolerant(municipality)


def _has_profession(entry: Listed, wanted: str) -> bool:
    if not isinstance(entry, Person):
        return False
    word = tolerant(wanted)
    return wanted.upper() in entry.licences or any(
        word in tolerant(text) for text in (entry.title, entry.position) if text is not None
    )


def _id(key: str) -> HsaId:
    return HsaId(key, key)
