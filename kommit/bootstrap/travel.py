"""Trips by check-in and check-out, statements and subscriptions, put together; and their jobs."""

from collections.abc import Iterator, Mapping
from typing import Final

from booking.adapters.payments.own import WALLET
from booking.domain.cico import CicoRules
from booking.domain.clearing.rules import ClearingRules
from booking.service.books import Books
from booking.service.charging import WalletOrInvoice
from booking.service.check_in_documents import CheckInDocuments
from booking.service.closing import Closing
from booking.service.payments.means import INVOICE
from booking.service.ports import OwnPayments, Store
from booking.service.subscription_books import SubscriptionLedger
from booking.service.subscriptions import Subscriptions, SubscriptionShelf
from booking.service.travel_tariffs import BookTariffs
from booking.service.trip_billing import TripBilling
from booking.service.trip_ports import TripDesk
from booking.service.trips import Trips
from booking.tariffs.reading import read_subscription_book, read_tariff_book
from booking.tariffs.terms_reading import read_terms
from kommit.api.travel_services import TravelServices
from kommit.api.trip_matching import NetworkMatcher
from kommit.bootstrap.jobs import Job
from kommit.bootstrap.networks import LiveNetwork
from kommit.bootstrap.prices import make_pricer
from kommit.bootstrap.secrets import ticket_keys
from kommit.kit.clock import Clock
from kommit.settings import Settings

BILL_EVERY_S: Final = 10.0
CLOSE_FORGOTTEN_EVERY_S: Final = 60.0
CLOSE_PERIODS_EVERY_S: Final = 600.0
RENEW_EVERY_S: Final = 3600.0


def open_travel(
    settings: Settings,
    store: Store,
    clock: Clock,
    network: LiveNetwork,
    rules: ClearingRules,
    means: Mapping[str, OwnPayments],
) -> TravelServices:
    """Return what bills travel afterwards and by the month.

    Parameters
    ----------
    means
        The means of payment that are ours; wallet and invoices of them pay subscriptions.

    Raises
    ------
    SettingsError, BadTariff, KeysUnusable
        If tariffs, terms or keys cannot be used.
    """
    zone, matcher, cico = network().zone, NetworkMatcher(network), CicoRules()
    accounts, books = WalletOrInvoice(clock), Books(rules)
    desk = TripDesk(matcher, make_pricer(settings, network), books, accounts, zone)
    billing = TripBilling(store, clock, desk, cico)
    trips = Trips(store, clock, matcher, billing, cico)
    subscriptions = read_subscription_book(settings.tariffs)
    tariffs = BookTariffs(read_tariff_book(settings.tariffs), subscriptions, zone)
    shelf = SubscriptionShelf(subscriptions, read_terms(settings.tariffs))
    monthly = {name: each for name, each in means.items() if name in {WALLET, INVOICE}}
    return TravelServices(
        trips=trips,
        billing=billing,
        closing=Closing(store, clock, tariffs, books, accounts),
        documents=CheckInDocuments(trips, ticket_keys(settings, clock.now()), matcher, clock),
        subscriptions=Subscriptions(store, clock, shelf, SubscriptionLedger(rules), monthly, zone),
    )


def travel_jobs(travel: TravelServices) -> Iterator[Job]:
    """Yield what happens to trips and subscriptions without anybody asking."""
    yield Job("bill trips", BILL_EVERY_S, travel.trips.bill_all)
    yield Job("close forgotten trips", CLOSE_FORGOTTEN_EVERY_S, travel.trips.close_forgotten)
    yield Job("close days of travel", CLOSE_PERIODS_EVERY_S, travel.closing.close_days)
    yield Job("close months of travel", CLOSE_PERIODS_EVERY_S, travel.closing.close_months)
    yield Job("renew subscriptions", RENEW_EVERY_S, travel.subscriptions.renew_due)
