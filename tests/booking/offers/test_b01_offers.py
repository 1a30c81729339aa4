"""B01: making and opening offers: when they can be had, what they bind, how long they last."""

import base64
import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain.chain import Chain, ChainLeg
from booking.domain.errors import NotOnSale, OfferExpired, OfferForged
from booking.domain.passengers import MAX_PASSENGERS, group
from booking.domain.pricing.pricer import BestPrice
from booking.service.offers import Offers
from tests.booking.trips import (
    BOESENSELL,
    EIGHT,
    HOME,
    MUENSTER,
    OTTMARSBOCHOLT,
    SENDEN,
    SHIPPED,
    SUBSCRIPTIONS,
    chain,
    commute,
    ride,
    walk,
)
from tests.support.shop import MovableClock

SECRET = bytes(range(32))
ADULT = group(["adult"])
SEVEN = EIGHT - timedelta(hours=1)
EARLY = EIGHT - timedelta(hours=3)


def offers(now: datetime = EARLY, secret: bytes = SECRET, tariff: str = "eezy-westfalen") -> Offers:
    prices = BestPrice(SHIPPED, [tariff], SUBSCRIPTIONS)
    return Offers(secret, prices, MovableClock(now))


def bus(latest_booking: datetime | None = None, departure: datetime = EIGHT) -> ChainLeg:
    return ride("X90", SENDEN, MUENSTER, departure, latest_booking=latest_booking)


# --- journey tokens


def test_a_chain_comes_back_whole() -> None:
    assert offers().open_chain(offers().seal_chain(commute())) == commute()


@given(st.floats(-90, 90), st.floats(-180, 180), st.text(), st.datetimes())
def test_any_place_name_and_time_comes_back(
    lat: float, lon: float, name: str, time: datetime
) -> None:
    point = replace(SENDEN, name=name, lat=lat, lon=lon)
    leg = replace(bus(), origin=point, departure=time.replace(tzinfo=UTC))
    assert offers().open_chain(offers().seal_chain(chain(leg))) == chain(leg)


def test_local_times_keep_their_moment() -> None:
    berlin = bus(departure=EIGHT.astimezone(ZoneInfo("Europe/Berlin")))
    opened = offers().open_chain(offers().seal_chain(chain(berlin)))
    assert opened.departure == EIGHT
    assert opened.departure.utcoffset() == timedelta(hours=2)


# --- making offers


def test_an_offer_binds_journey_price_and_passengers() -> None:
    family = group(["adult", "child"])
    offer, token = offers().make(commute(), family)
    assert offers().open(token) == offer
    assert offer.chain == commute()
    assert offer.passengers == family
    assert offer.price == offers().quote(commute(), family)
    assert offer.price.total.minor == 599 + 300
    assert offer.tariff == "eezy-westfalen@2026-01"
    assert offer.issued_at == EARLY
    assert offer.id.version == 7


def test_another_tariff_is_a_matter_of_its_id() -> None:
    assert offers(tariff="eezy-vrs").quote(chain(bus())).total.minor == 150 + 16 * 20


@pytest.mark.parametrize(
    ("now", "latest", "minutes"),
    [
        pytest.param(EARLY, None, 10, id="ten minutes"),
        pytest.param(EIGHT - timedelta(minutes=4), None, 4, id="not after the bus has left"),
        pytest.param(SEVEN - timedelta(minutes=3), SEVEN, 3, id="not after the booking deadline"),
    ],
)
def test_until_when_it_is_promised(now: datetime, latest: datetime | None, minutes: int) -> None:
    offer, _ = offers(now).make(chain(bus(latest)), ADULT)
    assert offer.expires_at - offer.issued_at == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("trip", "now", "sentence"),
    [
        (chain(walk(HOME, OTTMARSBOCHOLT)), EARLY, "a walk costs nothing"),
        (chain(bus()), EIGHT, "X90 from Senden, Busbahnhof has left"),
        (chain(bus()), EIGHT + timedelta(days=1), "has left"),
        (chain(bus(SEVEN)), SEVEN, "had to be booked before 2026-05-04T05:00:00"),
        pytest.param(
            chain(ride("C12", SENDEN, BOESENSELL), bus(SEVEN, EIGHT + timedelta(hours=1))),
            SEVEN + timedelta(minutes=1),
            "X90 from Senden, Busbahnhof had to be booked",
            id="a later ride's deadline",
        ),
        (chain(bus(departure=datetime(2019, 1, 1, tzinfo=UTC))), EARLY, "valid on 2019-01-01"),
    ],
)
def test_what_is_not_on_sale(trip: Chain, now: datetime, sentence: str) -> None:
    with pytest.raises(NotOnSale, match=sentence):
        offers(now).make(trip, ADULT)


def test_a_walk_that_should_have_begun_does_not_matter() -> None:
    trip = chain(walk(HOME, SENDEN, EIGHT - timedelta(minutes=4)), bus())
    offer, _ = offers(EIGHT - timedelta(minutes=2)).make(trip, ADULT)
    assert offer.expires_at == EIGHT


def test_the_size_of_a_group() -> None:
    offer, _ = offers().make(commute(), group(["child"] * MAX_PASSENGERS))
    assert len(offer.passengers) == 9
    for size in (0, MAX_PASSENGERS + 1):
        with pytest.raises(NotOnSale, match="1 to 9 passengers"):
            offers().make(commute(), group(["adult"] * size))


def test_a_chain_that_fits_no_ticket_is_not_sold() -> None:
    names = [hashlib.sha256(bytes([i])).hexdigest() for i in range(60)]
    legs = [ride("R1", replace(SENDEN, name=name), MUENSTER) for name in names]
    assert offers().make(chain(*legs[:10]), ADULT)
    with pytest.raises(NotOnSale, match="too many rides to fit one ticket"):
        offers().make(chain(*legs), ADULT)


# --- opening offers


def test_an_offer_expires() -> None:
    offer, token = offers().make(commute(), ADULT)
    last = offer.expires_at - timedelta(microseconds=1)
    assert offers().open(token, last) == offer
    for now in (offer.expires_at, offer.expires_at + timedelta(days=400)):
        with pytest.raises(OfferExpired, match="the offer expired at 2026-05-04T03:10:00"):
            offers().open(token, now)
        with pytest.raises(OfferExpired):
            offers(now).open(token)


def test_a_journey_token_is_no_offer_and_an_offer_no_journey() -> None:
    journey, (_, offer) = offers().seal_chain(commute()), offers().make(commute(), ADULT)
    with pytest.raises(OfferForged, match="not the offer token"):
        offers().open(journey)
    with pytest.raises(OfferForged, match="not the journey token"):
        offers().open_chain(offer)


def test_another_installation_cannot_make_our_offers() -> None:
    _, token = offers(secret=bytes(32)).make(commute(), ADULT)
    with pytest.raises(OfferForged):
        offers().open(token)


def test_every_bit_of_an_offer_token_matters() -> None:
    _, token = offers().make(chain(bus()), ADULT)
    data = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    ours = offers()
    for bit in range(8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(OfferForged):
            ours.open(base64.urlsafe_b64encode(changed).rstrip(b"=").decode())


def test_tokens_are_short() -> None:
    """A plan answers with a dozen of them; measured 583 and 810 characters."""
    _, offer = offers().make(commute(), group(["adult", "child"]))
    assert len(offers().seal_chain(commute())) < 800
    assert len(offer) < 1_100
