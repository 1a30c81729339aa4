"""Trips by check-in and check-out in a test: four stops in a row, a small tariff, a real database.

::

    A ──────── B ──────── C ──────── D
     RVM (a1)     RVM (a1)   Stadtwerke (a2)

Stops are 10 km apart. A trip costs 1.00 and 0.20 for each started kilometre as the crow flies,
children half; at most 8.00 within any 24 hours, and 20.00 in a month. A season ticket is 15.00.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from booking.adapters.database import Database
from booking.adapters.store import SqlStore
from booking.adapters.tables import AccountRow, OutboxRow, PostingRow
from booking.domain.best_price import Alternative, Paid
from booking.domain.chain import Chain, ChainLeg, ChainPoint, LegMode, TripRef
from booking.domain.cico import CicoRules, Spot
from booking.domain.errors import NotOnSale
from booking.domain.ledger import AccountKind, open_items, source, transfer, wallet
from booking.domain.money import Money
from booking.domain.offers import Price, PriceLine
from booking.domain.passengers import Passenger, PassengerCategory, group
from booking.domain.spending import NOTHING_SPENT, Spending, Spent, slot_of
from booking.service.books import Books
from booking.service.charging import WalletOrInvoice
from booking.service.closing import Closing
from booking.service.transactions import in_transaction
from booking.service.trip_billing import TripBilling
from booking.service.trip_ports import NearStop, TripDesk
from booking.service.trips import Seen, Trips
from kommit.kit.geo import distance_m
from tests.support.shop import MovableClock

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 5, 4, 6, tzinfo=UTC)
"""8:00 in Berlin."""
STEP = 10_000 / 111_195
"""10 km in degrees of latitude."""
STOPS = {name: (51.0 + n * STEP, 7.5) for n, name in enumerate("ABCD")}
NOWHERE = (50.0, 7.5)
BASE, PER_KM, DAY_CAP, MONTH_CAP, SEASON = 100, 20, 800, 2_000, 1_500
DAY = timedelta(hours=24)
CASH = source("cash-desk")


def at(stop: str, when: datetime | None = None, **more: Any) -> Seen:
    """Return a sighting at a stop."""
    lat, lon = STOPS.get(stop, NOWHERE)
    return Seen(lat, lon, when, **more)


def point(name: str) -> ChainPoint:
    return ChainPoint(name, *STOPS[name], f"demo:{name.lower()}")


class Line:
    """Knows the four stops; every move from one to another is explained by a bus."""

    image_id = "image-1"

    def nearest(self, spot: Spot) -> NearStop | None:
        apart = {n: distance_m(spot.lat, spot.lon, *place) for n, place in STOPS.items()}
        name = min(apart, key=lambda one: apart[one])
        return NearStop(point(name), round(apart[name]))

    def rides(self, seen: Sequence[Spot]) -> tuple[ChainLeg, ...]:
        called = [(spot, near) for spot in seen if (near := self.nearest(spot))]
        if any(near.distance_m > 500 for _, near in (called[0], called[-1])):
            return ()
        at_stops = [(spot, near.point) for spot, near in called if near.distance_m <= 500]
        return tuple(
            _leg(one, other, begin, end)
            for (begin, one), (end, other) in pairwise(at_stops)
            if one != other
        )


def _leg(one: ChainPoint, other: ChainPoint, begin: Spot, end: Spot) -> ChainLeg:
    agency = "demo:a2" if "D" in (one.name, other.name) else "demo:a1"
    name = "Stadtwerke" if agency == "demo:a2" else "RVM"
    ride = TripRef("demo:t1", begin.at.date(), 0, 1, "demo:r1", "X90", agency, name)
    return ChainLeg(LegMode.BUS, one, other, begin.at, end.at, 10_000, ride)


class Tariffs:
    """The small tariff with its caps, as pricer and as what statements need."""

    def price(
        self, chain: Chain, passengers: Sequence[Passenger], spending: Spending = NOTHING_SPENT
    ) -> Price:
        if len(passengers) > 5:
            raise NotOnSale("at most five")
        lines: list[PriceLine] = []
        for one in passengers:
            lines += self._lines(chain, one, slot_of(passengers, one), spending)
        return Price.of_lines(lines)

    def _lines(
        self, chain: Chain, one: Passenger, slot: str, spending: Spending
    ) -> Iterable[PriceLine]:
        fares = [_fare(leg, one.category) for leg in chain.rides]
        if "season" in one.subscriptions:
            fares = [0] * len(fares)
        for n, fare in enumerate(fares):
            yield self._line(one, "fare", fare, n, chain)
        when = chain.rides[0].departure
        day = max(sum(fares) - self._day_room(slot, when, spending), 0)
        month = max(sum(fares) - day - self._month_room(slot, when, spending), 0)
        for rule, cut in (("cap-24h", day), ("cap-month", month)):
            left = list(fares)
            for n in range(len(fares)):
                taken = min(left[n], cut - (sum(left) - sum(fares)))
                fares[n] -= taken
                if taken:
                    yield self._line(one, rule, -taken, n, chain)

    def _line(self, one: Passenger, rule: str, minor: int, n: int, chain: Chain) -> PriceLine:
        carrier = chain.rides[n].carrier
        assert carrier is not None
        return PriceLine(rule, "small/single", one.id, Money(minor), carrier.agency_id, n, rule)

    def _day_room(self, slot: str, when: datetime, spending: Spending) -> int:
        paid = [(one.at, one.minor) for one in spending.spent if one.slot == slot]
        starts = [when, *(at for at, _ in paid if when - DAY < at <= when)]
        most = max(sum(m for at, m in paid if s <= at < s + DAY) for s in starts)
        return max(_share(slot, DAY_CAP) - most, 0)

    def _month_room(self, slot: str, when: datetime, spending: Spending) -> int:
        month = _month(when)
        paid = sum(o.minor for o in spending.spent if o.slot == slot and _month(o.at) == month)
        return max(_share(slot, MONTH_CAP) - paid, 0)

    def label(self, chain: Chain) -> str:
        return "small@1"

    # --- what statements need

    def zone(self, tariff_id: str, at: datetime) -> ZoneInfo:
        return BERLIN

    def capped(self, tariff_id: str, slot: str, journeys: Sequence[Paid]) -> Sequence[Paid]:
        known: list[Spent] = []
        bills = []
        for one in journeys:
            room = self._day_room(slot, one.at, Spending(None, tuple(known)))
            room = min(room, self._month_room(slot, one.at, Spending(None, tuple(known))))
            bills.append(one._replace(fare_minor=min(one.fare_minor, room)))
            known.append(Spent(slot, tariff_id, one.at, bills[-1].fare_minor))
        return bills

    def alternatives(self, tariff_id: str, begins: datetime) -> Sequence[Alternative]:
        def covers(chain: Chain) -> bool:
            return all(leg.ride and leg.ride.agency_id == "demo:a1" for leg in chain.rides)

        return [Alternative("season", SEASON, covers)]


def _fare(leg: ChainLeg, category: PassengerCategory) -> int:
    metres = distance_m(leg.origin.lat, leg.origin.lon, leg.destination.lat, leg.destination.lon)
    full = BASE + PER_KM * -(-round(metres) // 1000)
    return full if category is PassengerCategory.ADULT else full // 2


def _share(slot: str, cap: int) -> int:
    return cap if slot.startswith("adult") else cap // 2


def _month(when: datetime) -> tuple[int, int]:
    local = when.astimezone(BERLIN)
    return local.year, local.month


class Accounts(NamedTuple):
    """What stands on the accounts of a rider and of the operators."""

    wallet: int
    owed: int


@dataclass
class Terminal:
    """Trips of riders on a database."""

    database: Database
    clock: Any = field(default_factory=lambda: MovableClock(MONDAY))
    store: Any = None
    matcher: Any = field(default_factory=Line)

    def __post_init__(self) -> None:
        self.store = self.store or SqlStore(self.database)
        self.tariffs, rules = Tariffs(), CicoRules()
        self.accounts = WalletOrInvoice(self.clock)
        desk = TripDesk(self.matcher, self.tariffs, Books(), self.accounts, BERLIN)
        self.billing = TripBilling(self.store, self.clock, desk, rules)
        self.trips = Trips(self.store, self.clock, self.matcher, self.billing, rules)
        self.closing = Closing(self.store, self.clock, self.tariffs, Books(), self.accounts)

    def rider(self, minor: int = 10_000) -> UUID:
        rider_id = uuid4()
        if minor:
            entry = transfer(
                f"top-up:{rider_id}", "cash", MONDAY, Money(minor), CASH, wallet(rider_id)
            )
            in_transaction(self.store, lambda uow: uow.ledger.book(entry))
        return rider_id

    def travel(
        self, rider_id: UUID, way: str = "AB", minutes: int = 20, who: Sequence[str] = ("adult",)
    ) -> Any:
        """Check in at the first stop of a way, and check out at the last one."""
        trip, _ = self.trips.check_in(rider_id, at(way[0]), group(who))
        for stop in way[1:-1]:
            self.clock.move(minutes=minutes)
            self.trips.report(trip.id, rider_id, [at(stop, self.clock.now())])
        self.clock.move(minutes=minutes)
        return self.trips.check_out(trip.id, rider_id, at(way[-1]))

    def money(self, rider_id: UUID) -> Accounts:
        with self.store.read() as uow:
            has = uow.ledger.balance(wallet(rider_id), "EUR").minor
            return Accounts(has, -uow.ledger.balance(open_items(rider_id), "EUR").minor)

    def balance(self, account: Any) -> int:
        with self.store.read() as uow:
            return uow.ledger.balance(account, "EUR").minor

    def owed(self, agency: str | None = None) -> int:
        """Return what operators and the tax office are owed: all, or one operator alone."""
        kinds = (AccountKind.PAYABLE, AccountKind.DEFERRED)
        total = func.coalesce(func.sum(PostingRow.amount_minor), 0)
        query = select(total).join(AccountRow, AccountRow.id == PostingRow.account_id)
        if agency is None:
            query = query.where(AccountRow.kind.in_([*kinds, AccountKind.VAT]))
        else:
            query = query.where(AccountRow.kind.in_(kinds), AccountRow.owner == agency)
        with self.database.readers() as session:
            return int(session.scalars(query).one())

    def difference(self) -> int:
        with self.store.read() as uow:
            return uow.ledger.difference()

    def events(self) -> list[str]:
        with self.database.readers() as session:
            rows = session.scalars(select(OutboxRow).order_by(OutboxRow.id))
            return [row.body.get("state", row.subject) for row in rows]
