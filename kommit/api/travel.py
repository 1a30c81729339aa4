"""Trips, statements and subscriptions of booking as JSON; times by the region's clocks."""

import base64
from collections.abc import Sequence
from typing import Final

from booking.domain import best_price, cico
from booking.domain.passengers import Passenger, PassengerCategory
from booking.domain.subscriptions import OwnedSubscription
from booking.service.subscriptions import ForSale
from booking.service.trips import Seen
from booking.tickets.check_in import CheckInDocument
from kommit.api.network import Network
from kommit.api.sales import group_of, local_chain, passengers_json
from kommit.api.schemas import subscriptions as subscription_shapes
from kommit.api.schemas import trips as shapes
from kommit.api.schemas.common import Money
from kommit.api.schemas.offers import BreakdownLine, SoldJourney

NOTICES: Final = {
    "far-from-stops": "You checked out far from every stop.",
    "no-check-out": "You did not check out: the trip ended where you were seen last.",
    "no-ride": "You were not seen to move: nothing is charged.",
    "not-on-sale": "No tariff here sells this trip: nothing is charged.",
    "unassigned": "No vehicle of the timetable explains this trip: it is billed as the crow flies.",
}


def group_in(request: shapes.CheckIn) -> tuple[Passenger, ...]:
    """Return who travels on a trip: those who are named, or the rider alone."""
    if request.passengers:
        return group_of(request.passengers)
    rider = Passenger(PassengerCategory.ADULT, 0, (), request.travel_class, request.bicycle)
    return (rider,)


def seen(here: shapes.Here) -> Seen:
    """Return where a rider is, as booking takes it."""
    return Seen(here.lat, here.lon, here.at, here.stop_id)


def batch(sightings: Sequence[shapes.Sighting]) -> list[Seen]:
    """Return sightings, as booking takes them."""
    return [Seen(one.lat, one.lon, one.at, one.stop_id, one.vehicle) for one in sightings]


def trip_json(trip: cico.Trip, network: Network) -> shapes.Trip:
    """Return a trip as its rider sees it."""
    is_open = trip.state is cico.TripState.CHECKED_IN
    return shapes.Trip(
        id=trip.id,
        state=trip.state,
        begin=_place(trip.begin, network),
        end=None if trip.end is None else _place(trip.end, network),
        passengers=passengers_json(trip.passengers),
        journey=None if trip.chain is None else SoldJourney.of(local_chain(trip.chain, network)),
        price=None if trip.price is None else Money.of(trip.price.total),
        breakdown=[BreakdownLine.of(line) for line in trip.price.lines] if trip.price else [],
        paid_by=trip.means,
        revision=trip.revision,
        notices=[
            shapes.Notice.model_validate({"code": code, "text": NOTICES[code]})
            for code in trip.notices
        ],
        ticket_url=f"/v1/trips/{trip.id}/ticket" if is_open else None,
    )


def ticket_json(document: CheckInDocument, data: bytes, network: Network) -> shapes.CheckInTicket:
    """Return the document of a trip under way."""
    return shapes.CheckInTicket(
        document=base64.urlsafe_b64encode(data).rstrip(b"=").decode(),
        trip_id=document.trip_id,
        since=network.local(document.since),
        issued_at=network.local(document.issued_at),
        valid_until=network.local(document.valid_until),
    )


def statement_json(one: best_price.Statement, network: Network) -> shapes.Statement:
    """Return a statement as its rider sees it."""
    return shapes.Statement(
        id=one.id,
        tariff=one.tariff,
        period=one.period,
        begins=network.local(one.begins),
        ends=network.local(one.ends),
        full=Money.of(one.full),
        paid=Money.of(one.paid),
        due=Money.of(one.due),
        credit=Money.of(one.credit),
        product=one.product,
        revision=one.revision,
    )


def product_json(one: ForSale) -> subscription_shapes.SubscriptionProduct:
    """Return a product that is paid by the month."""
    terms = one.terms
    return subscription_shapes.SubscriptionProduct(
        id=one.product.id,
        name=one.product.name,
        price=Money(amount=one.product.price_minor, currency=one.product.currency),
        sold=terms.is_sold,
        registered=terms.is_registered,
        number_format=terms.number_text if terms.is_registered else None,
        cancel_until_day=terms.cancel_until_day,
        pays_back=terms.pays_back,
    )


def subscription_json(one: OwnedSubscription) -> subscription_shapes.Subscription:
    """Return a subscription as its rider sees it."""
    return subscription_shapes.Subscription(
        id=one.id,
        product=one.product,
        source=one.source,
        state=one.state,
        valid_from=one.valid_from,
        valid_until=one.valid_until,
        ends=one.ends,
        renews=one.renews,
        number=one.number,
        price=None if one.paid_from is None else Money.of(one.price),
        means=one.means,
    )


def _place(spot: cico.Spot, network: Network) -> shapes.Place:
    at = network.local(spot.at)
    return shapes.Place(at=at, lat=spot.lat, lon=spot.lon, stop_id=spot.stop_id)
