"""What a rental of an own vehicle costs in the end, by its pricing plan."""

from datetime import timedelta

from booking.adapters.database import Database
from booking.domain.money import Money
from tests.booking.fleets.test_d01_rentals import RIDER, Street
from tests.support.fleets import document, span
from tests.support.shop import NOON


def test_a_reservation_has_its_price_and_who_begins_now_pays_none(database: Database) -> None:
    """A flat euro, and ten cents for each minute that the bicycle waits in its slot."""
    (plan,) = document()["plan"]
    dear = plan | {"reservation_minor": 100, "reservation_milli_per_min": 10_000}
    street = Street(database)
    street.fill(plan=[dear])
    assert street.reserve(span("4 14:00", "4 16:00"), "cb-2").price == Money(200)
    ahead = street.reserve(span("4 16:00", "4 18:00"), rider=RIDER)
    assert ahead.price == Money(300)
    later = street.reservations.extend(ahead.id, RIDER, span("4 16:00", "4 19:00").end)
    assert later.price == Money(400)
    street.clock.at = NOON + timedelta(hours=2, minutes=20)
    street.act(ahead, "open")
    street.clock.move(minutes=70)
    returned = street.act(ahead, "close", "open", "close", "return")
    assert returned.price == Money(200 + 100 + 20 * 10)
