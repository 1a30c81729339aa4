"""Booking on a database, as the application puts it together, with small offers to sell."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select

from booking.adapters.database import Database
from booking.adapters.payments import own
from booking.adapters.redress_tables import RedressClaimRow
from booking.adapters.store import SqlStore
from booking.adapters.tables import (
    AccountRow,
    EntryRow,
    OrderRow,
    PlaceHoldRow,
    PostingRow,
    RefundRow,
)
from booking.after_sales.reading import read_rules
from booking.domain.chain import Chain, ChainLeg, ChainPoint, LegMode, TripRef
from booking.domain.ledger import AccountKind
from booking.domain.money import Money
from booking.domain.offers import Offer, Price, PriceLine
from booking.domain.orders import Order
from booking.domain.passengers import group
from booking.domain.redress import RedressKind
from booking.service.after_sales import AfterSales, OldForNew
from booking.service.fleets import Fleets
from booking.service.foreign import ForeignOperator
from booking.service.orders import Orders
from booking.service.own_holds import OwnHolds
from booking.service.ports import Payments
from booking.service.refund_saga import Refunds
from booking.service.release_saga import Releases, begin_releases
from booking.service.rental_holds import RentalHolds
from booking.service.selling import EXCHANGE, Selling
from booking.service.shuttle_holds import ShuttleHolds
from booking.service.tickets import Tickets
from booking.service.till import Till
from booking.service.transactions import in_transaction
from booking.service.wallet import DEMO_GRANT, Wallets
from booking.tickets.sign import KeyRing, SigningKey
from kommit.kit.ids import uuid7
from tests.support.provider import MEANS, OutsideProvider

SECRET = b"a secret of the tests, long enough to be one"
SOLD = ("confirmed", "started", "ended")
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = date(2026, 5, 4)
LEAVES = NOON + timedelta(hours=2)
PRICE = Money(1250)


@dataclass
class MovableClock:
    """A clock that a test sets."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


def ride(
    trip: str = "demo:t1",
    board: int = 0,
    alight: int = 3,
    latest: datetime | None = None,
    leaves: datetime = LEAVES,
) -> ChainLeg:
    """Return a ride on today's run of a trip."""
    return ChainLeg(
        LegMode.BUS,
        ChainPoint("Marktplatz", 51.85, 7.48, "demo:s0"),
        ChainPoint("Bahnhof", 51.96, 7.63, "demo:s3"),
        leaves,
        leaves + timedelta(minutes=20),
        9_000,
        TripRef(trip, DAY, board, alight, "demo:r1", "X90", "demo:a1", "RVM"),
        latest,
    )


