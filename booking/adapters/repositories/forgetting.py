"""The steps of forgetting: what is removed, made coarse or replaced in each table.

Whoever adds a column that leads to a person adds it here; ``tests/booking/privacy`` looks for what
a rider ever told us in every table, afterwards.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from booking.adapters.fleet_tables import RentalJournalRow, RentalRow
from booking.adapters.payment_tables import CustomerRow, MandateRow
from booking.adapters.redress_tables import ComplaintRow, RedressClaimRow
from booking.adapters.shuttle_tables import GuestRow, ShuttleRatingRow, ShuttleRideRow
from booking.adapters.snapshot import restore, snapshot
from booking.adapters.tables import AnswerRow, OrderRow, RiderRow, SessionRow
from booking.adapters.ticket_tables import InspectionRow
from booking.adapters.travel_tables import SightingRow, SubscriptionRow, TripRow
from booking.domain.offers import Offer
from booking.domain.payments.iban import masked
from booking.domain.payments.mandates import MandateState
from booking.domain.privacy import (
    NO_PASSWORD,
    REMOVED_NAME,
    coarse,
    coarse_name,
    coarse_offer,
    names_a_door,
    removed_email,
)


def blurred(session: Session, row: OrderRow, decimals: int) -> None:
    """Make the doors of an order and of its rides coarse, and forget where it was inspected.

    A ticket that names a door goes.
    """
    offer = restore(Offer, row.offer)
    if names_a_door(offer.chain):
        row.ticket = None
    row.offer = snapshot(coarse_offer(offer, decimals))
    row.device_key, row.precise_until = None, None
    for ride in session.scalars(select(ShuttleRideRow).where(ShuttleRideRow.order_id == row.id)):
        ride.pickup = _coarse_stop(ride.pickup, decimals)
        ride.drop_off = _coarse_stop(ride.drop_off, decimals)
    rentals = select(RentalRow.id).where(RentalRow.order_id == row.id)
    _blur_returns(session, list(session.scalars(rentals)), decimals)
    looks = update(InspectionRow).where(InspectionRow.order_id == row.id)
    session.execute(looks.values(lat=None, lon=None))


def erased(session: Session, rider_id: UUID, decimals: int) -> None:
    """Empty an account, and remove what else leads to its rider."""
    rider = session.get_one(RiderRow, rider_id)
    rider.email, rider.name = removed_email(rider_id), REMOVED_NAME
    rider.password_hash = NO_PASSWORD
    orders = select(OrderRow.id).where(OrderRow.rider_id == rider_id)
    trips = select(TripRow.id).where(TripRow.rider_id == rider_id)
    for gone in (
        delete(SessionRow).where(SessionRow.rider_id == rider_id),
        delete(AnswerRow).where(AnswerRow.scope == str(rider_id)),
        delete(GuestRow).where(GuestRow.rider_id == rider_id),
        delete(CustomerRow).where(CustomerRow.rider_id == rider_id),
        delete(SightingRow).where(SightingRow.trip_id.in_(trips)),
    ):
        session.execute(gone)
    comments = update(ShuttleRatingRow).where(ShuttleRatingRow.order_id.in_(orders))
    session.execute(comments.values(comment=None))
    complaints = update(ComplaintRow).where(ComplaintRow.order_id.in_(orders))
    session.execute(complaints.values(text="", answer=None))
    taxis = update(RedressClaimRow).where(RedressClaimRow.order_id.in_(orders))
    session.execute(taxis.values(receipt=None))
    numbers = update(SubscriptionRow).where(SubscriptionRow.rider_id == rider_id)
    session.execute(numbers.values(number=None))
    rentals = select(RentalRow.id).where(RentalRow.rider_id == rider_id)
    _blur_returns(session, list(session.scalars(rentals)), decimals)
    _empty_trips(session, rider_id, decimals)
    _empty_mandates(session, rider_id)


def _coarse_stop(kept: list[Any], decimals: int) -> list[Any]:
    """Return where a ride begins or ends: name, lat, lon, stop of the timetable and of us."""
    _name, lat, lon, stop_id, stop = kept
    if stop_id is not None or stop is not None:
        return kept
    return [
        coarse_name(lat, lon, decimals),
        coarse(lat, decimals),
        coarse(lon, decimals),
        None,
        None,
    ]


def _blur_returns(session: Session, rental_ids: list[UUID], decimals: int) -> None:
    """Make coarse where free-floating vehicles were left, in the journals of their rentals."""
    wanted = select(RentalJournalRow).where(RentalJournalRow.rental_id.in_(rental_ids))
    for entry in session.scalars(wanted):
        if "lat" in entry.notes:
            entry.notes = entry.notes | {
                name: repr(coarse(float(entry.notes[name]), decimals)) for name in ("lat", "lon")
            }


def _empty_trips(session: Session, rider_id: UUID, decimals: int) -> None:
    """Make coarse where trips began and ended, and forget what was said about them."""
    for trip in session.scalars(select(TripRow).where(TripRow.rider_id == rider_id)):
        trip.begin = _coarse_spot(trip.begin, decimals)
        trip.end = None if trip.end is None else _coarse_spot(trip.end, decimals)
        trip.dispute = None
        if trip.chain is not None:
            trip.chain = trip.chain | {
                "legs": [_coarse_kept(leg, decimals) for leg in trip.chain["legs"]]
            }


def _coarse_spot(spot: dict[str, Any], decimals: int) -> dict[str, Any]:
    return spot | {name: coarse(spot[name], decimals) for name in ("lat", "lon")}


def _coarse_kept(leg: dict[str, Any], decimals: int) -> dict[str, Any]:
    doors = {end: leg[end] for end in ("origin", "destination") if leg[end]["stop_id"] is None}
    return leg | {
        end: _coarse_spot(point, decimals)
        | {"name": coarse_name(point["lat"], point["lon"], decimals)}
        for end, point in doors.items()
    }


def _empty_mandates(session: Session, rider_id: UUID) -> None:
    """End mandates and forget whose account it was; invoices keep the debtor, as they must."""
    for mandate in session.scalars(select(MandateRow).where(MandateRow.rider_id == rider_id)):
        mandate.iban, mandate.holder = masked(mandate.iban), REMOVED_NAME
        mandate.state = MandateState.REVOKED
