"""A map that is never changed but cheaply succeeded: a large base shared by many versions, and a small layer on top.

A new version copies only the layer; when that has grown too large, base and layer become a new base. Reading costs
two dict look-ups at most. What is taken away is marked in the layer.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Generic, Self, TypeVar

V = TypeVar("V")

_SMALLEST_LIMIT = 512
_GONE: Final[Any] = object()


class LayeredMap(Generic[V]):
    """From strings to values that are never ``None``."""

    __slots__ = ("_base", "_top")

    def __init__(self, base: dict[str, V], top: dict[str, V] | None = None) -> None:
        """Takes both dicts over: nobody may change them afterwards."""
        self._base = base
        self._top = {} if top is None else top

    def get(self, key: str) -> V | None:
        found = self._top.get(key)
        if found is None:
            return self._base.get(key)
        return None if found is _GONE else found

    def succeeded_by(self, news: Mapping[str, V | None]) -> Self:
        """The version after this one, in which ``news`` holds; ``None`` takes a key away."""
        if not news:
            return self
        marked: dict[str, V] = {key: _GONE if value is None else value for key, value in news.items()}
        if len(self._top) + len(news) > max(_SMALLEST_LIMIT, len(self._base) // 32):
            whole = {**self._base, **self._top, **marked}
            return type(self)({key: value for key, value in whole.items() if value is not _GONE})
        return type(self)(self._base, {**self._top, **marked})

    def differing_from(self, earlier: Self) -> set[str] | None:
        """The keys whose values are other objects than earlier; ``None`` where only comparing everything tells."""
        if self._base is not earlier._base:
            return None
        return {key for key in {*self._top, *earlier._top} if self.get(key) is not earlier.get(key)}

    def values(self) -> Iterator[V]:
        if not self._top:
            yield from self._base.values()
            return
        top = self._top
        for key, value in self._base.items():
            if key not in top:
                yield value
        for value in top.values():
            if value is not _GONE:
                yield value

    def keys(self) -> Iterator[str]:
        top = self._top
        for key in self._base:
            if top.get(key) is not _GONE:
                yield key
        base = self._base
        for key, value in top.items():
            if key not in base and value is not _GONE:
                yield key

    def __len__(self) -> int:
        base = self._base
        return len(base) + sum((value is not _GONE) - (key in base) for key, value in self._top.items())


class NotingMap(LayeredMap[V]):
    """The same, and notes in ``asked`` what is looked up in it and in what succeeds it: each key with ``suffix``, or
    ``whole`` where all of it is read. Without a suffix every look-up counts as reading all."""

    __slots__ = ("_asked", "_suffix", "_whole")

    def __init__(self, of: LayeredMap[V], asked: set[str], whole: str, suffix: str | None) -> None:
        super().__init__(of._base, of._top)
        self._asked, self._whole, self._suffix = asked, whole, suffix

    def get(self, key: str) -> V | None:
        self._asked.add(self._whole if self._suffix is None else key + self._suffix)
        return super().get(key)

    def succeeded_by(self, news: Mapping[str, V | None]) -> "NotingMap[V]":
        plain = LayeredMap(self._base, self._top)
        return NotingMap(plain.succeeded_by(news), self._asked, self._whole, self._suffix)

    def values(self) -> Iterator[V]:
        self._asked.add(self._whole)
        return super().values()

    def keys(self) -> Iterator[str]:
        self._asked.add(self._whole)
        return super().keys()

    def __len__(self) -> int:
        self._asked.add(self._whole)
        return super().__len__()