def offer(*rides: ChainLeg, passengers: int = 1, price: Money = PRICE, **change: Any) -> Offer:
    """Return an offer for a chain of ``rides`` whose price two operators share."""
    share = Money(price.minor // 3, price.currency)
    further = Money(price.minor // (2 * passengers), price.currency)
    first = price - share - further * (passengers - 1)
    lines = (
        PriceLine("Fahrt X90", "single", 0, first, "demo:a1", leg=0),
        PriceLine("Fahrt S90", "single", 0, share, "demo:a2", leg=0),
        *(
            PriceLine("Fahrt X90", "single", number, further, "demo:a1", leg=0)
            for number in range(1, passengers)
        ),
    )
    made = {
        "id": uuid7(),
        "chain": Chain("image-1", rides or (ride(),)),
        "passengers": group(["adult"] * passengers),
        "price": Price(price, lines),
        "tariff": "test@2026",
        "issued_at": NOON,
        "expires_at": NOON + timedelta(minutes=15),
    }
    return Offer(**made | change)


TICKETS = Tickets(
    KeyRing(
        [
            SigningKey(
                Ed25519PrivateKey.from_private_bytes(bytes(range(32))),
                NOON - timedelta(days=365),
                NOON + timedelta(days=3_650),
            )
        ]
    ),
    "kommit's tests",
)
"""Every process of a test signs by the same key."""


def ticket_of(order: Order) -> bytes:
    """Sign the ticket of an order."""
    return TICKETS.issue(order.id, order.offer)


@dataclass
class Shop:
    """Orders, wallets and a way to look into the tables behind them."""

    database: Database
    clock: Any = field(default_factory=MovableClock)
    store: Any = None
    stripe: Payments | None = None
    card: OutsideProvider = field(default_factory=OutsideProvider)
    foreign: dict[str, ForeignOperator] = field(default_factory=dict)
    """By sharing system."""

    def __post_init__(self) -> None:
        self.store = self.store or SqlStore(self.database)
        self.fleets = Fleets(self.store, self.clock, SECRET)
        self.wallets = Wallets(self.store, self.clock)
        self.selling = self.sells()
        self.refunds = Refunds(self.store, self.clock, self.selling)
        rules, zone = read_rules(), ZoneInfo("Europe/Berlin")
        self.selling.exchange = OldForNew(self.refunds, rules, zone)
        self.orders = Orders(self.store, self.clock, self.selling, foreign=self.foreign)
        releases = Releases(self.store, self.clock, self.foreign)
        self.after_sales = AfterSales(
            self.store, self.clock, self.orders, self.selling, self.refunds, releases, rules, zone
        )

    def sells(self) -> Selling:
        """Return what selling means here, as the application puts it together."""
        outside: dict[str, Payments] = {MEANS: self.card}
        if self.stripe is not None:
            outside["stripe"] = self.stripe
        till = Till(
            {
                own.WALLET: own.wallet_payments(self.clock),
                own.ON_BOARD: own.unreserved(self.clock, own.ON_BOARD),
                EXCHANGE: own.exchange(self.clock),
            },
            outside,
        )
        holds = OwnHolds(self.shuttle_holds(), RentalHolds(self.fleets))
        return Selling(till, holds, ticket_of, on_refund=[begin_releases])

    def shuttle_holds(self) -> ShuttleHolds | None:
        return None

    def rider(self, minor: int = 10_000) -> UUID:
        """Return a rider with money in the wallet."""
        rider_id = uuid4()
        if minor:
            self.wallets.top_up(rider_id, Money(minor), "first", DEMO_GRANT)
        return rider_id

    def quota(self, places: int, trip: str = "demo:t1") -> None:
        in_transaction(self.store, lambda uow: uow.places.set_quota(places, trip_id=trip))

    def balance(self, kind: AccountKind) -> int:
        """Return the sum of all accounts of a kind, in minor units."""
        total = func.coalesce(func.sum(PostingRow.amount_minor), 0)
        query = select(total).join(AccountRow, AccountRow.id == PostingRow.account_id)
        return int(self.scalars(query.where(AccountRow.kind == kind))[0])

    def states(self) -> list[str]:
        return sorted(self.scalars(select(OrderRow.state)))

    def places(self) -> int:
        """Return how many places are in the table, whether held, lapsed or sold."""
        return int(self.scalars(select(func.coalesce(func.sum(PlaceHoldRow.places), 0)))[0])

    def scalars(self, query: Any) -> list[Any]:
        with self.database.readers() as session:
            return list(session.scalars(query))

    def check_books(self) -> None:
        """Assert what must hold whenever nobody is in the middle of a payment."""
        assert self.wallets.ledger_difference() == 0
        assert self.balance(AccountKind.WALLET_HOLD) == 0, "money is held for nobody"
        assert self.balance(AccountKind.RECEIVABLE) == 0, "an order is confirmed and not captured"
        sold = self.scalars(select(OrderRow).where(OrderRow.state.in_(SOLD)))
        assert all(row.payment_state == "captured" for row in sold)
        assert all(TICKETS.read(row.ticket).order_id == row.id for row in sold)
        outside = [row for row in self.paid() if row.payment_means in {"stripe", MEANS}]
        given = sum(self.repaid(row) for row in outside)
        assert self.balance(AccountKind.CLEARING) == given - sum(map(self.taken, outside))
        kept = sum(row.price_minor for row in self.paid()) - self.taken_back()
        # Operators, tax office and counties have what was sold; what was given back left its fee.
        shares = AccountKind.PAYABLE, AccountKind.DEFERRED, AccountKind.VAT, AccountKind.INCOME
        owed = sum(map(self.balance, (*shares, AccountKind.SUBSIDY)))
        assert owed == kept + self.fees() - self.taxis()
        assert set(self.states()) <= {
            *("held", "confirmed", "started", "ended"),
            *("released", "cancelled", "expired", "failed"),
        }

    def paid(self) -> list[OrderRow]:
        """Return the orders whose money was taken, also those given back since."""
        return self.scalars(select(OrderRow).where(OrderRow.payment_state == "captured"))

    def taken(self, row: OrderRow) -> int:
        """Return what a provider outside has taken for an order."""
        parts = row.payment_parts or []
        return sum(minor for means, minor, _ in parts if means in {"stripe", MEANS})

    def repaid(self, row: OrderRow) -> int:
        """Return what a provider outside has given back for an order."""
        refunds = select(PostingRow.amount_minor).join(EntryRow, EntryRow.id == PostingRow.entry_id)
        ids = self.scalars(select(RefundRow.id).where(RefundRow.order_id == row.id))
        keys = [f"{one}:settlement" for one in ids]
        found = self.scalars(refunds.where(EntryRow.key.in_(keys), PostingRow.amount_minor > 0))
        return sum(found)

    def fees(self) -> int:
        """Return what kommit has kept of refunds, with VAT."""
        return sum(row.fee_minor for row in self.scalars(select(RefundRow)))

    def taxis(self) -> int:
        """Return what counties have paid of taxis, into wallets."""
        kind = RedressClaimRow.kind == RedressKind.GUARANTEE
        return sum(self.scalars(select(RedressClaimRow.granted_minor).where(kind)))

    def taken_back(self) -> int:
        """Return what operators have given back of orders."""
        return sum(minor for row in self.scalars(select(RefundRow)) for _, minor in row.lines)


def journal_of(shop: Shop, order_id: UUID) -> Sequence[str]:
    """Return the journal of an order, as text."""
    with shop.store.read() as uow:
        return [str(mark) for mark in uow.sagas.get(order_id).marks]
