"""Puts the parts together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from booking.adapters.database import Database
from booking.adapters.foreign.tomp import TompOperator
from booking.adapters.passwords import Argon2Passwords
from booking.adapters.payments import own, stripe
from booking.adapters.store import SqlStore
from booking.after_sales.reading import read_rules
from booking.service.accounts import Accounts
from booking.service.after_sales import AfterSales, OldForNew
from booking.service.books import Books
from booking.service.charging import WalletOrInvoice
from booking.service.counter import Counter
from booking.service.feedback import Feedback
from booking.service.fleets import Fleets
from booking.service.foreign import ForeignOperator
from booking.service.idempotency import Idempotency
from booking.service.offers import Offers
from booking.service.orders import Orders
from booking.service.own_holds import OwnHolds
from booking.service.ports import OwnPayments, Payments, UnitOfWork
from booking.service.receipts import Receipts
from booking.service.redress import Redresses
from booking.service.refund_saga import Refunds
from booking.service.release_saga import Releases, begin_releases
from booking.service.rental_holds import RentalHolds
from booking.service.rental_offers import RentalOffers
from booking.service.rentals import Rentals
from booking.service.reservations import Reservations
from booking.service.revocations import GivenBack
from booking.service.sales_desk import SalesDesk
from booking.service.selling import EXCHANGE, Selling
from booking.service.spending import record_spent, take_back
from booking.service.staff import Staff
from booking.service.tickets import Tickets
from booking.service.till import Till
from booking.service.transactions import in_transaction
from booking.service.usage import Usage
from booking.service.wallet import Wallets
from kommit.api.forecasts import forecasts_of
from kommit.api.limits import RateLimit
from kommit.api.services import Services
from kommit.api.streams import Streams
from kommit.api.voice import ServicesVoice
from kommit.bootstrap import payments
from kommit.bootstrap.books import keeping, make_books
from kommit.bootstrap.database import is_reachable, open_database
from kommit.bootstrap.dispatch import Dispatch, open_dispatch
from kommit.bootstrap.events import Telling, open_privacy, open_telling, telling_jobs
from kommit.bootstrap.fleets import load_fleets, open_locks
from kommit.bootstrap.jobs import Job, Jobs
from kommit.bootstrap.networks import LiveNetwork
from kommit.bootstrap.prices import make_offers, no_show_fees
from kommit.bootstrap.realtime import RealtimeFeed, RealtimeFeeds, open_feeds
from kommit.bootstrap.secrets import signing_secret, ticket_keys
from kommit.bootstrap.sharing import SharingFeeds, open_sharing
from kommit.bootstrap.supply import SharedVehicles
from kommit.bootstrap.ticketing import open_ticketing
from kommit.bootstrap.travel import open_travel, travel_jobs
from kommit.kit.clock import Clock, ShiftedClock, SystemClock
from kommit.regions.region import Region, load_region
from kommit.settings import Settings, check_production

LOGIN_WITHIN_S: Final = 300.0
WATCH_JOURNEYS_EVERY_S: Final = 30.0
EXPIRE_EVERY_S: Final = 5.0
SETTLE_EVERY_S: Final = 10.0
RESUME_EVERY_S: Final = 3.0
LOOK_FOR_IMAGE_EVERY_S: Final = 3.0
TIDY_EVERY_S: Final = 3600.0
GATHER_VEHICLES_EVERY_S: Final = 2.0
MEET_CONNECTIONS_EVERY_S: Final = 10.0
RESCUE_EVERY_S: Final = 30.0
IMPROVE_PLANS_EVERY_S: Final = 60.0
IMPROVE_FOR_S: Final = 2.0
LOOK_AT_CLOCK_EVERY_S: Final = 1.0
"""Realtime that nobody renews becomes stale by itself."""


@dataclass(frozen=True, slots=True)
class _Reachable:
    """The database as the API looks at it."""

    database: Database

    def is_reachable(self) -> bool:
        return is_reachable(self.database)


@dataclass(frozen=True, slots=True)
class Kommit:
    """An installation that is open: its services, its jobs, and what must be closed."""

    settings: Settings
    services: Services
    jobs: Jobs
    listeners: tuple[Jobs, ...]
    """One for each source of realtime and of shared vehicles, so that a slow one delays no other;
    then what keeps the shuttles' plans good, and the books; the last gathers what can be rented."""
    database: Database

    def start(self) -> None:
        """Begin with the jobs."""
        for jobs in (self.jobs, *self.listeners):
            jobs.start()

    def close(self) -> None:
        """Stop the jobs and close the database."""
        for listener in self.listeners:
            listener.stop(within_s=0)
        self.jobs.stop()
        self.database.close()


