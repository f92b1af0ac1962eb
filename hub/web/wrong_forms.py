"""What is wrong with the form of a request, in the words of the house: one sentence per kind of fault of pydantic's.

Boundary: forms only. No sentence repeats what was sent, since that may be a personal number.
"""

from collections.abc import Mapping
from typing import Any

_SENTENCES: Mapping[str, str] = {
    "missing": "it is not there, and is needed",
    "extra_forbidden": "there is no such field here",
    "json_invalid": "the body is no JSON",
    "string_type": "it is a text, in quotes",
    "string_too_short": "it has at least {min_length} characters",
    "string_too_long": "it has at most {max_length} characters",
    "string_pattern_mismatch": "it is not of the form `{pattern}`",
    "too_short": "there are at least {min_length}",
    "too_long": "there are at most {max_length}",
    "bool_type": "it is `true` or `false`",
    "bool_parsing": "it is `true` or `false`",
    "int_type": "it is a whole number",
    "int_parsing": "it is a whole number",
    "int_parsing_size": "it is a whole number of fewer digits",
    "int_from_float": "it is a whole number",
    "float_type": "it is a number",
    "float_parsing": "it is a number",
    "greater_than": "it is more than {gt}",
    "greater_than_equal": "it is at least {ge}",
    "less_than": "it is less than {lt}",
    "less_than_equal": "it is at most {le}",
    "list_type": "it is a list, in `[]`",
    "dict_type": "it is an object, in `{{}}`",
    "model_type": "it is an object, in `{{}}`",
    "model_attributes_type": "it is an object, in `{{}}`",
    "literal_error": "it is one of {expected}",
    "enum": "it is one of {expected}",
    "union_tag_not_found": "{discriminator} is not there, and is needed",
    "union_tag_invalid": "{discriminator} is one of {expected_tags}",
    "timezone_aware": "a point in time needs a time zone",
    "datetime_type": "it is a point in time",
    "datetime_parsing": "it is a point in time",
    "datetime_from_date_parsing": "it is a point in time",
    "date_type": "it is a date",
    "date_parsing": "it is a date",
    "date_from_datetime_parsing": "it is a date",
    "value_error": "{error}",
    "rule_broken": "{error}",
}


def sentence(fault: Mapping[str, Any]) -> str:
    """What is wrong, of one of pydantic's errors; its own words where we have none for that kind."""
    told = _SENTENCES.get(fault["type"])
    try:
        return str(fault["msg"]) if told is None else told.format_map(_quoted(fault.get("ctx") or {}))
    except KeyError:
        return str(fault["msg"])


def _quoted(context: Mapping[str, Any]) -> dict[str, Any]:
    """What may be chosen is quoted as everywhere: `take`, `end` or `leave`."""
    return {
        name: value.replace("'", "`") if name in ("expected", "expected_tags", "discriminator") else value
        for name, value in context.items()
    }
