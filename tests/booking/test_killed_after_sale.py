"""A process is killed (SIGKILL) at every commit of giving back and of changing an order.

Whatever the moment: the old order or the new one is the rider's, never both and never neither;
money is given back once; the books balance.
"""

import signal
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.adapters.database import Database
from booking.adapters.tables import OrderRow, RefundRow
from booking.domain.money import Money
from booking.domain.orders import Order
from tests.support.cards import GOOD_CARD, LocalStripe
from tests.support.dying import COMMITS_EXIT, AfterSale, Death, after_sale, recover, run
from tests.support.shop import NOON, Shop, offer

SOON, LATE = NOON + timedelta(minutes=1), NOON + timedelta(minutes=11)
COMMITS = {
    ("give-back", "wallet"): 1,
    ("give-back", "stripe"): 2,
    ("dearer", "wallet"): 2,
    ("dearer", "stripe"): 6,
    ("cheaper", "wallet"): 2,
    ("cheaper", "stripe"): 2,
}
"""How often each commits, undisturbed. A new step must get its kills here."""
PRICES = {"dearer": Money(2_000), "cheaper": Money(500)}
SOLD_AT = {"wallet": 2, "stripe": 5}
"""The commit that sells a dearer order."""
DEATHS = [
    pytest.param(kind, means, Death(commit, after), id=f"{kind}-{means}-{Death(commit, after)}")
    for (kind, means), commits in COMMITS.items()
    for commit in range(1, commits + 1)
    for after in (False, True)
]


@pytest.fixture
def shop(database: Database, local_stripe: LocalStripe) -> Shop:
    return Shop(database, stripe=local_stripe.payments())


def asked(shop: Shop, url: str, stripe_url: str, kind: str, means: str) -> AfterSale:
    """Sell an order, and return what is done with it."""
    rider = shop.rider(10_000)
    method = GOOD_CARD if means == "stripe" else None
    order = shop.orders.hold(rider, offer())
    shop.orders.pay(order.id, rider, means, method)
    wanted = offer(price=PRICES[kind]) if kind in PRICES else None
    return AfterSale(
        url, rider, order.id, wanted, means, method, stripe_url if means == "stripe" else None
    )


def orders_of(shop: Shop) -> list[Order]:
    with shop.store.read() as uow:
        ids = shop.scalars(select(OrderRow.id).order_by(OrderRow.created_at, OrderRow.id))
        return [uow.orders.get(order_id) for order_id in ids]


@pytest.mark.parametrize(("kind", "means"), COMMITS)
def test_every_commit_is_known(
    shop: Shop, database_url: str, local_stripe: LocalStripe, kind: str, means: str
) -> None:
    wanted = asked(shop, database_url, local_stripe.url, kind, means)
    assert run(after_sale, wanted) == COMMITS_EXIT + COMMITS[kind, means]


@pytest.mark.parametrize(("kind", "means", "death"), DEATHS)
def test_another_process_goes_on(
    shop: Shop,
    database_url: str,
    local_stripe: LocalStripe,
    kind: str,
    means: str,
    death: Death,
) -> None:
    wanted = replace(asked(shop, database_url, local_stripe.url, kind, means), death=death)
    assert run(after_sale, wanted) == -signal.SIGKILL
    for now in (SOON, LATE, LATE + timedelta(minutes=1)):
        assert run(recover, database_url, wanted.stripe_url, now, Death()) >= COMMITS_EXIT

    old, *others = orders_of(shop)
    new = others[0] if others else None
    done = death.commit if death.after else death.commit - 1
    if kind == "give-back":
        assert old.state == ("cancelled" if done else "confirmed")
    else:
        changed = done >= (SOLD_AT[means] if kind == "dearer" else 2)
        # A purchase that was begun is driven on while its hold lasts.
        changed = changed or (kind == "dearer" and means == "stripe" and done >= 2)
        assert old.state == ("cancelled" if changed else "confirmed")
        assert (new is not None and new.is_sold) == changed
    assert not shop.scalars(select(RefundRow).where(RefundRow.state == "pending"))
    sold = [one for one in orders_of(shop) if one.is_sold]
    assert len(sold) <= 1
    assert shop.places() == len(sold)
    shop.check_books()
    if means == "wallet":
        spent = sum(one.price.minor for one in sold)
        assert shop.wallets.statement(wanted.rider_id).balance.minor == 10_000 - spent
