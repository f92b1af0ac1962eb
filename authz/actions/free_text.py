"""Free text about a patient: one bounded line, without what looks like a personal number."""

from authz.actions.desk import read_note
from authz.actions.records import masked
from authz.refusals import NumberInText


def read_free_text(text: str, pointer: str) -> str:
    """Raises ``InvalidValue`` and ``NumberInText``."""
    read = read_note(text, pointer)
    if masked(read) != read:
        raise NumberInText("the text holds what looks like a personal number: write it without", pointer=pointer)
    return read
