"""The small county with something of Boden's own, and the journal's addresses as its administrators ask them."""

from dataclasses import replace
from typing import Any

from directory import Assignment, Entry, Unit
from directory.edge.memory.store import MemoryStore
from tests.directory.http.parts import ADMIN, Browser
from tests.directory.parts import BODEN, BODENS_PROVIDER, CARE, REGION, World, boden

HOME_CARE = Unit(boden("E1"), BODEN.hsa_id, None, "Hemtjänsten", BODENS_PROVIDER.hsa_id)
THEIRS = Assignment(boden("M1"), BODEN.hsa_id, HOME_CARE.hsa_id, "Vård och behandling", CARE.purpose, memberships=())


def with_something_of_bodens(world: World) -> World:
    """At revision 2; either of the two members may assign the other's people."""
    lending = (replace(REGION, assigns_people_of=(str(BODEN.hsa_id),)),
               replace(BODEN, assigns_people_of=(str(REGION.hsa_id),)))  # fmt: skip
    world.change(*lending, BODENS_PROVIDER, HOME_CARE, THEIRS)
    return world


def told(http: Browser, path: str, who: str = ADMIN, status: int = 200) -> Any:
    answered = http.get(f"/api/v1/{path}", headers={"authorization": who})
    assert answered.status_code == status, answered.text
    return answered.json()


def undo(http: Browser, what: int | str, who: str = ADMIN, query: str = "", **body: object) -> tuple[int, Any]:
    path = f"/api/v1/journal/{what}/undo{query}"
    answered = http.ask("POST", path, json={"reason": "fel", **body}, headers={"authorization": who})
    return answered.status_code, answered.json()


def written_past(world: World, *changed: Entry) -> None:
    assert isinstance(world.store, MemoryStore)
    world.store.write_past(changed)
    world.directory.poll()
