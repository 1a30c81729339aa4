"""The network image of this moment with everything that answers questions about it."""

from collections.abc import Container, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from booking.domain.chain import LegMode
from feeds.image.image import NetworkImage
from feeds.places.index import PlaceIndex
from feeds.places.traffic import traffic_of
from feeds.realtime.state import NOTHING_KNOWN, Realtime
from kommit.api.departures import Board
from kommit.api.trips import Trips
from routing.dispatch.warm import warm_up
from routing.footways import platforms_of
from routing.isochrones import Isochrones
from routing.modes import MODES, ride_mode
from routing.ondemand.network import OnDemandNetwork
from routing.ondemand.search import Fleets
from routing.ondemand.service import OnDemandService
from routing.planner import Planner
from routing.realtime.overlay import OverlaidViews
from routing.sharing.supply import NO_SUPPLY, Supply


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
    """One network image and its search; never changed, so requests may keep it to their end.

    What is known of the moment is part of it: plans, boards and offers of one request see the
    same realtime.
    """

    def __init__(
        self,
        image: NetworkImage,
        facts: RegionFacts | None = None,
        services: Sequence[OnDemandService] = (),
        connected: Container[str] = (),
    ) -> None:
        self.image, self.catalogue, self.timetable = image, image.catalogue, image.timetable
        self.zone = ZoneInfo(image.manifest.region.time_zone)
        planner = Planner(image.timetable, image.streets, image.bounds, image.wheel_transfers)
        self.on_demand = OnDemandNetwork(
            services, image.timetable, image.streets, image.catalogue.find_stop
        )
        planner = planner.with_parking(image.parking.places())
        self.planner = planner.with_services(self.on_demand) if services else planner
        self.facts = facts or facts_of(image)
        self.realtime = NOTHING_KNOWN
        self.supply = NO_SUPPLY
        self.connected = connected
        """Ids of the sharing systems of others that can be booked through us."""
        self.trips = Trips(self.catalogue, self.timetable, self.realtime)

    def under(self, realtime: Realtime) -> Self:
        """Return this network, which must be without realtime itself, as it is at a moment.

        Everything that realtime does not touch is shared. Views in use are brought under the
        overlay first, so that no rider waits for it.
        """
        other = copy(self)
        other.realtime = realtime
        other.trips = Trips(self.catalogue, self.timetable, realtime)
        if realtime.overlay is not None:
            views = OverlaidViews(self.planner.transit.views, realtime.overlay)
            other.planner = self.planner.under(views.prepare())
        vars(other).pop("board", None)  # a board is of one moment
        vars(other).pop("isochrones", None)
        return other

    def with_fleets(self, fleets: Fleets) -> Self:
        """Return this network with those who know the plans of own on-demand vehicles."""
        other = copy(self)
        other.planner = self.planner.with_fleets(fleets)
        return other

    def with_supply(self, supply: Supply, moment: int) -> Self:
        """Return this network with the shared vehicles of a moment, a Unix second."""
        other = copy(self)
        other.supply, other.planner = supply, self.planner.with_supply(supply, moment)
        return other

    @cached_property
    def places(self) -> PlaceIndex:
        """The names of everything that can be found."""
        return PlaceIndex.of_image(self.image)

    @cached_property
    def board(self) -> Board:
        """Departures by stop."""
        views = self.planner.transit.views
        return Board(views, self.trips, self.realtime.overlay)

    @cached_property
    def isochrones(self) -> Isochrones | None:
        """How far one gets, where streets are known."""
        streets = self.image.streets
        return None if streets is None else Isochrones(self.planner, streets)

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
        _ = self.places, self._has_mode
        if any(service.is_ours for service in self.on_demand.services.values()):
            warm_up()

    def day_start(self, day: date) -> int:
        """Return the Unix second at which a day starts here."""
        return int(datetime.combine(day, time.min, self.zone).timestamp())

    def local(self, moment: int | datetime) -> datetime:
        """Return a moment, a Unix second or an aware time, as the region's clocks show it."""
        if isinstance(moment, int):
            moment = datetime.fromtimestamp(moment, UTC)
        return moment.astimezone(self.zone)

    def date_of(self, day: int) -> date:
        """Return the date of a service day by its index."""
        return date.fromordinal(int(self.timetable.first_day[0]) + day)

    def day_of(self, day: date) -> int:
        """Return the index of a service day, which may lie outside of the timetable."""
        return day.toordinal() - int(self.timetable.first_day[0])

    def stop_modes(self, stop: int) -> list[LegMode]:
        """Return what calls at a stop, the heaviest first."""
        return [LegMode(MODES[mode]) for mode in np.flatnonzero(self._has_mode[stop])]

    def trip_mode(self, trip: int) -> LegMode:
        """Return what runs a trip; one that runs only when it was booked is on demand."""
        route, rule = self.trips.route(trip), self.trips.rule(trip)
        return LegMode(ride_mode(self.timetable, route, rule))

    def platforms(self, stop: int) -> npt.NDArray[np.int32]:
        """Return a stop, or a station and all its stops; of joined feeds, those of all.

        With their boarding points.
        """
        return platforms_of(self.timetable, stop)


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
