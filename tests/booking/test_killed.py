"""A process is killed (SIGKILL) at every commit between hold and capture, and another goes on.

Whatever the moment: no order is half done, no money is held for a dead order, the books balance.
"""

import signal
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from booking.adapters.database import Database
from booking.adapters.tables import OrderRow
from tests.support.cards import GOOD_CARD, REFUSED_CARD, LocalStripe
from tests.support.dying import COMMITS_EXIT, Death, Purchase, buy, recover, run
from tests.support.shop import NOON, Shop, offer

SOON = NOON + timedelta(minutes=1)
"""The lease has ended, the hold has not."""
LATE = NOON + timedelta(minutes=11)
"""The hold has ended too."""

COMMITS = {"wallet": 2, "stripe": 6, "poor": 2, "refused": 5}
"""How often a purchase commits, undisturbed. A new step must get its kills here."""
SOLD_AT = {"wallet": 2, "stripe": 5}
"""The commit that confirms the order: from then on it is sold, however late it is resumed."""
DEATHS = [
    pytest.param(kind, Death(commit, after), now, id=f"{kind}-{Death(commit, after)}-{name}")
    for kind, commits in COMMITS.items()
    for commit in range(1, commits + 1)
    for after in (False, True)
    for name, now in {"soon": SOON, "late": LATE}.items()
    if now is SOON or kind in SOLD_AT  # what is refused anyhow ends alike, soon and late
]


@pytest.fixture
def shop(database: Database, local_stripe: LocalStripe) -> Shop:
    return Shop(database, stripe=local_stripe.payments())


def purchase(shop: Shop, url: str, stripe_url: str, kind: str) -> Purchase:
    wanted = Purchase(
        url, shop.rider(100 if kind == "poor" else 10_000), offer(passengers=2), "wallet"
    )
    if kind in {"stripe", "refused"}:
        card = GOOD_CARD if kind == "stripe" else REFUSED_CARD
        wanted = replace(wanted, means="stripe", method=card, stripe_url=stripe_url)
    return wanted


def expected(kind: str, done: int, *, late: bool) -> set[str]:
    """Return the states in which an order may be after ``done`` commits and a recovery."""
    if done == 0:
        return set()
    if done == 1:
        return {"expired" if late else "held"}
    if kind in SOLD_AT:
        return {"expired"} if late and done < SOLD_AT[kind] else {"confirmed"}
    return {"failed"}


@pytest.mark.parametrize("kind", COMMITS)
def test_every_commit_of_a_purchase_is_known(
    shop: Shop, database_url: str, local_stripe: LocalStripe, kind: str
) -> None:
    wanted = purchase(shop, database_url, local_stripe.url, kind)
    assert run(buy, wanted) == COMMITS_EXIT + COMMITS[kind]
    shop.check_books()


@pytest.mark.parametrize(("kind", "death", "now"), DEATHS)
def test_another_process_goes_on(
    shop: Shop, database_url: str, local_stripe: LocalStripe, kind: str, death: Death, now: datetime
) -> None:
    shop.quota(2)
    wanted = replace(purchase(shop, database_url, local_stripe.url, kind), death=death)

    assert run(buy, wanted) == -signal.SIGKILL
    assert run(recover, database_url, wanted.stripe_url, now, Death()) >= COMMITS_EXIT

    done = death.commit if death.after else death.commit - 1
    states = shop.states()
    assert len(states) == min(done, 1)
    assert set(states) <= expected(kind, done, late=now is LATE)
    shop.check_books()
    alive = {"held", "confirmed"} & set(states)
    assert shop.places() == (2 if alive else 0)
    if wanted.means == "stripe" and states:
        check_cards(shop, local_stripe, sold=states == ["confirmed"])


def check_cards(shop: Shop, local_stripe: LocalStripe, *, sold: bool) -> None:
    """Assert that Stripe took the price once, or nothing, and that nothing is reserved."""
    (order_id,) = shop.scalars(select(OrderRow.id))
    statuses = [intent.status for intent in local_stripe.intents(order_id)]
    assert statuses.count("succeeded") == sold
    assert "requires_capture" not in statuses


@pytest.mark.parametrize("commit", range(1, 5))
def test_the_process_that_goes_on_is_killed_too(
    shop: Shop, database_url: str, local_stripe: LocalStripe, commit: int
) -> None:
    wanted = purchase(shop, database_url, local_stripe.url, "stripe")
    assert run(buy, replace(wanted, death=Death(2, after=True))) == -signal.SIGKILL
    first, second = SOON, SOON + timedelta(minutes=1)
    url = local_stripe.url
    assert run(recover, database_url, url, first, Death(commit, after=True)) == -signal.SIGKILL
    assert run(recover, database_url, url, second, Death()) >= COMMITS_EXIT
    assert shop.states() == ["confirmed"]
    shop.check_books()
    check_cards(shop, local_stripe, sold=True)
