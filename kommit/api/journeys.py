"""A journey of the search in its two other shapes: JSON for riders, and the chain booking sells."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from booking.domain.chain import Chain, ChainLeg, ChainPoint, LegMode, TripRef
from booking.domain.errors import NotOnSale
from booking.service.offers import Offers, check_bookable
from kommit.api.emissions import leg_co2_g
from kommit.api.network import Network
from kommit.api.on_demand import end_of, is_of_others, leg_json, shuttle_ref
from kommit.api.polyline import encode
from kommit.api.realtime import alerts_of_ride, vehicle_of_ride
from kommit.api.schemas.common import Money, Point
from kommit.api.schemas.journeys import BookingNotice, Journey, Leg, Step, StopCall
from kommit.api.schemas.network import Agency, Route
from kommit.api.street_legs import (
    earliest_booking_s,
    has_known_price,
    is_sold_here,
    mode_of,
    needs_of,
    rental_json,
    rental_ref,
    station_name,
    step_json,
)
from kommit.kit.geo import distances_m
from routing import journey as found
from routing.query import Place
from routing.realtime.calls import DatedCall, TripCalls
from routing.street.instructions import instructions
from routing.street.profile import Profile
from routing.street.way import StreetPath
from routing.timetable import NO_DROP_OFF, NO_PICKUP, NONE


@dataclass(frozen=True, slots=True)
class Price:
    """What is said about buying a journey."""

    price: Money | None = None
    bookable: bool = False
    token: str | None = None


def price_of(chain: Chain, offers: Offers, now: datetime) -> Price:
    """Return what one adult pays, and the token if the chain can be bought at this moment."""
    try:
        price = Money.of(offers.quote(chain).total)
    except NotOnSale:
        return Price()
    try:
        check_bookable(chain, now)
        return Price(price, bookable=True, token=offers.seal_chain(chain))
    except NotOnSale:
        return Price(price)


def price_of_journey(
    journey: found.Journey, network: Network, offers: Offers, now: datetime
) -> Price:
    """Return what one adult pays for a journey, rentals included.

    What others drive on demand is not sold here and has no price; what others rent out has a price
    and no token, unless their system is connected.
    """
    rented = [leg for leg in journey.legs if isinstance(leg, found.StreetLeg)]
    if is_of_others(journey, network) or not all(map(has_known_price, rented)):
        return Price()
    price = price_of(chain_of(journey, network), offers, now)
    if all(is_sold_here(leg, network) for leg in rented):
        return price
    return Price(price.price)


def chain_of(journey: found.Journey, network: Network) -> Chain:
    """Return the journey as booking sees it: ids and names instead of indices."""
    writer = _Writer(network)
    return Chain(network.image.id, tuple(writer.chain_leg(leg) for leg in journey.legs))


def journey_json(journey: found.Journey, network: Network, price: Price) -> Journey:
    """Return the journey as riders see it."""
    writer = _Writer(network)
    legs = [writer.leg(leg) for leg in journey.legs]
    return Journey(
        departure=network.local(journey.departure),
        arrival=network.local(journey.arrival),
        duration_s=journey.arrival - journey.departure,
        transfers=max(journey.rides - 1, 0),
        walk_m=journey.walk_m,
        co2_g=sum(leg.co2_g for leg in legs),
        price=price.price,
        bookable=price.bookable,
        token=price.token,
        legs=legs,
    )


def point_of_stop(network: Network, stop: int) -> Point:
    """Return a stop as a point."""
    info = network.catalogue.stop(stop)
    tt = network.timetable
    return Point(
        name=info.name, lat=float(tt.stop_lat[stop]), lon=float(tt.stop_lon[stop]), stop_id=info.id
    )


def route_of(network: Network, route: int) -> Route:
    """Return a route as riders know it."""
    info = network.catalogue.route(route)
    return Route(
        id=info.id,
        short_name=info.short_name,
        long_name=info.long_name,
        color=info.color,
        text_color=info.text_color,
        agency=Agency(id=info.agency.id, name=info.agency.name),
    )


class _Writer:
    """Writes the legs of one journey."""

    def __init__(self, network: Network) -> None:
        self._network, self._catalogue = network, network.catalogue
        self._tt, self._trips = network.timetable, network.trips

    # --- for riders

    def leg(self, leg: found.Leg) -> Leg:
        if isinstance(leg, found.StreetLeg):
            return self._vehicle(leg)
        if isinstance(leg, found.OnDemandLeg):
            return leg_json(leg, self._network)
        return self._walk(leg) if isinstance(leg, found.WalkLeg) else self._ride(leg)

    def _vehicle(self, leg: found.StreetLeg) -> Leg:
        needs = needs_of(leg, self._network)
        return Leg(
            mode=mode_of(leg),
            origin=self._end(leg, leg.origin, 0),
            destination=self._end(leg, leg.destination, -1),
            departure=self._network.local(leg.departure),
            arrival=self._network.local(leg.arrival),
            duration_s=leg.arrival - leg.departure,
            distance_m=leg.distance_m,
            geometry=encode(leg.lat, leg.lon),
            steps=self._steps(leg.path, leg.profile),
            co2_g=needs.co2_g,
            energy_wh=needs.energy_wh,
            rental=rental_json(leg, self._network),
            parked=leg.parking is not None,
        )

    def _walk(self, leg: found.WalkLeg) -> Leg:
        return Leg(
            mode=LegMode.WALK,
            origin=self._end(leg, leg.origin, 0),
            destination=self._end(leg, leg.destination, -1),
            departure=self._network.local(leg.departure),
            arrival=self._network.local(leg.arrival),
            duration_s=leg.arrival - leg.departure,
            distance_m=leg.distance_m,
            geometry=encode(leg.lat, leg.lon),
            on_streets=leg.on_streets,
            steps=self._steps(leg.path, Profile.FOOT),
            co2_g=0,
        )

    def _steps(self, path: StreetPath | None, profile: Profile) -> list[Step]:
        streets = self._network.image.streets
        if path is None or streets is None:
            return []
        return [
            step_json(one, self._street(one.name)) for one in instructions(streets, profile, path)
        ]

    def _ride(self, leg: found.RideLeg) -> Leg:
        calls = self._calls(leg)
        stops = [call.stop for call in calls.expected]
        trip = self._trips.info(leg.trip)
        mode, distance_m = self._network.trip_mode(leg.trip), self._ride_m(leg)
        return Leg(
            mode=mode,
            origin=self._stop(leg.origin),
            destination=self._stop(leg.destination),
            departure=self._network.local(leg.departure),
            arrival=self._network.local(leg.arrival),
            duration_s=leg.arrival - leg.departure,
            distance_m=distance_m,
            co2_g=round(leg_co2_g(mode, distance_m)),
            geometry=encode(self._tt.stop_lat[stops], self._tt.stop_lon[stops]),
            route=route_of(self._network, self._trips.route(leg.trip)),
            headsign=trip.headsign,
            trip_id=trip.id,
            service_day=self._network.date_of(leg.day),
            stops=self._stop_calls(calls),
            booking=self._booking(leg),
            stay_seated=leg.stay_seated,
            **self._news(leg, calls),
        )

    def _news(self, leg: found.RideLeg, calls: TripCalls) -> dict[str, Any]:
        """Return the fields of a ride that the timetable alone does not know."""
        ends = leg.origin.stop, leg.destination.stop
        news: dict[str, Any] = {
            "realtime": calls.is_realtime,
            "added": self._trips.is_added(leg.trip),
            "vehicle": vehicle_of_ride(self._network, leg.trip, leg.day),
            "alerts": alerts_of_ride(
                self._network,
                leg.trip,
                leg.day,
                [stop for stop in ends if stop is not None],
                leg.departure,
                leg.arrival,
            ),
        }
        if calls.planned is not None:
            boards, alights = calls.planned[0], calls.planned[-1]
            news["scheduled_departure"] = self._network.local(boards.departure)
            news["scheduled_arrival"] = self._network.local(alights.arrival)
            news["scheduled_origin"] = self._other_stop(boards.stop, leg.origin)
            news["scheduled_destination"] = self._other_stop(alights.stop, leg.destination)
            if calls.is_realtime:
                news["departure_delay_s"] = leg.departure - boards.departure
                news["arrival_delay_s"] = leg.arrival - alights.arrival
        return news

    def _other_stop(self, planned: int, expected: Place) -> Point | None:
        return None if planned == expected.stop else point_of_stop(self._network, planned)

    def _calls(self, leg: found.RideLeg) -> TripCalls:
        """Return the calls of a ride, from boarding to alighting."""
        ridden = slice(leg.board, leg.alight + 1)
        calls = self._trips.calls(leg.trip, leg.day)
        planned = None if calls.planned is None else calls.planned[ridden]
        return calls._replace(expected=calls.expected[ridden], planned=planned)

    def _stop_calls(self, calls: TripCalls) -> list[StopCall]:
        """Return every stop of a ride; nobody cares when the vehicle came or where it goes on."""
        planned = calls.planned or (None,) * len(calls.expected)
        last = len(calls.expected) - 1
        return [
            StopCall(
                **point_of_stop(self._network, call.stop).model_dump(),
                arrival=self._network.local(call.arrival) if i else None,
                departure=self._network.local(call.departure) if i < last else None,
                scheduled_arrival=self._network.local(plan.arrival) if i and plan else None,
                scheduled_departure=(
                    self._network.local(plan.departure) if i < last and plan else None
                ),
                skipped=is_skipped(call, plan),
            )
            for i, (call, plan) in enumerate(zip(calls.expected, planned, strict=True))
        ]

    def _booking(self, leg: found.RideLeg) -> BookingNotice | None:
        row = self._trips.rule(leg.trip)
        if row == NONE:
            return None
        rule = self._catalogue.booking_rule(row)
        return BookingNotice(
            latest=self._latest(leg),
            message=rule.message,
            phone=rule.phone_number,
            url=rule.booking_url or rule.info_url,
        )

    # --- for booking

    def chain_leg(self, leg: found.Leg) -> ChainLeg:
        walk = ChainLeg(
            mode=LegMode.WALK,
            origin=_chain_point(self._end(leg, leg.origin, 0)),
            destination=_chain_point(self._end(leg, leg.destination, -1)),
            departure=self._network.local(leg.departure),
            arrival=self._network.local(leg.arrival),
            distance_m=self._ride_m(leg) if isinstance(leg, found.RideLeg) else leg.distance_m,
        )
        if isinstance(leg, found.WalkLeg):
            return walk
        if isinstance(leg, found.StreetLeg):
            earliest = earliest_booking_s(leg, self._network)
            return replace(
                walk,
                mode=mode_of(leg),
                rental=rental_ref(leg, self._network),
                earliest_booking=None if earliest is None else self._network.local(earliest),
            )
        if isinstance(leg, found.OnDemandLeg):
            return replace(
                walk,
                mode=LegMode.ON_DEMAND,
                shuttle=shuttle_ref(leg, self._network),
                latest_booking=self._network.local(leg.latest_booking),
            )
        return replace(
            walk,
            mode=self._network.trip_mode(leg.trip),
            ride=self._trip_ref(leg),
            latest_booking=self._latest(leg),
        )

    def _trip_ref(self, leg: found.RideLeg) -> TripRef:
        route = self._catalogue.route(self._trips.route(leg.trip))
        return TripRef(
            trip_id=self._trips.info(leg.trip).id,
            service_day=self._network.date_of(leg.day),
            board=leg.board,
            alight=leg.alight,
            route_id=route.id,
            route_name=route.short_name or route.long_name,
            agency_id=route.agency.id,
            agency_name=route.agency.name,
        )

    # --- for both

    def _latest(self, leg: found.RideLeg) -> datetime | None:
        return None if leg.latest_booking is None else self._network.local(leg.latest_booking)

    def _end(self, leg: found.Leg, place: Place, step: int) -> Point:
        """Return an end of a leg; a door is called by its street."""
        if isinstance(leg, found.OnDemandLeg):
            return end_of(leg, self._network, last=step < 0)
        if place.stop is not None:
            return self._stop(place)
        street = None
        if not isinstance(leg, found.RideLeg) and leg.path is not None and leg.path.steps:
            street = self._street(leg.path.steps[step].name)
        name = (
            station_name(leg, place, self._network) or street or f"{place.lat:.5f}, {place.lon:.5f}"
        )
        return Point(name=name, lat=place.lat, lon=place.lon, stop_id=None)

    def _stop(self, place: Place) -> Point:
        assert place.stop is not None  # noqa: S101 - rides go from stop to stop
        return point_of_stop(self._network, place.stop)

    def _street(self, name: int) -> str | None:
        return None if name == NONE else self._catalogue.street_names[name] or None

    def _ride_m(self, leg: found.RideLeg) -> int:
        stops = [call.stop for call in self._calls(leg).expected]
        lat, lon = self._tt.stop_lat[stops], self._tt.stop_lon[stops]
        return round(float(distances_m(lat[:-1], lon[:-1], lat[1:], lon[1:]).sum()))


def is_skipped(call: DatedCall, planned: DatedCall | None) -> bool:
    """Say whether a vehicle that should stop does not: what nobody may use by plan is not news."""
    closed = NO_PICKUP | NO_DROP_OFF
    was_open = planned is None or planned.flags & closed != closed
    return was_open and call.flags & closed == closed


def _chain_point(point: Point) -> ChainPoint:
    return ChainPoint(point.name, point.lat, point.lon, point.stop_id)


def journeys_json(
    journeys: Sequence[found.Journey], network: Network, offers: Offers, now: datetime
) -> list[Journey]:
    """Return journeys as riders see them, with what one adult pays for each."""
    return [
        journey_json(journey, network, price_of_journey(journey, network, offers, now))
        for journey in journeys
    ]
