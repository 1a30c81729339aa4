"""Boxes with a reader: the ticket itself opens the box of the order's rental within its window."""

from dataclasses import dataclass
from datetime import datetime

from booking.domain.errors import RentalRefused
from booking.domain.rentals import Action, Rental, RentalState
from booking.service.ports import Store, UnitOfWork
from booking.service.rentals import Rentals
from booking.service.revocations import check_not_revoked
from booking.service.tickets import Tickets
from booking.tickets.boxes import may_open
from booking.tickets.errors import BoxNotInTicket
from booking.tickets.ticket import Ticket, TicketLeg
from kommit.kit.clock import Clock


@dataclass(frozen=True)
class Boxes:
    """Opens boxes for tickets."""

    store: Store
    clock: Clock
    tickets: Tickets
    rentals: Rentals

    def open(self, data: bytes, system_id: str, station_id: str, box: int | None = None) -> Rental:
        """Open the box of the rental that a ticket pays for, and return the rental as it is then.

        Parameters
        ----------
        data
            The ticket as the reader saw it: from a phone with the moment it signed.
        box
            Number of the box in front of which it was shown, or None.

        Raises
        ------
        TicketError
            If the ticket is not to be accepted now, or opens nothing here.
        RentalRefused, RentalBusy, BoxDidNotOpen, LockError
            As ``Rentals.act``.
        """
        now = self.clock.now()
        ticket = self.tickets.inspect(data, now).ticket
        with self.store.read() as uow:
            check_not_revoked(uow, ticket, now)
            leg = _leg_here(ticket, system_id, station_id, now)
            rental = uow.rentals.find_of_order(ticket.order_id, leg.position)
            if rental is None or rental.fleet_id != system_id:
                raise BoxNotInTicket("the order of this ticket has no vehicle here any more")
            _check_box(uow, rental, box)
        action = Action.RESUME if rental.state is RentalState.PAUSED else Action.OPEN
        return self.rentals.act(rental.id, rental.rider_id, action)


def _leg_here(ticket: Ticket, system_id: str, station_id: str, now: datetime) -> TicketLeg:
    """Return the first rental of a ticket that opens a box of this station now."""
    refusal = BoxNotInTicket(f"the ticket has no vehicle of {system_id}")
    for leg in ticket.legs:
        if leg.rental is not None and leg.rental.system_id == system_id:
            try:
                return may_open(ticket, system_id, leg.rental.vehicle_type, station_id, now)
            except BoxNotInTicket as why:
                refusal = why
    raise refusal


def _check_box(uow: UnitOfWork, rental: Rental, box: int | None) -> None:
    slot = uow.fleets.vehicle(rental.fleet_id, rental.vehicle_id).slot
    if box is not None and slot is not None and box != slot:
        raise RentalRefused(f"the ticket is for box {slot}, not for box {box}")
