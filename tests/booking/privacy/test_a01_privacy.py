"""A01: a rider gets everything we know, and is forgotten; the books stay right."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from booking.adapters.database import Database
from booking.adapters.payment_tables import InvoiceRow, MandateRow
from booking.adapters.shuttle_tables import (
    GuestRow,
    ShuttleRideRow,
    ShuttleServiceRow,
    StaffRow,
)
from booking.adapters.tables import Base, OrderRow, RiderRow
from booking.adapters.travel_tables import SightingRow, SubscriptionRow
from booking.domain.audit import verify
from booking.domain.chain import ChainPoint
from booking.domain.errors import BadCredentials, NotSignedIn, RemovalRefused
from booking.domain.ledger import AccountKind, open_items, source, transfer
from booking.domain.money import Money
from booking.domain.privacy import Retention, coarse_chain, coarse_offer, names_a_door
from booking.service.transactions import in_transaction
from booking.service.wallet import CASH_DESK
from tests.support.personal import (
    COMMENT,
    EMAIL,
    HOUSE,
    IBAN,
    NAME,
    PASSWORD,
    PERSONAL,
    PHONE,
    WALK,
    Office,
    ride_row,
    trip_rows,
)
from tests.support.shop import LEAVES, NOON, offer, ride


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


def test_doors_grow_coarse_and_stops_stay() -> None:
    made = offer(WALK, ride())
    kept = coarse_offer(made)
    door, stop = kept.chain.legs[0].origin, kept.chain.legs[0].destination
    assert door == ChainPoint("51.12, 7.65", 51.12, 7.65)
    assert stop == WALK.destination
    assert kept.chain.legs[1] == ride()
    assert (kept.price, kept.id, coarse_offer(kept)) == (made.price, made.id, kept)
    assert coarse_chain(made.chain, 0).legs[0].origin.lat == 51
    assert not names_a_door(made.chain), "nobody needs a ticket to walk"
    assert names_a_door(offer(replace(ride(), origin=HOUSE)).chain)


def test_the_export_has_everything(office: Office) -> None:
    order = office.live_a_life()
    found = office.privacy.export(office.rider)
    text = json.dumps(found, ensure_ascii=False)
    for personal in PERSONAL:
        assert personal in text, personal
    assert found["account"]["email"] == EMAIL
    assert [one["id"] for one in found["orders"]] == [str(order.id)]
    assert found["orders"][0]["offer"]["chain"]["legs"][0]["origin"]["name"] == HOUSE.name
    assert [one["comment"] for one in found["ratings"]] == [COMMENT]
    assert [one["pin"] for one in found["rides"]] == ["1234"]
    assert len(found["sessions"]) == 1
    wallet = sum(m["amount_minor"] for m in found["money"] if m["kind"] == "wallet")
    assert wallet == 0, "what was topped up was spent"
    for secret in ("password_hash", "token_hash", "$argon2"):
        assert secret not in text


def test_the_export_has_nothing_of_others(office: Office) -> None:
    office.buy()
    other = office.accounts.register("bob@kommit.example", PASSWORD, "Bob").rider
    theirs = office.privacy.export(other)
    assert theirs.pop("account")["name"] == "Bob"
    assert {name for name, rows in theirs.items() if rows} == {"sessions"}


def test_every_table_about_riders_is_in_the_export(office: Office) -> None:
    from booking.adapters.repositories.personal import NAMES

    keys = set(office.privacy.export(office.rider))
    for name, table in Base.metadata.tables.items():
        if {"rider_id", "order_id", "rental_id", "trip_id"} & set(table.c.keys()) and name not in {
            "dated_trip", "place_hold", "quota",
        }:  # fmt: skip
            assert NAMES.get(name, name) in keys, f"the export leaves {name} out"


def test_who_is_removed_is_found_nowhere_and_the_books_stay_right(office: Office) -> None:
    order = office.live_a_life()
    before = office.shop.wallets.ledger_difference()
    revenue = office.shop.balance(AccountKind.PAYABLE)
    text = office.dump()
    assert all(personal in text for personal in PERSONAL)
    removal = office.privacy.remove(office.rider, PASSWORD)
    text = office.dump()
    for personal in PERSONAL:
        assert personal not in text, next(line for line in text.splitlines() if personal in line)[
            :300
        ]
    assert removal.pseudonym == office.rider.id
    assert office.shop.wallets.ledger_difference() == before == 0
    assert office.shop.balance(AccountKind.PAYABLE) == revenue
    with office.shop.store.read() as uow:
        kept = uow.orders.get(order.id)
        verify(uow.audit.entries(0))
    assert (kept.rider_id, kept.price) == (office.rider.id, order.price)
    assert office.row(MandateRow).state == "revoked"
    with pytest.raises(BadCredentials):
        office.accounts.login(EMAIL, PASSWORD)
    with pytest.raises(BadCredentials):
        office.accounts.login(office.row(RiderRow).email, PASSWORD)
    office.accounts.register(EMAIL, PASSWORD, NAME)
    with pytest.raises(NotSignedIn):
        office.privacy.remove(replace(office.rider, email="gone@kommit.example"), PASSWORD)


def test_invoices_keep_whom_they_were_issued_to(office: Office) -> None:
    columns = {
        "number": "2026-1",
        "rider_id": office.rider.id,
        "month": "2026-05",
        "issued_at": NOON,
    }
    columns |= {"due": NOON.date(), "name": NAME, "holder": NAME, "iban": IBAN, "mandate": "KM1"}
    office.add(
        InvoiceRow(
            **columns, signed_at=NOON, amount_minor=1, currency="EUR", state="paid", returns=0
        )
    )
    office.privacy.remove(office.rider, PASSWORD)
    assert office.row(InvoiceRow).name == NAME
    assert NAME not in office.dump("invoice")


def test_a_wrong_password_removes_nobody(office: Office) -> None:
    with pytest.raises(BadCredentials):
        office.privacy.remove(office.rider, "another password")
    assert office.row(RiderRow).email == EMAIL


def refusal(office: Office, **asked: bool) -> str:
    with pytest.raises(RemovalRefused) as refused:
        office.privacy.remove(office.rider, PASSWORD, **asked)
    assert office.row(RiderRow).email == EMAIL, "nothing is forgotten"
    return str(refused.value)


def test_what_is_open_is_listed(office: Office) -> None:
    shop, mine = office.shop, office.rider.id
    shop.wallets.top_up(mine, Money(3000), "cash", CASH_DESK)
    held = shop.orders.hold(mine, offer(ride()))
    sold = office.buy()
    office.add(ShuttleServiceRow(id="demo:sh", version=1), ride_row(sold, mine, state="booked"))
    told = refusal(office)
    for reason in (
        f"order {held.id} is held",
        f"order {sold.id} is still to be travelled",
        "ride ",
        "30.00 EUR are in the wallet",
    ):
        assert reason in told
    assert "30.00" not in refusal(office, pay_out=True)


def test_a_subscription_or_trip_or_debt_is_in_the_way(office: Office) -> None:
    mine = office.rider.id
    days = {"valid_from": NOON.date(), "valid_until": NOON.date()}
    abo = SubscriptionRow(
        id=uuid4(), rider_id=mine, product="abo", source="sold", state="active", created_at=NOON,
        price_minor=1, currency="EUR", **days,
    )  # fmt: skip
    trip = trip_rows(mine)[0]
    trip.state = "checked_in"
    office.add(abo, trip)
    owed = transfer("debt", "invoice", NOON, Money(990), giver=open_items(mine), taker=source("x"))
    in_transaction(office.shop.store, lambda uow: uow.ledger.book(owed))
    told = refusal(office)
    for reason in ("renews itself", "trip ", "9.90 EUR are still to be paid by invoice"):
        assert reason in told


def test_the_wallet_is_paid_out_when_asked(office: Office) -> None:
    office.shop.wallets.top_up(office.rider.id, Money(1234), "cash", CASH_DESK)
    removal = office.privacy.remove(office.rider, PASSWORD, pay_out=True)
    assert removal.paid_out == Money(1234)
    assert removal.receipt
    assert office.shop.balance(AccountKind.WALLET) == 0
    with office.shop.store.read() as uow:
        assert uow.ledger.balance(source("pay-out"), "EUR") == Money(1234)
    assert office.shop.wallets.ledger_difference() == 0


def guest_of(office: Office) -> UUID:
    agent, guest = uuid4(), uuid4()
    office.add(
        StaffRow(
            id=agent, name="Anton", role="dispatcher", service_id="demo:sh", secret_hash="!",
            created_at=NOON,
        ),
        RiderRow(id=guest, email=f"{guest}@guest.invalid", name="Frau Küper", password_hash="!", created_at=NOON),
        GuestRow(rider_id=guest, phone=PHONE, agent_id=agent),
    )  # fmt: skip
    return guest


def test_a_month_after_the_journey_doors_are_coarse_and_guests_forgotten(office: Office) -> None:
    guest = guest_of(office)
    order, theirs = office.live_a_life(), None
    office.shop.clock.at = NOON
    theirs = office.buy(rider_id=guest)
    later = office.buy(WALK, ride(leaves=LEAVES + timedelta(days=3)))
    ended = theirs.offer.chain.arrival
    assert office.privacy.forget_old() == 0
    office.shop.clock.at = ended + timedelta(days=30) - timedelta(seconds=1)
    assert office.privacy.forget_old() == 0
    assert PHONE in office.dump()
    office.shop.clock.at = ended + timedelta(days=30)
    assert office.privacy.forget_old() == 2
    text = office.dump("cico_trip", "cico_sighting")
    for gone in (PHONE, "Frau Küper"):
        assert gone not in text
    for row in office.shop.scalars(select(OrderRow)):
        precise = HOUSE.name in json.dumps(row.offer, ensure_ascii=False)
        assert precise is (row.id == later.id), "three days later it ended"
    assert office.row(ShuttleRideRow).pickup == ["51.12, 7.65", 51.12, 7.65, None, None]
    assert office.row(ShuttleRideRow).drop_off[0] == "Marktplatz"
    assert EMAIL in text, "who has an account keeps it"
    assert office.privacy.forget_old() == 0
    with office.shop.store.read() as uow:
        kept = uow.orders.get(order.id)
    assert (kept.ticket is None, kept.price) == (False, order.price)


def test_sightings_go_after_their_time(office: Office) -> None:
    office.add(*trip_rows(office.rider.id))
    privacy = replace(office.privacy, retention=Retention(sightings=timedelta(days=5)))
    office.shop.clock.move(days=5)
    assert privacy.forget_old() == 0
    office.shop.clock.move(seconds=1)
    assert privacy.forget_old() == 1
    assert office.shop.scalars(select(SightingRow.lat)) == []


def test_the_ticket_goes_where_it_names_a_door(office: Office) -> None:
    order = office.buy(replace(ride(), origin=HOUSE))
    office.shop.clock.at = order.offer.chain.arrival + timedelta(days=31)
    office.privacy.forget_old()
    assert office.row(OrderRow).ticket is None
    assert "Verborgene" not in office.dump()
