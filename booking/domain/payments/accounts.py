"""The accounts behind means of payment. Above zero kommit owes it, below zero it is owed."""

from typing import Final
from uuid import UUID

from booking.domain.ledger import Account, AccountKind, clearing, open_items, provider_fees
from booking.domain.payments.budgets import BudgetMonth
from booking.domain.payments.vouchers import Promotion

__all__ = [
    "BANK",
    "budget",
    "budget_hold",
    "disputed",
    "employer",
    "open_items",
    "open_items_hold",
    "promotion",
    "provider_fees",
    "voucher",
    "voucher_hold",
]

BANK: Final = clearing("bank")
"""Kommit's own bank account."""


def open_items_hold(rider_id: UUID) -> Account:
    """Return the account of what a rider will owe for orders that are not sold yet."""
    return Account(AccountKind.OPEN_ITEMS_HOLD, str(rider_id))


def voucher(voucher_id: UUID) -> Account:
    """Return the account of what is left of a voucher."""
    return Account(AccountKind.VOUCHER, str(voucher_id))


def voucher_hold(voucher_id: UUID) -> Account:
    """Return the account of what is reserved from a voucher."""
    return Account(AccountKind.VOUCHER_HOLD, str(voucher_id))


def promotion(of: Promotion) -> Account:
    """Return the account of what a promotion's funder owes: below zero."""
    return Account(AccountKind.PROMOTION, f"{of.funder}/{of.id}")


def budget(month: BudgetMonth) -> Account:
    """Return the account of what is left of a month's budget."""
    return Account(AccountKind.BUDGET, month.source)


def budget_hold(month: BudgetMonth) -> Account:
    """Return the account of what is reserved from a month's budget."""
    return Account(AccountKind.BUDGET_HOLD, month.source)


def employer(employer_id: str) -> Account:
    """Return the account of what an employer owes: below zero."""
    return Account(AccountKind.EMPLOYER, employer_id)


def disputed(provider: str) -> Account:
    """Return the account of what riders' banks took back from a provider."""
    return Account(AccountKind.DISPUTED, provider)
