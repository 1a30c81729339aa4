"""Statements by the tariffs that ship with kommit."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from booking.domain.best_price import Paid
from booking.domain.chain import Chain
from booking.service.travel_tariffs import BookTariffs
from booking.tariffs.reading import read_subscription_book, read_tariff_book
from tests.support.shop import ride

UTC = ZoneInfo("UTC")
TARIFFS = BookTariffs(read_tariff_book(), read_subscription_book(), UTC)
MONDAY = datetime.fromisoformat("2026-05-04T08:00:00+02:00")


def paid(*fares: int, hours: int = 1) -> list[Paid]:
    return [Paid(MONDAY + timedelta(hours=hours * n), fare) for n, fare in enumerate(fares)]


def test_caps_of_eezy() -> None:
    day = TARIFFS.capped("eezy-westfalen", "adult-0", paid(2_000, 2_000, 100))
    assert [one.fare_minor for one in day] == [2_000, 1_000, 0], "30 EUR within 24 hours"
    child = TARIFFS.capped("eezy-westfalen", "child-0", paid(2_000, 2_000))
    assert sum(one.fare_minor for one in child) == 1_500
    month = TARIFFS.capped("eezy-westfalen", "adult-0", paid(3_000, 3_000, 3_000, hours=30))
    assert [one.fare_minor for one in month] == [3_000, 3_000, 300], "63 EUR in a month of 2026"


def test_fares_of_a_feed_have_no_caps() -> None:
    journeys = paid(9_000, 9_000)
    assert list(TARIFFS.capped("bus:single", "adult-0", journeys)) == journeys
    assert TARIFFS.zone("bus:single", MONDAY) == UTC
    assert TARIFFS.zone("eezy-westfalen", MONDAY).key == "Europe/Berlin"


def test_subscriptions_that_cover_fares_are_compared() -> None:
    chain = Chain("image-1", (ride(leaves=MONDAY),))
    found = {one.product: one for one in TARIFFS.alternatives("eezy-westfalen", MONDAY)}
    assert "kommit-abo" not in found, "it covers surcharges and rentals, no fares"
    assert found["deutschlandticket"].price_minor == 6_300
    assert found["deutschlandticket"].covers(chain)
    assert not found["x90-monat"].covers(chain), "another line"
    early = datetime.fromisoformat("2019-01-01T00:00:00+01:00")
    assert "deutschlandticket" not in {
        one.product for one in TARIFFS.alternatives("eezy-westfalen", early)
    }