def open_network(
    settings: Settings, *, warm: bool = False, realtime: RealtimeFeeds | None = None
) -> LiveNetwork:
    """Return the network that the settings name; needs no database and no secrets.

    Parameters
    ----------
    warm
        Build at once what the first questions would wait for.
    realtime
        Sources of what is known of the moment; without them, the timetable holds.

    Raises
    ------
    ImageError
        If there is no usable image.
    RegionError
        If the region cannot be read.
    """
    region = load_region(settings.region) if settings.region else None
    connected = frozenset(address.scope for address in settings.tomp)
    return LiveNetwork(settings.images, region, warm=warm, realtime=realtime, connected=connected)


def open_kommit(settings: Settings, clock: Clock | None = None) -> Kommit:
    """Return everything that the settings ask for, ready to serve; close it when done.

    Raises
    ------
    SettingsError, BootError, ImageError, RegionError, KeysUnusable, BadTariff
        If something is missing or cannot be; each says what to do.
    """
    if not settings.is_demo:
        check_production(settings)
    clock = clock or clock_of(settings)
    feeds, sharing = open_feeds(settings, clock), open_sharing(settings, clock)
    network = open_network(settings, warm=True, realtime=feeds)
    keys = ticket_keys(settings, clock.now())
    secret = signing_secret(settings)
    database = open_database(settings)
    try:
        store = SqlStore(database)
        offers = make_offers(settings, secret, network, clock)
        dispatch = open_dispatch(store, clock, network, Tickets(keys, settings.issuer))
        telling = open_telling(settings, store, clock, secret)
        services = _services(settings, clock, network, sharing, offers, database, dispatch, telling)
        _set_quotas(store, network.region)
        if settings.is_demo and network.region:
            load_fleets(services.fleets, network.region.fleets)
        shared = SharedVehicles([services.fleets.sources, sharing.sources], clock)
        network.supply(shared.gather())
        network.dispatch(services.shuttles)
    except BaseException:
        database.close()
        raise
    listeners = (
        *_listeners(feeds, network),
        *_pollers(sharing),
        _upkeep(dispatch),
        *telling_jobs(telling, services.streams, services.privacy, clock),
        keeping(settings, services.clearing, services.audit),
        _gatherer(shared, network),
    )
    return Kommit(settings, services, _jobs(services, network), listeners, database)


def clock_of(settings: Settings) -> Clock:
    """Return the clock of an installation: the machine's, or the one that a demo asks for."""
    return SystemClock() if settings.demo_at is None else ShiftedClock(settings.demo_at)


