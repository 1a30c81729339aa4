"""Random histories of cards with lost answers: the clearing account is what Stripe really has.

The real library and localstripe, which ignores idempotency keys; between them a line that does what
is asked and loses the answer, or loses the question. After each step and a recovery: what was
captured less what was refunded, by Stripe's own word, is what the ledger's clearing account says.
"""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import stripe
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from booking.adapters.database import Database
from booking.adapters.payment_tables import ProviderEventRow
from booking.adapters.payments.stripe import StripePayments
from booking.adapters.payments.stripe_webhooks import StripeWebhooks
from booking.adapters.tables import SagaRow
from booking.domain.errors import BookingError, PaymentUnavailable
from booking.domain.ledger import clearing
from booking.domain.money import Money
from booking.domain.orders import Order
from booking.service.payments.webhooks import Webhooks
from tests.booking.payments.test_b01_webhooks import SECRET, event, signed
from tests.support.cards import GOOD_CARD, KEY, REFUSED_CARD, LocalStripe
from tests.support.payment_shop import PaymentShop
from tests.support.shop import MovableClock, offer

CARDS = ("good", "refused", "bank asks")


class BadLine(stripe.RequestsClient):
    """The way to Stripe: of the next calls it loses the answer of one, or never asks."""

    def __init__(self) -> None:
        super().__init__(timeout=10)
        self.fails_in, self.is_asked = 0, True

    def request(self, *args: Any, **kwargs: Any) -> Any:
        self.fails_in -= 1
        fails = self.fails_in == 0
        if fails and not self.is_asked:
            raise stripe.APIConnectionError("the question was lost")
        answer = super().request(*args, **kwargs)
        if fails:
            raise stripe.APIConnectionError("the answer was lost")
        return answer


