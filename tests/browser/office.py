"""A server in this process, its services, and tickets that are valid now."""

import socket
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import uvicorn

from booking.adapters.store import SqlStore
from booking.domain.money import Money
from booking.service.transactions import in_transaction
from booking.service.wallet import DEMO_GRANT
from booking.tickets.phone import show
from kommit.bootstrap import open_kommit
from kommit.bootstrap.serving import app_of
from kommit.kit.clock import SystemClock
from kommit.settings import load_settings
from tests.booking.tickets.phones import compressed, outing, phone
from tests.support.server import tiny_image
from tests.support.shop import offer, ride


class Office:
    """What stands behind the pages of riders and inspectors."""

    def __init__(self, folder: Path) -> None:
        settings = load_settings(
            image=tiny_image(folder),
            database_url=f"sqlite:///{folder / 'kommit.db'}",
            data_dir=folder,
            mode="demo",
            tariff="eezy-westfalen",
            argon2="cheap",
        )
        self.kommit = open_kommit(settings, SystemClock())
        self.tickets = self.kommit.services.tickets
        self.store = SqlStore(self.kommit.database)
        listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(app_of(self.kommit), log_level="warning", lifespan="off")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(
            target=self.server.run, kwargs={"sockets": [listener]}, daemon=True
        )
        self.thread.start()
        while not self.server.started:
            time.sleep(0.05)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(10)
        self.kommit.close()

    def ticket(self, order_id: UUID, ago: timedelta = timedelta(), **how: Any) -> bytes:
        """Return a ticket of an outing that has just begun, or some time ago."""
        bought, now = outing(), datetime.now(UTC).replace(microsecond=0) - ago
        shift = now - bought.chain.departure
        legs = tuple(
            replace(leg, departure=leg.departure + shift, arrival=leg.arrival + shift)
            for leg in bought.chain.legs
        )
        moved = replace(bought, chain=replace(bought.chain, legs=legs), issued_at=now)
        return self.tickets.issue(order_id, moved, **how)

    def live(self, order_id: UUID, age_s: int = 0) -> bytes:
        level_1 = self.ticket(order_id, device_key=compressed(phone()), version=2)
        return show(level_1, phone(), datetime.now(UTC) - timedelta(seconds=age_s))

    def revoke(self, order_id: UUID, version: int) -> None:
        now = datetime.now(UTC)
        until = now + timedelta(hours=5)
        in_transaction(
            self.store, lambda uow: uow.revocations.add(order_id, version, until, "refunded", now)
        )

    def sold(self) -> tuple[dict[str, Any], UUID]:
        """Return the session of a rider as the page keeps it, and an order that was paid."""
        services, now = self.kommit.services, datetime.now(UTC).replace(microsecond=0)
        signed_in = services.accounts.register(f"{uuid4()}@kommit.example", "a password", "Ada")
        rider = signed_in.rider
        services.wallets.top_up(rider.id, Money(5000), "cash", DEMO_GRANT)
        leg = ride(leaves=now + timedelta(minutes=5))
        times = {"issued_at": now, "expires_at": now + timedelta(minutes=10)}
        order = services.orders.hold(rider.id, offer(leg, **times))
        services.orders.pay(order.id, rider.id, "wallet")
        who = {"id": str(rider.id), "email": rider.email, "name": rider.name}
        return {"token": signed_in.token, "rider": who}, order.id
