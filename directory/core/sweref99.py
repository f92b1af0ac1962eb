"""From SWEREF 99 TM (metres) to latitude and longitude in degrees, for maps that know no Swedish grid.

Krüger's formulas for the transverse Mercator projection as Lantmäteriet publishes them ("Gauss Conformal Projection"),
with the ellipsoid GRS 80. SWEREF 99 and WGS 84 agree within a metre. Good to a millimetre within Sweden.
"""

from math import asin, atan, cos, cosh, degrees, radians, sin, sinh

from directory.core.entries import Coordinates

_AXIS, _FLATTENING = 6_378_137.0, 1 / 298.257222101
_CENTRAL_MERIDIAN, _SCALE, _FALSE_EAST = radians(15.0), 0.9996, 500_000.0

_E2 = _FLATTENING * (2 - _FLATTENING)
_N = _FLATTENING / (2 - _FLATTENING)
_RADIUS = _AXIS / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_DELTAS = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96 - _N**4 / 360,
    _N**2 / 48 + _N**3 / 15 - 437 * _N**4 / 1440,
    17 * _N**3 / 480 - 37 * _N**4 / 840,
    4397 * _N**4 / 161_280,
)
_LATITUDES = (
    _E2 + _E2**2 + _E2**3 + _E2**4,
    -(7 * _E2**2 + 17 * _E2**3 + 30 * _E2**4) / 6,
    (224 * _E2**3 + 889 * _E2**4) / 120,
    -(4279 * _E2**4) / 1260,
)


def latitude_and_longitude(place: Coordinates) -> tuple[float, float]:
    """Degrees north and east."""
    xi = place.north / (_SCALE * _RADIUS)
    eta = (place.east - _FALSE_EAST) / (_SCALE * _RADIUS)
    xi_sum, eta_sum = xi, eta
    for place_in_series, delta in enumerate(_DELTAS, start=1):
        xi_sum -= delta * sin(2 * place_in_series * xi) * cosh(2 * place_in_series * eta)
        eta_sum -= delta * cos(2 * place_in_series * xi) * sinh(2 * place_in_series * eta)
    conformal = asin(sin(xi_sum) / cosh(eta_sum))
    longitude = _CENTRAL_MERIDIAN + atan(sinh(eta_sum) / cos(xi_sum))
    squared = sin(conformal) ** 2
    series = sum(term * squared**power for power, term in enumerate(_LATITUDES))
    latitude = conformal + sin(conformal) * cos(conformal) * series
    return degrees(latitude), degrees(longitude)
