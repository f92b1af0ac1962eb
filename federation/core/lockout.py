"""How failures to log in slow down the next try: per account and per source, growing, never for good.

The wait is told to the person. What is our own fault is not counted: a try is charged when it begins and refunded
unless the credentials were what was wrong (``federation.actions.verify_password``).
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
NO_WAIT = timedelta()


class Counted(StrEnum):
    """What failures are counted for. A hospital's people share one address, so a source may fail more often."""

    ACCOUNT = "account"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """``free`` failures before the wait begins; ``forgotten_after`` without a failure the count starts anew."""

    free: int
    forgotten_after: timedelta


TOLERANCES = {
    Counted.ACCOUNT: Tolerance(free=5, forgotten_after=timedelta(hours=24)),
    Counted.SOURCE: Tolerance(free=30, forgotten_after=timedelta(hours=1)),
}


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where failures are counted. ``key`` is a short piece of a hash: it tells no name, number or address that was
    typed, and bounds how many rows a flood can make. Two names in one bucket only wait for each other.
    """

    counted: Counted
    key: str


@dataclass(frozen=True, slots=True)
class Tally:
    failures: int
    last: datetime


def account_bucket(username_key: str) -> Bucket:
    """The same for a known and an unknown name, so that the wait tells nothing."""
    return Bucket(Counted.ACCOUNT, _short(username_key, characters=4))


def source_bucket(address: str) -> Bucket:
    """One IPv4 address, or one IPv6 network of 64 bits, which is what one household or ward is given."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return Bucket(Counted.SOURCE, _short(address, characters=6))
    if parsed.version == 6:
        parsed = ipaddress.ip_network((int(parsed) >> 64 << 64, 64)).network_address
    return Bucket(Counted.SOURCE, _short(str(parsed), characters=6))


def wait_left(counted: Counted, tally: Tally | None, now: datetime) -> timedelta:
    """How long until the next try is taken; zero when it is taken now."""
    tolerance = TOLERANCES[counted]
    if tally is None or tally.failures < tolerance.free or _forgotten(tolerance, tally, now):
        return NO_WAIT
    doublings = min(tally.failures - tolerance.free, 10)
    wait: timedelta = min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)
    return max(tally.last + wait - now, NO_WAIT)


def one_more(counted: Counted, tally: Tally | None, now: datetime) -> Tally:
    """The count after one more failure at ``now``."""
    if tally is None or _forgotten(TOLERANCES[counted], tally, now):
        return Tally(1, now)
    return Tally(tally.failures + 1, now)


def _forgotten(tolerance: Tolerance, tally: Tally, now: datetime) -> bool:
    return now - tally.last >= tolerance.forgotten_after


def _short(text: str, *, characters: int) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:characters]
