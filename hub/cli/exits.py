"""What the command line's exit codes mean."""

from enum import IntEnum


class Exit(IntEnum):
    OK = 0
    ERROR = 1
    USAGE = 2
    DENY = 3
    NEEDS_APPROVAL = 4
    UNAVAILABLE = 5
