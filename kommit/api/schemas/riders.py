"""Riders, their sessions and their wallets."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from booking.domain.accounts import EMAIL_MAX, NAME_MAX, PASSWORD_MAX, PASSWORD_MIN
from kommit.api.schemas.common import CurrencyCode, Money, Request, Shape

Email = Annotated[str, Field(min_length=3, max_length=EMAIL_MAX, examples=["rider@kommit.example"])]
MOST_TOP_UP_MINOR = 50_000
"""A demo's wallet is filled with pocket money."""


class Registration(Request):
    """A new rider."""

    email: Email
    password: str = Field(min_length=PASSWORD_MIN, max_length=PASSWORD_MAX)
    name: str = Field(min_length=1, max_length=NAME_MAX, examples=["Ada Lüdinghaus"])


class Login(Request):
    """Who wants to sign in."""

    email: Email
    password: str = Field(min_length=1, max_length=PASSWORD_MAX)


class Rider(Shape):
    """Somebody who travels and pays."""

    id: UUID
    email: str
    name: str


class RemovalRequest(Request):
    """What is asked before an account is removed."""

    password: str = Field(min_length=1, max_length=PASSWORD_MAX)
    pay_out: bool = False
    """Whether what is in the wallet is to be paid out by the cash desk."""


class Removed(Shape):
    """What is left of an account that was removed."""

    pseudonym: UUID
    """By which orders and books go on to name who was the rider."""
    paid_out: Money | None
    receipt: str | None
    """Whoever shows it to the cash desk is paid."""


class Export(Shape):
    """Everything that is kept of a rider, by what it is about; secrets and copies are left out."""

    account: dict[str, Any]
    sessions: list[dict[str, Any]]
    orders: list[dict[str, Any]]
    refunds: list[dict[str, Any]]
    rides: list[dict[str, Any]]
    rentals: list[dict[str, Any]]
    ratings: list[dict[str, Any]]
    money: list[dict[str, Any]]
    """Every movement on the rider's wallet and other accounts, oldest first."""
    other: dict[str, list[dict[str, Any]]]
    """Everything else, by the name of its table."""


class Session(Shape):
    """A rider who is signed in."""

    rider: Rider
    token: str = Field(description="Send it as ``Authorization: Bearer TOKEN``.")


class TopUpAmount(Request):
    """An amount above zero."""

    amount: int = Field(gt=0, le=MOST_TOP_UP_MINOR, description="Whole minor units.")
    currency: CurrencyCode


class TopUp(Request):
    """Money for the wallet."""

    amount: TopUpAmount


class WalletEntry(Shape):
    """One movement of a wallet; money that leaves it is negative."""

    at: AwareDatetime
    text: str
    amount: Money


class Wallet(Shape):
    """A rider's prepaid money."""

    balance: Money = Field(description="Free to spend.")
    held: Money = Field(description="Reserved for orders.")
    entries: list[WalletEntry] = Field(description="Newest first.")