def _services(
    settings: Settings,
    clock: Clock,
    network: LiveNetwork,
    sharing: SharingFeeds,
    offers: Offers,
    database: Database,
    dispatch: Dispatch,
    telling: Telling,
) -> Services:
    store, tickets = SqlStore(database), dispatch.tickets
    outside = _providers(settings)
    passwords = Argon2Passwords(cheap=settings.argon2 == "cheap")
    fleets = Fleets(store, clock, signing_secret(settings))
    locks = open_locks(settings, clock)
    books = make_books(settings, store, clock)
    means = {**own_means(clock), **payments.own_means(settings, clock)}
    selling = Selling(
        Till(means, outside, payments.payment_parts(clock).parts),
        OwnHolds(dispatch.holds, RentalHolds(fleets)),
        tickets.of_order,
        Books(books.clearing.rules),
        on_sale=[lambda uow, order, _: record_spent(uow, order)],
        on_refund=[
            lambda uow, order, refund, _: take_back(uow, order, refund),
            GivenBack(tickets),
            begin_releases,
        ],
    )
    rentals = None if locks is None else Rentals(store, clock, locks)
    refunds = Refunds(store, clock, selling, settings.payment_lease)
    zone, rules = network().zone, read_rules(settings.after_sales)
    selling.exchange = OldForNew(refunds, rules, zone)
    foreign = foreign_operators(settings)
    orders = Orders(
        store,
        clock,
        selling,
        foreign=foreign,
        hold_for=settings.hold_for,
        lease=settings.payment_lease,
    )
    releases = Releases(store, clock, foreign, settings.payment_lease)
    after_sales = AfterSales(store, clock, orders, selling, refunds, releases, rules, zone)
    return Services(
        clock=clock,
        network=network,
        realtime=network,
        sharing=sharing,
        database=_Reachable(database),
        accounts=Accounts(store, clock, passwords, session_for=settings.session_for),
        wallets=Wallets(store, clock),
        offers=offers,
        sales_desk=SalesDesk(store, offers, zone),
        rental_offers=RentalOffers(store, clock, fleets),
        orders=orders,
        tickets=tickets,
        ticketing=open_ticketing(settings, store, clock, tickets, rentals),
        fleets=fleets,
        reservations=Reservations(store, clock, fleets, hold_for=settings.hold_for),
        rentals=rentals,
        shuttles=dispatch.shuttles,
        driving=dispatch.driving,
        staff=Staff(store, clock, passwords, dispatch.world),
        counter=Counter(store, clock, orders, after_sales),
        webhooks=telling.webhooks,
        privacy=open_privacy(settings, store, clock, passwords),
        streams=Streams(store, clock, ServicesVoice(orders, dispatch.shuttles, network)),
        clearing=books.clearing,
        audit=books.audit,
        idempotency=Idempotency(store, clock),
        login_limit=RateLimit(settings.login_attempts, LOGIN_WITHIN_S),
        after_sales=after_sales,
        usage=Usage(
            after_sales,
            WalletOrInvoice(clock),
            books.clearing.rules,
            no_show_fees(settings, network.region),
        ),
        receipts=Receipts(store, books.clearing.rules, settings.issuer),
        redress=Redresses(after_sales, lambda chain: forecasts_of(chain, network()), tickets),
        feedback=Feedback(store, clock),
        payments=payments.payment_services(
            settings, store, clock, lambda _, reference: orders.payment_news(reference)
        ),
        travel=open_travel(settings, store, clock, network, books.clearing.rules, means),
        payment_means=payments.offered(means, outside),
        is_demo=settings.is_demo,
    )


def foreign_operators(settings: Settings) -> Mapping[str, ForeignOperator]:
    """Return the operators who can be booked through us, by the sharing system they run."""
    return {
        scope: TompOperator(scope, address, settings.tomp_headers_of(scope), settings.issuer)
        for scope, address in settings.tomp
    }


def own_means(clock: Clock) -> Mapping[str, OwnPayments]:
    """Return the means of payment that are accounts of our own ledger."""
    return {
        own.WALLET: own.wallet_payments(clock),
        own.ON_BOARD: own.unreserved(clock, own.ON_BOARD),
        EXCHANGE: own.exchange(clock),
    }


def _providers(settings: Settings) -> Mapping[str, Payments]:
    key, base = payments.stripe_access(settings)
    return {} if key is None else {stripe.MEANS: stripe.StripePayments(key, base)}


