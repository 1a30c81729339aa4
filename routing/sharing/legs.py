"""Ways with vehicles as legs of a journey."""

from collections.abc import Iterator

import numpy as np

from routing.footways import Footways
from routing.journey import Leg, Rental, StreetLeg
from routing.query import Place
from routing.sharing.doors import VehicleWay
from routing.sharing.found import RentalWay
from routing.sharing.own import OwnVehicles, OwnWay
from routing.sharing.ridden import path_of
from routing.street.way import StreetPath


class LegWriter:
    """Writes legs for one question."""

    def __init__(self, footways: Footways, own: OwnVehicles, walk_mps: float) -> None:
        self._footways, self._own, self._walk_mps = footways, own, walk_mps

    def legs(
        self, way: VehicleWay, origin: Place, destination: Place, departure: int
    ) -> Iterator[Leg]:
        """Yield the legs of a way that begins at a second."""
        if isinstance(way, OwnWay):
            yield from self._own_legs(way, origin, destination, departure)
        else:
            yield from self._rental_legs(way, origin, destination, departure)

    def _rental_legs(
        self, way: RentalWay, origin: Place, destination: Place, departure: int
    ) -> Iterator[Leg]:
        pickup = way.fleet.rental.pickups[way.pickup]
        taken, left = Place(pickup.lat, pickup.lon), Place(way.exit.lat, way.exit.lon)
        begin = departure + way.walk_s
        end = begin + way.rental_s
        if way.walk_s > 0:
            yield self._walk(origin, taken, departure, way.walk_s)
        yield street_leg(way, taken, left, begin)
        if way.last_walk_s > 0:
            yield self._walk(left, destination, end, way.last_walk_s)

    def _own_legs(
        self, way: OwnWay, origin: Place, destination: Place, departure: int
    ) -> Iterator[Leg]:
        parking = way.parking
        end = destination if parking is None else Place(parking.lat, parking.lon)
        path = self._own.path(
            way.profile, (origin.lat, origin.lon), (end.lat, end.lon), way.ride_s + 1
        )
        yield own_leg(way, origin, end, departure, path)
        if way.last_walk_s > 0:
            yield self._walk(end, destination, departure + way.ride_s, way.last_walk_s)

    def _walk(self, origin: Place, destination: Place, departure: int, seconds: int) -> Leg:
        return self._footways.leg(origin, destination, departure, seconds, self._walk_mps)


def street_leg(way: RentalWay, taken: Place, left: Place, departure: int) -> StreetLeg:
    """Return the rental of a way, which begins at a second."""
    path = path_of(way)
    return StreetLeg(
        profile=way.fleet.profile,
        origin=taken,
        destination=left,
        departure=departure,
        arrival=departure + way.rental_s,
        distance_m=round(way.length_dm / 10),
        lat=path.lat,
        lon=path.lon,
        path=path,
        rental=rental_of(way),
    )


def rental_of(way: RentalWay) -> Rental:
    """Return who rents what to whom."""
    rental = way.fleet.rental
    pickup, dock = rental.pickups[way.pickup], way.exit.dock
    return Rental(
        system=rental.system.id,
        vehicle_type=rental.type.id,
        pick_up_station=pickup.station,
        return_station=None if dock < 0 else rental.docks[dock].station,
        vehicle=pickup.vehicle,
        plan=rental.terms.plan,
        price_minor=price_of(way),
        currency=rental.currency,
        slot_start=rental.terms.free_from,
        slot_end=rental.terms.free_until,
    )


def price_of(way: RentalWay) -> int | None:
    """Return what the rental of a way costs, in minor units, or None where it is not known."""
    return way.fleet.rental.price_minor(way.rental_s, round(way.length_dm / 10))


def own_leg(
    way: OwnWay, origin: Place, destination: Place, departure: int, path: StreetPath | None
) -> StreetLeg:
    """Return the ride of a way with an own vehicle."""
    ends = np.array([origin.lat, destination.lat]), np.array([origin.lon, destination.lon])
    return StreetLeg(
        profile=way.profile,
        origin=origin,
        destination=destination,
        departure=departure,
        arrival=departure + way.ride_s,
        distance_m=0 if path is None else path.metres,
        lat=ends[0] if path is None else path.lat,
        lon=ends[1] if path is None else path.lon,
        path=path,
        parking=way.parking,
    )
