"""What a ride on a service is within a chain: asked for, promised, and written as legs."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from routing.footways import Footways
from routing.journey import Leg, OnDemandLeg
from routing.ondemand.fleet import Spot
from routing.ondemand.quotes import Promise
from routing.ondemand.reach import ShuttleWay
from routing.query import Place


class ShuttleRide(NamedTuple):
    """A way by a service with what its fleet promises for it at this moment."""

    way: ShuttleWay
    promise: Promise

    @property
    def seconds(self) -> int:
        """What the search reckoned with."""
        return self.way.seconds

    @property
    def walk_s(self) -> int:
        """On foot to the pick-up."""
        return self.way.walk_s

    @property
    def last_walk_s(self) -> int:
        """On foot from where the vehicle stops."""
        return self.way.last_walk_s

    @property
    def departure(self) -> int:
        """When the rider sets out to be at the pick-up as promised."""
        return self.promise.windows.pickup_from - self.way.walk_s

    @property
    def arrival(self) -> int:
        """When the rider is there at the latest, the last walk included."""
        return self.promise.windows.drop_off_until + self.off_s + self.way.last_walk_s

    @property
    def off_s(self) -> int:
        """To get off."""
        limits = self.way.ground.service.limits
        return limits.boarding_s


class ShuttleLegs:
    """Writes the legs of rides for one question."""

    def __init__(self, footways: Footways, walk_mps: float) -> None:
        self._footways, self._walk_mps = footways, walk_mps

    def legs(self, ride: ShuttleRide, origin: Place, destination: Place) -> Iterator[Leg]:
        """Yield the walk to the pick-up, the ride, and the walk from where it ends."""
        way, windows = ride.way, ride.promise.windows
        stops = way.ground.stop_index
        pickup, drop_off = place_of_spot(way.pickup, stops), place_of_spot(way.drop_off, stops)
        if way.walk_s > 0:
            departure = windows.pickup_from - way.walk_s
            yield self._footways.leg(origin, pickup, departure, way.walk_s, self._walk_mps)
        yield ride_leg(ride, pickup, drop_off)
        if way.last_walk_s > 0:
            begin = windows.drop_off_until + ride.off_s
            yield self._footways.leg(drop_off, destination, begin, way.last_walk_s, self._walk_mps)


def ride_leg(ride: ShuttleRide, pickup: Place, drop_off: Place) -> OnDemandLeg:
    """Return the leg of a ride, as it is promised."""
    way, promise = ride.way, ride.promise
    path = way.ground.times.path(way.pickup, way.drop_off)
    lat = np.array([pickup.lat, drop_off.lat]) if path is None else path.lat
    lon = np.array([pickup.lon, drop_off.lon]) if path is None else path.lon
    return OnDemandLeg(
        service=way.ground.service.id,
        relation=promise.permit.relation.id,
        origin=pickup,
        destination=drop_off,
        pickup_stop=way.pickup.stop,
        drop_off_stop=way.drop_off.stop,
        departure=promise.windows.pickup_from,
        arrival=promise.windows.drop_off_until,
        pickup_until=promise.windows.pickup_until,
        expected_pickup=promise.expected_pickup,
        expected_drop_off=promise.expected_drop_off,
        distance_m=way.length_m,
        lat=lat,
        lon=lon,
        latest_booking=promise.permit.latest_booking,
        vehicle=None if promise.duty is None else promise.duty.rsplit("@", 1)[0],
    )


def place_of_spot(spot: Spot, stops: Mapping[str, int]) -> Place:
    """Return a spot as a place: its stop of the timetable, where it is one."""
    return Place(spot.lat, spot.lon, None if spot.stop is None else stops.get(spot.stop))