def _set_quotas(store: SqlStore, region: Region | None) -> None:
    """Limit the places of the routes that the region limits."""

    def work(uow: UnitOfWork) -> None:
        for route_id, places in region.quotas.items() if region else ():
            uow.places.set_quota(places, route_id=route_id)

    in_transaction(store, work)


def _jobs(services: Services, network: LiveNetwork) -> Jobs:
    clock, orders, rentals = services.clock, services.orders, services.rentals
    reservations, after_sales = services.reservations, services.after_sales
    redress = services.redress
    doors = [] if rentals is None else [_doors(rentals, clock)]
    return Jobs(
        [
            *doors,
            *payments.payment_jobs(services.payments, clock),
            *travel_jobs(services.travel),
            Job("resume purchases", RESUME_EVERY_S, lambda: orders.resume_all(clock.now())),
            Job("give back", RESUME_EVERY_S, lambda: after_sales.resume_all(clock.now())),
            Job("settle usage", SETTLE_EVERY_S, lambda: services.usage.settle_due(clock.now())),
            Job("watch journeys", WATCH_JOURNEYS_EVERY_S, lambda: redress.watch(clock.now())),
            Job("tell journeys' ends", EXPIRE_EVERY_S, lambda: orders.advance_due(clock.now())),
            Job("expire holds", EXPIRE_EVERY_S, lambda: orders.expire_due(clock.now())),
            Job("expire rentals", EXPIRE_EVERY_S, lambda: reservations.expire_due(clock.now())),
            Job("look for a new image", LOOK_FOR_IMAGE_EVERY_S, network.refresh),
            Job("drop stale realtime", LOOK_AT_CLOCK_EVERY_S, network.renew),
            Job("drop old answers", TIDY_EVERY_S, services.idempotency.drop_old),
            Job("drop old inspections", TIDY_EVERY_S, services.ticketing.inspections.drop_old),
            Job("drop ended sessions", TIDY_EVERY_S, services.accounts.drop_ended_sessions),
        ]
    )


def _doors(rentals: Rentals, clock: Clock) -> Job:
    return Job("go on with doors", RESUME_EVERY_S, lambda: rentals.resume_all(clock.now()))


def _listeners(feeds: RealtimeFeeds, network: LiveNetwork) -> tuple[Jobs, ...]:
    def listen(feed: RealtimeFeed) -> None:
        feed.poll()
        network.renew()

    return tuple(
        Jobs(
            [
                Job(
                    f"ask {feed.source.name}",
                    min(feed.every_s, LOOK_AT_CLOCK_EVERY_S),
                    partial(listen, feed),
                )
            ],
            name=f"kommit-realtime-{feed.scope}",
        )
        for feed in feeds.feeds
    )


def _pollers(sharing: SharingFeeds) -> Iterator[Jobs]:
    for feed in sharing.feeds:
        every_s = min(feed.least_s, LOOK_AT_CLOCK_EVERY_S)
        yield Jobs([Job(f"ask {feed.name}", every_s, feed.poll)], f"kommit-gbfs-{feed.scope}")


def _gatherer(shared: SharedVehicles, network: LiveNetwork) -> Jobs:
    def gather() -> None:
        network.supply(shared.gather())

    job = Job("gather shared vehicles", GATHER_VEHICLES_EVERY_S, gather)
    return Jobs([job], name="kommit-sharing")


def _upkeep(dispatch: Dispatch) -> Jobs:
    upkeep = dispatch.upkeep
    return Jobs(
        [
            Job("meet late connections", MEET_CONNECTIONS_EVERY_S, dispatch.connections.repair),
            Job("rescue riders", RESCUE_EVERY_S, upkeep.rescue),
            Job("improve plans", IMPROVE_PLANS_EVERY_S, partial(upkeep.improve, IMPROVE_FOR_S)),
            Job("close old plans", TIDY_EVERY_S, upkeep.tidy),
        ],
        name="kommit-shuttles",
    )
