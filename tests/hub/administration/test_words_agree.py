"""The rules' words for the directory are the directory's own, and every attribute has a class."""

from dataclasses import fields

import pytest

from authz.core.administering import INCLUDED, READS, WRITES
from authz.core.directory_words import AttributeClass, EntryKind
from authz.core.request import Action
from directory.core.administration import Act
from directory.core.entries import KINDS, Entry, Member, Person, Unit
from hub.bridges.attribute_classes import CREDENTIALS, changed, class_of, classes
from tests.hub.administration.parts import NURSING, WARD_NURSE
from vocabulary.duties import Duty


def test_kinds_and_acts_are_the_directorys() -> None:
    assert [kind.value for kind in EntryKind] == list(KINDS)
    assert {act.value for act in Act} <= {action.value for action in Action}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_attribute_has_a_class(kind: type[Entry]) -> None:
    for each in fields(kind):
        assert class_of(kind, each.name) is not None or each.name == "hsa_id", each.name


def test_what_no_kind_has_is_touched_by_nobody() -> None:
    assert classes(Unit, {"name", "password"}) is None
    assert classes(Unit, {"name", "licences"}) == {AttributeClass.OPEN}, "what only others have is not touched"
    assert classes(Person, {CREDENTIALS}) == {AttributeClass.IDENTITY}


def test_a_members_code_is_no_ordinary_attribute() -> None:
    assert class_of(Member, "municipality_code") is AttributeClass.REGISTRATION
    assert class_of(Unit, "municipality_code") is AttributeClass.OPEN


def test_that_somebody_is_no_human_is_said_by_whoever_says_who_she_is() -> None:
    assert class_of(Person, "feigned") is class_of(Person, "number_lookup") is AttributeClass.IDENTITY


def test_what_is_new_is_touched_where_it_says_something() -> None:
    assert changed(None, NURSING) == {"member", "parent", "name", "care_provider"}
    assert changed(WARD_NURSE, WARD_NURSE) == frozenset()


def test_every_duty_stands_in_the_tables() -> None:
    assert set(READS) == set(Duty) - {Duty.SEE_PROTECTED}
    assert set(WRITES) == set(Duty) - {Duty.SEE_PROTECTED, Duty.READ}
    for duty, contained in INCLUDED.items():
        assert duty in contained
        for other in contained - {duty}:
            kinds, touched = WRITES.get(other, (frozenset(), frozenset()))
            assert kinds <= WRITES[duty][0] and touched <= WRITES[duty][1]
            assert READS[other] <= READS[duty]
