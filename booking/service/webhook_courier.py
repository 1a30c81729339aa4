"""Brings messages to operators: written down once for each fact, then sent until it is taken.

::

    outbox ─ tell ─▶ message for each endpoint that wants it ─ take (lease) ─ send ─ settle
                        ▲                                        │
                        └── later, with the same webhook-id ─────┘ not taken, or the process died

Writing down is part of the transaction in which the fact leaves the outbox. Sending is outside of
any; a process that dies meanwhile leaves a lease that ends, and the message is sent again. Of one
order an endpoint is told one thing after the other.
"""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final, Protocol
from uuid import UUID

from booking.domain.errors import OrderNotFound
from booking.domain.notices import Notice, agencies_of, notice_of, operator_view, pseudonym, wants
from booking.domain.outside_errors import WebhookNotFound
from booking.domain.webhooks import Failure, WebhookDelivery, WebhookEndpoint
from booking.service.event_repositories import Errand, OutboxEvent
from booking.service.ports import Store, UnitOfWork
from booking.service.transactions import in_transaction
from booking.service.webhooks import message_body
from kommit.kit.clock import Clock
from kommit.kit.ids import uuid7

log = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=60)
"""Longer than any message is waited for."""
AT_ONCE: Final = 2
"""Messages under way to one endpoint, so that a slow one does not keep everybody else waiting."""
A_ROUND: Final = 100
"""Messages that one call of the job sends at most."""


class WebhookSender(Protocol):
    """Sends messages."""

    def send(self, endpoint: WebhookEndpoint, message: WebhookDelivery) -> Failure | None:
        """Send one, signed, and return None if it was taken, or else why it was not."""
        ...


@dataclass(frozen=True)
class WebhookCourier:
    """Writes messages down, and sends them. Any number of processes may do so."""

    store: Store
    clock: Clock
    sender: WebhookSender
    secret: bytes
    """What pseudonyms of riders are made with."""
    jitter: Callable[[], float] = random.random

    # --- a listener of the outbox

    def tell(self, uow: UnitOfWork, event: OutboxEvent) -> None:
        """Write a fact down for every endpoint that wants it; doing it again changes nothing."""
        notice = notice_of(event.subject, event.body)
        if notice is None:
            return
        endpoints = [
            each
            for each in uow.webhooks.endpoints()
            if each.disabled_at is None and wants(each.events, notice)
        ]
        if not endpoints:
            return
        views = self._views(uow, notice, event)
        for endpoint in endpoints:
            data = views(endpoint.agency_id)
            if data is not None:
                uow.webhooks.queue(self._message(endpoint.id, notice, event, data))

    def _views(
        self, uow: UnitOfWork, notice: Notice, event: OutboxEvent
    ) -> Callable[[str], dict[str, Any] | None]:
        """Return what says what an operator is told, None where it is not its business."""
        if notice is Notice.CLEARING_CLOSED:
            body = dict(event.body)
            return lambda agency_id: body if body["agency_id"] == agency_id else None
        try:
            order = uow.orders.get(UUID(event.body["order_id"]))
        except OrderNotFound:
            log.warning("fact %s tells of an order that there is not", event.id)
            return lambda _agency_id: None
        agencies, leg = agencies_of(order), None
        if event.subject == "leg.moved":
            leg = int(event.body["leg"])
            carrier = order.offer.chain.legs[leg].carrier
            agencies = (carrier.agency_id,) if carrier else ()

        def view(agency_id: str) -> dict[str, Any] | None:
            if agency_id not in agencies:
                return None
            rider = pseudonym(self.secret, order.rider_id, agency_id)
            return operator_view(order, agency_id, rider, leg)

        return view

    def _message(
        self, endpoint_id: UUID, notice: Notice, event: OutboxEvent, data: dict[str, Any]
    ) -> WebhookDelivery:
        now = self.clock.now()
        body = message_body(notice, event.at, data)
        return WebhookDelivery(
            uuid7(), endpoint_id, event.id, event.key, notice, body, now, next_at=now
        )

    # --- a job

    def deliver(self) -> int:
        """Send what is due, and return how many messages were taken."""
        taken = 0
        for _ in range(A_ROUND):
            with self.store.read() as uow:
                if not uow.webhooks.is_due(self.clock.now()):
                    break
            owner = str(uuid7())
            errand = in_transaction(self.store, partial(self._take, owner=owner))
            if errand is None:
                break  # others have all of it
            taken += self._run(errand, owner)
        return taken

    def _take(self, uow: UnitOfWork, owner: str) -> Errand | None:
        now = self.clock.now()
        return uow.webhooks.take(owner, now, now + LEASE, AT_ONCE)

    def _run(self, errand: Errand, owner: str) -> bool:
        message, endpoint = errand
        failure = self.sender.send(endpoint, message)
        now = self.clock.now()
        if failure is None:
            message.delivered(now)
        else:
            message.failed(failure, now, self.jitter())
            log.info("webhook %s of %s: %s", endpoint.id, endpoint.agency_id, failure.reason)
        in_transaction(self.store, lambda uow: self._settle(uow, message, owner, failure))
        return failure is None

    def _settle(
        self, uow: UnitOfWork, message: WebhookDelivery, owner: str, failure: Failure | None
    ) -> None:
        kept = uow.webhooks.settle(message, owner)
        if not kept or failure is None or message.given_up_at is None:
            return
        try:
            endpoint = uow.webhooks.endpoint(message.endpoint_id)
        except WebhookNotFound:
            return  # removed meanwhile
        endpoint.disable(message.given_up_at, _why(message, failure))
        uow.webhooks.save_endpoint(endpoint)


def _why(message: WebhookDelivery, failure: Failure) -> str:
    """Return what the operator reads at the endpoint that is told nothing any more."""
    if failure.is_gone:
        return f"the receiver answered that it wants no more messages: {failure.reason}"
    return (
        f"message {message.message_id} was not taken in {message.attempts} attempts since"
        f" {message.queued_at.isoformat(timespec='seconds')}, at last: {failure.reason}"
    )
