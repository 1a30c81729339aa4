"""The wallet keeps the promises of a provider: repeatable calls, and no way back from a void."""

from uuid import UUID, uuid4

import pytest
from booking.adapters.payments.wallet import WalletPayments
from sqlalchemy import select

from booking.adapters.tables import WalletPaymentRow
from booking.domain.errors import NotEnoughMoney, PaymentDeclined
from booking.domain.ledger import AccountKind
from booking.service.ports import PaymentRequest
from tests.support.shop import PRICE, Shop


@pytest.fixture
def payments(shop: Shop) -> WalletPayments:
    return WalletPayments(shop.store, shop.clock)


@pytest.fixture
def rider(shop: Shop) -> UUID:
    return shop.rider(2_000)


def opened(payments: WalletPayments, rider: UUID, key: str = "k") -> str:
    return payments.open(PaymentRequest(uuid4(), rider, PRICE), key)


def seen(shop: Shop) -> tuple[str, int, int, int]:
    """Return the state of the only payment, and what is free, reserved and taken."""
    kinds = (AccountKind.WALLET, AccountKind.WALLET_HOLD, AccountKind.CLEARING)
    free, reserved, taken = (shop.balance(kind) for kind in kinds)
    (state,) = shop.scalars(select(WalletPaymentRow.state))
    return state, free, reserved, taken


def test_every_step_may_be_repeated(shop: Shop, payments: WalletPayments, rider: UUID) -> None:
    for _ in range(2):
        reference = opened(payments, rider)
        assert seen(shop) == ("opened", 2_000, 0, 0), "nothing is reserved yet"
    for _ in range(2):
        payments.authorise(reference, "a")
        assert seen(shop) == ("authorised", 750, 1_250, 0)
    for _ in range(2):
        payments.capture(reference, "c")
        assert seen(shop) == ("captured", 750, 0, 1_250)
    payments.authorise(reference, "a")
    assert seen(shop) == ("captured", 750, 0, 1_250), "a call that comes late changes nothing"


@pytest.mark.parametrize("authorised", [False, True])
def test_a_void_bars_what_comes_late(
    shop: Shop, payments: WalletPayments, rider: UUID, authorised: bool
) -> None:
    reference = opened(payments, rider)
    if authorised:
        payments.authorise(reference, "a")
    for _ in range(2):
        payments.void(reference, "v")
        assert seen(shop) == ("voided", 2_000, 0, 0)
    for late in (payments.authorise, payments.capture):
        with pytest.raises(PaymentDeclined):
            late(reference, "x")
    assert seen(shop) == ("voided", 2_000, 0, 0)


def test_what_is_not_reserved_cannot_be_taken(
    shop: Shop, payments: WalletPayments, rider: UUID
) -> None:
    reference = opened(payments, rider)
    with pytest.raises(PaymentDeclined, match="nothing is reserved"):
        payments.capture(reference, "c")
    payments.authorise(reference, "a")
    payments.capture(reference, "c")
    with pytest.raises(ValueError, match="cannot be voided"):
        payments.void(reference, "v")
    assert seen(shop) == ("captured", 750, 0, 1_250)


def test_money_is_reserved_once_for_two_payments(
    shop: Shop, payments: WalletPayments, rider: UUID
) -> None:
    payments.authorise(opened(payments, rider, "k1"), "a1")
    with pytest.raises(NotEnoughMoney):
        payments.authorise(opened(payments, rider, "k2"), "a2")
    assert shop.balance(AccountKind.WALLET) == 750
