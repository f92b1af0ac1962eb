"""Levels of assurance (*tillitsnivå*) and their names on the wire, which are compared exactly."""

from enum import IntEnum


class AssuranceLevel(IntEnum):
    """How sure we are who logged in (DIGG:s tillitsramverk; ISO/IEC 29115). Higher is surer."""

    NONE = 0
    LOA2 = 2
    LOA3 = 3

    @property
    def uri(self) -> str:
        """The name that we send in ``acr``. Raises ``KeyError`` for ``NONE``, which is never sent."""
        return _SENT[self]


_SENT = {
    AssuranceLevel.LOA2: "http://id.sambi.se/loa/loa2",
    AssuranceLevel.LOA3: "http://id.sambi.se/loa/loa3",
}

_ALIASES = {
    **{uri: level for level, uri in _SENT.items()},
    "http://id.elegnamnden.se/loa/1.0/loa2": AssuranceLevel.LOA2,
    "http://id.elegnamnden.se/loa/1.0/loa3": AssuranceLevel.LOA3,
}


def level_named(uri: str) -> AssuranceLevel:
    """The level that ``uri`` names, or ``NONE`` for every other string: an unknown level proves nothing."""
    return _ALIASES.get(uri, AssuranceLevel.NONE)
