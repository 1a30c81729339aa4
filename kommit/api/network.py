"""The network image of this moment with everything that answers questions about it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from booking.domain.chain import LegMode
from feeds.image.image import NetworkImage
from feeds.places.index import PlaceIndex
from feeds.places.traffic import MODES, mode_of, traffic_of
from kommit.api.departures import Board
from routing.booking_rules import REAL_TIME, BookingRule
from routing.planner import Planner
from routing.timetable import NONE


@dataclass(frozen=True)
class RegionFacts:
    """What a region says about itself, besides what stands in the image."""

    name: str
    title_de: str
    title_en: str
    center: tuple[float, float]
    """Longitude and latitude."""
    bbox: tuple[float, float, float, float]
    """West, south, east, north."""
    attribution: tuple[str, ...]
    illustrative_streets: bool
    examples: tuple[tuple[str, str], ...]
    """Names of places to travel between."""


class Network:
    """One network image and its search; never changed, so requests may keep it to their end."""

    def __init__(self, image: NetworkImage, facts: RegionFacts | None = None) -> None:
        self.image, self.catalogue, self.timetable = image, image.catalogue, image.timetable
        self.zone = ZoneInfo(image.manifest.region.time_zone)
        self.planner = Planner(image.timetable, image.streets, image.bounds)
        self.facts = facts or facts_of(image)

    @cached_property
    def places(self) -> PlaceIndex:
        """The names of everything that can be found."""
        return PlaceIndex.of_image(self.image)

    @cached_property
    def board(self) -> Board:
        """Departures by stop."""
        return Board(self.timetable)

    @cached_property
    def _has_mode(self) -> npt.NDArray[np.bool_]:
        return traffic_of(self.timetable).has_mode

    @property
    def first_day(self) -> date:
        """First day with a timetable."""
        return self.image.manifest.valid_from

    @property
    def last_day(self) -> date:
        """Last day with a timetable; it counts."""
        return self.image.manifest.valid_until

    def warm(self) -> None:
        """Build what the first questions would wait for."""
        _ = self.places, self.board, self._has_mode

    def day_start(self, day: date) -> int:
        """Return the Unix second at which a day starts here."""
        return int(datetime.combine(day, time.min, self.zone).timestamp())

    def local(self, moment: int | datetime) -> datetime:
        """Return a moment, a Unix second or an aware time, as the region's clocks show it."""
        if isinstance(moment, int):
            moment = datetime.fromtimestamp(moment, UTC)
        return moment.astimezone(self.zone)

    def stop_modes(self, stop: int) -> list[LegMode]:
        """Return what calls at a stop, the heaviest first."""
        return [LegMode(MODES[mode]) for mode in np.flatnonzero(self._has_mode[stop])]

    def trip_mode(self, trip: int) -> LegMode:
        """Return what runs a trip; one that runs only when it was booked is on demand."""
        row = int(self.timetable.trip_booking_rule[trip])
        if row != NONE:
            rule = BookingRule.of_row(self.timetable.booking_rules[row])
            if rule.booking_type != REAL_TIME:
                return LegMode.ON_DEMAND
        route = int(self.timetable.trip_route[trip])
        return LegMode(mode_of(int(self.timetable.route_type[route])))

    def platforms(self, stop: int) -> npt.NDArray[np.int32]:
        """Return a stop, or a station and all its stops."""
        children = np.flatnonzero(self.timetable.stop_station == stop)
        return np.append(children, stop).astype(np.int32)


def facts_of(image: NetworkImage) -> RegionFacts:
    """Return what can be said of a region from its image alone."""
    name = image.manifest.region.name
    lat, lon = image.timetable.stop_lat, image.timetable.stop_lon
    west, south, east, north = (
        float(edge) for edge in (lon.min(), lat.min(), lon.max(), lat.max())
    )
    return RegionFacts(
        name=name,
        title_de=name,
        title_en=name,
        center=((west + east) / 2, (south + north) / 2),
        bbox=(west, south, east, north),
        attribution=image.manifest.attribution,
        illustrative_streets=False,
        examples=(),
    )
