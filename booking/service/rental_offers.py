"""A slot of an own vehicle as a leg that is sold: alone, or with the journey that leads to it."""

from datetime import datetime
from typing import NamedTuple

from booking.domain.calendar import Span
from booking.domain.chain import (
    Chain,
    ChainLeg,
    ChainPoint,
    LegMode,
    RentalRef,
    sharing_agency,
)
from booking.domain.errors import NotOnSale
from booking.domain.fleets import Fleet, FleetVehicle, check_slot, plan_of
from booking.domain.rentals import taken_by
from booking.service.fleets import Fleets
from booking.service.ports import Store
from booking.service.rental_holds import span_of
from booking.service.reservations import priced
from kommit.kit.clock import Clock


class RentalWish(NamedTuple):
    """A vehicle for a time, as it is asked for."""

    system_id: str
    vehicle: str
    """Its public id now."""
    start: datetime
    end: datetime


class RentalOffers:
    """Makes legs of slots."""

    def __init__(self, store: Store, clock: Clock, fleets: Fleets) -> None:
        self._store, self._clock, self._fleets = store, clock, fleets

    def leg(self, wish: RentalWish) -> ChainLeg:
        """Return the leg of a slot that is free at this moment.

        Raises
        ------
        FleetNotFound, VehicleNotFound, SlotNotFree, NotOnSale
            If it cannot be had.
        """
        now = self._clock.now()
        with self._store.read() as uow:
            fleet = uow.fleets.get(wish.system_id)
            vehicle = self._fleets.find(uow, fleet.id, wish.vehicle)
            live = uow.rentals.live(fleet.id, vehicle.id)
        leg = _leg(fleet, vehicle, wish, now)
        check_slot(fleet, taken_by(live, now), now, span_of(fleet, leg, now))
        return leg

    def chain(self, journey: Chain | None, wishes: list[RentalWish]) -> Chain:
        """Return a journey with slots, in the order of time.

        Raises
        ------
        NotOnSale
            If there is neither, or a slot cuts through a ride.
        """
        slots = [self.leg(wish) for wish in wishes]
        legs = list(journey.legs) if journey else []
        for slot in slots:
            for leg in legs:
                if leg.departure < slot.departure < leg.arrival:
                    raise NotOnSale("a rental cannot begin while the rider is on another leg")
        legs = sorted([*legs, *slots], key=lambda leg: leg.departure)
        if not legs:
            raise NotOnSale("name a journey, or a vehicle and a time")
        return Chain(journey.image_id if journey else "", tuple(legs))


def _leg(fleet: Fleet, vehicle: FleetVehicle, wish: RentalWish, now: datetime) -> ChainLeg:
    kind, plan = fleet.type_of[vehicle.type_id], plan_of(fleet, vehicle)
    home = vehicle.home_id or vehicle.station_id
    station = fleet.station_of.get(home or "")
    name = station.name if station else fleet.name
    lat, lon = (station.lat, station.lon) if station else (vehicle.lat, vehicle.lon)
    point = ChainPoint(name, lat, lon)
    return ChainLeg(
        LegMode(kind.profile.name),
        point,
        point,
        wish.start,
        wish.end,
        0,
        rental=RentalRef(
            system_id=fleet.id,
            system_name=fleet.name,
            agency_id=sharing_agency(fleet.id),
            agency_name=fleet.operator,
            vehicle_type=kind.id,
            vehicle_type_name=kind.name,
            price_minor=priced(fleet, vehicle, Span(wish.start, wish.end), now).minor,
            currency=plan.currency,
            plan=plan.id,
            vehicle=wish.vehicle,
            pick_up_station=home,
            return_station=home,
        ),
    )
