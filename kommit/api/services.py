"""Everything the routes may ask, built once by ``kommit.bootstrap``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends, Request

from booking.service.accounts import Accounts
from booking.service.after_sales import AfterSales
from booking.service.audit import AuditLog
from booking.service.clearing import Clearing
from booking.service.counter import Counter
from booking.service.driving import Driving
from booking.service.feedback import Feedback
from booking.service.fleets import Fleets
from booking.service.idempotency import Idempotency
from booking.service.offers import Offers
from booking.service.orders import Orders
from booking.service.privacy import Privacy
from booking.service.receipts import Receipts
from booking.service.redress import Redresses
from booking.service.rental_offers import RentalOffers
from booking.service.rentals import Rentals
from booking.service.reservations import Reservations
from booking.service.sales_desk import SalesDesk
from booking.service.shuttles import Shuttles
from booking.service.staff import Staff
from booking.service.tickets import Tickets
from booking.service.usage import Usage
from booking.service.wallet import Wallets
from booking.service.webhooks import Webhooks
from kommit.api.limits import RateLimit
from kommit.api.network import Network
from kommit.api.payment_services import PaymentServices
from kommit.api.realtime import RealtimeSources
from kommit.api.sharing import SharingSources
from kommit.api.streams import Streams
from kommit.api.ticketing import Ticketing
from kommit.api.travel_services import TravelServices
from kommit.kit.clock import Clock


class Database(Protocol):
    """The database as far as the API looks at it."""

    def is_reachable(self) -> bool:
        """Say whether it answers at this moment."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """What answers requests; one for each process."""

    clock: Clock
    network: Callable[[], Network]
    """The network of this moment; a request asks once and keeps it to its end."""
    realtime: RealtimeSources
    sharing: SharingSources
    database: Database
    accounts: Accounts
    wallets: Wallets
    offers: Offers
    sales_desk: SalesDesk
    rental_offers: RentalOffers
    orders: Orders
    after_sales: AfterSales
    usage: Usage
    receipts: Receipts
    redress: Redresses
    feedback: Feedback
    tickets: Tickets
    ticketing: Ticketing
    fleets: Fleets
    reservations: Reservations
    rentals: Rentals | None
    """None where no locks are connected."""
    shuttles: Shuttles
    driving: Driving
    staff: Staff
    counter: Counter
    streams: Streams
    webhooks: Webhooks
    privacy: Privacy
    clearing: Clearing
    audit: AuditLog
    payments: PaymentServices
    idempotency: Idempotency
    login_limit: RateLimit
    travel: TravelServices
    payment_means: tuple[str, ...]
    is_demo: bool


def services_of(request: Request) -> Services:
    """Return the services of the app that got the request."""
    services: Services = request.app.state.services
    return services


ServicesOf = Annotated[Services, Depends(services_of)]


def network_of(request: Request) -> Network:
    """Return the network of this moment."""
    return services_of(request).network()


NetworkOf = Annotated[Network, Depends(network_of)]
