"""Days and months are closed: never above caps, never above what was paid, once."""

from datetime import datetime, timedelta
from uuid import UUID

from booking.domain.best_price import AS_PAID, Period
from booking.domain.chain import Chain
from booking.domain.money import Money
from booking.domain.offers import Offer, Price, PriceLine
from booking.domain.orders import Order, OrderState
from booking.domain.passengers import group
from booking.domain.refunds import Refund, RefundLine, RefundReason
from booking.service.books import Books
from booking.service.spending import credited, record_spent, spending_of, take_back
from booking.service.transactions import in_transaction
from kommit.kit.ids import uuid7
from tests.support.cico import MONDAY, Terminal, at
from tests.support.shop import ride

ONE = group(["adult"])


def order(rider: UUID, minor: int, when: datetime, passengers: int = 1) -> Order:
    """Return a sold order of the small tariff: one line for each passenger."""
    leg = ride(leaves=when)
    lines = tuple(
        PriceLine("fare", "small/single", n, Money(minor), "demo:a1", 0, "fare")
        for n in range(passengers)
    )
    offer = Offer(
        uuid7(),
        Chain("image-1", (leg,)),
        group(["adult"] * passengers),
        Price.of_lines(lines),
        "small@1",
        when,
        when,
        rider,
    )
    return Order(uuid7(), rider, offer, when, when, state=OrderState.CONFIRMED)


def sell(terminal: Terminal, rider: UUID, minor: int, when: datetime, passengers: int = 1) -> Order:
    """Sell an order as the lead's saga does, paid by the wallet."""
    made = order(rider, minor, when, passengers)

    def work(uow: object) -> None:
        uow.orders.add(made)  # type: ignore[attr-defined]
        Books().sold(uow, made, when)  # type: ignore[arg-type]
        terminal.accounts.charge(uow, rider, made.price, f"pay:{made.id}")  # type: ignore[arg-type]
        record_spent(uow, made)  # type: ignore[arg-type]

    in_transaction(terminal.store, work)
    return made


def spent(terminal: Terminal, rider: UUID, when: datetime) -> list[tuple[str, int]]:
    with terminal.store.read() as uow:
        return [(one.slot, one.minor) for one in spending_of(uow, rider, when).spent]


def test_a_day_within_the_caps_gives_nothing_back(terminal: Terminal) -> None:
    rider = terminal.rider()
    for way in ("AB", "BC", "CA", "AC"):
        terminal.travel(rider, way)
    assert terminal.money(rider).wallet == 10_000 - 800, "3 + 3 + 5 + 5 are cut by the cap"
    terminal.clock.move(hours=16)
    assert terminal.closing.close_days() == 0, "phones have time to tell"
    terminal.clock.move(hours=3)
    assert terminal.closing.close_days() == 1
    (day,) = terminal.closing.statements(rider)
    assert (day.period, day.full.minor, day.paid.minor, day.due.minor) == (
        Period.DAY,
        1_600,
        800,
        800,
    )
    assert (day.product, day.revision) == (AS_PAID, 0)
    assert day.begins.isoformat() == "2026-05-03T22:00:00+00:00", "midnight in Berlin"
    assert terminal.closing.close_days() == 0
    assert terminal.money(rider).wallet == 9_200


def test_what_was_bought_ahead_counts_too(terminal: Terminal) -> None:
    rider = terminal.rider()
    ahead = sell(terminal, rider, 700, MONDAY + timedelta(hours=5))
    trip = terminal.travel(rider)
    assert trip.price.total.minor == 100, "1.00 is left of the cap"
    stale = sell(terminal, rider, 600, MONDAY + timedelta(hours=6))  # priced before the others
    terminal.clock.move(hours=24)
    assert terminal.closing.close_days() == 1
    (day,) = terminal.closing.statements(rider)
    assert (day.paid.minor, day.due.minor, day.credit.minor) == (1_400, 800, 600)
    assert terminal.money(rider).wallet == 10_000 - 800
    assert terminal.owed() == 800, "operators give their part back"
    with terminal.store.read() as uow:
        assert credited(uow, stale.id) == {0: Money(600)}
        assert credited(uow, ahead.id) == {}
    assert terminal.closing.close_days() == 0
    assert terminal.difference() == 0


def test_a_late_trip_is_a_correction(terminal: Terminal) -> None:
    rider = terminal.rider()
    terminal.travel(rider)
    terminal.clock.move(hours=20)
    terminal.closing.close_days()
    late, _ = terminal.trips.check_in(rider, at("A", MONDAY + timedelta(hours=2)), ONE)
    terminal.trips.check_out(late.id, rider, at("C", MONDAY + timedelta(hours=3)))
    assert terminal.closing.close_days() == 1
    newest, oldest = terminal.closing.statements(rider)
    assert (newest.revision, newest.begins) == (1, oldest.begins)
    assert (newest.paid.minor, oldest.paid.minor) == (800, 300)


