"""Messages of Stripe: signed ones are stored once, and only make the payment be looked at."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from booking.adapters.database import Database
from booking.adapters.payment_tables import ProviderEventRow
from booking.adapters.payments.stripe_webhooks import StripeWebhooks
from booking.domain.errors import PaymentChallenged, PaymentUnavailable
from booking.domain.money import Money
from booking.domain.payments.errors import CardsNotTaken, WebhookRefused
from booking.service.payments.webhooks import Webhooks
from tests.support.cards import LocalStripe
from tests.support.payment_shop import PaymentShop
from tests.support.shop import offer

SECRET, OLD = "whsec_of_the_tests", "whsec_before"


def event(
    kind: str = "payment_intent.succeeded", event_id: str = "evt_1", created: int = 100, **told: Any
) -> bytes:
    about = {"id": "pi_1", "object": "payment_intent"} | told
    body = {"id": event_id, "object": "event", "type": kind, "created": created}
    return json.dumps(body | {"data": {"object": about}}).encode()


def signed(payload: bytes, secret: str = SECRET, at: float | None = None) -> str:
    moment = int(time.time() if at is None else at)
    mac = hmac.new(secret.encode(), b"%d.%s" % (moment, payload), hashlib.sha256)
    return f"t={moment},v1={mac.hexdigest()}"


class Desk:
    """Webhooks with somebody who notes what they are told to look at."""

    def __init__(self, shop: PaymentShop) -> None:
        self.shop, self.told = shop, list[str]()
        self.answers: list[Exception | None] = []
        readers = {"stripe": StripeWebhooks([SECRET, OLD])}
        self.webhooks = Webhooks(shop.store, shop.clock, readers, self.news)

    def news(self, provider: str, reference: str) -> None:
        assert provider == "stripe"
        self.told.append(reference)
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer

    def take(self, payload: bytes, **how: Any) -> None:
        self.webhooks.take("stripe", payload, signed(payload, **how))

    def stored(self) -> list[tuple[str, bool]]:
        rows = self.shop.scalars(select(ProviderEventRow).order_by(ProviderEventRow.id))
        return [(row.id, row.told_at is not None) for row in rows]


@pytest.fixture
def desk(shop: PaymentShop) -> Desk:
    return Desk(shop)


def test_a_message_makes_its_payment_be_looked_at_once(desk: Desk) -> None:
    for _ in range(3):
        desk.take(event())
    assert desk.told == ["pi_1"]
    assert desk.stored() == [("evt_1", True)]


def test_while_secrets_are_changed_both_are_right(desk: Desk) -> None:
    desk.take(event(event_id="evt_1"), secret=OLD)
    desk.take(event(event_id="evt_2"), secret=SECRET)
    assert len(desk.stored()) == 2


@pytest.mark.parametrize(
    "how",
    [{"secret": "whsec_guessed"}, {"at": 0}, {"at": time.time() - 400}],
    ids=["guessed", "long-ago", "minutes-ago"],
)
def test_what_stripe_did_not_sign_is_refused(desk: Desk, how: dict[str, Any]) -> None:
    with pytest.raises(WebhookRefused, match="not signed by Stripe"):
        desk.take(event(), **how)
    assert (desk.told, desk.stored()) == ([], [])


def test_a_changed_body_is_refused(desk: Desk) -> None:
    signature = signed(event())
    for payload in (event(id="pi_2"), event() + b" "):
        with pytest.raises(WebhookRefused):
            desk.webhooks.take("stripe", payload, signature)
    for header in (None, "", "t=1", "v1=abc", signature[:-1], "nonsense"):
        with pytest.raises(WebhookRefused):
            desk.webhooks.take("stripe", event(), header)
    assert desk.stored() == []


@pytest.mark.parametrize(
    "payload",
    [
        *(b"", b"{", b"[]", b"1", b'"x"', b"{}", b"\xff", b'{"object": "event"}'),
        b'{"object":"event","id":"e","type":"x","created":"soon","data":{"object":{}}}',
        b'{"object":"event","id":"e","type":"x","created":1,"data":{"object":[]}}',
    ],
    ids=str,
)
def test_what_is_signed_and_no_event_is_refused(desk: Desk, payload: bytes) -> None:
    with pytest.raises(WebhookRefused):
        desk.take(payload)
    assert desk.stored() == []


def test_nobody_reads_messages_of_others(desk: Desk) -> None:
    with pytest.raises(CardsNotTaken):
        desk.webhooks.take("mollie", event(), signed(event()))


@pytest.mark.parametrize(
    ("told", "reference"),
    [
        ({"id": "ch_1", "object": "charge", "payment_intent": "pi_7"}, "pi_7"),
        ({"id": "re_1", "object": "refund", "payment_intent": {"id": "pi_8"}}, "pi_8"),
        ({"id": "seti_1", "object": "setup_intent"}, None),
        ({"id": "ch_1", "object": "charge", "payment_intent": None}, None),
    ],
)
def test_messages_are_about_payments_or_not(
    desk: Desk, told: dict[str, Any], reference: str | None
) -> None:
    desk.take(event("x", **told))
    assert desk.told == ([] if reference is None else [reference])
    assert desk.stored() == [("evt_1", True)]


def test_a_refusal_of_the_saga_is_an_answer(desk: Desk) -> None:
    desk.answers = [PaymentUnavailable("no answer")]
    desk.take(event())
    assert desk.stored() == [("evt_1", True)], "the saga goes on by itself"


def test_a_crash_before_the_payment_is_looked_at_is_made_good(desk: Desk) -> None:
    desk.answers = [ZeroDivisionError()]
    with pytest.raises(ZeroDivisionError):
        desk.take(event())
    assert desk.stored() == [("evt_1", False)]
    now = desk.shop.clock.now()
    assert desk.webhooks.look_after_late(now) == 0, "it may still be under way"
    assert desk.webhooks.look_after_late(now + timedelta(minutes=2)) == 1
    assert desk.webhooks.look_after_late(now + timedelta(minutes=9)) == 0
    assert (desk.told, desk.stored()) == (["pi_1", "pi_1"], [("evt_1", True)])


def test_stripe_itself_sends_again_what_was_not_taken(desk: Desk) -> None:
    desk.answers = [ZeroDivisionError()]
    with pytest.raises(ZeroDivisionError):
        desk.take(event())
    desk.take(event())
    assert desk.told == ["pi_1", "pi_1"]
    assert desk.stored() == [("evt_1", True)]


def dispute(event_id: str, created: int, status: str) -> bytes:
    about = {"id": "dp_1", "object": "dispute", "payment_intent": "pi_1", "amount": 1250}
    told = about | {"currency": "eur", "reason": "fraudulent", "status": status}
    return event("charge.dispute.updated", event_id, created, **told)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (2, 1, 0, 2)])
def test_the_newest_word_on_a_dispute_counts(desk: Desk, order: tuple[int, ...]) -> None:
    messages = [
        dispute("evt_1", 100, "needs_response"),
        dispute("evt_2", 200, "under_review"),
        dispute("evt_3", 300, "lost"),
    ]
    for number in order:
        desk.take(messages[number])
    with desk.shop.store.read() as uow:
        (found,) = uow.providers.list_disputes("stripe")
    assert (found.id, found.reference, found.status) == ("dp_1", "pi_1", "lost")
    assert (found.amount, found.reason) == (Money(1250), "fraudulent")


def test_messages_that_come_twice_at_once_are_stored_once(desk: Desk) -> None:
    start, payload = threading.Barrier(6), event()

    def take() -> None:
        start.wait()
        desk.take(payload)

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert desk.stored() == [("evt_1", True)]
    assert set(desk.told) == {"pi_1"}


@contextmanager
def mailbox() -> Iterator[tuple[str, "Queue[tuple[bytes, str]]"]]:
    """Listen for messages, as the product's server does."""
    got: Queue[tuple[bytes, str]] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.put((body, self.headers["Stripe-Signature"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_real_message_goes_through(database: Database, local_stripe: LocalStripe) -> None:
    """localstripe signs and sends; the order is sold although the rider never came back."""
    shop = PaymentShop(database, stripe=local_stripe.payments())
    rider, secret = shop.rider(0), f"whsec_{uuid4().hex}"
    readers = {"stripe": StripeWebhooks([secret])}
    news = lambda _, reference: shop.orders.payment_news(reference)  # noqa: E731
    webhooks = Webhooks(shop.store, shop.clock, readers, news)
    order = shop.orders.hold(rider, offer())
    with pytest.raises(PaymentChallenged) as asked:
        shop.orders.pay(order.id, rider, "stripe", local_stripe.three_d_secure_card())
    (intent,) = local_stripe.intents(order.id)
    with mailbox() as (url, got):
        local_stripe.send_webhooks_to(url, secret)
        local_stripe.answer_bank(intent.id, asked.value.action, yes=True)
        payload = event("payment_intent.amount_capturable_updated", id=intent.id)
        webhooks.take("stripe", payload, signed(payload, secret))  # localstripe has none of it
        assert shop.orders.get(order.id, rider).is_sold
        body, signature = got.get(timeout=10)  # of the capture that the saga just made
    for _ in range(2):
        webhooks.take("stripe", body, signature)
    kinds = shop.scalars(select(ProviderEventRow.kind).order_by(ProviderEventRow.at))
    assert kinds[-1] == "payment_intent.succeeded"
    assert shop.orders.get(order.id, rider).is_sold
    shop.check_books()
