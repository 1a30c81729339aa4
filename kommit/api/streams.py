"""All streams of a process: one look at the database a second for all of them together.

A look asks which sessions still hold, which orders have another version, which riders have other
orders, and what changed about rides; each is one question, however many streams are open. Only what
changed is read and written as JSON, once for all who listen to it.
"""

import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from booking.service.event_repositories import OrderNews, RiderMark
from booking.service.ports import Store, StoreUnavailable
from kommit.api.errors import TooManyRequests
from kommit.api.listeners import ORDER, RIDES, Listener, News
from kommit.kit.clock import Clock

log = logging.getLogger(__name__)

MOST_OF_A_RIDER: Final = 20
"""Streams of one rider in a process: phones and tabs, and some that the server has yet to miss."""
MOST_ORDERS: Final = 50
"""Of a rider, the newest, that a stream of all tells of."""
RIDES_AGAIN_S: Final = 15.0
"""While a ride is to come, what only time changes is looked at so often."""


class OrderTold(NamedTuple):
    """An order as a stream tells of it."""

    data: str
    version: int
    is_live: bool


class RidesTold(NamedTuple):
    """The rides of an order as a stream tells of them."""

    data: str
    is_planned: bool
    """Whether any of them is still to come, or under way."""


class Voice(Protocol):
    """Says in JSON how things stand."""

    def order(self, order_id: UUID, rider_id: UUID) -> OrderTold:
        """Return an order, or raise ``OrderNotFound``."""
        ...

    def rides(self, order_id: UUID, rider_id: UUID) -> RidesTold:
        """Return the rides on demand of an order."""
        ...

    def news(self, order: OrderNews) -> str:
        """Return how an order stands, in short."""
        ...


@dataclass(slots=True)
class _OrderSeen:
    version: int | None = None
    rides: str | None = None
    rides_due: float | None = None
    """On the monotonic clock."""


class _Look(NamedTuple):
    """What one look at the database found."""

    sessions: frozenset[str]
    versions: dict[UUID, int]
    rides: dict[UUID, str]
    riders: dict[UUID, RiderMark]


