"""An index of keys in groups: who stays keeps the place, who comes is last, and untouched groups are not named."""

import pytest

from directory.core.key_groups import KeyGroups, Move, regrouped

GROUPS: dict[str, tuple[str, ...]] = {"one": ("a", "b", "c"), "two": ("d",)}


@pytest.mark.parametrize(
    ("moves", "changed"),
    [
        ([("x", set(), set())], {}),
        ([("b", {"one"}, {"one"})], {}),
        ([("b", {"one"}, set())], {"one": ("a", "c")}),
        ([("y", set(), {"two"}), ("x", set(), {"two", "new"})], {"two": ("d", "y", "x"), "new": ("x",)}),
        ([("a", {"one"}, {"two"}), ("d", {"two"}, {"one"})], {"one": ("b", "c", "d"), "two": ("a",)}),
        ([("d", {"two"}, set())], {"two": ()}),
        # An entry that becomes another kind goes and comes in one.
        ([("b", {"one"}, set()), ("b", set(), {"one"})], {"one": ("a", "c", "b")}),
        ([("b", set(), {"two"}), ("b", {"one"}, set())], {"one": ("a", "c"), "two": ("d", "b")}),
    ],
)
def test_only_groups_that_become_others_are_told(moves: list[Move], changed: dict[str, tuple[str, ...]]) -> None:
    assert regrouped(KeyGroups(dict(GROUPS)), moves) == changed
