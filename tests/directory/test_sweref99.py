"""From the Swedish grid to degrees, against PROJ's answers (EPSG:3006 to EPSG:4619)."""

import pytest

from directory.core.entries import Coordinates
from directory.core.sweref99 import latitude_and_longitude


@pytest.mark.parametrize(
    ("north", "east", "latitude", "longitude"),
    [
        (6_097_488, 356_083, 55.00342400693293, 12.749801431776504),
        (6_651_411, 500_000, 59.999998291787854, 14.999999999999982),
        (6_580_822, 674_032, 59.330231226921924, 18.05918973635474),
        (7_291_234, 812_345, 65.59140948847374, 21.78413828427058),
        (7_660_000, 720_000, 68.96212896632102, 20.497612973315494),
    ],
)
def test_a_place_has_its_degrees(north: int, east: int, latitude: float, longitude: float) -> None:
    assert latitude_and_longitude(Coordinates(north, east)) == pytest.approx((latitude, longitude), abs=1e-9)
