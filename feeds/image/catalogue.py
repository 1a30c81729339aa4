"""The names behind the indices: what a timetable's stops, routes, trips and rules are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from feeds.gtfs.names import Names
from feeds.image.strings import Packed, Strings, find, sorted_order
from routing.store import load_arrays, save_arrays
from routing.timetable import I32, U8

_ARRAYS: Final = frozenset({"stop_is_station", "trip_direction"})
_STREET_NAMES: Final = "street_name"
TEXTS: Final = (*(name for name in Names._fields if name not in _ARRAYS), _STREET_NAMES)
"""Names of the text tables, each a folder of the catalogue."""


@dataclass(frozen=True, slots=True)
class StopInfo:
    """A stop or station."""

    id: str
    name: str
    locality: str | None
    """The part of the name before a comma, as in ``Senden, Mahnmal``."""
    platform_code: str | None
    is_station: bool


@dataclass(frozen=True, slots=True)
class AgencyInfo:
    """Who runs the vehicles."""

    id: str
    name: str
    url: str | None
    phone: str | None
    time_zone: str


@dataclass(frozen=True, slots=True)
class RouteInfo:
    """A line as riders know it."""

    id: str
    short_name: str
    long_name: str
    color: str | None
    """Six hexadecimal digits, or None where the feed gives no valid colour."""
    text_color: str | None
    agency: AgencyInfo


@dataclass(frozen=True, slots=True)
class TripInfo:
    """A run of a vehicle."""

    id: str
    headsign: str | None
    short_name: str | None
    direction_id: int | None


@dataclass(frozen=True, slots=True)
class BookingRuleInfo:
    """How a trip is booked, in words."""

    id: str
    message: str | None
    phone_number: str | None
    info_url: str | None
    booking_url: str | None


class CatalogueArrays(NamedTuple):
    """What the catalogue knows besides texts."""

    stop_is_station: U8
    """(S,) 1 for stations (``location_type`` 1)."""
    stop_order: I32
    """(S,) stops by id."""
    trip_order: I32
    """(T,) trips by id."""
    trip_direction: I32
    """(T,) ``direction_id`` or -1."""
    route_agency: I32
    """(R,) as in the timetable."""


class Catalogue:
    """Index to id and names, and back. Every look-up decodes a few texts and keeps nothing."""

    def __init__(self, texts: Mapping[str, Strings], arrays: CatalogueArrays) -> None:
        self._texts = texts
        self._arrays = arrays
        self.street_names = texts[_STREET_NAMES]
        """Names of the streets, by the index that walking steps carry."""

    def stop(self, stop: int) -> StopInfo:
        """Return what a stop is called."""
        name = self._texts["stop_name"][stop]
        return StopInfo(
            id=self._texts["stop_id"][stop],
            name=name,
            locality=_locality(name),
            platform_code=self._texts["stop_platform_code"][stop] or None,
            is_station=bool(self._arrays.stop_is_station[stop]),
        )

    def find_stop(self, stop_id: str) -> int | None:
        """Return the index of the stop with this id, or None."""
        return find(self._texts["stop_id"], self._arrays.stop_order, stop_id)

    def route(self, route: int) -> RouteInfo:
        """Return what a route is called, and whose it is."""
        return RouteInfo(
            id=self._texts["route_id"][route],
            short_name=self._texts["route_short_name"][route],
            long_name=self._texts["route_long_name"][route],
            color=_color(self._texts["route_color"][route]),
            text_color=_color(self._texts["route_text_color"][route]),
            agency=self.agency(int(self._arrays.route_agency[route])),
        )

    def find_route(self, route_id: str) -> int | None:
        """Return the index of the route with this id, or None."""
        return find(self._texts["route_id"], self._route_order, route_id)

    def find_agency(self, agency_id: str) -> int | None:
        """Return the index of the agency with this id, or None."""
        return find(self._texts["agency_id"], self._agency_order, agency_id)

    @cached_property
    def _route_order(self) -> I32:
        """(R,) routes by id; few enough to be sorted when the first is looked for."""
        return sorted_order(self._texts["route_id"])

    @cached_property
    def _agency_order(self) -> I32:
        """(A,) agencies by id."""
        return sorted_order(self._texts["agency_id"])

    def agency(self, agency: int) -> AgencyInfo:
        """Return what an agency is called."""
        return AgencyInfo(
            id=self._texts["agency_id"][agency],
            name=self._texts["agency_name"][agency],
            url=self._texts["agency_url"][agency] or None,
            phone=self._texts["agency_phone"][agency] or None,
            time_zone=self._texts["agency_time_zone"][agency],
        )

    def trip(self, trip: int) -> TripInfo:
        """Return what a trip is called."""
        direction = int(self._arrays.trip_direction[trip])
        return TripInfo(
            id=self._texts["trip_id"][trip],
            headsign=self._texts["trip_headsign"][trip] or None,
            short_name=self._texts["trip_short_name"][trip] or None,
            direction_id=direction if direction >= 0 else None,
        )

    def find_trip(self, trip_id: str) -> int | None:
        """Return the index of the trip with this id, or None."""
        return find(self._texts["trip_id"], self._arrays.trip_order, trip_id)

    def booking_rule(self, rule: int) -> BookingRuleInfo:
        """Return how the trips of a booking rule are booked."""
        return BookingRuleInfo(
            id=self._texts["rule_id"][rule],
            message=self._texts["rule_message"][rule] or None,
            phone_number=self._texts["rule_phone_number"][rule] or None,
            info_url=self._texts["rule_info_url"][rule] or None,
            booking_url=self._texts["rule_booking_url"][rule] or None,
        )

    def sizes(self) -> dict[str, int]:
        """Return how many texts each table holds."""
        return {name: len(texts) for name, texts in self._texts.items()}

    def is_consistent(self) -> bool:
        """Say whether every table's offsets fit its bytes, and every order its table."""
        return (
            all(texts.is_consistent() for texts in self._texts.values())
            and self._arrays.stop_order.size == len(self._texts["stop_id"])
            and self._arrays.trip_order.size == len(self._texts["trip_id"])
        )

    def save(self, folder: Path) -> None:
        """Write the catalogue to ``folder``."""
        save_arrays(self._arrays, folder)
        for name, texts in self._texts.items():
            save_arrays(texts.packed, folder / name)


def make_catalogue(names: Names, route_agency: I32, street_names: list[str]) -> Catalogue:
    """Pack the names of a compiled timetable."""
    texts = {
        name: Strings.pack(street_names if name == _STREET_NAMES else getattr(names, name))
        for name in TEXTS
    }
    arrays = CatalogueArrays(
        stop_is_station=names.stop_is_station.astype(np.uint8),
        stop_order=sorted_order(texts["stop_id"]),
        trip_order=sorted_order(texts["trip_id"]),
        trip_direction=names.trip_direction.astype(np.int32),
        route_agency=route_agency,
    )
    return Catalogue(texts, arrays)


def load_catalogue(folder: Path) -> Catalogue:
    """Map the catalogue that ``Catalogue.save`` wrote.

    Raises
    ------
    FileNotFoundError
        If a file is missing.
    """
    texts = {name: Strings(load_arrays(Packed, folder / name)) for name in TEXTS}
    return Catalogue(texts, load_arrays(CatalogueArrays, folder))


def _locality(name: str) -> str | None:
    before, comma, after = name.partition(", ")
    return before if comma and before and after else None


def _color(text: str) -> str | None:
    digits = text.removeprefix("#").upper()
    return digits if len(digits) == 6 and set(digits) <= set("0123456789ABCDEF") else None
