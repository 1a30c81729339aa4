"""Promotions and their codes, riders' vouchers, and the job by which rests lapse."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple
from uuid import UUID

from booking.domain.ledger import transfer
from booking.domain.money import Money
from booking.domain.payments import accounts
from booking.domain.payments.errors import BadDefinition, VoucherNotFound, VoucherRefused
from booking.domain.payments.vouchers import ALPHABET, Promotion, Voucher, normal_code
from booking.service.ports import Store, UnitOfWork
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock
from kommit.kit.ids import uuid7

CODE_LENGTH: Final = 10
"""Of 31 letters: 8e14 codes, of which a guesser may try a few a minute."""
MOST_CODES: Final = 10_000
BATCH: Final = 200


class VoucherStatement(NamedTuple):
    """A voucher as its rider sees it."""

    voucher: Voucher
    promotion: Promotion
    left: Money
    held: Money
    """Reserved for orders."""


class PromotionStatement(NamedTuple):
    """A promotion as its funder sees it."""

    promotion: Promotion
    owed: Money
    """What its vouchers hold or have paid; what lapsed is not owed."""


class Vouchers:
    """Promotions and vouchers."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    # --- operators

    def add(self, promotion: Promotion, codes: Sequence[str]) -> None:
        """Add a promotion with codes that many riders may use.

        Raises
        ------
        BadDefinition
            If its id or a code is taken, or a code cannot be one.
        """

        def work(uow: UnitOfWork) -> None:
            if not uow.vouchers.add_promotion(promotion):
                raise BadDefinition(f"there is a promotion {promotion.id!r} already")
            for code in codes:
                _add_code(uow, code, promotion.id)

        in_transaction(self._store, work)

    def make_codes(self, promotion_id: str, count: int) -> Sequence[str]:
        """Return new codes of a promotion, each to be used once.

        Raises
        ------
        MeansNotFound, BadDefinition
            If there is no such promotion, or the count cannot be.
        """
        if not 1 <= count <= MOST_CODES:
            raise BadDefinition(f"1 to {MOST_CODES} codes are made at a time")

        def work(uow: UnitOfWork) -> Sequence[str]:
            uow.vouchers.promotion(promotion_id)
            made: list[str] = []
            while len(made) < count:
                code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
                if uow.vouchers.add_code(code, promotion_id, most_uses=1):
                    made.append(code)
            return made

        return in_transaction(self._store, work)

    def list_promotions(self) -> Sequence[PromotionStatement]:
        """Return all promotions with what their funders owe."""
        with self._store.read() as uow:
            return [
                PromotionStatement(each, _given(uow, each))
                for each in uow.vouchers.list_promotions()
            ]

    # --- riders

    def redeem(self, rider_id: UUID, code: str) -> VoucherStatement:
        """Put the voucher of a code on a rider's account.

        Raises
        ------
        VoucherNotFound
            If there is no such code.
        VoucherRefused
            If it cannot be used (any more), or not by this rider.
        """
        wanted = normal_code(code)

        def work(uow: UnitOfWork) -> VoucherStatement:
            now = self._clock.now()
            use = uow.vouchers.find_code(wanted)
            if use is None:
                raise VoucherNotFound
            promotion = uow.vouchers.promotion(use.promotion_id, lock=True)  # to count its budget
            if not use.is_left:
                raise VoucherRefused("this code was used already")
            mine = uow.vouchers.list_of(rider_id)
            promotion.check_redeemable(
                now,
                has=sum(each.promotion_id == promotion.id for each in mine),
                given=_given(uow, promotion),
                has_travelled=promotion.first_ride_only and uow.vouchers.has_bought(rider_id),
            )
            voucher = Voucher(uuid7(), promotion.id, rider_id, wanted, now)
            uow.vouchers.add(voucher)
            uow.vouchers.count_use(wanted)
            text = f"voucher of {promotion.title}"[:200]
            giver, taker = accounts.promotion(promotion), accounts.voucher(voucher.id)
            key = f"voucher:{voucher.id}:given"
            uow.ledger.book(transfer(key, text, now, promotion.value, giver, taker))
            return _statement(uow, voucher, promotion)

        return in_transaction(self._store, work)

    def list_of(self, rider_id: UUID) -> Sequence[VoucherStatement]:
        """Return a rider's vouchers with what is left of them, the oldest first."""
        with self._store.read() as uow:
            return [
                _statement(uow, each, uow.vouchers.promotion(each.promotion_id))
                for each in uow.vouchers.list_of(rider_id)
            ]

    # --- job

    def lapse_due(self, now: datetime) -> int:
        """Give the rests of ended promotions back to their funders; return how many vouchers."""
        with self._store.read() as uow:
            ended = uow.vouchers.list_ended(now, BATCH)

        def lapse(uow: UnitOfWork, voucher_id: UUID) -> bool:
            voucher = uow.vouchers.get(voucher_id)
            lapse_rest(uow, voucher, now, f"voucher:{voucher_id}:ended:{now.isoformat()}")
            currency = uow.vouchers.promotion(voucher.promotion_id).value.currency
            if uow.ledger.balance(accounts.voucher_hold(voucher_id), currency).minor:
                return False  # it is looked at again when the order is sold or given back
            uow.vouchers.close(voucher_id, closed=True)
            return True

        return sum(in_transaction(self._store, partial(lapse, voucher_id=each)) for each in ended)


def lapse_rest(uow: UnitOfWork, voucher: Voucher, now: datetime, key: str) -> None:
    """Give what is left of a voucher, and not reserved, back to its promotion."""
    promotion = uow.vouchers.promotion(voucher.promotion_id)
    account = accounts.voucher(voucher.id)
    left = uow.ledger.balance(account, promotion.value.currency)
    if left.minor:
        taker = accounts.promotion(promotion)
        uow.ledger.book(transfer(key, "rest of a voucher lapsed", now, left, account, taker))


def _add_code(uow: UnitOfWork, text: str, promotion_id: str) -> None:
    try:
        code = normal_code(text)
    except VoucherNotFound as error:
        raise BadDefinition(f"a code has 4 to 32 letters and digits, not {text!r}") from error
    if not uow.vouchers.add_code(code, promotion_id, most_uses=None):
        raise BadDefinition(f"the code {code} is taken")


def _given(uow: UnitOfWork, promotion: Promotion) -> Money:
    return -uow.ledger.balance(accounts.promotion(promotion), promotion.value.currency)


def _statement(uow: UnitOfWork, voucher: Voucher, promotion: Promotion) -> VoucherStatement:
    currency = promotion.value.currency
    left = uow.ledger.balance(accounts.voucher(voucher.id), currency)
    held = uow.ledger.balance(accounts.voucher_hold(voucher.id), currency)
    return VoucherStatement(voucher, promotion, left, held)
