"""One line of the trail: ``{"hash":"…","seq":N,"KIND":{…}}`` and a newline. Not for what the body means.

The hash is SHA-256 over the previous line's digest followed by every byte of this line after its own hash, newline
included. The bytes on disk are the canonical form: nothing is parsed and printed again to check them.
"""

from hashlib import sha256
from typing import Final

GENESIS: Final = bytes(32)
"""What the very first line of a trail hashes over in place of a previous digest."""

SEGMENT, RECORD, CHECKPOINT, RESUMED = b"segment", b"record", b"checkpoint", b"resumed"
KINDS: Final = (SEGMENT, RECORD, CHECKPOINT, RESUMED)

_START: Final = b'{"hash":"'
_REST: Final = 75  # where the hashed part of a line begins: after the start, 64 hexadecimal digits and `",`

MAX_LINE_BYTES: Final = 4 * 1024 * 1024

_KEEPS_INTERPRETER_BYTES: Final = 2047
"""hashlib lets go of the interpreter for more than this at once; to get it back from a busy event loop takes up to
5 ms, hashing a record takes microseconds."""


def make_line(previous: bytes, sequence: int, kind: bytes, body: bytes) -> tuple[bytes, bytes]:
    """The line and its digest. ``body`` is JSON text in UTF-8 without a newline."""
    rest = b'"seq":%d,"%b":%b}\n' % (sequence, kind, body)
    hashed = sha256(previous)
    for start in range(0, len(rest), _KEEPS_INTERPRETER_BYTES):
        hashed.update(rest[start : start + _KEEPS_INTERPRETER_BYTES])
    return b'{"hash":"%b",%b' % (hashed.hexdigest().encode(), rest), hashed.digest()


def stated_digest(line: bytes) -> bytes | None:
    """The digest that ``line`` claims for itself, or ``None`` where the line has not the form of one."""
    if not line.startswith(_START) or line[73:_REST] != b'",' or not line.endswith(b"}\n"):
        return None
    digits = line[9:73]
    if digits != digits.lower():
        return None
    try:
        return bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return None


def computed_digest(previous: bytes, line: bytes) -> bytes:
    hashed = sha256(previous)
    hashed.update(memoryview(line)[_REST:])
    return hashed.digest()


def read_frame(line: bytes) -> tuple[int, bytes, bytes] | None:
    """Sequence, kind and body of a line of the right form, or ``None``. The digest is not checked here."""
    numbered, comma, rest = line[_REST:].partition(b",")
    kind, colon, _ = rest.partition(b":")
    if not comma or not colon or not numbered.startswith(b'"seq":') or kind[1:-1] not in KINDS:
        return None
    if kind != b'"%b"' % kind[1:-1]:
        return None
    digits = numbered[6:]
    if not digits.isdigit() or len(digits) > 18 or digits != b"%d" % int(digits):
        return None
    return int(digits), kind[1:-1], rest[len(kind) + 1 : -2]
