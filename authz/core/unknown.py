"""The third value: a register that could not be read. Neither yes nor no, and never mistaken for empty."""

from enum import Enum
from typing import Final


class Unknown(Enum):
    """One member, so that ``is UNKNOWN`` is all there is to ask and the type checker follows."""

    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        raise TypeError("an unreadable register is neither true nor false; ask `is UNKNOWN`")


UNKNOWN: Final = Unknown.UNKNOWN
