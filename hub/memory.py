"""Gives memory that is free back to the system. The C library keeps what was used once, as at the start, when a hundred
thousand entries are read and told apart; giving it back costs some milliseconds.
"""

import ctypes


def give_back() -> None:
    """glibc's ``malloc_trim``; nothing with another C library."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
