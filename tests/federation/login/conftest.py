"""The login pages for the tests beside this file."""

import pytest

from tests.federation.login.pages import LoginDoor, Visitor
from tests.federation.world import World


@pytest.fixture
def door(world: World) -> LoginDoor:
    return LoginDoor(world)


@pytest.fixture
def visitor(door: LoginDoor) -> Visitor:
    return door.visitor()
