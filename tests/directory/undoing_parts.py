"""Undoing for tests: who comes and goes in the small county, and what stands there afterwards."""

from dataclasses import replace
from typing import Any

from directory import Assignment, Commit, Entry, Membership, Person, Unit
from directory.edge.memory.store import MemoryStore
from tests.directory.parts import ANNA, CENTRE, World, a_person, region
from vocabulary.hsa_id import HsaId

NILS, OLGA, PIA = a_person("P100", "Nils Ny"), a_person("P101", "Olga Ny"), a_person("P102", "Pia Ny")
CHEF = replace(ANNA, title="chef")
KIOSK = Unit(region("E009"), CENTRE.member, None, "Kiosken")


def undo(world: World, what: int | str, **options: Any) -> Commit:
    _, made = world.directory.undo(what, actor="Ada", reason="fel", **options)
    assert made is not None
    return made


def run(world: World, name: str, *entries: Entry) -> int:
    return world.directory.change(entries, actor="test", reason="list", door=name).revision


def standing(world: World, hsa_id: HsaId) -> Any:
    return world.directory.snapshot().entry(hsa_id)


def everything(world: World) -> set[Entry]:
    """What stands, told alike by snapshot, store and journal."""
    told = set(world.directory.snapshot().entries())
    assert told == set(world.store.load().entries) == {entry for entry, _ in world.journal.held().entries}
    return told


def with_member(held: Assignment, *people: Person) -> Assignment:
    return replace(held, memberships=(*held.memberships, *(Membership(each.hsa_id) for each in people)))


def written_past(world: World, *changed: Entry) -> None:
    assert isinstance(world.store, MemoryStore)
    world.store.write_past(changed)
    world.directory.poll()
