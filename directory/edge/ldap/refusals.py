"""What this edge alone refuses; the room's tree is in ``directory.refusals``.

::

    DirectoryUnavailable
    └── SlapdWillNotStart   slapd_will_not_start   the embedded server cannot run here; the message says the remedy
"""

from directory.refusals import DirectoryUnavailable


class SlapdWillNotStart(DirectoryUnavailable):
    """Names what is in the way and what to do about it."""

    code = "slapd_will_not_start"
