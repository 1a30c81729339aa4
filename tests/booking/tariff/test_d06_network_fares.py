"""D06: fares of a feed (GTFS-Fares v2) beside the tariffs of the installation."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from booking.domain.chain import Chain, ChainLeg, LegMode
from booking.domain.errors import NotOnSale
from booking.domain.passengers import Passenger, PassengerCategory, TravelClass
from booking.domain.pricing.books import AnyTariff, TariffBook
from booking.domain.pricing.network import NetworkFares
from booking.domain.pricing.pricer import BestPrice
from routing.fares.tables import FareTables
from tests.booking.trips import SUBSCRIPTIONS, crow_fly, rental
from tests.support.fares import fares, ride

ADULT = Passenger(PassengerCategory.ADULT, 0)
BUS, TRAIN = ride("A 8:00 R 8:20 B"), ride("B 8:30 T 9:00 C")
FILES = """
    # fare_products.txt
    fare_product_id, fare_product_name, amount, currency
    bus,             Bus single,        1.00,   {0}
    rail,            Train single,      2.00,   {0}
    plus,            Change,            0.50,   {0}

    # fare_leg_rules.txt
    leg_group_id, network_id, fare_product_id
    bus,          bus,        bus
    rail,         rail,       rail

    # fare_transfer_rules.txt
    from_leg_group_id, to_leg_group_id, fare_transfer_type, fare_product_id
    bus,               rail,            1,                  plus
"""


def pricer(tables: FareTables, tariffs: Sequence[AnyTariff] = ()) -> BestPrice:
    ids = [tariff.id for tariff in tariffs]
    return BestPrice(TariffBook(tariffs), ids, SUBSCRIPTIONS, lambda _: [NetworkFares(tables)])


@pytest.fixture
def tables(tmp_path: Path) -> FareTables:
    return fares(tmp_path, FILES.format("EUR"))


def chain(*legs: ChainLeg) -> Chain:
    return Chain("image", legs)


def test_a_feed_sells_its_rides_by_its_rules(tables: FareTables) -> None:
    price = pricer(tables).price(chain(BUS, TRAIN), [ADULT])
    assert price.total.minor == 350, "the transfer is not saved by buying legs apart"
    assert [(line.leg, line.product, line.rule, line.agency_id) for line in price.lines] == [
        (0, "f:bus", "fare_leg_rules:2", "f:A1"),
        (1, "f:rail", "fare_leg_rules:3+fare_transfer_rules:2", "f:A1"),
    ]
    assert price.lines[0].text == "Bus single, adult, R (Kommitbus)"
    assert pricer(tables).label(chain(BUS)) == "fares-v2/f"


def test_the_best_of_the_feed_and_of_tariffs(tables: FareTables) -> None:
    """The ends of these legs are one place: 1.40 EUR by distance, whatever the number of legs."""
    eezy = crow_fly("eezy-westfalen", BUS.departure)
    both = pricer(tables, [eezy])
    assert both.price(chain(BUS), [ADULT]).total.minor == 100
    assert both.price(chain(BUS, TRAIN), [ADULT]).total.minor == 140
    assert both.label(chain(BUS)) == "eezy-westfalen@2023-05, fares-v2/f"
    abo = replace(ADULT, subscriptions=("deutschlandticket",))
    assert both.price(chain(BUS, TRAIN), [abo]).total.minor == 0


def test_before_the_first_version_the_feed_still_sells(tables: FareTables) -> None:
    late = replace(crow_fly("eezy-westfalen"), valid_from=TRAIN.arrival.date() + timedelta(days=1))
    assert pricer(tables, [late]).price(chain(BUS), [ADULT]).total.minor == 100


def test_a_feed_does_not_sell_what_it_has_no_fare_for(tables: FareTables) -> None:
    for leg in (ride("A 8:00 X 8:20 B"), replace(BUS, mode=LegMode.RAIL)):
        who = replace(ADULT, travel_class=TravelClass.FIRST)
        with pytest.raises(NotOnSale, match="no tariff here sells"):
            pricer(tables).price(chain(leg), [who])


def test_a_feed_in_another_currency_is_left_out(tmp_path: Path) -> None:
    tables = fares(tmp_path, FILES.format("CHF"))
    eezy = crow_fly("eezy-westfalen", BUS.departure)
    assert pricer(tables, [eezy]).price(chain(BUS), [ADULT]).total.minor == 140
    assert pricer(tables).price(chain(BUS), [ADULT]).total.currency == "CHF"
    with pytest.raises(NotOnSale, match="not in CHF and EUR"):
        pricer(tables).price(chain(BUS, rental()), [ADULT])


def test_an_installation_that_sells_nothing_says_so() -> None:
    with pytest.raises(NotOnSale, match="no tariff sells rides here"):
        BestPrice(TariffBook(()), []).price(chain(BUS), [ADULT])
    assert BestPrice(TariffBook(()), []).price(chain(rental(290)), [ADULT]).total.minor == 290
