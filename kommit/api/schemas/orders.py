"""Orders and their payment."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from booking.domain.order_states import OrderState
from booking.domain.orders import PaymentState
from kommit.api.schemas.common import Money, Request, Shape
from kommit.api.schemas.offers import MAX_TOKEN_CHARS, BreakdownLine, Passenger, SoldJourney


class OrderRequest(Request):
    """An offer to be held."""

    offer: Annotated[str, Field(max_length=MAX_TOKEN_CHARS, description="``offer`` of an offer.")]


class PaymentRequest(Request):
    """How an order is to be paid."""

    means: Literal["wallet", "stripe"] = Field(description="One of the region's payment means.")
    payment_method: str | None = Field(
        default=None,
        min_length=1,
        max_length=255,
        description="Stripe: id of the payment method, as Stripe's own form returns it.",
        examples=["pm_card_visa"],
    )


class Payment(Shape):
    """How an order is paid, and where the money is."""

    means: str
    state: PaymentState


class Order(Shape):
    """An order: held until ``expires_at``, then paid or given back."""

    id: UUID
    state: OrderState
    created_at: AwareDatetime
    expires_at: AwareDatetime = Field(description="Until when the places are held.")
    price: Money
    passengers: list[Passenger]
    breakdown: list[BreakdownLine]
    journey: SoldJourney
    payment: Payment | None
    ticket_url: str | None = Field(description="Path of the ticket, once there is one.")


class Orders(Shape):
    """A rider's orders, newest first."""

    orders: list[Order]
