"""Rules of booking that need no database."""

from datetime import UTC, timedelta
from pathlib import Path
from types import ModuleType
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.adapters.snapshot import restore, snapshot
from booking.domain import (
    errors,
    idempotency_errors,
    lock_errors,
    outside_errors,
    travel_errors,
)
from booking.domain.accounts import check_password, normal_email, normal_name
from booking.domain.errors import BadAccountData, BookingError, IllegalTransition
from booking.domain.holds import Span, claims_of, most_taken
from booking.domain.ledger import (
    RECEIVABLE,
    Entry,
    Posting,
    clearing,
    transfer,
    wallet,
)
from booking.domain.money import Money
from booking.domain.offers import Offer
from booking.domain.order_states import LIFE, LIVE, OrderState, as_data, may_move
from booking.domain.orders import Order
from booking.service.marks import FINAL, RESTING, UNDER_WAY, Mark
from tests.support.shop import NOON, offer, ride


def order() -> Order:
    return Order.hold(uuid4(), uuid4(), offer(), NOON, NOON + timedelta(minutes=10))


# --- the order


@pytest.mark.parametrize("state", OrderState)
@pytest.mark.parametrize("to", OrderState)
def test_an_order_moves_by_the_table_and_says_so(state: OrderState, to: OrderState) -> None:
    moved = order()
    moved.state, moved.events = state, []
    if to is state:
        moved.move(to, NOON)
        assert moved.events == [], "a repeated move is no news"
    elif may_move(state, to):
        moved.move(to, NOON)
        assert [(event.to, event.at) for event in moved.events] == [(to, NOON)]
    else:
        with pytest.raises(IllegalTransition):
            moved.move(to, NOON)
        assert moved.state is state


def test_every_way_of_an_order_comes_to_an_end() -> None:
    over = {OrderState.SETTLED, *(set(OrderState) - LIVE)}
    assert {state for state, row in LIFE.items() if not row.follows} == over
    assert LIFE.keys() == set(OrderState)
    reached = {OrderState.HELD}
    for state in OrderState:  # declared in the order of a life
        if state in reached:
            reached |= set(LIFE[state].follows)
    assert reached == set(OrderState), "no state is out of reach"


def test_the_table_speaks_tomp() -> None:
    new = "OFFERED PENDING CONFIRMED ROLLBACK RELEASED EXPIRED CANCELLED STARTED ENDED SETTLED"
    old = "NEW PENDING REJECTED RELEASED EXPIRED CONDITIONAL_CONFIRMED CONFIRMED CANCELLED STARTED"
    assert {row.tomp_2_0 for row in LIFE.values()} <= set(new.split())
    assert {row.tomp_1_6 for row in LIFE.values()} <= {*old.split(), "FINISHED"}
    assert [row["state"] for row in as_data()] == [state.value for state in OrderState]


def test_the_page_on_states_tells_the_table() -> None:
    page = (Path(__file__).parents[2] / "docs/order-states.md").read_text("utf-8")
    for state, row in LIFE.items():
        follows = ", ".join(f"`{one}`" for one in row.follows) or "–"  # noqa: RUF001 - as the page writes it
        told = f"| `{state}` | {row.meaning} | {follows} | {row.tomp_1_6} | {row.tomp_2_0} |"
        assert told in page.splitlines()


def test_every_mark_is_waiting_under_way_or_final() -> None:
    assert set(Mark) == FINAL | UNDER_WAY | RESTING
    assert len(FINAL) + len(UNDER_WAY) + len(RESTING) == len(Mark)


# --- places

SPANS = st.builds(
    lambda board, length, places: Span(board, board + length, places),
    st.integers(0, 12),
    st.integers(1, 6),
    st.integers(1, 4),
)


@given(st.lists(SPANS, max_size=12), st.integers(0, 12), st.integers(1, 8))
def test_the_fullest_segment_is_found(spans: list[Span], board: int, length: int) -> None:
    by_segment = [
        sum(span.places for span in spans if span.board <= segment < span.alight)
        for segment in range(board, board + length)
    ]
    assert most_taken(spans, board, board + length) == max(by_segment)


def test_trips_are_claimed_in_one_order() -> None:
    there = offer(ride("demo:b"), ride("demo:a"), passengers=3)
    assert [(claim.trip.trip_id, claim.span.places) for claim in claims_of(there)] == [
        ("demo:a", 3),
        ("demo:b", 3),
    ]


# --- the ledger


def test_an_entry_that_does_not_balance_cannot_be_made() -> None:
    with pytest.raises(ValueError, match=r"does not balance: \{'EUR': 1\}"):
        Entry("k", "t", NOON, (Posting(RECEIVABLE, Money(2)), Posting(clearing("x"), Money(-1))))
    with pytest.raises(ValueError, match="does not balance"):
        Entry(
            "k", "t", NOON, (Posting(RECEIVABLE, Money(1)), Posting(RECEIVABLE, Money(-1, "CHF")))
        )


def test_a_transfer_takes_from_one_and_gives_to_the_other() -> None:
    mine = wallet(uuid4())
    entry = transfer("k", "t", NOON, Money(5), mine, RECEIVABLE)
    assert entry.postings == (Posting(mine, Money(-5)), Posting(RECEIVABLE, Money(5)))


# --- accounts


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("Anna@Example.ORG ", "anna@example.org"),
        ("anna+bus@mail.example.org", "anna+bus@mail.example.org"),
        ("zoe\u0308@example.org", "zo\u00eb@example.org"),
    ],
)
def test_an_address_is_brought_into_one_form(text: str, email: str) -> None:
    assert normal_email(text) == email


@pytest.mark.parametrize(
    "text", ["", "anna", "@example.org", "anna@", "a b@example.org", "a@b", "a@b.c" + "x" * 250]
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(BadAccountData, match="does not look like an e-mail address"):
        normal_email(text)


def test_names_and_passwords_have_bounds() -> None:
    assert normal_name("  Anna \t Muster ") == "Anna Muster"
    for name in ("", "  ", "x" * 121):
        with pytest.raises(BadAccountData):
            normal_name(name)
    check_password("x" * 8)
    for password in ("x" * 7, "x" * 257):
        with pytest.raises(BadAccountData):
            check_password(password)


# --- what is kept, and what is said


def test_an_offer_survives_its_snapshot() -> None:
    there = offer(ride(latest=NOON), ride("demo:t2"), passengers=2)
    assert restore(Offer, snapshot(there)) == there
    assert restore(Offer, snapshot(there)).chain.legs[0].departure.tzinfo is not None
    assert there.issued_at.tzinfo is UTC
    with pytest.raises(TypeError, match="set has no snapshot"):
        snapshot({1})


@pytest.mark.parametrize(
    "module",
    [errors, idempotency_errors, lock_errors, outside_errors, travel_errors],
    ids=lambda module: module.__name__.split(".")[-1],
)
def test_the_picture_of_the_error_tree_is_true(module: ModuleType) -> None:
    picture = [line for line in (module.__doc__ or "").splitlines() if " in ``booking" not in line]
    drawn = {line.split("──", 1)[1].split()[0] for line in picture if "──" in line}
    real: set[str] = set()

    def collect(kind: type[BookingError]) -> None:
        for child in kind.__subclasses__():
            if child.__module__ == module.__name__:
                real.add(child.__name__)
            collect(child)

    collect(BookingError)
    assert drawn == real