class Streams:
    """The open streams. ``look`` is a job; the other calls may come from any thread."""

    def __init__(
        self, store: Store, clock: Clock, voice: Voice, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._store, self._clock, self._voice, self._now = store, clock, voice, now
        self._listeners: set[Listener] = set()
        self._lock = threading.Lock()
        self._orders: dict[UUID, _OrderSeen] = {}
        self._riders: dict[UUID, RiderMark | None] = {}
        self._stamps = itertools.count()

    @property
    def count(self) -> int:
        """How many streams are open."""
        return len(self._listeners)

    def open(self, listener: Listener) -> None:
        """Tell a listener from now on, or raise ``TooManyRequests``."""
        rider_id = listener.subject.rider_id
        with self._lock:
            mine = sum(each.subject.rider_id == rider_id for each in self._listeners)
            if mine >= MOST_OF_A_RIDER:
                raise TooManyRequests(30)
            self._listeners.add(listener)

    def close(self, listener: Listener) -> None:
        """Tell a listener no more. Doing it twice is fine."""
        with self._lock:
            self._listeners.discard(listener)

    def end_all(self) -> None:
        """End every stream: the process is about to end."""
        for listener in self._all():
            listener.end()

    # --- at the beginning of a stream

    def begin(self, listener: Listener, last_id: str | None) -> bool:
        """Tell a new listener how things stand, beyond what it has read; False if all is over.

        Raises
        ------
        OrderNotFound
            If the order is not the rider's.
        """
        rider_id, order_id = listener.subject.rider_id, listener.subject.order_id
        if order_id is None:
            self._begin_rider(listener, rider_id, last_id)
            return True
        stamp, told = next(self._stamps), self._voice.order(order_id, rider_id)
        if last_id != str(told.version):
            listener.tell([_order_news(told, stamp)], str(told.version))
        elif told.is_live:
            listener.know([_order_news(told, stamp)])
        else:
            return False
        stamp = next(self._stamps)
        listener.tell([_rides_news(self._voice.rides(order_id, rider_id), stamp)])
        if not told.is_live:
            listener.end()
        return True

    def _begin_rider(self, listener: Listener, rider_id: UUID, last_id: str | None) -> None:
        with self._store.read() as uow:
            mark = uow.watches.rider_marks([rider_id]).get(rider_id)
        if mark is None:
            return
        if last_id == _id_of(mark):
            listener.know(self._newest(rider_id))
        else:
            listener.tell(self._newest(rider_id), _id_of(mark))

    # --- the job

    def look(self) -> int:
        """Look what has changed, and tell who listens; return how many were told something."""
        listeners = self._all()
        if not listeners:
            self._orders, self._riders = {}, {}
            return 0
        found = self._ask(listeners)
        for listener in listeners:
            if listener.session not in found.sessions:
                listener.end()
        told = 0
        orders, riders = _by_subject(listeners)
        self._orders = {one: self._orders.get(one, _OrderSeen()) for one in orders}
        self._riders = {one: self._riders.get(one) for one in riders}
        for order_id, mine in orders.items():
            told += _guarded(partial(self._tell_order, order_id, mine, found))
        for rider_id, theirs in riders.items():
            told += _guarded(
                partial(self._tell_rider, rider_id, theirs, found.riders.get(rider_id))
            )
        for listener in listeners:
            listener.is_new = False
        return told

    def _ask(self, listeners: list[Listener]) -> _Look:
        orders = {one.subject.order_id for one in listeners} - {None}
        wanted = [order_id for order_id in orders if order_id is not None]
        riders = [one.subject.rider_id for one in listeners if one.subject.order_id is None]
        sessions = {one.session for one in listeners}
        with self._store.read() as uow:
            return _Look(
                frozenset(uow.watches.open_sessions(sessions, self._clock.now())),
                dict(uow.watches.order_versions(wanted)),
                dict(uow.watches.ride_marks(wanted)),
                dict(uow.watches.rider_marks(riders)),
            )

    def _tell_order(self, order_id: UUID, listeners: list[Listener], found: _Look) -> int:
        seen, rider_id = self._orders[order_id], listeners[0].subject.rider_id
        version, is_told = found.versions.get(order_id), False
        is_new, stamp = _any_new(listeners), next(self._stamps)
        if version is not None and (version != seen.version or is_new):
            told = self._voice.order(order_id, rider_id)
            _tell(listeners, [_order_news(told, stamp)], str(told.version))
            if not told.is_live:
                _end(listeners)
            seen.version, is_told = told.version, True
        rides = found.rides.get(order_id)
        is_due = seen.rides_due is not None and self._now() >= seen.rides_due
        if rides is not None and (rides != seen.rides or is_due or is_new):
            now = self._voice.rides(order_id, rider_id)
            _tell(listeners, [_rides_news(now, stamp)])
            seen.rides, is_told = rides, True
            seen.rides_due = self._now() + RIDES_AGAIN_S if now.is_planned else None
        return len(listeners) if is_told else 0

    def _tell_rider(self, rider_id: UUID, listeners: list[Listener], mark: RiderMark | None) -> int:
        if mark is None or (mark == self._riders[rider_id] and not _any_new(listeners)):
            return 0
        _tell(listeners, self._newest(rider_id), _id_of(mark))
        self._riders[rider_id] = mark
        return len(listeners)

    def _newest(self, rider_id: UUID) -> list[News]:
        """Return how a rider's newest orders stand, the oldest of them first."""
        stamp = next(self._stamps)
        with self._store.read() as uow:
            newest = uow.watches.newest_orders(rider_id, MOST_ORDERS)
        return [News(ORDER, str(one.id), self._voice.news(one), stamp) for one in reversed(newest)]

    def _all(self) -> list[Listener]:
        with self._lock:
            return list(self._listeners)


def _guarded(tell: Callable[[], int]) -> int:
    """Tell of one thing; what goes wrong with it keeps no other stream waiting."""
    try:
        return tell()
    except StoreUnavailable:
        raise
    except Exception:
        log.exception("a stream cannot be told, it is tried again")
        return 0


def _by_subject(
    listeners: Iterable[Listener],
) -> tuple[dict[UUID, list[Listener]], dict[UUID, list[Listener]]]:
    """Return who listens to which order, and who to all orders of which rider."""
    orders: dict[UUID, list[Listener]] = {}
    riders: dict[UUID, list[Listener]] = {}
    for listener in listeners:
        subject = listener.subject
        if subject.order_id is None:
            riders.setdefault(subject.rider_id, []).append(listener)
        else:
            orders.setdefault(subject.order_id, []).append(listener)
    return orders, riders


def _tell(listeners: list[Listener], news: Iterable[News], last_id: str | None = None) -> None:
    told = list(news)
    for listener in listeners:
        listener.tell(told, last_id)


def _end(listeners: list[Listener]) -> None:
    for listener in listeners:
        listener.end()


def _any_new(listeners: list[Listener]) -> bool:
    """Say whether somebody came after the last look, who may have missed what it saw."""
    return any(listener.is_new for listener in listeners)


def _order_news(told: OrderTold, stamp: int) -> News:
    return News(ORDER, ORDER, told.data, stamp)


def _rides_news(told: RidesTold, stamp: int) -> News:
    return News(RIDES, RIDES, told.data, stamp)


def _id_of(mark: RiderMark) -> str:
    return f"{mark.orders}.{mark.versions}"
