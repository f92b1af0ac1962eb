"""YAML without its traps: plain values only, no duplicate keys, no aliases, no foreign tags, bounded size and depth."""

from collections.abc import Hashable
from typing import Any

import yaml

from vocabulary.refusals import InvalidValue

MAX_CHARACTERS = 4_000_000
MAX_DEPTH = 30

_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("timestamp", "str", "int", "float", "bool", "null", "seq", "map")
)


class _Loader(yaml.CSafeLoader):
    """The safe loader, made to refuse what it would otherwise quietly resolve."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _refusal("a key is a plain word", key)
            if key.value in seen:
                raise _refusal("a key stands twice", key)
            if key.value == "<<":
                raise _refusal("merging of mappings is not used", key)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def load_strictly(text: str) -> Any:
    """The one document in ``text``. Raises ``InvalidValue`` with line and column."""
    if len(text) > MAX_CHARACTERS:
        raise InvalidValue(f"the file is longer than {MAX_CHARACTERS} characters")
    try:
        _check_events(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 – a subclass of the safe loader.
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = "" if mark is None else f" at line {mark.line + 1}, column {mark.column + 1}"
        raise InvalidValue(f"the file is not valid YAML{place}") from error
    except (yaml.YAMLError, ValueError, AttributeError, RecursionError, OverflowError) as error:
        # A timestamp of the wrong form surfaces as ValueError or AttributeError in the library.
        raise InvalidValue("the file is not valid YAML: a value is not of its tag's form") from error


def _check_events(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise _refusal("aliases are not used", event)
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            raise _refusal("anchors are not used", event)
        tag = getattr(event, "tag", None)
        if tag is not None and tag not in _TAGS and tag != "!":
            raise _refusal("the tag is not allowed", event)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise _refusal(f"nested deeper than {MAX_DEPTH}", event)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _refusal(why: str, at: Any) -> InvalidValue:
    return InvalidValue(f"{why} (line {at.start_mark.line + 1}, column {at.start_mark.column + 1})")
