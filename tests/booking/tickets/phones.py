"""Riders' phones for tests, with keys from fixed numbers."""

from dataclasses import replace
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from booking.domain.offers import Offer
from booking.domain.passengers import Passenger, PassengerCategory, TravelClass
from booking.tickets.phone import CURVE, show
from tests.booking.tickets.keys import TICKETS
from tests.booking.tickets.rented import cargo_bike
from tests.booking.trips import EIGHT, ORDER_ID, chain, commute, sold


def phone(number: int = 1) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(number, CURVE)


def raw(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return the public key as Web Crypto exports it: 65 bytes."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def compressed(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)


def bound() -> bytes:
    """Return level 1 of the commute's ticket on the first phone."""
    return TICKETS.issue(ORDER_ID, sold(), device_key=compressed(phone()))


def shown(at: datetime = EIGHT, number: int = 1) -> bytes:
    """Return it as a phone shows it."""
    return show(bound(), phone(number), at)


def outing() -> Offer:
    """Return two adults and a child on the commute and a cargo bike; one has a subscription."""
    people = (
        Passenger(PassengerCategory.ADULT, 0, ("deutschlandticket",)),
        Passenger(PassengerCategory.ADULT, 1, (), TravelClass.FIRST, bicycle=True),
        Passenger(PassengerCategory.CHILD, 2),
    )
    whole = chain(*commute().legs, cargo_bike(commute().arrival))
    return replace(sold(), chain=whole, passengers=people)
