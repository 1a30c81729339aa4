"""C01: what is sold reaches the operator's server: signed, in order, at least once, for three days."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from booking.adapters.database import Database
from booking.adapters.tables import OutboxRow
from booking.adapters.webhook_tables import WebhookDeliveryRow
from booking.adapters.webhooks.http import HttpWebhooks
from booking.domain.outside_errors import BadWebhook, WebhookNotFound
from booking.domain.webhooks import Failure, WebhookDelivery, WebhookEndpoint
from booking.service.clearing import Clearing
from booking.service.outbox import Outbox
from booking.service.transactions import in_transaction
from booking.service.webhook_courier import LEASE, WebhookCourier
from booking.service.webhooks import MOST_ENDPOINTS, Webhooks
from tests.support.shop import Shop, offer
from tests.support.webhook_receiver import WebhookReceiver

RVM, TAXI = "demo:a1", "demo:a2"


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    server = WebhookReceiver()
    yield server
    server.close()


@dataclass
class Office:
    """A shop whose operators are told."""

    shop: Shop
    receiver: WebhookReceiver

    def __post_init__(self) -> None:
        self.webhooks = Webhooks(self.shop.store, self.shop.clock, is_demo=True)
        self.sender: Any = HttpWebhooks(is_demo=True, total_s=2)
        self.courier = self.new_courier()

    def new_courier(self, **change: Any) -> WebhookCourier:
        courier = WebhookCourier(
            self.shop.store,
            self.shop.clock,
            self.sender,
            b"a secret of the tests",
            jitter=lambda: 0.0,
        )
        return replace(courier, **change)

    def endpoint(self, *events: str, agency: str = RVM) -> WebhookEndpoint:
        made = self.webhooks.register(agency, self.receiver.url, events or ("*",))
        self.receiver.secrets.append(made.secret)
        return made

    def sell(self) -> UUID:
        rider = self.shop.rider()
        order = self.shop.orders.hold(rider, offer())
        self.shop.orders.pay(order.id, rider, "wallet")
        return order.id

    def relay(self) -> None:
        """Write down what the outbox tells."""
        Outbox(self.shop.store, self.shop.clock, [self.courier.tell]).deliver()

    def deliver(self) -> int:
        self.relay()
        return self.courier.deliver()

    def write(self, subject: str, order_id: UUID | None, **body: Any) -> None:
        key = str(order_id)
        content = body | ({"order_id": key} if order_id else {})
        in_transaction(
            self.shop.store,
            lambda uow: uow.outbox.add(subject, key, content, self.shop.clock.now()),
        )

    def message(self, endpoint: WebhookEndpoint) -> WebhookDelivery:
        """Return the newest message of an endpoint."""
        return self.webhooks.deliveries(endpoint.agency_id, endpoint.id)[0]

    def look(self, endpoint: WebhookEndpoint) -> WebhookEndpoint:
        found = self.webhooks.list_all(endpoint.agency_id)
        return next(one for one in found if one.id == endpoint.id)


@pytest.fixture
def office(database: Database, receiver: WebhookReceiver) -> Office:
    return Office(Shop(database), receiver)


def test_a_sale_is_told_signed_and_with_the_operators_part_only(office: Office) -> None:
    rvm, taxi = office.endpoint(), office.endpoint(agency=TAXI)
    nobody = office.endpoint(agency="demo:else")
    order_id = office.sell()
    assert office.deliver() == 2
    assert office.receiver.forged == []
    told = {one.content["data"]["gross"]["amount"]: one for one in office.receiver.received}
    assert sorted(told) == [416, 834]  # a third and the rest of 12.50
    assert {one.content["type"] for one in told.values()} == {"order.confirmed"}
    assert {one.content["data"]["order_id"] for one in told.values()} == {str(order_id)}
    assert told[834].id == office.message(rvm).message_id != office.message(taxi).message_id
    assert told[834].content["data"]["rider"] != told[416].content["data"]["rider"]
    assert office.webhooks.deliveries("demo:else", nobody.id) == []
    assert office.deliver() == 0


def test_only_what_was_asked_for_is_told(office: Office) -> None:
    office.endpoint("order.changed", "clearing.*")
    order_id = office.sell()
    office.write("order.changed", order_id)
    office.write("clearing.closed", None, agency_id=RVM, month="2026-04")
    office.write("clearing.closed", None, agency_id=TAXI, month="2026-04")
    office.deliver()
    assert office.receiver.types == ["order.changed", "clearing.closed"]
    assert office.receiver.received[-1].content["data"] == {"agency_id": RVM, "month": "2026-04"}


def test_the_books_tell_of_a_month_that_they_close(office: Office) -> None:
    office.endpoint("clearing.closed")
    office.sell()
    office.shop.clock.move(days=40)
    Clearing(office.shop.store, office.shop.clock).close("2026-05")
    office.deliver()
    (told,) = office.receiver.received
    assert told.content["data"] | {"earned": None, "due": None} == {
        "agency_id": RVM,
        "month": "2026-05",
        "earned": None,
        "due": None,
    }
    assert told.content["data"]["earned"]["currency"] == "EUR"


def test_a_cancelled_hold_is_nobodys_business(office: Office) -> None:
    office.endpoint()
    rider = office.shop.rider()
    order = office.shop.orders.hold(rider, offer())
    office.shop.orders.cancel(order.id, rider)
    assert office.deliver() == 0
    assert office.receiver.received == []


def test_a_message_is_tried_again_with_the_same_id_until_it_is_taken(office: Office) -> None:
    endpoint, receiver, clock = office.endpoint(), office.receiver, office.shop.clock
    receiver.failures = ["503", "drop", "redirect", "429"]
    office.sell()
    assert office.deliver() == 0
    assert office.message(endpoint).last_error == "the receiver answered 503"
    assert office.courier.deliver() == 0, "not before its time"
    for pause_s, error in [(5, "no answer"), (20, "redirects are not followed"), (80, "429")]:
        clock.move(seconds=pause_s)
        assert office.courier.deliver() == 0
        assert error in str(office.message(endpoint).last_error)
    clock.move(seconds=599)
    assert office.courier.deliver() == 0, "the receiver asked for 600 s"
    clock.move(seconds=1)
    assert office.courier.deliver() == 1
    assert len({one.id for one in receiver.received}) == 1
    assert {one.path for one in receiver.received} == {"/kommit"}
    assert len(receiver.received) == 5
    message = office.message(endpoint)
    assert (message.attempts, message.last_error, message.is_pending) == (5, None, False)


def test_later_news_of_an_order_wait_for_earlier_ones_and_other_orders_do_not(
    office: Office,
) -> None:
    office.endpoint()
    first = office.sell()
    office.receiver.failures = ["503"]
    assert office.deliver() == 0
    office.write("order.changed", first)
    second = office.sell()
    assert office.deliver() == 1
    assert office.receiver.received[-1].content["data"]["order_id"] == str(second)
    office.shop.clock.move(seconds=5)
    assert office.courier.deliver() == 2
    assert [
        one.content["type"]
        for one in office.receiver.received
        if one.content["data"]["order_id"] == str(first)
    ] == ["order.confirmed", "order.confirmed", "order.changed"]


def test_after_three_days_an_endpoint_is_disabled_with_a_note_and_can_come_back(
    office: Office,
) -> None:
    endpoint, receiver, clock = office.endpoint(), office.receiver, office.shop.clock
    office.relay()
    first = office.sell()
    office.write("order.changed", first)
    office.relay()
    receiver.failures = ["503"] * 100
    began, attempts = clock.now(), 0
    while office.look(endpoint).disabled_at is None:
        office.courier.deliver()
        attempts = len(receiver.received)
        tried = next(m for m in office.webhooks.deliveries(RVM, endpoint.id) if m.attempts)
        if tried.is_pending:
            clock.at = tried.next_at
    assert timedelta(days=2) < clock.now() - began <= timedelta(days=3)
    assert 10 <= attempts <= 16
    note = str(office.look(endpoint).note)
    assert "was not taken in" in note
    assert "503" in note
    office.write("order.changed", first)
    clock.move(days=1)
    assert office.deliver() == 0
    assert len(receiver.received) == attempts, "a disabled endpoint is left alone"
    receiver.failures = []
    office.webhooks.enable(RVM, endpoint.id)
    assert office.courier.deliver() == 1
    assert receiver.types == ["order.changed"], "what waited is told; what was given up is not"
    given_up = next(m for m in office.webhooks.deliveries(RVM, endpoint.id) if m.given_up_at)
    office.webhooks.redeliver(RVM, endpoint.id, given_up.id)
    assert office.courier.deliver() == 1
    assert receiver.received[-1].id == given_up.message_id


def test_gone_disables_at_once(office: Office) -> None:
    endpoint = office.endpoint()
    office.receiver.failures = ["410"]
    office.sell()
    assert office.deliver() == 0
    assert "wants no more messages" in str(office.look(endpoint).note)
    with pytest.raises(BadWebhook, match="enable it first"):
        office.webhooks.test(RVM, endpoint.id)


def test_a_process_that_dies_while_sending_leaves_the_message_to_another(office: Office) -> None:
    class Crash(BaseException):
        pass

    class DiesAfterSending(HttpWebhooks):
        def send(self, endpoint: WebhookEndpoint, message: WebhookDelivery) -> Failure | None:
            super().send(endpoint, message)
            raise Crash

    office.endpoint()
    office.sell()
    office.relay()
    with pytest.raises(Crash):
        office.new_courier(sender=DiesAfterSending(is_demo=True)).deliver()
    assert office.courier.deliver() == 0, "the lease has not ended"
    office.shop.clock.at += LEASE
    assert office.courier.deliver() == 1
    assert len({one.id for one in office.receiver.received}) == 1
    assert len(office.receiver.received) == 2, "at least once, under one id"


def test_who_was_slower_than_the_lease_settles_nothing(office: Office) -> None:
    """Another process delivered meanwhile: the failure of the slow one must not undo that."""
    endpoint = office.endpoint()
    office.sell()
    office.relay()

    class Slow:
        def send(self, _to: WebhookEndpoint, _message: WebhookDelivery) -> Failure | None:
            office.shop.clock.at += LEASE
            assert office.courier.deliver() == 1
            return Failure("too slow")

    assert office.new_courier(sender=Slow()).deliver() == 0
    message = office.message(endpoint)
    assert (message.delivered_at is not None, message.last_error) == (True, None)


def test_an_endpoint_has_two_messages_under_way_at_most(office: Office) -> None:
    office.endpoint()
    office.endpoint(agency=TAXI)
    for _ in range(3):
        office.sell()
    office.relay()
    shop, now = office.shop, office.shop.clock.now()

    def take(owner: str) -> Any:
        return in_transaction(shop.store, lambda uow: uow.webhooks.take(owner, now, now + LEASE, 2))

    taken = [take(str(n)) for n in range(6)]
    assert [one is None for one in taken] == [False] * 4 + [True] * 2
    agencies = sorted(one.endpoint.agency_id for one in taken if one)
    assert agencies == [RVM, RVM, TAXI, TAXI]


def test_a_fact_that_is_told_twice_is_queued_once(office: Office) -> None:
    office.endpoint()
    office.sell()
    office.relay()
    forget = update(OutboxRow).values(delivered_at=None)
    with office.shop.database.writers() as session:
        session.execute(forget)
        session.commit()
    office.relay()
    assert office.shop.scalars(select(func.count()).select_from(WebhookDeliveryRow)) == [1]


def test_operators_see_and_change_only_their_own(office: Office) -> None:
    mine, webhooks = office.endpoint(), office.webhooks
    office.sell()
    office.relay()
    message = office.message(mine)
    for call in (webhooks.remove, webhooks.enable, webhooks.test, webhooks.deliveries):
        with pytest.raises(WebhookNotFound):
            call(TAXI, mine.id)
    other = office.endpoint(agency=TAXI)
    with pytest.raises(WebhookNotFound):
        webhooks.redeliver(TAXI, other.id, message.id)
    assert [one.id for one in webhooks.list_all(TAXI)] == [other.id]
    webhooks.remove(RVM, mine.id)
    assert webhooks.list_all(RVM) == []
    with pytest.raises(WebhookNotFound):
        webhooks.remove(RVM, uuid4())


def test_a_test_message_and_old_messages(office: Office) -> None:
    endpoint = office.endpoint("clearing.closed")
    office.webhooks.test(RVM, endpoint.id)
    assert office.courier.deliver() == 1
    assert office.receiver.types == ["webhook.test"]
    office.shop.clock.move(days=31)
    assert office.webhooks.drop_old(office.shop.clock.now() - timedelta(days=30)) == 1
    assert office.webhooks.deliveries(RVM, endpoint.id) == []


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://operator.example/", "https"),
        ("ftp://operator.example/", "https"),
        ("https://user:pass@operator.example/", "no user"),
        ("https://operator.example/#part", "fragment"),
        ("https:///path", "names a host"),
        ("https://operator.example:99999/", "no address"),
        ("https://operator.example/a b", "blanks"),
        ("https://operator.example/" + "a" * 2000, "2000"),
        ("https://127.0.0.1/", "public internet"),
        ("https://10.1.2.3/", "public internet"),
        ("https://169.254.169.254/latest", "public internet"),
        ("https://[::1]/", "public internet"),
        ("https://[::ffff:10.0.0.1]/", "public internet"),
    ],
)
def test_addresses_that_production_does_not_take(database: Database, url: str, why: str) -> None:
    shop = Shop(database)
    with pytest.raises(BadWebhook, match=why):
        Webhooks(shop.store, shop.clock).register(RVM, url, ["*"])


def test_events_and_numbers_that_cannot_be(office: Office) -> None:
    with pytest.raises(BadWebhook, match=r"no event 'order\.sold'; there are .*order\.confirmed"):
        office.endpoint("order.sold")
    with pytest.raises(BadWebhook, match="name the operator"):
        office.endpoint(agency=" ")
    for _ in range(MOST_ENDPOINTS):
        office.endpoint()
    with pytest.raises(BadWebhook, match="at most 20"):
        office.endpoint()
