"""Two processes never drive one payment at once."""

from uuid import UUID

import pytest
from booking.adapters.payments.wallet import WalletPayments

from booking.domain.errors import (
    HoldExpired,
    IllegalTransition,
    NoPlacesLeft,
    PaymentDeclined,
    PaymentInProgress,
    PaymentUnavailable,
)
from booking.domain.ledger import AccountKind
from booking.domain.orders import Order, OrderState
from booking.service.orders import Orders
from booking.tickets.errors import KeysUnusable
from tests.support.shop import MovableClock, Shop, journal_of, offer, ticket_of


class Hook(WalletPayments):
    """The wallet; a test may step in before or after a call reaches it."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop.store, shop.clock)
        self.before: dict[str, object] = {}
        self.after: dict[str, object] = {}

    def authorise(self, reference: str, key: str) -> None:
        self._step_in(self.before, "authorise")
        super().authorise(reference, key)
        self._step_in(self.after, "authorise")

    def capture(self, reference: str, key: str) -> None:
        self._step_in(self.before, "capture")
        super().capture(reference, key)
        self._step_in(self.after, "capture")

    def void(self, reference: str, key: str) -> None:
        self._step_in(self.before, "void")
        super().void(reference, key)

    def _step_in(self, moments: dict[str, object], name: str) -> None:
        step = moments.pop(name, None)
        if isinstance(step, Exception):
            raise step
        if callable(step):
            step()


SILENT = PaymentUnavailable("no answer")


@pytest.fixture
def wallet(shop: Shop) -> Hook:
    return Hook(shop)


@pytest.fixture
def slow(shop: Shop, wallet: Hook) -> Orders:
    """The process that is too slow, or silent; ``shop.orders`` is another one."""
    return Orders(shop.store, shop.clock, {"wallet": wallet}, ticket_of)


@pytest.fixture
def rider(shop: Shop) -> UUID:
    return shop.rider(2_000)


@pytest.fixture
def order(shop: Shop, rider: UUID) -> Order:
    return shop.orders.hold(rider, offer())


def test_a_payment_under_way_is_left_alone(
    shop: Shop, slow: Orders, wallet: Hook, order: Order, rider: UUID
) -> None:
    def meddle() -> None:
        with pytest.raises(PaymentInProgress):
            shop.orders.pay(order.id, rider, "wallet")
        with pytest.raises(PaymentInProgress):
            shop.orders.cancel(order.id, rider)
        assert shop.orders.resume_all(shop.clock.now()) == 0

    wallet.before["authorise"] = meddle
    assert slow.pay(order.id, rider, "wallet").is_sold


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", ["authorise", "capture"])
def test_a_slow_process_is_overtaken_and_harms_nothing(
    shop: Shop, slow: Orders, wallet: Hook, order: Order, rider: UUID, moment: str, step: str
) -> None:
    def overtake() -> None:
        shop.clock.move(seconds=31)
        assert shop.orders.resume_all(shop.clock.now()) == 1

    getattr(wallet, moment)[step] = overtake
    assert slow.pay(order.id, rider, "wallet").is_sold, "the rider hears what the other reached"
    assert len(journal_of(shop, order.id)) == 8
    assert shop.wallets.statement(rider).balance.minor == 750
    shop.check_books()


def test_what_another_turned_back_cannot_be_authorised_late(
    shop: Shop, slow: Orders, wallet: Hook, order: Order, rider: UUID
) -> None:
    def expire_and_void() -> None:
        shop.clock.move(minutes=11)
        assert shop.orders.resume_all(shop.clock.now()) == 1

    wallet.before["authorise"] = expire_and_void
    with pytest.raises(HoldExpired):
        slow.pay(order.id, rider, "wallet")
    assert shop.states() == ["expired"]
    assert shop.wallets.statement(rider).balance.minor == 2_000
    shop.check_books()


@pytest.mark.parametrize("step", ["authorise", "capture"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_silent_provider_is_asked_again(
    shop: Shop, slow: Orders, wallet: Hook, order: Order, rider: UUID, moment: str, step: str
) -> None:
    getattr(wallet, moment)[step] = SILENT
    with pytest.raises(PaymentUnavailable):
        slow.pay(order.id, rider, "wallet")
    shop.clock.move(seconds=31)
    assert shop.orders.resume_all(shop.clock.now()) == 1
    assert shop.orders.get(order.id, rider).is_sold
    shop.check_books()


def test_an_unknown_authorisation_of_an_expired_hold_is_voided(
    shop: Shop, slow: Orders, wallet: Hook, order: Order, rider: UUID
) -> None:
    wallet.after["authorise"] = SILENT
    with pytest.raises(PaymentUnavailable):
        slow.pay(order.id, rider, "wallet")
    assert shop.balance(AccountKind.WALLET_HOLD) == 1_250
    shop.clock.move(minutes=11)
    assert shop.orders.expire_due(shop.clock.now()) == 0, "first its money has to be given back"
    assert shop.orders.resume_all(shop.clock.now()) == 1
    assert shop.states() == ["expired"]
    assert shop.places() == 0
    shop.check_books()


def test_nothing_is_reserved_for_a_hold_that_has_expired(
    shop: Shop, slow: Orders, wallet: Hook, order: Order, rider: UUID
) -> None:
    wallet.before["authorise"] = SILENT
    with pytest.raises(PaymentUnavailable):
        slow.pay(order.id, rider, "wallet")
    shop.clock.move(minutes=11)
    assert shop.orders.resume_all(shop.clock.now()) == 1
    assert [line.text for line in shop.wallets.statement(rider).entries] == ["top-up"]


def test_one_order_that_cannot_go_on_does_not_stop_the_others(
    shop: Shop,
    slow: Orders,
    wallet: Hook,
    order: Order,
    rider: UUID,
    caplog: pytest.LogCaptureFixture,
) -> None:
    other_rider = shop.rider()
    other = shop.orders.hold(other_rider, offer())
    for waiting, whose in ((order, rider), (other, other_rider)):
        wallet.before["authorise"] = SILENT
        with pytest.raises(PaymentUnavailable):
            slow.pay(waiting.id, whose, "wallet")
        shop.clock.move(seconds=1)

    def no_key_for_the_first(one: Order) -> bytes:
        if one.id == order.id:
            raise KeysUnusable("no key")
        return ticket_of(one)

    lame = Orders(shop.store, shop.clock, {"wallet": wallet}, no_key_for_the_first)
    shop.clock.move(seconds=31)
    assert lame.resume_all(shop.clock.now()) == 1
    assert "cannot go on" in caplog.text
    assert shop.orders.get(other.id, other_rider).is_sold
    shop.clock.move(minutes=10)
    assert lame.resume_all(shop.clock.now()) == 1
    assert shop.orders.get(order.id, rider).state is OrderState.EXPIRED
    shop.check_books()


def test_a_rider_cancels_what_hangs(
    shop: Shop, slow: Orders, wallet: Hook, order: Order, rider: UUID
) -> None:
    wallet.after["authorise"] = SILENT
    with pytest.raises(PaymentUnavailable):
        slow.pay(order.id, rider, "wallet")
    shop.clock.move(seconds=31)
    wallet.before["void"] = SILENT
    with pytest.raises(PaymentUnavailable):
        slow.cancel(order.id, rider)
    shop.clock.move(seconds=31)
    assert shop.orders.cancel(order.id, rider).state is OrderState.CANCELLED
    with pytest.raises(IllegalTransition):
        shop.orders.pay(order.id, rider, "wallet")
    shop.check_books()


def test_a_process_whose_clock_is_slow_sells_no_place_twice(shop: Shop) -> None:
    shop.quota(1)
    slow_clock = Shop(shop.database, MovableClock())
    late, quick = shop.rider(), shop.rider()
    order = slow_clock.orders.hold(late, offer())
    shop.clock.move(minutes=11)
    sold = shop.orders.hold(quick, offer())
    assert shop.orders.pay(sold.id, quick, "wallet").is_sold

    with pytest.raises(NoPlacesLeft):
        slow_clock.orders.pay(order.id, late, "wallet")

    assert shop.states() == ["confirmed", "failed"]
    shop.check_books()


def test_a_capture_that_is_refused_undoes_the_sale(
    shop: Shop, slow: Orders, wallet: Hook, order: Order, rider: UUID
) -> None:
    wallet.before["capture"] = PaymentDeclined("the authorisation has lapsed")
    with pytest.raises(PaymentDeclined, match="lapsed"):
        slow.pay(order.id, rider, "wallet")
    failed = shop.orders.get(order.id, rider)
    assert (failed.state, failed.ticket) == (OrderState.FAILED, None)
    assert shop.places() == 0
    assert shop.balance(AccountKind.PAYABLE) == 0
    assert shop.wallets.statement(rider).balance.minor == 2_000
    shop.check_books()
