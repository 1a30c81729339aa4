"""E01: on both databases: tickets bound to phones, revoked, inspected, and opening boxes."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from booking.adapters.book_tables import AuditInboxRow
from booking.adapters.database import Database
from booking.adapters.tables import OutboxRow
from booking.domain.errors import NotPaidYet, OrderNotFound
from booking.domain.inspections import FlagKind, Verdict
from booking.domain.orders import Order
from booking.domain.staff import Role, StaffMember
from booking.service.inspections import HandedIn, Inspections, Look
from booking.service.revocations import Phones, RevocationLists, on_paper, reissue, revoke
from booking.service.transactions import in_transaction
from booking.tickets.errors import (
    PhoneDidNotSign,
    PhoneKeyUnusable,
    TicketOnPhone,
    TicketRevoked,
    TooManyPhones,
)
from booking.tickets.figures import INSPECTIONS_KEPT, LIST_GOOD_FOR, LIST_RENEWED, MOST_VERSIONS
from booking.tickets.phone import show
from booking.tickets.revocations import Revocations
from tests.booking.tickets.phones import compressed, phone, raw
from tests.support.shop import LEAVES, NOON, TICKETS, Shop, offer

RIDER = UUID(int=11)
INSPECTOR = StaffMember(UUID(int=5), "Ina", Role.INSPECTOR, "", None, NOON)


class Desk(Shop):
    """A shop with what comes after the sale."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.phones = Phones(self.store, self.clock, TICKETS)
        self.lists = RevocationLists(self.store, self.clock, TICKETS)
        self.inspections = Inspections(self.store, self.clock, TICKETS)

    def sold(self) -> tuple[UUID, Order]:
        rider = self.rider()
        held = self.orders.hold(rider, offer())
        return rider, self.orders.pay(held.id, rider, "wallet")

    def facts(self) -> list[tuple[str, str]]:
        with self.database.readers() as session:
            wanted = select(AuditInboxRow.kind, AuditInboxRow.subject).order_by(AuditInboxRow.id)
            return [(kind, subject) for kind, subject in session.execute(wanted)]

    def revoked(self) -> Revocations:
        return Revocations.read(self.lists.signed(), TICKETS.public_keys)

    def hand_in(self, *looks: Look) -> HandedIn:
        return self.inspections.hand_in(INSPECTOR, looks)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def look(ticket: bytes, **changed: Any) -> Look:
    made = {
        "id": uuid4(),
        "ticket": ticket,
        "at": NOON,
        "verdict": Verdict.ACCEPTED,
        "reason": "",
        "device": "one",
    }
    return Look(**made | changed)


# --- phones


def test_a_ticket_moves_to_a_phone_and_the_paper_is_worth_nothing(desk: Desk) -> None:
    rider, order = desk.sold()
    paper = order.ticket
    bound = desk.phones.bind(order.id, rider, raw(phone()))
    assert (bound.ticket_version, bound.device_key) == (2, compressed(phone()))
    kept = desk.orders.get(order.id, rider)
    assert (kept.ticket, kept.ticket_version, kept.device_key) == (
        bound.ticket,
        2,
        compressed(phone()),
    )
    # the paper: revoked; what the server hands out: not enough; what the phone shows: valid
    with pytest.raises(TicketRevoked):
        TICKETS.inspect(paper, LEAVES, desk.revoked())
    with pytest.raises(PhoneDidNotSign):
        TICKETS.inspect(kept.ticket, LEAVES, desk.revoked())
    live = show(kept.ticket, phone(), LEAVES)
    assert TICKETS.inspect(live, LEAVES, desk.revoked()).ticket.version == 2


def test_the_same_phone_again_changes_nothing(desk: Desk) -> None:
    rider, order = desk.sold()
    first = desk.phones.bind(order.id, rider, raw(phone()))
    again = desk.phones.bind(order.id, rider, compressed(phone()))
    assert (again.ticket, again.ticket_version) == (first.ticket, 2)
    assert len(desk.revoked().entries) == 1


def test_a_ticket_goes_back_to_paper(desk: Desk) -> None:
    rider, order = desk.sold()
    bound = desk.phones.bind(order.id, rider, raw(phone()))
    with pytest.raises(TicketOnPhone):
        on_paper(bound.ticket, TICKETS)
    freed = desk.phones.bind(order.id, rider, None)
    assert on_paper(freed.ticket, TICKETS) == freed.ticket
    accepted = TICKETS.inspect(freed.ticket, LEAVES, desk.revoked())
    assert (accepted.ticket.version, accepted.shown_at) == (3, None)


