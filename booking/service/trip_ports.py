"""What trips by check-in and check-out need from the outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.domain.chain import ChainLeg, ChainPoint
from booking.domain.cico import Spot
from booking.domain.money import Money
from booking.domain.offers import Price
from booking.domain.orders import Order
from booking.domain.refunds import Refund
from booking.service.ports import Pricer, UnitOfWork


class NearStop(NamedTuple):
    """A stop near a place."""

    point: ChainPoint
    distance_m: int


class TripMatcher(Protocol):
    """Knows the stops and the vehicles of the moment; says what was ridden."""

    @property
    def image_id(self) -> str:
        """The network image of this moment."""
        ...

    def nearest(self, spot: Spot) -> NearStop | None:
        """Return the stop of a spot, or else the one next to it; None without any stops."""
        ...

    def rides(self, seen: Sequence[Spot]) -> tuple[ChainLeg, ...]:
        """Return the legs that explain where a rider was seen, from check-in to check-out.

        Empty where no trips of the timetable do.
        """
        ...


class TripBooks(Protocol):
    """Writes sales and refunds of travel into the ledger; see ``booking.service.books``."""

    def sold(self, uow: UnitOfWork, order: Order, now: datetime) -> None:
        """The order owes its price, its operators are owed their shares."""
        ...

    def refunded(self, uow: UnitOfWork, order: Order, refund: Refund, now: datetime) -> None:
        """Operators give back their lines; the rider is owed them, less the fee."""
        ...

    def performed(self, uow: UnitOfWork, order: Order, now: datetime) -> None:
        """The journey is over: operators have earned their shares."""
        ...


class RiderAccounts(Protocol):
    """Takes from riders what they owe, and gives them what they are owed, in one transaction."""

    def charge(
        self, uow: UnitOfWork, rider_id: UUID, amount: Money, key: str, *, from_wallet: bool = True
    ) -> str:
        """Take an amount above zero and return by which means; once for each key.

        From the wallet if it has enough, else it is an open item of the next invoice.
        """
        ...

    def credit(self, uow: UnitOfWork, rider_id: UUID, amount: Money, key: str) -> None:
        """Give an amount above zero; once for each key. What is owed becomes less first."""
        ...


@dataclass(frozen=True, slots=True)
class TripDesk:
    """Everything that trips are billed by."""

    matcher: TripMatcher
    pricer: Pricer
    books: TripBooks
    accounts: RiderAccounts
    zone: ZoneInfo
    """In which days of subscriptions begin and end."""
    currency: str = "EUR"

    @property
    def nothing(self) -> Price:
        """The price of nothing."""
        return Price(Money(0, self.currency), ())
