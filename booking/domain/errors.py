"""What booking refuses, as one tree.

::

BookingError
├── OfferRefused
│   ├── OfferNotYours             the price is by the caps and subscriptions of another rider
│   ├── OfferForged               the token was not signed by us, or was changed
│   ├── OfferExpired              the price is no longer promised
│   ├── OfferTaken                another order has it already
│   └── NotOnSale                 no tariff sells this chain
├── OrderRefused
│   ├── OrderNotFound             unknown, or somebody else's
│   ├── IllegalTransition         the transition table says no
│   ├── HoldExpired               the places were held, and no longer are
│   ├── NoPlacesLeft              the quota of a dated trip is sold
│   ├── BookingDeadlinePassed     a leg had to be booked earlier
│   ├── StaleOrder                somebody else keeps changing it: read it again
│   ├── NotCancellable            a leg has begun, or nothing of it is left
│   ├── QuoteChanged              the fee is another than the rider agreed to
│   └── NotPaidYet                there is no ticket before the money is captured
├── PaymentRefused
│   ├── PaymentDeclined           for good: the saga turns back
│   │   └── NotEnoughMoney        the wallet holds less than the price
│   ├── UnknownMeans              this installation does not take that means of payment
│   ├── PaymentChallenged         the rider has to confirm it with their bank first
│   ├── PaymentInProgress         somebody drives this payment at this moment
│   └── PaymentUnavailable        the provider gave no answer: kommit tries again by itself
├── AccountRefused
│   ├── AccountExists             the e-mail address has an account
│   ├── BadCredentials            wrong e-mail address or password, never said which
│   ├── NotSignedIn               no session goes by this token
│   ├── BadAccountData            an address or password that cannot be taken
│   └── RemovalRefused            something is still open between the rider and us
├── FleetRefused
│   ├── FleetNotFound             no own fleet goes by this id
│   ├── VehicleNotFound           no vehicle of the fleet goes by this id now: ids change
│   ├── RentalNotFound            unknown, or somebody else's
│   ├── SlotNotFree               closed, taken, too short, too long or too far ahead
│   ├── RentalRefused             not in this state, not here, or the door is open
│   ├── RentalBusy                something is being done for this rental at this moment
│   └── BoxDidNotOpen             nothing else was free: released, and nothing is charged
├── ShuttleRefused
│   ├── ShuttleNotFree            no vehicle can keep this promise beside those that were given
│   ├── TooManyOpenRides          one account has only so many rides that were not taken yet
│   ├── IllegalRide               not in this state
│   ├── RideNotFound              unknown, or somebody else's
│   ├── WrongPin                  neither PIN nor ticket is that of the ride
│   ├── TooEarlyForNoShow         the promised pick-up window has not passed yet
│   ├── NoDuty                    the vehicle has no duty at this moment
│   └── NotYours                  another service's or vehicle's, or another role
├── WebhookRefused, ForeignRefused, ForeignUnavailable in ``booking.domain.outside_errors``
├── RedressRefused, ComplaintRefused in ``booking.domain.redress_errors``
├── TripRefused, SubscriptionRefused in ``booking.domain.travel_errors``
├── LockError in ``booking.domain.lock_errors``
└── IdempotencyConflict in ``booking.domain.idempotency_errors``
"""

from datetime import datetime
from uuid import UUID

from booking.domain.money import Money


class BookingError(Exception):
    """Anything booking refuses; ``str`` of it is a plain sentence for the caller."""


# --- offers


class OfferRefused(BookingError):  # noqa: N818 - named after what happened
    """An offer cannot be made or taken."""


class OfferForged(OfferRefused):
    """The token was not signed by us, or was changed since."""


class OfferExpired(OfferRefused):
    """The price was promised until a moment that has passed."""

    def __init__(self, expired_at: datetime) -> None:
        super().__init__(f"the offer expired at {expired_at.isoformat(timespec='seconds')}")
        self.expired_at = expired_at


class OfferTaken(OfferRefused):
    """An offer is sold once; this one belongs to an order already."""

    def __init__(self, offer_id: UUID) -> None:
        super().__init__("this offer was taken by another order, ask for a new one")
        self.offer_id = offer_id