class Histories(RuleBasedStateMachine):
    """Riders, their banks, Stripe's messages, and a line that fails."""

    database: Database
    local_stripe: LocalStripe

    @initialize()
    def open(self) -> None:
        self.local_stripe.forget()
        self.line, self.clock = BadLine(), MovableClock()
        payments = StripePayments(KEY, self.local_stripe.url, self.line)
        self.shop = PaymentShop(self.database, self.clock, stripe=payments)
        readers = {"stripe": StripeWebhooks([SECRET])}
        news = lambda _, reference: self.shop.orders.payment_news(reference)  # noqa: E731
        self.webhooks = Webhooks(self.shop.store, self.clock, readers, news)
        self.riders: dict[UUID, UUID] = {}
        self.messages: list[bytes] = []
        self.given: dict[UUID, int] = {}

    def orders(self) -> list[Order]:
        return [self.shop.orders.get(order, rider) for order, rider in self.riders.items()]

    def reference_of(self, order_id: UUID) -> str | None:
        found = self.shop.scalars(select(SagaRow.reference).where(SagaRow.id == order_id))
        return found[0] if found else None

    # --- what happens

    @rule(fails_in=st.integers(1, 12), is_asked=st.booleans())
    def the_line_will_fail(self, fails_in: int, is_asked: bool) -> None:
        self.line.fails_in, self.line.is_asked = fails_in, is_asked

    @rule(card=st.sampled_from(CARDS))
    def buy(self, card: str) -> None:
        rider = self.shop.rider(0)
        now = self.clock.now()
        made = offer(issued_at=now, expires_at=now.replace(year=2027))
        order = self.shop.orders.hold(rider, made)
        self.riders[order.id] = rider
        methods = {"good": GOOD_CARD, "refused": REFUSED_CARD}
        method = methods.get(card) or self.local_stripe.three_d_secure_card()
        self._try(lambda: self.shop.orders.pay(order.id, rider, "stripe", method))

    @precondition(lambda self: self.riders)
    @rule(data=st.data())
    def pay_again(self, data: st.DataObject) -> None:
        order, rider = data.draw(st.sampled_from(sorted(self.riders.items())))
        self._try(lambda: self.shop.orders.pay(order, rider, "stripe", GOOD_CARD))

    @precondition(lambda self: self.riders)
    @rule(data=st.data())
    def give_back_unsold(self, data: st.DataObject) -> None:
        order, rider = data.draw(st.sampled_from(sorted(self.riders.items())))
        self._try(lambda: self.shop.orders.cancel(order, rider))

    @precondition(lambda self: self.riders)
    @rule(data=st.data(), yes=st.booleans())
    def the_bank_is_answered(self, data: st.DataObject, yes: bool) -> None:
        order = data.draw(st.sampled_from(sorted(self.riders)))
        reference = self.reference_of(order)
        if reference is None:
            return
        intent = self.local_stripe.client().v1.payment_intents.retrieve(reference)
        if intent.status == "requires_action":
            self.local_stripe.answer_bank(reference, intent.client_secret or "", yes=yes)

    @precondition(lambda self: self.riders)
    @rule(data=st.data(), minor=st.integers(1, 400))
    def refund(self, data: st.DataObject, minor: int) -> None:
        sold = [order for order in self.orders() if order.is_sold]
        if not sold:
            return
        order = data.draw(st.sampled_from(sold))
        before = self.given.get(order.id, 0)
        if before + minor <= 800:  # of the first line
            self.given[order.id] = before + minor
            self._try(lambda: self.shop.give_back(order, minor))

    @precondition(lambda self: self.riders)
    @rule(data=st.data(), kind=st.sampled_from(["succeeded", "canceled", "payment_failed"]))
    def stripe_tells(self, data: st.DataObject, kind: str) -> None:
        """True or not: a message is never believed."""
        reference = self.reference_of(data.draw(st.sampled_from(sorted(self.riders))))
        if reference is not None:
            name = f"evt_{len(self.messages)}"
            self.messages.append(event(f"payment_intent.{kind}", name, id=reference))
            self._tell(self.messages[-1])

    @precondition(lambda self: self.messages)
    @rule(data=st.data())
    def a_message_comes_again(self, data: st.DataObject) -> None:
        self._tell(data.draw(st.sampled_from(self.messages)))

    def _tell(self, payload: bytes) -> None:
        self.webhooks.take("stripe", payload, signed(payload))

    @rule(minutes=st.integers(1, 6))
    def time_passes(self, minutes: int) -> None:
        self.clock.move(minutes=minutes)
        self._try(lambda: self.shop.orders.resume_all(self.clock.now()))
        self._try(lambda: self.shop.orders.expire_due(self.clock.now()))
        self._try(lambda: self.shop.refunds.resume_all(self.clock.now()))

    def _try(self, act: Any) -> None:
        with suppress(BookingError):
            act()

    # --- what must hold

    @invariant()
    def nothing_is_taken_without_an_order(self) -> None:
        """At any moment: Stripe has captured nothing of an order that is not confirmed."""
        for order in self.orders():
            reference = self.reference_of(order.id)
            if reference is not None and order.state != "confirmed":
                assert self.look(reference) == (0, 0), order

    def teardown(self) -> None:
        if not hasattr(self, "shop"):
            return
        self.line.fails_in = 0
        for _ in range(4):
            self.clock.move(minutes=11)
            self.shop.orders.resume_all(self.clock.now())
            self.shop.orders.expire_due(self.clock.now())
            self.shop.refunds.resume_all(self.clock.now())
        kept = 0
        for order in self.orders():
            assert order.state in {"confirmed", "failed", "expired", "released"}, order.state
            looks = [self.look(one.id) for one in self.local_stripe.intents(order.id)]
            captured = [look for look in looks if look[0]]
            assert len(captured) == (order.state == "confirmed"), "captured once, or not at all"
            given = sum(look[1] for look in captured)
            assert given == self.given.get(order.id, 0), "each refund is made once"
            kept += sum(look[0] - look[1] for look in captured)
        assert self.shop.on(clearing("stripe")) == -kept
        told = self.shop.scalars(select(ProviderEventRow.told_at))
        assert len(told) == len(self.messages)
        assert all(told)
        self.shop.check_books()

    def look(self, reference: str) -> tuple[int, int]:
        """Return what Stripe has captured and given back of a payment, by its own word."""
        client = self.local_stripe.client().v1
        intent = client.payment_intents.retrieve(reference)
        if intent.status != "succeeded":
            return 0, 0
        refunds = client.refunds.list({"payment_intent": reference, "limit": 100}).data
        return intent.amount, sum(refund.amount for refund in refunds)


@pytest.fixture
def fresh(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Any]:
    opened: list[Database] = []

    def make() -> Database:
        path = tmp_path / f"{len(opened)}.db"
        shutil.copy(migrated_sqlite, path)
        opened.append(Database(f"sqlite:///{path}", durable=False))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.mark.timeout(600)
def test_histories_of_cards(local_stripe: LocalStripe, fresh: Any) -> None:
    class Here(Histories):
        def __init__(self) -> None:
            super().__init__()
            self.database, self.local_stripe = fresh(), local_stripe

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=20,
            stateful_step_count=12,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_line_loses_answers_as_it_should(local_stripe: LocalStripe) -> None:
    line = BadLine()
    payments = StripePayments(KEY, local_stripe.url, line)
    from tests.booking.test_stripe import captured

    reference = captured(payments)
    for is_asked, given in ((False, 0), (True, 100)):
        line.fails_in, line.is_asked = 4, is_asked  # look, list, look, and then the refund
        with pytest.raises(PaymentUnavailable):
            payments.refund(reference, Money(100), "r1")
        assert payments.look(reference).refunded == Money(given)
    payments.refund(reference, Money(100), "r1")
    assert payments.look(reference).refunded == Money(100)
