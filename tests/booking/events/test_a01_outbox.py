"""A01: facts leave in the order of what they are about, at least once, also from many processes."""

import logging
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.adapters.tables import OutboxRow
from booking.service.event_repositories import OutboxEvent
from booking.service.outbox import Outbox
from booking.service.ports import UnitOfWork
from booking.service.transactions import in_transaction
from tests.support.shop import Shop, offer


class Ear:
    """Notes what it is told; fails at facts it is told to fail at."""

    def __init__(self) -> None:
        self.heard: list[OutboxEvent] = []
        self.fails_at: set[str] = set()

    def __call__(self, _uow: UnitOfWork, event: OutboxEvent) -> None:
        if event.subject in self.fails_at:
            raise ZeroDivisionError(event.subject)
        self.heard.append(event)

    @property
    def subjects(self) -> list[str]:
        return [event.subject for event in self.heard]


def write(shop: Shop, *facts: tuple[str, str | None]) -> None:
    def work(uow: UnitOfWork) -> None:
        for subject, key in facts:
            uow.outbox.add(subject, key, {}, shop.clock.now())

    in_transaction(shop.store, work)


def test_what_happens_to_an_order_is_told_in_its_order(shop: Shop) -> None:
    rider, ear = shop.rider(), Ear()
    order = shop.orders.hold(rider, offer())
    shop.orders.pay(order.id, rider, "wallet")
    outbox = Outbox(shop.store, shop.clock, [ear])
    assert outbox.deliver() == 3
    moves = [(event.body["was"], event.body["state"]) for event in ear.heard]
    assert moves == [(None, "held"), ("held", "authorised"), ("authorised", "confirmed")]
    assert {event.key for event in ear.heard} == {str(order.id)}
    assert outbox.deliver() == 0


def test_a_fact_that_cannot_be_told_holds_up_its_own_order_only(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    ear = Ear()
    write(
        shop, ("bad", "A"), ("after bad", "A"), ("other", "B"), ("free", None), ("free too", None)
    )
    ear.fails_at = {"bad"}
    outbox = Outbox(shop.store, shop.clock, [ear])
    with caplog.at_level(logging.CRITICAL):
        assert outbox.deliver() == 3
    told = set(ear.subjects)
    assert told == {"other", "free", "free too"}
    ear.fails_at = set()
    assert outbox.deliver() == 2
    assert ear.subjects[-2:] == ["bad", "after bad"]


def test_a_process_that_dies_before_the_commit_leaves_the_fact_to_another(shop: Shop) -> None:
    class Crash(BaseException):
        pass

    def dies(uow: UnitOfWork, event: OutboxEvent) -> None:
        raise Crash

    write(shop, ("fact", "A"))
    with pytest.raises(Crash):
        Outbox(shop.store, shop.clock, [dies]).deliver()
    ear = Ear()
    assert Outbox(shop.store, shop.clock, [ear]).deliver() == 1
    assert ear.subjects == ["fact"]


def test_many_workers_keep_the_order_of_each_key(shop: Shop) -> None:
    """Each fact is written into the outbox again by its listener, so the table is the witness."""
    keys, facts = 6, 8
    write(shop, *((f"{n}", f"key {k}") for n in range(facts) for k in range(keys)))
    start = threading.Barrier(4)

    def retell(uow: UnitOfWork, event: OutboxEvent) -> None:
        if event.subject != "told":
            uow.outbox.add("told", None, {"key": event.key, "n": int(event.subject)}, event.at)

    def work(_number: int) -> int:
        start.wait()
        return Outbox(shop.store, shop.clock, [retell]).deliver()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    Outbox(shop.store, shop.clock, [retell]).deliver()
    told: dict[str, list[int]] = defaultdict(list)
    for row in shop.scalars(
        select(OutboxRow).where(OutboxRow.subject == "told").order_by(OutboxRow.id)
    ):
        told[row.body["key"]].append(row.body["n"])
    assert told == {f"key {k}": list(range(facts)) for k in range(keys)}


def test_old_facts_that_have_left_are_dropped(shop: Shop) -> None:
    outbox = Outbox(shop.store, shop.clock, [])
    write(shop, ("left", "A"))
    outbox.deliver()
    write(shop, ("waits", "A"))
    shop.clock.move(days=29)
    assert outbox.drop_old() == 0
    shop.clock.at += timedelta(days=1, seconds=1)
    assert outbox.drop_old() == 1
    assert shop.scalars(select(OutboxRow.subject)) == ["waits"]
