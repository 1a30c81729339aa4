"""Geometry on the earth's surface for distances of a region: fast, and good to about 0.5 %.

Tariffs use the geodesic of geopy instead (``booking.domain``), because a cent may hang on it.
"""

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the earth (IUGG)."""

M_PER_DEG_LAT = EARTH_RADIUS_M * np.pi / 180.0


def distance_m(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the great-circle distance of two points in metres (haversine)."""
    return float(
        distances_m(np.float64(lat1), np.float64(lon1), np.float64(lat2), np.float64(lon2))
    )


def distances_m(
    lat1: F64 | np.float64, lon1: F64 | np.float64, lat2: F64 | np.float64, lon2: F64 | np.float64
) -> F64:
    """Return great-circle distances in metres (haversine), element by element."""
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    half_phi = (phi2 - phi1) / 2
    half_lambda = np.radians(np.subtract(lon2, lon1)) / 2
    chord = np.sin(half_phi) ** 2 + np.cos(phi1) * np.cos(phi2) * np.sin(half_lambda) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0))))


def to_xy(lat: F64, lon: F64, lat0: float, lon0: float) -> tuple[F64, F64]:
    """Project to metres east and north of ``(lat0, lon0)`` (equirectangular)."""
    x = np.subtract(lon, lon0) * (M_PER_DEG_LAT * np.cos(np.radians(lat0)))
    y = np.subtract(lat, lat0) * M_PER_DEG_LAT
    return np.asarray(x), np.asarray(y)
