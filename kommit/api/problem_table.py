"""One table: which error is which problem. Every slug has its page in ``docs/problems``."""

from typing import Final, NamedTuple

from fastapi.exceptions import RequestValidationError

from booking.domain import errors as booking
from booking.domain import idempotency_errors, lock_errors, outside_errors, redress_errors
from booking.domain import travel_errors as travel
from booking.domain.clearing import errors as books
from booking.domain.payments import errors as means
from booking.service.ports import StoreUnavailable
from booking.tickets import errors as tickets
from kommit.api import errors as api


class ProblemType(NamedTuple):
    """What all problems of one type share."""

    status: int
    slug: str
    title: str


INTERNAL: Final = ProblemType(500, "internal-error", "Something went wrong on our side")
BAD_REQUEST: Final = ProblemType(400, "bad-request", "The request cannot be read")
NOT_FOUND: Final = ProblemType(404, "not-found", "There is nothing at this address")
METHOD_NOT_ALLOWED: Final = ProblemType(405, "method-not-allowed", "This method does nothing here")
TOO_LARGE: Final = ProblemType(413, "body-too-large", "The request body is too large")

UNKNOWN_MEANS: Final = ProblemType(409, "unknown-means", "This means of payment is not taken")

OF_ERROR: Final[dict[type[Exception], ProblemType]] = {
    RequestValidationError: ProblemType(422, "validation", "The request has fields that cannot be"),
    # --- the API itself
    api.OutsidePeriod: ProblemType(422, "outside-period", "There is no timetable for that time"),
    api.InvalidInput: ProblemType(422, "validation", "The request has fields that cannot be"),
    api.StopNotFound: ProblemType(404, "stop-not-found", "There is no such stop"),
    api.NotFound: NOT_FOUND,
    api.TopUpsClosed: ProblemType(403, "top-ups-closed", "Wallets are not topped up here"),
    api.BodyTooLarge: TOO_LARGE,
    api.TooManyRequests: ProblemType(429, "too-many-requests", "Too many requests"),
    StoreUnavailable: ProblemType(
        503, "database-unavailable", "The database gives no answer at this moment"
    ),
    # --- offers
    booking.OfferForged: ProblemType(400, "offer-forged", "The token is not one of ours"),
    booking.OfferExpired: ProblemType(410, "offer-expired", "The offer has expired"),
    booking.OfferNotYours: ProblemType(403, "offer-not-yours", "The offer is another rider's"),
    booking.OfferTaken: ProblemType(409, "offer-taken", "The offer was taken by another order"),
    booking.NotOnSale: ProblemType(409, "not-on-sale", "This journey cannot be bought"),
    # --- orders
    booking.OrderNotFound: ProblemType(404, "order-not-found", "There is no such order"),
    booking.IllegalTransition: ProblemType(
        409, "illegal-transition", "The order cannot change that way"
    ),
    booking.HoldExpired: ProblemType(410, "hold-expired", "The places are no longer held"),
    booking.NoPlacesLeft: ProblemType(409, "no-places-left", "No places are left"),
    booking.BookingDeadlinePassed: ProblemType(
        409, "booking-deadline-passed", "It is too late to book this ride"
    ),
    booking.StaleOrder: ProblemType(409, "stale-order", "Others changed it meanwhile"),
    booking.NotCancellable: ProblemType(
        409, "not-cancellable", "This cannot be given back or changed"
    ),
    booking.QuoteChanged: ProblemType(409, "quote-changed", "The refund is another one by now"),
    booking.NotPaidYet: ProblemType(409, "not-paid-yet", "There is no ticket yet"),
    redress_errors.RedressRefused: ProblemType(
        409, "redress-refused", "There is no such redress for this order"
    ),
    redress_errors.ComplaintNotFound: ProblemType(
        404, "complaint-not-found", "There is no such complaint"
    ),
    redress_errors.ComplaintRefused: ProblemType(
        409, "complaint-refused", "This complaint cannot be made or answered"
    ),
    # --- payments
    booking.NotEnoughMoney: ProblemType(402, "not-enough-money", "The wallet holds too little"),
    booking.PaymentDeclined: ProblemType(402, "payment-declined", "The payment was declined"),
    booking.UnknownMeans: UNKNOWN_MEANS,
    means.CardsNotTaken: UNKNOWN_MEANS,
    means.BadBankDetails: ProblemType(
        422, "bad-bank-details", "These bank details cannot be taken"
    ),
    means.VoucherNotFound: ProblemType(404, "voucher-not-found", "There is no such voucher"),
    means.VoucherRefused: ProblemType(409, "voucher-refused", "This voucher does not help now"),
    means.MeansNotFound: ProblemType(
        404, "means-not-found", "There is no such card, mandate or invoice"
    ),
    means.WebhookRefused: ProblemType(
        400, "webhook-refused", "The message does not prove where it comes from"
    ),
    booking.PaymentChallenged: ProblemType(
        402, "payment-challenged", "The bank asks for a confirmation"
    ),
    booking.PaymentInProgress: ProblemType(
        409, "payment-in-progress", "The order is being paid at this moment"
    ),
    booking.PaymentUnavailable: ProblemType(
        503, "payment-unavailable", "The payment provider gives no answer"
    ),
    # --- accounts
    booking.AccountExists: ProblemType(409, "account-exists", "The address has an account"),
    booking.BadCredentials: ProblemType(401, "bad-credentials", "Wrong e-mail or password"),
    booking.NotSignedIn: ProblemType(401, "not-signed-in", "Sign in first"),
    booking.BadAccountData: ProblemType(422, "bad-account-data", "These details cannot be taken"),
    booking.RemovalRefused: ProblemType(
        409, "removal-refused", "The account cannot be removed yet"
    ),
    # --- own fleets
    booking.FleetNotFound: ProblemType(404, "fleet-not-found", "There is no such fleet"),
    booking.VehicleNotFound: ProblemType(404, "vehicle-not-found", "There is no such vehicle now"),
    booking.RentalNotFound: ProblemType(404, "rental-not-found", "There is no such rental"),
    booking.SlotNotFree: ProblemType(409, "slot-not-free", "The vehicle is not free then"),
    booking.RentalRefused: ProblemType(409, "rental-refused", "The rental does not allow this"),
    booking.RentalBusy: ProblemType(409, "rental-busy", "A door is being moved for it"),
    booking.BoxDidNotOpen: ProblemType(409, "box-did-not-open", "The box did not open"),
    lock_errors.LockJammed: ProblemType(409, "lock-jammed", "The door does not move"),
    lock_errors.LockRefused: ProblemType(409, "lock-refused", "The lock says no"),
    lock_errors.LockUnreachable: ProblemType(503, "lock-unreachable", "The lock gives no answer"),
    # --- rides on demand
    booking.ShuttleNotFree: ProblemType(409, "shuttle-not-free", "No vehicle is free for this"),
    booking.TooManyOpenRides: ProblemType(
        409, "too-many-open-rides", "There are too many rides that were not taken yet"
    ),
    booking.WrongPin: ProblemType(409, "wrong-pin", "Neither PIN nor ticket belong to the ride"),
    booking.TooEarlyForNoShow: ProblemType(
        409, "too-early-for-no-show", "The rider may still come"
    ),
    booking.IllegalRide: ProblemType(409, "illegal-ride", "The ride cannot change that way"),
    booking.RideNotFound: ProblemType(404, "ride-not-found", "There is no such ride"),
    booking.NoDuty: ProblemType(404, "no-duty", "The vehicle has no duty now"),
    booking.NotYours: ProblemType(403, "not-yours", "This is not for your role or vehicle"),
    # --- tickets
    tickets.KeysUnusable: INTERNAL,
    tickets.PassesUnusable: INTERNAL,
    tickets.RevocationsUnusable: INTERNAL,
    tickets.PassesNotOffered: ProblemType(
        404, "passes-not-offered", "There are no wallet passes here"
    ),
    tickets.PhoneKeyUnusable: ProblemType(
        422, "phone-key-unusable", "This is no public key of a phone"
    ),
    tickets.TicketOnPhone: ProblemType(
        409, "ticket-on-phone", "The ticket is valid on a phone alone"
    ),
    tickets.TooManyPhones: ProblemType(
        409, "too-many-phones", "The ticket was moved to other phones too often"
    ),
    tickets.TicketError: ProblemType(409, "ticket-refused", "The ticket is not accepted"),
    # --- webhooks
    outside_errors.BadWebhook: ProblemType(422, "bad-webhook", "This webhook cannot be taken"),
    outside_errors.WebhookNotFound: ProblemType(
        404, "webhook-not-found", "There is no such webhook or message"
    ),
    # --- legs of other operators
    outside_errors.ForeignRefused: ProblemType(
        409, "operator-refused", "An operator does not sell its part"
    ),
    outside_errors.ForeignUnavailable: ProblemType(
        503, "operator-unavailable", "An operator gives no answer"
    ),
    # --- travel that is paid after it, and subscriptions
    travel.TripNotFound: ProblemType(404, "trip-not-found", "There is no such trip"),
    travel.TripOverlaps: ProblemType(409, "trip-overlaps", "Another trip was under way then"),
    travel.ClockWrong: ProblemType(409, "clock-wrong", "That time cannot be"),
    travel.IllegalTrip: ProblemType(409, "illegal-trip", "The trip cannot change that way"),
    travel.SubscriptionNotFound: ProblemType(
        404, "subscription-not-found", "There is no such subscription"
    ),
    travel.UnknownSubscriptionProduct: ProblemType(
        404, "unknown-subscription", "There is no subscription of that name"
    ),
    travel.BadSubscription: ProblemType(
        409, "bad-subscription", "The subscription cannot be had like that"
    ),
    # --- idempotency
    idempotency_errors.IdempotencyInProgress: ProblemType(
        409, "idempotency-in-progress", "The first request with this key still runs"
    ),
    idempotency_errors.IdempotencyMismatch: ProblemType(
        422, "idempotency-mismatch", "The key was used for another request"
    ),
    # --- the books
    books.BadMonth: ProblemType(422, "bad-month", "This is no month"),
    books.BooksDiffer: ProblemType(500, "books-differ", "The books do not agree"),
}
"""Most specific class first: the first match wins."""

OF_STATUS: Final = {
    problem.status: problem for problem in (BAD_REQUEST, NOT_FOUND, METHOD_NOT_ALLOWED, TOO_LARGE)
}
"""For what the framework itself refuses."""

ALL: Final = frozenset({*OF_ERROR.values(), *OF_STATUS.values(), INTERNAL})

RETRY_AFTER_S: Final[dict[type[Exception], int]] = {
    booking.PaymentInProgress: 5,
    booking.PaymentUnavailable: 20,
    outside_errors.ForeignUnavailable: 20,
    booking.RentalBusy: 5,
    lock_errors.LockUnreachable: 10,
    StoreUnavailable: 5,
}
"""For errors that do not say it themselves by ``retry_after_s``."""


def problem_type_of(error: Exception) -> ProblemType:
    """Return the type of problem of an error; an unknown error is an internal one."""
    for kind, problem in OF_ERROR.items():
        if isinstance(error, kind):
            return problem
    return INTERNAL
