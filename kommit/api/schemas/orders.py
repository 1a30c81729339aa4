"""Orders and their payment."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from booking.domain.order_states import OrderState
from booking.domain.orders import PaymentState
from booking.domain.passengers import MAX_PASSENGERS
from booking.domain.refunds import RefundReason, RefundState
from kommit.api.schemas.common import Money, Request, Shape
from kommit.api.schemas.offers import MAX_TOKEN_CHARS, BreakdownLine, Passenger, SoldJourney

OfferToken = Annotated[str, Field(max_length=MAX_TOKEN_CHARS, description="``offer`` of an offer.")]


class PaymentRequest(Request):
    """How an order is to be paid."""

    means: Annotated[str, Field(max_length=32)] = Field(
        description="One of the region's payment means.", examples=["wallet"]
    )
    payment_method: str | None = Field(
        default=None,
        min_length=1,
        max_length=255,
        description="Stripe: id of the payment method, as Stripe's own form returns it.",
        examples=["pm_card_visa"],
    )


class OrderRequest(Request):
    """An offer to be held."""

    offer: OfferToken
    payment: PaymentRequest | None = Field(
        default=None, description="Reserve the money, too; it is taken when the order is paid."
    )


class ChangeRequest(Request):
    """Another journey in place of a sold one."""

    offer: OfferToken


class CancelRequest(Request):
    """Which parts of a sold order are given back; all of it where nothing is named."""

    legs: list[int] = Field(default=[], max_length=64, description="Positions in ``legs``.")
    passengers: list[int] = Field(
        default=[], max_length=MAX_PASSENGERS, description="Positions in ``passengers``."
    )
    expected: Money | None = Field(
        default=None, description="``amount`` that was quoted; another one now is a problem."
    )


class PaymentPart(Shape):
    """What one means pays."""

    means: str
    amount: Money


class Payment(Shape):
    """How an order is paid, and where the money is."""

    means: str
    state: PaymentState
    parts: list[PaymentPart]
    action: str | None = Field(
        description="While it is challenged: what the provider's form needs (a client secret)."
    )


class OrderPart(Shape):
    """A leg of one passenger that is still the rider's."""

    leg: int
    passenger: int


class RefundQuote(Shape):
    """What giving parts back would bring at this moment."""

    legs: list[int]
    passengers: list[int]
    paid: Money = Field(description="For these parts, and not given back before.")
    gross: Money = Field(description="What of it is taken back by the rules.")
    fee: Money
    amount: Money = Field(description="What the rider gets: ``gross`` less ``fee``.")
    rules: str = Field(description="Id and version of the rules.")


class Refund(Shape):
    """Money that goes, or went, back."""

    id: UUID
    at: AwareDatetime
    reason: RefundReason
    state: RefundState
    legs: list[int]
    passengers: list[int]
    gross: Money
    fee: Money
    amount: Money


class ChangeFee(Shape):
    """What exchanging an order for another time costs."""

    fee: Money


class TompStates(Shape):
    """What TOMP-API calls the order's state."""

    booking: str = Field(description="TOMP-API 1.6.")
    package: str = Field(description="TOMP-API 2.0, ``packageStatus``.")


class OrderStateRow(Shape):
    """A state of an order: what it means and what may follow."""

    state: OrderState
    meaning: str
    follows: list[OrderState]
    tomp_1_6: str
    tomp_2_0: str


class OrderStates(Shape):
    """The life of an order."""

    states: list[OrderStateRow]


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
    version: int = Field(description="Goes up with every change.")
    replaces: UUID | None = Field(
        description="The sold order that is given up in the moment in which this one is paid."
    )
    parts: list[OrderPart]
    refunds: list[Refund]
    tomp: TompStates


class Orders(Shape):
    """A rider's orders, newest first."""

    orders: list[Order]
