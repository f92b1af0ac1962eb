"""Points in time as they are typed: a date, from midnight in Stockholm, or an instant; everywhere the same."""

from hub.cli.connection import stop
from hub.cli.exits import Exit
from vocabulary.refusals import InvalidValue
from vocabulary.stockholm import parse_instant

FORMS = "2026-06-01 (from midnight in Stockholm), or an instant."


def instant_in(text: str | None) -> str | None:
    """The instant as the API takes it; anything that is none ends the command."""
    if text is None:
        return None
    try:
        return parse_instant(text).isoformat()
    except InvalidValue as refusal:
        stop(Exit.USAGE, f"`{text}`: {refusal.description}")
