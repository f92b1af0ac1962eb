"""Entries as the text that the journal's tables keep."""

import json

from directory.core.entries import Entry
from directory.core.entry_json import from_json, to_json
from directory.refusals import JournalUnavailable


def text_of(entry: Entry) -> str:
    return json.dumps(to_json(entry), separators=(",", ":"))


def entry_in(text: str) -> Entry:
    """Raises ``JournalUnavailable`` for what a later version of the program wrote."""
    try:
        return from_json(json.loads(text))
    except ValueError as error:
        raise JournalUnavailable(
            "the journal holds an entry that this version of the program cannot read; use the version that wrote it",
            detail=str(error),
        ) from error
