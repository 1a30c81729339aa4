"""Whether a ticket opens a box: from what it says and the time alone, so that a box can ask itself.

A box's controller verifies the ticket first (``booking.tickets.verify``), then asks here.
"""

from datetime import datetime

from booking.domain.rentals import EARLY_OPEN
from booking.tickets.errors import BoxNotInTicket
from booking.tickets.figures import RETURN_WITHIN
from booking.tickets.ticket import Ticket, TicketLeg


def may_open(
    ticket: Ticket, system_id: str, vehicle_type: str, station_id: str | None, now: datetime
) -> TicketLeg:
    """Return the rental of a ticket that opens a box at an aware time.

    Its window begins ``EARLY_OPEN`` before the rental. At the station where the vehicle is brought
    it ends ``RETURN_WITHIN`` after the rental, so that who is late can put it back; elsewhere with
    the rental. Whether a vehicle was fetched already is known to the server only, which is why it
    refuses to hand one out after the reserved time.

    Raises
    ------
    BoxNotInTicket
        If none does, and why.
    """
    mine = [leg for leg in ticket.legs if _is_for(leg, system_id, vehicle_type)]
    if not mine:
        raise BoxNotInTicket(f"the ticket has no {vehicle_type} of {system_id}")
    here = [leg for leg in mine if station_id is None or station_id in _stations(leg)]
    if not here:
        raise BoxNotInTicket(f"the ticket has no vehicle at {station_id}")
    for leg in here:
        if leg.departure - EARLY_OPEN <= now <= _end(leg, station_id):
            return leg
    windows = " or ".join(
        f"from {(leg.departure - EARLY_OPEN).isoformat()} until {_end(leg, station_id).isoformat()}"
        for leg in here
    )
    raise BoxNotInTicket(f"the ticket opens this box only {windows}")


def _is_for(leg: TicketLeg, system_id: str, vehicle_type: str) -> bool:
    rental = leg.rental
    return rental is not None and (rental.system_id, rental.vehicle_type) == (
        system_id,
        vehicle_type,
    )


def _stations(leg: TicketLeg) -> tuple[str, ...]:
    rental = leg.rental
    named = (rental.pick_up_station, rental.return_station) if rental else ()
    return tuple(each for each in named if each)


def _end(leg: TicketLeg, station_id: str | None) -> datetime:
    rental = leg.rental
    brought = rental.return_station if rental else None
    comes_back = brought is None or station_id in {None, brought}
    return leg.arrival + RETURN_WITHIN if comes_back else leg.arrival
