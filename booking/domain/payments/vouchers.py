"""Promotions and vouchers: somebody else pays a part of an order, so operators get their share.

A promotion is a rule and a budget, funded by the county or an operator. A rider who gives its code
has a voucher: an account of the ledger, filled from the promotion's when the code is given.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from booking.domain.money import Money
from booking.domain.payments.errors import BadDefinition, VoucherNotFound, VoucherRefused

CODE: Final = re.compile(r"[A-Z0-9]{4,32}", re.ASCII)
ALPHABET: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Of codes that we make: nothing that looks like something else."""
PROMOTION_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,39}", re.ASCII)


class Rest(StrEnum):
    """What becomes of what is not used when a voucher has paid for the first time."""

    KEPT = "kept"
    """It stays, until the promotion ends."""
    LAPSES = "lapses"
    """It goes back to the promotion."""


@dataclass(frozen=True, slots=True)
class Promotion:
    """What a code gives, to whom and until when."""

    id: str
    title: str
    funder: str
    """Who pays for it: ``county``, or the feed-scoped id of an operator."""
    value: Money
    """What one voucher gives; with ``permille``, the most that it gives."""
    budget: Money
    """What all its vouchers together may give."""
    valid_from: datetime
    valid_until: datetime
    """From this moment on nothing is paid by it, and what is left lapses."""
    permille: int | None = None
    """The share of a price that it pays; None: all of it."""
    per_rider: int = 1
    """Vouchers that one rider may have of it."""
    least_price: Money | None = None
    """Of an order that it helps to pay."""
    first_ride_only: bool = False
    """Only for riders who have never bought anything."""
    rest: Rest = Rest.KEPT

    def __post_init__(self) -> None:
        wrong = {
            "the id has small letters, digits and dashes": not PROMOTION_ID.fullmatch(self.id),
            "the value is above zero": self.value.minor <= 0,
            "the budget is enough for one voucher": self.budget.minor < self.value.minor,
            "it ends after it begins": self.valid_until <= self.valid_from,
            "the share is 1 to 1000 permille": self.permille is not None
            and not 1 <= self.permille <= 1000,
            "a rider may have at least one": self.per_rider < 1,
            "all amounts are in one currency": not self._one_currency(),
            "it needs a title and a funder": not (self.title and self.funder),
        }
        for rule, broken in wrong.items():
            if broken:
                raise BadDefinition(f"promotion {self.id!r} cannot be: {rule}")

    def _one_currency(self) -> bool:
        amounts = (self.value, self.budget, self.least_price or self.value)
        return len({amount.currency for amount in amounts}) == 1

    def check_redeemable(
        self, now: datetime, *, has: int, given: Money, has_travelled: bool
    ) -> None:
        """Raise ``VoucherRefused`` unless one more voucher may be given to a rider.

        Parameters
        ----------
        has
            Vouchers of it that the rider has, or had.
        given
            What all vouchers of it hold or have paid.
        has_travelled
            Whether the rider has ever bought anything.
        """
        if now < self.valid_from:
            raise VoucherRefused(f"{self.title} begins on {self.valid_from.date().isoformat()}")
        if now >= self.valid_until:
            raise VoucherRefused(f"{self.title} has ended")
        if has >= self.per_rider:
            raise VoucherRefused(f"you have {self.title} already")
        if self.first_ride_only and has_travelled:
            raise VoucherRefused(f"{self.title} is for the first journey with kommit")
        if (given + self.value).minor > self.budget.minor:
            raise VoucherRefused(f"all vouchers of {self.title} have been given away")

    def pays(self, price: Money, left: Money, now: datetime, *, has_travelled: bool) -> Money:
        """Return what a voucher with ``left`` on it pays of an order: zero if it does not help."""
        nothing = Money(0, price.currency)
        if left.currency != price.currency or not self.valid_from <= now < self.valid_until:
            return nothing
        if self.least_price and price.minor < self.least_price.minor:
            return nothing
        if self.first_ride_only and has_travelled:
            return nothing
        share = price.minor * (1000 if self.permille is None else self.permille) // 1000
        return Money(min(left.minor, share), price.currency)


@dataclass(frozen=True, slots=True)
class Voucher:
    """A rider's voucher; what is left of it stands in the ledger."""

    id: UUID
    promotion_id: str
    rider_id: UUID
    code: str
    redeemed_at: datetime


def normal_code(text: str) -> str:
    """Return a code as it is kept: capitals and digits; or raise ``VoucherNotFound``."""
    code = re.sub(r"[\s\-\u2013]", "", text).upper()
    if not CODE.fullmatch(code):
        raise VoucherNotFound
    return code
