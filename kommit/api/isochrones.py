"""How far one gets in JSON: what is asked is read strictly, areas come as GeoJSON."""

from collections.abc import Sequence
from typing import Any, Final

import shapely

from kommit.api.bands import Band, bands_of
from kommit.api.errors import InvalidInput
from kommit.api.network import Network
from kommit.api.schemas import isochrones as shapes
from routing.isochrones import Isochrones, Reached
from routing.query import Place
from routing.street.profile import Profile

TRANSIT: Final = "transit"
MODES: Final = {
    TRANSIT: Profile.FOOT,
    "walk": Profile.FOOT,
    "wheelchair": Profile.WHEELCHAIR,
    "bicycle": Profile.BICYCLE,
    "cargo_bicycle": Profile.CARGO_BICYCLE,
    "scooter": Profile.SCOOTER,
    "car": Profile.CAR,
}
"""What may be asked for, and whose streets are searched."""
MOST_BANDS: Final = 8
LONGEST_MIN: Final = 120


def profile_of(mode: str, where: str, *, reverse: bool) -> Profile:
    """Return whose streets a mode means.

    Raises
    ------
    InvalidInput
        If it is not known, or has no reverse.
    """
    if mode not in MODES:
        raise InvalidInput((where, "mode"), f"modes are {', '.join(MODES)}")
    if reverse and mode == TRANSIT:
        message = "by rides it is known where one gets to, not from where: leave reverse out"
        raise InvalidInput((where, "reverse"), message)
    return MODES[mode]


def minutes_of(text: str) -> list[int]:
    """Return the ascending minutes of a list by commas, or raise ``InvalidInput``."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts):
        raise InvalidInput(("query", "minutes"), "write whole minutes by commas: 10,20,30")
    found = sorted({int(part) for part in parts})
    if len(found) > MOST_BANDS or not 1 <= found[0] <= found[-1] <= LONGEST_MIN:
        message = f"give up to {MOST_BANDS} numbers of minutes, each from 1 to {LONGEST_MIN}"
        raise InvalidInput(("query", "minutes"), message)
    return found


def isochrones_of(network: Network, where: str) -> Isochrones:
    """Return what knows how far one gets, or raise ``InvalidInput`` without streets."""
    if network.isochrones is None:
        raise InvalidInput((where, "from"), "this network has no streets, so no areas are known")
    return network.isochrones


def off_streets(place: Place, where: str) -> InvalidInput:
    """Return what is said of a place that is on no street."""
    message = f"no street that may be used is near {place.lat:.5f},{place.lon:.5f}"
    return InvalidInput((where, "from"), message)


def features_of(reached: Reached, minutes: Sequence[int]) -> list[shapes.BandFeature]:
    """Return the areas of what is reached, the largest first."""
    limits_s = [60 * each for each in minutes]
    bands = bands_of(reached.lat, reached.lon, reached.seconds, limits_s)
    return [_feature(reached, band) for band in bands][::-1]


def _feature(reached: Reached, band: Band) -> shapes.BandFeature:
    area: Any = shapely.geometry.mapping(band.area)
    return shapes.BandFeature(
        geometry=shapes.BandGeometry(coordinates=area["coordinates"]),
        properties=shapes.BandProperties(
            minutes=band.limit_s // 60,
            area_km2=round(band.area_km2, 3),
            stops=int((reached.stop_s <= band.limit_s).sum()),
        ),
    )


def within(
    seconds: Sequence[int | None], weights: Sequence[float], minutes: Sequence[int]
) -> list[shapes.Within]:
    """Return how many goals are reached within each number of minutes, and what they count."""
    found = []
    for limit in sorted(set(minutes)):
        near = [
            weight
            for second, weight in zip(seconds, weights, strict=True)
            if second is not None and second <= 60 * limit
        ]
        found.append(shapes.Within(minutes=limit, goals=len(near), weight=sum(near)))
    return found
