"""What is kept of booking, as protocols of repositories; ``booking.adapters`` keeps it by SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from booking.domain.accounts import Rider
from booking.domain.holds import Claim, DatedTrip, Span
from booking.domain.ledger import Account, Entry, History
from booking.domain.money import Money
from booking.domain.orders import Order
from booking.service.marks import Mark, SagaKind

Notes = Mapping[str, str]
"""What a step of a saga leaves for later ones."""


class OrderRepository(Protocol):
    """Orders; what was handed out is written back by the commit."""

    def add(self, order: Order) -> None:
        """Add a new order."""
        ...

    def get(self, order_id: UUID) -> Order:
        """Return an order, locked if the unit of work writes, or raise ``OrderNotFound``."""
        ...

    def find_live_of_offer(self, offer_id: UUID) -> Order | None:
        """Return the order that has an offer at this moment."""
        ...

    def list_of(self, rider_id: UUID, limit: int, before: UUID | None) -> Sequence[Order]:
        """Return a rider's newest orders, of those older than ``before``, newest first."""
        ...

    def list_overdue(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Return unpaid orders whose places are held no longer and which nobody is driving."""
        ...

    def list_running(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Return sold orders that have begun or are over by then and were not told so."""
        ...

    def find_replacement(self, order_id: UUID) -> Order | None:
        """Return the live order that takes the place of another."""
        ...


class PlaceRepository(Protocol):
    """Quotas, and the places taken of them."""

    def set_quota(
        self, places: int, *, trip_id: str | None = None, route_id: str | None = None
    ) -> None:
        """Limit a trip, or every trip of a route, to so many places. The trip's own limit wins."""
        ...

    def capacities(self, claims: Sequence[Claim]) -> Mapping[Claim, int]:
        """Return the places of those claims' trips that are limited."""
        ...

    def lock(self, trip: DatedTrip) -> None:
        """Make others wait for the end of this transaction; take locks in sorted order."""
        ...

    def taken(self, trip: DatedTrip, now: datetime, but: UUID) -> Sequence[Span]:
        """Return what others than order ``but`` hold or have bought."""
        ...

    def hold(self, order_id: UUID, claims: Sequence[Claim], until: datetime) -> None:
        """Hold the places of claims until then."""
        ...

    def confirm(self, order_id: UUID) -> None:
        """Keep an order's places for ever."""
        ...

    def release(self, order_id: UUID) -> None:
        """Give an order's places back."""
        ...

    def shrink(
        self, order_id: UUID, trip_id: str, service_day: date, board: int, places: int
    ) -> None:
        """Leave an order so many of its places on one ride; 0: none."""
        ...


class SagaKey(NamedTuple):
    """A new saga: the purchase of an order has the order's id, others have their own."""

    id: UUID
    kind: SagaKind
    order_id: UUID
    owner: str | None = None
    """Who drives it, until ``lease_until``; None: nobody yet."""
    lease_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Saga:
    """What the journal of one saga says."""

    id: UUID
    kind: SagaKind
    order_id: UUID
    marks: tuple[Mark, ...]
    notes: Notes

    @property
    def last(self) -> Mark:
        """The newest entry, which says what is to be done next."""
        return self.marks[-1]


class SagaRepository(Protocol):
    """The journals of orders, and who may write them."""

    def start(self, saga: SagaKey, marks: Mapping[Mark, Notes], at: datetime) -> None:
        """Begin a journal with these entries."""
        ...

    def get(self, saga_id: UUID) -> Saga:
        """Return what the journal says, or raise ``OrderNotFound``."""
        ...

    def find(self, saga_id: UUID) -> Saga | None:
        """Return what the journal says, if there is one."""
        ...

    def find_of_reference(self, reference: str) -> Saga | None:
        """Return the purchase whose payment the provider calls so."""
        ...

    def acquire(self, saga_id: UUID, owner: str, now: datetime, until: datetime) -> bool:
        """Take the lease if nobody else has it; return whether ``owner`` has it now."""
        ...

    def keep(self, saga_id: UUID, owner: str, until: datetime) -> None:
        """Extend the lease, or raise ``LeaseLost``."""
        ...

    def postpone(self, saga_id: UUID, owner: str, until: datetime) -> None:
        """Give the lease up; nobody resumes the saga before ``until``."""
        ...

    def record(self, saga_id: UUID, marks: Mapping[Mark, Notes], at: datetime) -> None:
        """Add entries to the journal; they count when the transaction commits.

        Where the last one leaves nothing under way, the lease ends.
        """
        ...

    def list_abandoned(self, kind: SagaKind, now: datetime, limit: int) -> Sequence[UUID]:
        """Return sagas of a kind that are under way and whose lease has ended."""
        ...


class LedgerLine(NamedTuple):
    """A posting as the owner of the account sees it."""

    at: datetime
    text: str
    amount: Money


class LedgerRepository(Protocol):
    """The double-entry ledger."""

    def book(self, entry: Entry) -> bool:
        """Write an entry once; return whether it is new. Raise ``NotEnoughMoney`` at the floor."""
        ...

    def history(self, order_id: UUID) -> History:
        """Return what the books have of an order, oldest first; under the order's lock."""
        ...

    def balance(self, account: Account, currency: str) -> Money:
        """Return what stands on an account."""
        ...

    def lines(self, account: Account, limit: int) -> Sequence[LedgerLine]:
        """Return the newest postings of an account, newest first."""
        ...

    def difference(self) -> int:
        """Return by how many minor units the books are wrong; 0 is the only good answer."""
        ...


class RiderRepository(Protocol):
    """Riders, the hashes of their passwords, and their sessions."""

    def add(self, rider: Rider, password_hash: str) -> bool:
        """Return False if the e-mail address is taken."""
        ...

    def find(self, rider_id: UUID) -> Rider | None:
        """Return a rider."""
        ...

    def find_by_email(self, email: str) -> tuple[Rider, str] | None:
        """Return a rider and the hash of the password."""
        ...

    def set_password_hash(self, rider_id: UUID, password_hash: str) -> None:
        """Replace the hash of a password."""
        ...

    def add_session(self, token_hash: str, rider_id: UUID, expires_at: datetime) -> None:
        """Begin a session."""
        ...

    def find_by_session(self, token_hash: str, now: datetime) -> Rider | None:
        """Return whose session it is, if it has not ended."""
        ...

    def end_session(self, token_hash: str) -> None:
        """End a session; one that has ended stays so."""
        ...

    def drop_sessions(self, now: datetime) -> int:
        """Remove the sessions that have ended."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer that is given again when a request is repeated."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class KeyUse:
    """What is known of one ``Idempotency-Key`` of one rider."""

    fingerprint: str
    """Of the request that the key was first used for."""
    claim: str
    """Who runs that request, or ran it."""
    until: datetime
    """Without an answer: when the claim lapses. With one: how long it is kept."""
    answer: Answer | None = None


class AnswerRepository(Protocol):
    """Idempotency keys and stored answers. ``scope`` is whose key it is."""

    def claim(self, scope: str, key: str, use: KeyUse) -> KeyUse:
        """Write ``use`` if the key is new; return what is known of it now, locked."""
        ...

    def reclaim(self, scope: str, key: str, use: KeyUse) -> None:
        """Give a key to another request."""
        ...

    def finish(self, scope: str, key: str, claim: str, answer: Answer, until: datetime) -> None:
        """Store an answer, if the key is still claimed so."""
        ...

    def forget(self, scope: str, key: str, claim: str) -> None:
        """Let a key be used again, if it is still claimed so."""
        ...

    def drop(self, now: datetime) -> int:
        """Remove what is no longer kept; return how much."""
        ...
