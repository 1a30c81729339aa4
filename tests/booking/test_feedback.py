"""What riders think of legs, and what operators answer; on both databases."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from booking.adapters.shuttle_tables import ShuttleRatingRow
from booking.domain.complaints import MOST_OF_ORDER, ComplaintCategory, ComplaintState
from booking.domain.errors import IllegalRide, OrderNotFound, RideNotFound
from booking.domain.redress_errors import ComplaintNotFound, ComplaintRefused
from booking.service.feedback import Feedback
from tests.support.shop import LEAVES, Shop, offer, ride

LATE = ComplaintCategory.PUNCTUALITY
THERE = LEAVES + timedelta(minutes=20)


@pytest.fixture
def feedback(shop: Shop) -> Feedback:
    return Feedback(shop.store, shop.clock)


def bought(shop: Shop, legs: int = 1) -> tuple[UUID, UUID]:
    rider = shop.rider()
    rides = [ride(f"demo:t{n}", leaves=LEAVES + timedelta(hours=n)) for n in range(legs)]
    order = shop.orders.hold(rider, offer(*rides))
    shop.orders.pay(order.id, rider, "wallet")
    return order.id, rider


def test_every_leg_that_is_over_can_be_rated(shop: Shop, feedback: Feedback) -> None:
    order, rider = bought(shop, legs=2)
    shop.clock.at = THERE - timedelta(seconds=1)
    with pytest.raises(IllegalRide, match="once it is over"):
        feedback.rate(order, rider, 0, 4)
    shop.clock.at = THERE
    feedback.rate(order, rider, 0, 4, "  good  ")
    feedback.rate(order, rider, 0, 5)
    with pytest.raises(IllegalRide, match="once it is over"):
        feedback.rate(order, rider, 1, 4)
    rated = shop.scalars(select(ShuttleRatingRow))
    assert [(row.order_id, row.leg, row.stars) for row in rated] == [(order, 0, 5)]


def test_what_cannot_be_rated(shop: Shop, feedback: Feedback) -> None:
    order, rider = bought(shop, legs=2)
    held = shop.orders.hold(rider, offer())
    shop.after_sales.cancel(order, rider, legs=[1])
    shop.clock.at = THERE + timedelta(hours=5)
    with pytest.raises(IllegalRide, match="1 to 5"):
        feedback.rate(order, rider, 0, 6)
    for leg in (1, 2):  # given back, and none at all
        with pytest.raises(RideNotFound):
            feedback.rate(order, rider, leg, 4)
    with pytest.raises(OrderNotFound):
        feedback.rate(order, shop.rider(), 0, 4)
    with pytest.raises(RideNotFound):
        feedback.rate(held.id, rider, 0, 4)


def test_a_complaint_is_answered_and_closed(shop: Shop, feedback: Feedback) -> None:
    order, rider = bought(shop)
    with pytest.raises(ComplaintRefused, match="not begun"):
        feedback.complain(order, rider, 0, LATE, "never came")
    shop.clock.at = LEAVES
    made = feedback.complain(order, rider, 0, LATE, " never came ")
    assert (made.agency_id, made.line, made.text) == ("demo:a1", "X90", "never came")
    assert [one.id for one in feedback.complaints_about("demo:a1", None, 10)] == [made.id]
    assert feedback.complaints_about("demo:a2", None, 10) == []
    with pytest.raises(ComplaintNotFound):
        feedback.answer(made.id, "demo:a2", "not ours", closes=True)
    with pytest.raises(ComplaintNotFound):
        feedback.answer(uuid4(), "demo:a1", "what?", closes=True)
    feedback.answer(made.id, "demo:a1", "We look into it.", closes=False)
    (seen,) = feedback.complaints_of(order, rider)
    assert (seen.state, seen.answer) == (ComplaintState.ANSWERED, "We look into it.")
    feedback.answer(made.id, "demo:a1", "The bus had broken down.", closes=True)
    assert feedback.complaints_about("demo:a1", ComplaintState.OPEN, 10) == []
    (seen,) = feedback.complaints_about("demo:a1", ComplaintState.CLOSED, 10)
    assert seen.answer == "The bus had broken down."
    with pytest.raises(ComplaintRefused, match="closed"):
        feedback.answer(made.id, "demo:a1", "And another thing.", closes=False)


def test_what_was_paid_back_because_it_did_not_come_can_be_complained_of(
    shop: Shop, feedback: Feedback
) -> None:
    order, rider = bought(shop)
    shop.after_sales.cancel(order, rider)
    shop.clock.at = LEAVES
    assert feedback.complain(order, rider, 0, LATE, "I saw it coming").leg == 0
    with pytest.raises(RideNotFound):
        feedback.complain(order, rider, 1, LATE, "there is no such leg")


def test_complaints_have_an_end_and_pages(shop: Shop, feedback: Feedback) -> None:
    order, rider = bought(shop)
    shop.clock.at = LEAVES
    with pytest.raises(ComplaintRefused, match="say what happened"):
        feedback.complain(order, rider, 0, LATE, " ")
    made = [feedback.complain(order, rider, 0, LATE, f"{n}").id for n in range(MOST_OF_ORDER)]
    with pytest.raises(ComplaintRefused, match="20 complaints"):
        feedback.complain(order, rider, 0, LATE, "one more")
    page = feedback.complaints_about("demo:a1", None, 2)
    assert [one.id for one in page] == made[:-3:-1]
    (further, *_) = feedback.complaints_about("demo:a1", None, 2, before=page[-1].id)
    assert further.id == made[-3]
    with pytest.raises(OrderNotFound):
        feedback.complaints_of(order, shop.rider())
