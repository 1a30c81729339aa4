"""Subscriptions: what there is, and what a rider has."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from booking.domain.subscriptions import SubscriptionSource, SubscriptionState
from kommit.api.schemas.common import Money, Request, Shape

ProductId = Annotated[str, Field(max_length=64, examples=["deutschlandticket"])]


class SubscriptionProduct(Shape):
    """A product that is paid by the month."""

    id: str
    name: str
    price: Money = Field(description="For a calendar month.")
    sold: bool = Field(description="Whether it is bought here.")
    registered: bool = Field(description="Whether one bought elsewhere may be declared.")
    number_format: str | None = Field(description="What the number of such a one looks like.")
    cancel_until_day: int = Field(
        description="Cancelled up to this day of a month it ends with it, later with the next."
    )
    pays_back: bool = Field(description="Whether days that are left are paid back.")


class SubscriptionProducts(Shape):
    """Everything that may be bought or declared today."""

    products: list[SubscriptionProduct]


class SubscriptionRequest(Request):
    """A subscription to buy (`means`), or one bought elsewhere (`number` and `until`)."""

    product: ProductId
    begin: date | None = Field(default=None, alias="from", description="Default: today.")
    means: str | None = Field(
        default=None, max_length=32, description="To buy it: `wallet` or `invoice`."
    )
    number: str | None = Field(
        default=None, min_length=1, max_length=64, description="To declare it: its number."
    )
    until: date | None = Field(default=None, description="To declare it: its last day.")


class Subscription(Shape):
    """A rider's subscription."""

    id: UUID
    product: str
    source: SubscriptionSource
    state: SubscriptionState
    valid_from: date
    valid_until: date = Field(description="The last day that is paid for or declared.")
    ends: date | None = Field(description="Its last day of all, once it is cancelled.")
    renews: bool
    number: str | None
    price: Money | None = Field(description="Of what was paid last; null if bought elsewhere.")
    means: str | None


class Subscriptions(Shape):
    """A rider's subscriptions, the oldest first."""

    subscriptions: list[Subscription]
