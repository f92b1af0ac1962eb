"""Bytes to text: UTF-8 or Windows-1252, and clear words for everything else. No guessing beyond these two."""

import re

from sync.refusals import EmptyFile, UnknownEncoding

_BOM = b"\xef\xbb\xbf"
_SWEDISH_IN_UTF_8 = re.compile(rb"\xc3[\x80-\xbf]")  # å ä ö é …; in Windows-1252 it would read Ã and a sign
_HOW_TO_SAVE = "in Excel choose Save as → `CSV UTF-8 (comma delimited)` and send that file"


def decode(content: bytes) -> str:
    """Raises ``EmptyFile`` and ``UnknownEncoding``."""
    if not content.strip():
        raise EmptyFile("the file is empty; export the staff list again and look at it before sending")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UnknownEncoding(f"the file is a workbook, not a CSV file; {_HOW_TO_SAVE}")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnknownEncoding(f"the file is in UTF-16 (`Unicode text`), which is not read here; {_HOW_TO_SAVE}")
    if b"\x00" in content:
        place = content.index(b"\x00")
        raise UnknownEncoding(f"the file holds a NUL byte at place {place}: it is no text file; {_HOW_TO_SAVE}")
    try:
        return content.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        if content.startswith(_BOM):
            line = content.count(b"\n", 0, error.start + len(_BOM)) + 1
            raise UnknownEncoding(f"the file says that it is UTF-8 but line {line} is not; {_HOW_TO_SAVE}") from None
        if _SWEDISH_IN_UTF_8.search(content):
            line = content.count(b"\n", 0, error.start) + 1
            raise UnknownEncoding(
                f"some lines are UTF-8 and line {line} is not, as when two exports are put together; {_HOW_TO_SAVE}"
            ) from None
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnknownEncoding(f"line {line} is neither UTF-8 nor Windows-1252; {_HOW_TO_SAVE}") from None