def test_a_day_ends_by_the_tariffs_clock(terminal: Terminal) -> None:
    rider = terminal.rider()
    terminal.clock.at = datetime.fromisoformat("2026-05-31T23:50:00+02:00")
    terminal.travel(rider)
    terminal.travel(rider, "BC")
    terminal.clock.move(days=1, hours=20)
    assert terminal.closing.close_days() == 2
    begins = [one.begins.isoformat() for one in terminal.closing.statements(rider)]
    assert begins == ["2026-05-31T22:00:00+00:00", "2026-05-30T22:00:00+00:00"]
    assert terminal.closing.close_months() == 0, "May is closed on 3 June"
    terminal.clock.move(hours=4)
    assert terminal.closing.close_months() == 1
    assert terminal.closing.statements(rider)[0].begins.isoformat() == "2026-04-30T22:00:00+00:00"


def test_a_month_is_never_above_its_cap(terminal: Terminal) -> None:
    rider = terminal.rider()
    for _ in range(4):
        terminal.travel(rider, "AD")
        terminal.clock.move(hours=30)
    assert terminal.money(rider).wallet == 10_000 - 2_000, "four times 7.00 are cut"
    assert terminal.closing.close_days() == 4
    terminal.clock.move(days=31)
    assert terminal.closing.close_months() == 1
    month = terminal.closing.statements(rider)[0]
    assert (month.period, month.full.minor, month.paid.minor) == (Period.MONTH, 2_800, 2_000)
    assert (month.due.minor, month.product) == (2_000, AS_PAID), "the season ticket ends at C"
    assert terminal.closing.close_days() == 0, "a closed month opens no day"


def test_a_month_is_not_dearer_than_a_subscription(terminal: Terminal) -> None:
    rider = terminal.rider()
    for _ in range(4):
        terminal.travel(rider, "AC", who=("adult", "child"))  # 5.00 and 2.50, cut to 8 and 4 a day
        terminal.clock.move(hours=30)
    paid = 10_000 - terminal.money(rider).wallet
    assert paid == 2_000 + 1_000
    terminal.travel(rider, "CD")
    terminal.clock.move(days=31)
    assert terminal.closing.close_months() == 1
    month = terminal.closing.statements(rider)[0]
    assert (month.product, month.credit.minor) == ("season", 500), "the booker's 20.00 are 15.00"
    assert 10_000 - terminal.money(rider).wallet == 2_500
    assert terminal.closing.close_months() == 0
    assert terminal.closing.close_days() == 5
    assert terminal.money(rider).wallet == 7_500
    assert terminal.difference() == 0


def test_refunds_count_no_more(terminal: Terminal) -> None:
    rider = terminal.rider()
    sold = sell(terminal, rider, 400, MONDAY + timedelta(hours=1), passengers=2)
    refund = Refund(
        uuid7(),
        sold.id,
        MONDAY,
        RefundReason.CANCELLED,
        (RefundLine(1, Money(400)),),
        legs=(0,),
        passengers=(1,),
    )
    for _ in range(2):
        in_transaction(terminal.store, lambda uow: record_spent(uow, sold))
        in_transaction(terminal.store, lambda uow: take_back(uow, sold, refund))
    assert spent(terminal, rider, MONDAY) == [("adult-0", 400)]


def test_what_caps_may_count(terminal: Terminal) -> None:
    rider = terminal.rider()
    begin = datetime.fromisoformat("2026-05-01T00:10:00+02:00")
    end = datetime.fromisoformat("2026-05-31T23:50:00+02:00")
    for when in (begin - timedelta(hours=24), begin, end, end + timedelta(hours=23)):
        sell(terminal, rider, 100, when)
    for moment in (begin, end):
        assert len(spent(terminal, rider, moment)) == 4, "the month and a day around it"
    assert spent(terminal, terminal.rider(), begin) == []
    far = begin + timedelta(days=70)
    assert len(spent(terminal, rider, far)) == 0


def test_open_items_become_less_by_credits(terminal: Terminal) -> None:
    rider = terminal.rider(0)
    sell(terminal, rider, 500, MONDAY)
    sell(terminal, rider, 700, MONDAY + timedelta(hours=1))
    assert terminal.money(rider) == (0, 1_200)
    terminal.clock.move(days=2)
    terminal.closing.close_days()
    assert terminal.money(rider) == (0, 800)


def test_what_a_day_gave_back_is_not_given_back_again(terminal: Terminal) -> None:
    rider = terminal.rider()
    trip = terminal.travel(rider)
    sell(terminal, rider, 700, MONDAY - timedelta(hours=1))  # priced before, and rides first
    terminal.clock.move(days=1)
    terminal.closing.close_days()
    assert terminal.money(rider).wallet == 10_000 - 800, "2.00 of the trip's 3.00 come back"
    terminal.trips.dispute(trip.id, rider, "I was at home")
    terminal.billing.correct(trip.id, None)
    assert terminal.money(rider).wallet == 10_000 - 700
    assert (terminal.owed(), terminal.difference()) == (700, 0)
    with terminal.store.read() as uow:
        assert sum(line.amount.minor for line in uow.spending.list_of_source(trip.id)) == 0
