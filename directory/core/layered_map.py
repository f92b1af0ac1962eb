"""A map that is never changed but cheaply succeeded: a large base shared by many versions, and a small layer on top.

A new version copies only the layer; when that has grown too large, base and layer become a new base. Reading costs
two dict look-ups at most. There is no taking away: the owner stores an empty value instead.
"""

from collections.abc import Iterator, Mapping
from typing import Generic, Self, TypeVar

V = TypeVar("V")

_SMALLEST_LIMIT = 512


class LayeredMap(Generic[V]):
    """From strings to values that are never ``None``."""

    __slots__ = ("_base", "_top")

    def __init__(self, base: dict[str, V], top: dict[str, V] | None = None) -> None:
        """Takes both dicts over: nobody may change them afterwards."""
        self._base = base
        self._top = {} if top is None else top

    def get(self, key: str) -> V | None:
        found = self._top.get(key)
        return found if found is not None else self._base.get(key)

    def succeeded_by(self, news: Mapping[str, V]) -> Self:
        """The version after this one, in which ``news`` holds."""
        if not news:
            return self
        if len(self._top) + len(news) > max(_SMALLEST_LIMIT, len(self._base) // 32):
            return type(self)({**self._base, **self._top, **news})
        return type(self)(self._base, {**self._top, **news})

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
        yield from top.values()

    def keys(self) -> Iterator[str]:
        yield from self._base
        base = self._base
        yield from (key for key in self._top if key not in base)

    def __len__(self) -> int:
        return len(self._base) + sum(key not in self._base for key in self._top)