class OfferNotYours(OfferRefused):
    """The price was made by the caps and subscriptions of somebody else."""

    def __init__(self) -> None:
        super().__init__("this offer was made for another rider, ask for one of your own")


class NotOnSale(OfferRefused):
    """No tariff sells this chain, or some leg of it cannot be booked here."""


# --- orders


class OrderRefused(BookingError):  # noqa: N818 - named after what happened
    """An order cannot be made or changed as asked."""


class OrderNotFound(OrderRefused):
    """There is no such order, or it is another rider's: the caller is not told which."""

    def __init__(self, order_id: UUID) -> None:
        super().__init__(f"there is no order {order_id}")
        self.order_id = order_id


class IllegalTransition(OrderRefused):
    """``booking.domain.orders.ALLOWED`` has no such step."""

    def __init__(self, order_id: UUID, state: str, to: str) -> None:
        super().__init__(f"an order that is {state} cannot become {to}")
        self.order_id, self.state, self.to = order_id, state, to


class HoldExpired(OrderRefused):
    """The places were held until a moment that has passed, and may be somebody else's now."""

    def __init__(self, order_id: UUID, expired_at: datetime) -> None:
        at = expired_at.isoformat(timespec="seconds")
        super().__init__(f"the places were held until {at} and have been given back")
        self.order_id, self.expired_at = order_id, expired_at


class NoPlacesLeft(OrderRefused):
    """A dated trip has fewer places left than the order needs."""

    def __init__(self, trip_id: str, service_day: str, left: int, wanted: int) -> None:
        super().__init__(
            f"trip {trip_id} on {service_day} has {left} places left on this part, not {wanted}"
        )
        self.trip_id, self.service_day, self.left, self.wanted = trip_id, service_day, left, wanted


class BookingDeadlinePassed(OrderRefused):
    """A leg had to be booked before a moment that has passed."""

    def __init__(self, leg: str, latest: datetime) -> None:
        at = latest.isoformat(timespec="seconds")
        super().__init__(f"{leg} could be booked until {at}")
        self.leg, self.latest = leg, latest


class StaleOrder(OrderRefused):
    """The change collided with others each time it was tried; read again, then decide."""


class NotCancellable(OrderRefused):
    """These parts of an order cannot be given back or changed; the text says why."""


class QuoteChanged(OrderRefused):
    """What the rider agreed to was quoted a while ago; ask again and decide."""

    def __init__(self, now: Money) -> None:
        super().__init__("the refund is another one by now, ask for a new quote")
        self.now = now


class NotPaidYet(OrderRefused):
    """A ticket is shown only for an order that is confirmed and captured."""

    def __init__(self, order_id: UUID) -> None:
        super().__init__("there is no ticket for this order: it is not confirmed and paid")
        self.order_id = order_id


# --- payments


class PaymentRefused(BookingError):  # noqa: N818 - named after what happened
    """A payment could not be made."""


class PaymentDeclined(PaymentRefused):
    """The provider said no, for good. Nothing is held or captured."""


class NotEnoughMoney(PaymentDeclined):
    """The wallet holds less than is asked for."""

    def __init__(self, asked: Money) -> None:
        super().__init__("there is not enough money in the wallet for this")
        self.asked = asked


class UnknownMeans(PaymentRefused):
    """A means of payment that this installation does not take."""

    def __init__(self, means: str, known: tuple[str, ...]) -> None:
        super().__init__(f"{means!r} is not a means of payment here; there is {', '.join(known)}")
        self.means, self.known = means, known


class PaymentChallenged(PaymentRefused):
    """The rider has to confirm the payment (3-D Secure); it goes on by itself afterwards."""

    def __init__(self, action: str) -> None:
        super().__init__("the bank asks the rider to confirm this payment")
        self.action = action
        """What the provider's form needs for it: Stripe's client secret."""


class PaymentInProgress(PaymentRefused):
    """Another request or process drives this payment at this moment; ask again shortly."""

    def __init__(self, order_id: UUID) -> None:
        super().__init__("this order is being paid at this moment, ask again in a few seconds")
        self.order_id = order_id


