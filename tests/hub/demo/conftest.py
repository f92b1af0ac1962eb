"""The demo's region, built once."""

from datetime import date

import pytest

from hub.demo.region import Region, build_region

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def region() -> Region:
    return build_region()


@pytest.fixture
def today() -> date:
    return TODAY