def test_what_was_cancelled_stays_cancelled_on_another_phone(desk: Desk) -> None:
    rider = desk.rider()
    held = desk.orders.hold(rider, offer(passengers=2))
    order = desk.orders.pay(held.id, rider, "wallet")
    without = frozenset({(0, 1)})

    def cancel(uow: Any) -> None:
        mine = uow.orders.get(order.id)
        mine.ticket_version = 2
        mine.ticket = TICKETS.issue(order.id, order.offer, version=2, without=without)

    in_transaction(desk.store, cancel)
    bound = desk.phones.bind(order.id, rider, raw(phone()))
    ticket = TICKETS.read(bound.ticket)
    assert (ticket.version, ticket.legs[0].passengers) == (3, (0,))


def test_who_may_not_bind(desk: Desk) -> None:
    rider, order = desk.sold()
    with pytest.raises(OrderNotFound):
        desk.phones.bind(order.id, uuid4(), raw(phone()))
    with pytest.raises(PhoneKeyUnusable):
        desk.phones.bind(order.id, rider, bytes(65))
    held = desk.orders.hold(rider, offer())
    with pytest.raises(NotPaidYet):
        desk.phones.bind(held.id, rider, raw(phone()))
    assert desk.revoked().entries == ()


def test_a_ticket_is_not_handed_from_phone_to_phone_for_ever(desk: Desk) -> None:
    rider, order = desk.sold()
    for number in range(1, MOST_VERSIONS):
        desk.phones.bind(order.id, rider, raw(phone(number)))
    with pytest.raises(TooManyPhones, match=f"issued {MOST_VERSIONS} times"):
        desk.phones.bind(order.id, rider, raw(phone(MOST_VERSIONS)))
    assert len(desk.revoked().entries) == MOST_VERSIONS - 1


def test_what_becomes_of_a_ticket_is_in_the_audit_log(desk: Desk) -> None:
    rider, order = desk.sold()
    before = len(desk.facts())
    desk.phones.bind(order.id, rider, raw(phone()))
    desk.phones.bind(order.id, rider, raw(phone()))
    looks = [look(order.ticket), look(b"nothing")]
    desk.hand_in(*looks)
    desk.hand_in(*looks)
    assert [(kind, subject.split(":")[0]) for kind, subject in desk.facts()[before:]] == [
        ("ticket.superseded", "order"),
        ("ticket.issued", "order"),
        ("ticket.inspected", "order"),
        ("ticket.inspected", "code"),
    ]
    told = desk.scalars(select(OutboxRow.subject).order_by(OutboxRow.id))
    assert told.count("order.reissued") == 1


def test_a_part_that_was_given_back_leaves_the_ticket_and_the_phone_keeps_it(desk: Desk) -> None:
    rider = desk.rider()
    held = desk.orders.hold(rider, offer(passengers=2))
    order = desk.orders.pay(held.id, rider, "wallet")
    desk.phones.bind(order.id, rider, raw(phone()))

    def give_back(uow: Any) -> None:
        mine = uow.orders.get(order.id)
        reissue(uow, mine, frozenset({(0, 1)}), TICKETS, NOON)

    in_transaction(desk.store, give_back)
    changed = desk.orders.get(order.id, rider)
    ticket = TICKETS.read(changed.ticket)
    assert (ticket.version, ticket.legs[0].passengers) == (3, (0,))
    assert ticket.device_key == compressed(phone())
    assert [desk.revoked().names(order.id, version) for version in (1, 2, 3)] == [True, True, False]


def test_an_order_that_was_given_back_has_no_valid_ticket(desk: Desk) -> None:
    _, order = desk.sold()
    in_transaction(
        desk.store,
        lambda uow: revoke(uow, uow.orders.get(order.id), "refunded", TICKETS, NOON),
    )
    with pytest.raises(TicketRevoked):
        TICKETS.inspect(order.ticket, LEAVES, desk.revoked())


# --- the list


