"""An account whose rider told us all there is to tell, and a look into every table for it."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from booking.adapters.database import Database
from booking.adapters.passwords import Argon2Passwords
from booking.adapters.payment_tables import CustomerRow, MandateRow
from booking.adapters.redress_tables import ComplaintRow, RedressClaimRow
from booking.adapters.shuttle_tables import (
    ShuttleRatingRow,
    ShuttleRideRow,
    ShuttleServiceRow,
)
from booking.adapters.tables import Base
from booking.adapters.ticket_tables import InspectionRow
from booking.adapters.travel_tables import SightingRow, SubscriptionRow, TripRow
from booking.domain.chain import ChainLeg, ChainPoint, LegMode
from booking.domain.money import Money
from booking.domain.orders import Order
from booking.service.accounts import Accounts
from booking.service.privacy import Privacy
from booking.service.wallet import CASH_DESK
from tests.support.shop import LEAVES, NOON, Shop, offer, ride

EMAIL, NAME, PASSWORD = "ada.lovelace@kommit.example", "Ada Lovelace", "a password of hers"
HOUSE = ChainPoint("Verborgene Gasse 17", 51.123456, 7.654321)
IBAN, PHONE, COMMENT = "DE02120300000000202051", "+492597123456", "der Fahrer kennt mein Haus"
NUMBER, DISPUTE = "DTICKET-0815", "ich war bei meiner Schwester"
COMPLAINT, ANSWER, TAXI = "meine Frau stand im Regen", "wie Ihre Frau sagt", "Taxi 7, Lovelace"
PERSONAL = (
    EMAIL,
    NAME,
    "Verborgene",
    "51.1234",
    "7.6543",
    IBAN,
    COMMENT,
    NUMBER,
    DISPUTE,
    COMPLAINT,
    ANSWER,
    TAXI,
    "cus_42",
    "51.98",
)
WALK = ChainLeg(
    LegMode.WALK,
    HOUSE,
    ChainPoint("Marktplatz", 51.85, 7.48, "demo:s0"),
    LEAVES - timedelta(minutes=10),
    LEAVES,
    700,
)


class Office:
    """A shop with an account whose rider told us all there is to tell."""

    def __init__(self, database: Database) -> None:
        self.shop = Shop(database)
        passwords = Argon2Passwords(cheap=True)
        self.accounts = Accounts(self.shop.store, self.shop.clock, passwords)
        self.privacy = Privacy(self.shop.store, self.shop.clock, passwords)
        self.rider = self.accounts.register(EMAIL, PASSWORD, NAME).rider

    def buy(self, *legs: ChainLeg, rider_id: UUID | None = None) -> Order:
        buyer = rider_id or self.rider.id
        self.shop.wallets.top_up(buyer, Money(1250), str(uuid4()), CASH_DESK)
        order = self.shop.orders.hold(buyer, offer(*(legs or (WALK, ride()))))
        return self.shop.orders.pay(order.id, buyer, "wallet")

    def add(self, *rows: Any) -> None:
        with self.shop.database.writers() as session:
            for row in rows:
                session.add(row)
                session.flush()
            session.commit()

    def live_a_life(self) -> Order:
        """Travel, rate, pay by invoice, check in, subscribe."""
        order, mine, now = self.buy(), self.rider.id, NOON
        self.add(
            ShuttleServiceRow(id="demo:sh", version=1),
            ride_row(order, self.rider.id),
            ShuttleRatingRow(order_id=order.id, leg=0, stars=5, comment=COMMENT, at=now),
            ComplaintRow(
                id=uuid4(),
                order_id=order.id,
                leg=1,
                agency_id="demo:a1",
                line="X90",
                departure=LEAVES,
                category="staff",
                text=COMPLAINT,
                state="answered",
                at=now,
                answer=ANSWER,
                answered_at=now,
            ),
            RedressClaimRow(
                order_id=order.id,
                kind="guarantee",
                leg=1,
                at=now,
                asked_minor=0,
                granted_minor=0,
                currency="EUR",
                receipt=TAXI,
            ),
            MandateRow(
                id=uuid4(), rider_id=mine, iban=IBAN, holder=NAME, signed_at=now, state="active"
            ),
            CustomerRow(rider_id=mine, provider="stripe", reference="cus_42"),
            InspectionRow(
                id=uuid4(),
                inspector_id=uuid4(),
                device="phone",
                at=now,
                received_at=now,
                verdict="valid",
                reason="",
                order_id=order.id,
                ticket_version=1,
                lat=51.98,
                lon=7.91,
            ),
            SubscriptionRow(
                id=uuid4(),
                rider_id=mine,
                product="deutschlandticket",
                source="registered",
                state="active",
                valid_from=now.date(),
                valid_until=now.date(),
                number=NUMBER,
                created_at=now,
                price_minor=0,
                currency="EUR",
            ),
            *trip_rows(mine),
        )
        self.shop.clock.move(days=1)
        self.shop.orders.expire_due(self.shop.clock.now())
        return order

    def dump(self, *without: str) -> str:
        """Return every row of the database as text."""
        with self.shop.database.readers() as session:
            return "\n".join(
                f"{name} {json.dumps(dict(row), default=repr, ensure_ascii=False)}"
                for name, table in Base.metadata.tables.items()
                if name not in without
                for row in session.execute(select(table)).mappings()
            )

    def row(self, kind: type[Any]) -> Any:
        (found,) = self.shop.scalars(select(kind))
        return found


def ride_row(order: Order, rider_id: UUID, state: str = "done", **change: Any) -> ShuttleRideRow:
    columns = {
        "id": uuid4(),
        "service_id": "demo:sh",
        "order_id": order.id,
        "rider_id": rider_id,
        "leg": 0,
        "pickup": [HOUSE.name, HOUSE.lat, HOUSE.lon, None, None],
        "drop_off": ["Marktplatz", 51.85, 7.48, "demo:s0", "m"],
        "pickup_from": LEAVES,
        "pickup_until": LEAVES + timedelta(minutes=10),
        "drop_off_until": LEAVES + timedelta(minutes=30),
        "party": [1, 0, 0],
        "pin": "1234",
        "state": state,
        "held_until": None,
        "created_at": NOON,
        "told": [],
    }
    return ShuttleRideRow(**columns | change)


def trip_rows(rider_id: UUID) -> tuple[TripRow, SightingRow]:
    trip_id = uuid4()
    spot = {
        "at": NOON.isoformat(),
        "lat": HOUSE.lat,
        "lon": HOUSE.lon,
        "stop_id": None,
        "vehicle": None,
    }
    trip = TripRow(
        id=trip_id,
        rider_id=rider_id,
        state="billed",
        passengers=[],
        began_at=NOON,
        begin=spot,
        received_at=NOON,
        seen_at=NOON,
        ended_at=NOON,
        end=spot,
        chain=None,
        price=None,
        revision=0,
        notices=[],
        billed_at=NOON,
        dispute=DISPUTE,
    )
    seen = SightingRow(trip_id=trip_id, at=NOON, lat=HOUSE.lat, lon=HOUSE.lon, received_at=NOON)
    return trip, seen
