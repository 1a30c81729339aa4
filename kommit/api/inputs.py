"""What callers write, read with care: places, times, boxes. Every refusal names the parameter."""

import re
from datetime import datetime
from typing import Final

from kommit.api.errors import InvalidInput, OutsidePeriod, StopNotFound
from kommit.api.network import Network
from routing.query import Place

NUMBER: Final = r"[+-]?\d{1,3}(?:\.\d{1,15})?"
LAT_LON: Final = re.compile(rf"\s*({NUMBER})\s*,\s*({NUMBER})\s*", re.ASCII)


def place_of(text: str, network: Network, parameter: str) -> Place:
    """Return the place that ``lat,lon`` or the id of a stop names.

    Raises
    ------
    InvalidInput
        If a coordinate is not on this earth.
    StopNotFound
        If no stop goes by this id.
    """
    match = LAT_LON.fullmatch(text)
    if match:
        return _coordinate(float(match[1]), float(match[2]), parameter)
    return place_of_stop(network, stop_of(text, network))


def _coordinate(lat: float, lon: float, parameter: str) -> Place:
    if abs(lat) > 90 or abs(lon) > 180:
        raise InvalidInput(
            ("query", parameter), "write lat,lon: latitude -90 to 90, longitude -180 to 180"
        )
    return Place(lat, lon)


def stop_of(stop_id: str, network: Network) -> int:
    """Return the index of a stop, or raise ``StopNotFound``."""
    stop = network.catalogue.find_stop(stop_id)
    if stop is None:
        raise StopNotFound(stop_id)
    return stop


def place_of_stop(network: Network, stop: int) -> Place:
    """Return the place of a stop."""
    tt = network.timetable
    return Place(float(tt.stop_lat[stop]), float(tt.stop_lon[stop]), stop)


def unix_of(moment: datetime, network: Network, parameter: str) -> int:
    """Return the Unix second of a time; without an offset it is meant in the region's time zone.

    Raises
    ------
    OutsidePeriod
        If there is no timetable for its day.
    """
    aware = moment if moment.tzinfo else moment.replace(tzinfo=network.zone)
    try:
        day = aware.astimezone(network.zone).date()
    except (OverflowError, ValueError):
        day = None
    if day is None or not network.first_day <= day <= network.last_day:
        raise OutsidePeriod(parameter, network.first_day, network.last_day)
    return int(aware.timestamp())


def moment_of(moment: datetime, network: Network, parameter: str) -> datetime:
    """Return a time, whether or not there is a timetable for it, with an offset.

    Raises
    ------
    InvalidInput
        If no clock shows it.
    """
    aware = moment if moment.tzinfo else moment.replace(tzinfo=network.zone)
    try:
        return aware.astimezone(network.zone)
    except (OverflowError, ValueError):
        raise InvalidInput(("query", parameter), "this is no time of our days") from None


def box_of(text: str) -> tuple[float, float, float, float]:
    """Return west, south, east and north of ``w,s,e,n``, or raise ``InvalidInput``."""
    parts = text.split(",")
    if len(parts) != 4 or not all(re.fullmatch(rf"\s*{NUMBER}\s*", p, re.ASCII) for p in parts):
        raise InvalidInput(("query", "bbox"), "write four numbers: west,south,east,north")
    west, south, east, north = map(float, parts)
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise InvalidInput(
            ("query", "bbox"), "west must not be above east, nor south above north, in degrees"
        )
    return west, south, east, north
