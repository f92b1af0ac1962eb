"""Every attribute of every kind stands on exactly one list of who may see it."""

from dataclasses import fields

import pytest

from directory.core.entries import KINDS, Entry, Person
from directory.core.visibility import VISIBILITY, Visibility, visible


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_each_attribute_is_listed_and_nothing_else(kind: type[Entry]) -> None:
    assert set(VISIBILITY[kind]) == {each.name for each in fields(kind)}


@pytest.mark.parametrize("circle", Visibility)
def test_the_keyed_hash_of_a_personal_number_is_shown_to_nobody(circle: Visibility) -> None:
    assert "number_lookup" not in visible(Person, circle)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_narrower_circle_sees_what_a_wider_one_sees(kind: type[Entry]) -> None:
    assert visible(kind, Visibility.OPEN) <= visible(kind, Visibility.STAFF) <= visible(kind, Visibility.ADMINISTRATORS)


def test_the_open_circle_sees_nothing_of_people() -> None:
    assert visible(Person, Visibility.OPEN) == frozenset()