class PaymentUnavailable(PaymentRefused):
    """The provider gave no answer. The payment is journalled, and kommit tries again by itself."""


# --- accounts


class AccountRefused(BookingError):  # noqa: N818 - named after what happened
    """An account or session cannot be had."""


class AccountExists(AccountRefused):
    """The e-mail address has an account already."""

    def __init__(self) -> None:
        super().__init__("there is an account with this e-mail address already")


class BadCredentials(AccountRefused):
    """Wrong e-mail address or password; never said which of them."""

    def __init__(self) -> None:
        super().__init__("the e-mail address or the password is wrong")


class NotSignedIn(AccountRefused):
    """No session goes by this token, or it has ended."""

    def __init__(self) -> None:
        super().__init__("this session does not exist or has ended, sign in again")


class BadAccountData(AccountRefused):
    """An e-mail address, name or password that cannot be taken."""


class RemovalRefused(AccountRefused):
    """Something is still open between the rider and us; the text lists what."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__("the account cannot be removed yet: " + "; ".join(reasons))
        self.reasons = reasons


# --- own fleets


class FleetRefused(BookingError):  # noqa: N818 - named after what happened
    """A rental of an own vehicle cannot be made or changed as asked."""


class FleetNotFound(FleetRefused):
    """No own fleet goes by this id."""

    def __init__(self, fleet_id: str) -> None:
        super().__init__(f"there is no own fleet {fleet_id!r} here")
        self.fleet_id = fleet_id


class VehicleNotFound(FleetRefused):
    """No vehicle goes by this id at this moment."""

    def __init__(self) -> None:
        super().__init__("there is no such vehicle now; ids change after each rental, look again")


class RentalNotFound(FleetRefused):
    """There is no such rental, or it is another rider's: the caller is not told which."""

    def __init__(self, rental_id: UUID) -> None:
        super().__init__(f"there is no rental {rental_id}")
        self.rental_id = rental_id


class SlotNotFree(FleetRefused):
    """The vehicle cannot be had in that time; the text says why."""


class RentalRefused(FleetRefused):
    """The rental does not allow this, in its state or at this place."""


class RentalBusy(FleetRefused):
    """Something is done for this rental at this moment; ask again shortly."""

    def __init__(self) -> None:
        super().__init__("a door is being moved for this rental, ask again in a few seconds")


class BoxDidNotOpen(FleetRefused):
    """The door did not open and nothing else was free: the rental is over, nothing is charged."""

    def __init__(self) -> None:
        super().__init__(
            "the box did not open and no other vehicle is free here; nothing is charged"
        )


# --- rides on demand


class ShuttleRefused(BookingError):  # noqa: N818 - named after what happened
    """A ride on demand cannot be had or changed as asked."""


class ShuttleNotFree(ShuttleRefused):
    """No vehicle can keep the promise at this moment; the text says why."""


class TooManyOpenRides(ShuttleRefused):
    """An account has as many rides that were not taken yet as one may have."""

    def __init__(self, most: int) -> None:
        super().__init__(f"you have {most} rides that are not taken yet; more cannot be booked")
        self.most = most


class IllegalRide(ShuttleRefused):
    """``booking.domain.shuttles.ALLOWED`` has no such step."""


class RideNotFound(ShuttleRefused):
    """There is no such ride for the one who asks."""

    def __init__(self) -> None:
        super().__init__("there is no such ride")


class WrongPin(ShuttleRefused):
    """Neither the PIN nor the ticket belongs to the ride."""

    def __init__(self) -> None:
        super().__init__("this PIN or ticket does not belong to this ride")


class TooEarlyForNoShow(ShuttleRefused):
    """The rider may still come."""

    def __init__(self, until: datetime) -> None:
        at = until.isoformat(timespec="seconds")
        super().__init__(f"the rider was promised to be picked up until {at}: wait until then")
        self.until = until


class NoDuty(ShuttleRefused):
    """The vehicle has no duty at this moment."""

    def __init__(self) -> None:
        super().__init__("this vehicle has no duty at this moment")


class NotYours(ShuttleRefused):
    """Staff see and change only what is of their own service and vehicle."""

    def __init__(self) -> None:
        super().__init__("this is not for your role, service or vehicle")
