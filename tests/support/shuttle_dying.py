"""Processes that buy a ride on demand, or go on after others that did, and are killed at a commit."""

import logging
import os
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from booking.adapters.database import Database
from booking.domain.errors import BookingError
from booking.domain.offers import Offer
from booking.domain.shuttles import DriverEvent, VehicleKey
from tests.support.dying import COMMITS_EXIT, Death, DyingStore
from tests.support.shop import MovableClock
from tests.support.shuttle_shop import ShuttleShop


@dataclass(frozen=True)
class RidePurchase:
    """What a process buys, and when it dies."""

    url: str
    rider_id: UUID
    offer: Offer
    death: Death


def _shop(url: str, now: datetime | None, death: Death) -> tuple[ShuttleShop, DyingStore]:
    database = Database(url, durable=False, pool_size=1)
    store = DyingStore(database, death)
    clock = MovableClock() if now is None else MovableClock(now)
    return ShuttleShop(database, clock, store), store


def buy_ride(purchase: RidePurchase) -> None:
    """Hold and pay, and die as told. Exit with the number of commits otherwise."""
    shop, store = _shop(purchase.url, None, purchase.death)
    try:
        order = shop.orders.hold(purchase.rider_id, purchase.offer)
        shop.orders.pay(order.id, purchase.rider_id, "wallet")
    except BookingError:
        logging.getLogger(__name__).info("refused")
    os._exit(COMMITS_EXIT + store.commits)


def recover_rides(url: str, now: datetime, death: Death) -> None:
    """Do what a starting process does."""
    shop, store = _shop(url, now, death)
    shop.orders.resume_all(now)
    shop.orders.expire_due(now)
    os._exit(COMMITS_EXIT + store.commits)


def report(url: str, vehicle: VehicleKey, event: DriverEvent, now: datetime, death: Death) -> None:
    """Take a driver's report down."""
    shop, store = _shop(url, now, death)
    shop.driving.report(vehicle, event)
    os._exit(COMMITS_EXIT + store.commits)
