"""The address register's index: where in all names, titles and numbers a piece of text stands, without reading entries.

All rows of a kind stand in one text, so that looking through a hundred thousand is one search of some megabytes at
memory speed. What changed since that text was made stands in a second, small one. Immutable; ``brought_up_to`` gives
the next. Boundary: it finds rows; who may see them, and whether they count now, is asked of the snapshot.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from directory.core.entries import Entry, Function, Person, Unit, VideoEndpoint
from directory.core.snapshot import EMPTY, Snapshot
from directory.core.swedish_order import order_of
from directory.core.tolerant_text import digits_of, tolerant
from vocabulary.hsa_id import HsaId

Listed = Person | Unit | Function | VideoEndpoint
LISTED: tuple[type[Listed], ...] = (Person, Unit, Function, VideoEndpoint)
_NEWS_SHARE, _NEWS_AT_LEAST = 0.03, 2_000
"""The second text may grow to so much of the first before one is made of both."""

INSIDE, BEGINNING, WHOLE = 1, 2, 3
IN_NAME = 3
"""What a row scores for a word: where in its words it stands, and more when that is in the name."""


def name_of(entry: Listed) -> str:
    return entry.full_name if isinstance(entry, Person) else entry.name


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Rows in the order of their names. Row ``n`` is ``text[starts[n]:starts[n + 1]]``: name, tab, the other words."""

    keys: tuple[str, ...]
    held: tuple[Listed, ...]
    text: str
    starts: "array[int]"
    phones: str
    phone_starts: "array[int]"

    @classmethod
    def of(cls, entries: Iterable[Listed]) -> "_Block":
        held = tuple(sorted(entries, key=lambda entry: "\0".join((*order_of(name_of(entry)), entry.hsa_id.key))))
        starts, phone_starts = array("I"), array("I")
        texts, phones = [], []
        at = phones_at = 0
        for entry in held:
            starts.append(at)
            phone_starts.append(phones_at)
            text, numbers = _words(entry), _numbers(entry)
            texts.append(text)
            phones.append(numbers)
            at += len(text)
            phones_at += len(numbers)
        keys = tuple(entry.hsa_id.key for entry in held)
        return cls(keys, held, "".join(texts), starts, "".join(phones), phone_starts)

    def scored(self, word: str) -> dict[str, int]:
        """Rows that hold the (tolerant) word, each with the best that it scores for it."""
        found: dict[str, int] = {}
        at = self.text.find(word)
        while at >= 0:
            row = bisect_right(self.starts, at) - 1
            score = _score_at(self.text, at, self.starts[row], word)
            key = self.keys[row]
            if score > found.get(key, 0):
                found[key] = score
            at = self.text.find(word, at + 1)
        return found

    def called(self, digits: str) -> set[str]:
        """Rows with a telephone number that holds these digits."""
        found: set[str] = set()
        at = self.phones.find(digits)
        while at >= 0:
            found.add(self.keys[bisect_right(self.phone_starts, at) - 1])
            at = self.phones.find(digits, at + 1)
        return found


_NOTHING = _Block.of(())


def _score_at(text: str, at: int, start: int, word: str) -> int:
    """What ``word`` scores where it stands at ``at`` in the row that begins at ``start``. A word that begins with a
    space is looked for at the beginning of words only."""
    begins = word[0] == " " or text[at - 1] == " "
    score = INSIDE if not begins else WHOLE if text[at + len(word)] in " \t\n" else BEGINNING
    return score if text.find("\t", start, at) >= 0 else score + IN_NAME


def score_of(entry: Listed, word: str) -> int:
    """What one entry scores for a (tolerant) word; 0 where it does not hold it."""
    text, best = _words(entry), 0
    at = text.find(word)
    while at >= 0:
        best = max(best, _score_at(text, at, 0, word))
        at = text.find(word, at + 1)
    return best


@dataclass(frozen=True, slots=True, eq=False)
class AddressIndex:
    """Two blocks, and the keys whose rows in the first do not count: what they are now stands in the second."""

    _of: Snapshot = EMPTY
    _base: _Block = _NOTHING
    _news: _Block = _NOTHING
    _outdated: frozenset[str] = frozenset()

    @property
    def is_new(self) -> bool:
        """Whether it was never brought up to anything."""
        return self._of is EMPTY

    def brought_up_to(self, snapshot: Snapshot) -> "AddressIndex":
        """The index of ``snapshot``: costs what changed, and now and then text for everything."""
        if snapshot is self._of:
            return self
        changed = [snapshot.differing_from(self._of, kind) for kind in LISTED]
        known = [keys for keys in changed if keys is not None]
        outdated = self._outdated.union(*known) if len(known) == len(changed) else self._compared(snapshot)
        if len(outdated) > max(_NEWS_AT_LEAST, _NEWS_SHARE * len(self._base.keys)):
            return AddressIndex(snapshot, _Block.of(entry for kind in LISTED for entry in snapshot.all_of(kind)))
        ids = (HsaId(key, key) for key in outdated)
        now = (snapshot.of_kind(kind, hsa_id) for hsa_id in ids for kind in LISTED)
        return AddressIndex(snapshot, self._base, _Block.of(each for each in now if each is not None), outdated)

    def _compared(self, snapshot: Snapshot) -> frozenset[str]:
        """The keys for which the first block is not what stands in ``snapshot``."""
        now = {entry.hsa_id.key: entry for kind in LISTED for entry in snapshot.all_of(kind)}
        held = zip(self._base.keys, self._base.held, strict=True)
        outdated = {key for key, entry in held if now.pop(key, None) is not entry}
        return frozenset(outdated | now.keys())

    def scored(self, word: str) -> Mapping[str, int]:
        """HSA-id key → score, of all rows that hold ``word`` (as ``tolerant`` makes it)."""
        found = self._base.scored(word)
        for key in self._outdated & found.keys():
            del found[key]
        return found | self._news.scored(word)

    def called(self, number: str) -> set[str]:
        """The rows with a telephone number that holds the digits of ``number``."""
        digits = digits_of(number)
        if not digits:
            return set()
        return (self._base.called(digits) - self._outdated) | self._news.called(digits)

    def keys(self) -> Iterator[str]:
        yield from (key for key in self._base.keys if key not in self._outdated)
        yield from self._news.keys


def _words(entry: Listed) -> str:
    match entry:
        case Person():
            rest = (entry.nickname, entry.title, entry.position, entry.mail, *entry.licences)
        case Unit():
            rest = (entry.short_name, entry.municipality_name, entry.mail, *entry.services)
        case Function():
            rest = (entry.mail, *entry.services)
        case VideoEndpoint():
            rest = (entry.location, entry.h323_id, entry.sip_uri)
    others = " ".join(tolerant(text) for text in rest if text)
    return f" {tolerant(name_of(entry))} \t {others} \n"


def _numbers(entry: Entry) -> str:
    numbers = (getattr(entry, name, None) for name in ("telephone", "mobile", "switchboard", "dialed_digits"))
    return "".join(f" {digits_of(number)}" for number in numbers if number) + "\n"