def test_revoking_twice_is_revoking_once_and_ends_with_the_ticket(desk: Desk) -> None:
    order_id, until = uuid4(), NOON + timedelta(hours=1)
    for reason in ("cancelled", "refunded"):
        in_transaction(
            desk.store, lambda uow, r=reason: uow.revocations.add(order_id, 1, until, r, NOON)
        )
    in_transaction(desk.store, lambda uow: uow.revocations.add(order_id, 2, NOON, "refunded", NOON))
    with desk.store.read() as uow:
        first, second = uow.revocations.list_current(NOON)
        assert (first.version, first.reason, first.valid_until) == (1, "cancelled", until)
        assert second.version == 2
        assert len(uow.revocations.list_current(NOON + timedelta(seconds=1))) == 1
        assert uow.revocations.list_current(until + timedelta(seconds=1)) == []


def test_a_revocation_counts_only_with_its_transaction(desk: Desk) -> None:
    with desk.store.write() as uow:
        uow.revocations.add(uuid4(), 1, LEAVES, "refunded", NOON)
    assert desk.revoked().entries == ()


def test_the_list_stays_the_same_until_something_changes(desk: Desk) -> None:
    first = desk.lists.signed()
    desk.clock.move(seconds=LIST_RENEWED.total_seconds() - 1)
    assert desk.lists.signed() == first
    rider, order = desk.sold()
    desk.phones.bind(order.id, rider, raw(phone()))
    second = desk.lists.signed()
    assert len(second) == len(first) + 8
    desk.clock.move(seconds=1)
    assert desk.lists.signed() != second
    assert desk.revoked().issued_at == NOON + LIST_RENEWED
    assert desk.revoked().good_until == NOON + LIST_RENEWED + LIST_GOOD_FOR


# --- inspections


def test_a_batch_handed_in_twice_is_kept_once(desk: Desk) -> None:
    _, order = desk.sold()
    looks = [look(order.ticket), look(order.ticket, verdict=Verdict.REFUSED, reason="CodeTooOld")]
    assert desk.hand_in(*looks) == HandedIn(new=2, known=0)
    assert desk.hand_in(*looks, look(order.ticket)) == HandedIn(new=1, known=2)
    with desk.store.read() as uow:
        kept = uow.inspections.list_since(NOON, 10)
    assert len(kept) == 3
    refused = next(each for each in kept if each.verdict is Verdict.REFUSED)
    assert (refused.order_id, refused.ticket_version) == (order.id, 1)
    assert (refused.reason, refused.inspector_id, refused.at) == ("CodeTooOld", INSPECTOR.id, NOON)


def test_double_use_is_found_over_batches_of_two_devices(desk: Desk) -> None:
    _, order = desk.sold()
    desk.hand_in(look(order.ticket, lat=51.8612, lon=7.4842))
    assert desk.inspections.flags() == []
    desk.clock.move(hours=8)
    at = NOON + timedelta(minutes=2)
    desk.hand_in(look(order.ticket, device="two", at=at, lat=51.9566, lon=7.6350))
    (flag,) = desk.inspections.flags()
    assert (flag.kind, flag.order_id) == (FlagKind.DOUBLE_USE, order.id)
    assert flag.inspections[0].place == (51.86, 7.48), "as far as positions are kept"


def test_what_should_not_have_been_accepted_is_found(desk: Desk) -> None:
    rider, order = desk.sold()
    before = look(order.ticket)
    desk.clock.move(minutes=5)
    desk.phones.bind(order.id, rider, raw(phone()))
    after = look(order.ticket, at=NOON + timedelta(minutes=6))
    forged = look(order.ticket[:-1] + bytes([order.ticket[-1] ^ 1]))
    refused = look(b"nothing", verdict=Verdict.REFUSED, reason="TicketMalformed")
    desk.clock.move(minutes=5)
    desk.hand_in(before, after, forged, refused)
    found = {flag.kind: flag.inspections[0].id for flag in desk.inspections.flags()}
    assert found == {FlagKind.ACCEPTED_REVOKED: after.id, FlagKind.ACCEPTED_FORGED: forged.id}


def test_a_device_whose_clock_is_fast_says_no_more_than_now(desk: Desk) -> None:
    _, order = desk.sold()
    desk.hand_in(look(order.ticket, at=NOON + timedelta(days=400)))
    with desk.store.read() as uow:
        (kept,) = uow.inspections.list_since(NOON, 10)
    assert kept.at == NOON


def test_inspections_are_not_kept_for_ever(desk: Desk) -> None:
    _, order = desk.sold()
    desk.hand_in(look(order.ticket), look(order.ticket, at=NOON - timedelta(seconds=1)))
    desk.clock.move(seconds=INSPECTIONS_KEPT.total_seconds())
    assert desk.inspections.drop_old() == 1
    assert desk.inspections.drop_old() == 0
