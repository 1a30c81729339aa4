"""Shapes that many answers share: money, points, and the base of them all."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from booking.domain import money


class Shape(BaseModel):
    """A JSON object that the server answers."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Request(BaseModel):
    """A JSON object that a client sends; a misspelt field is an error, not a surprise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _can_be_stored(cls, value: Any) -> Any:
        """Refuse text that no database takes: NUL (PostgreSQL), and halves of surrogate pairs."""
        if isinstance(value, str) and any(
            each == "\0" or "\ud800" <= each <= "\udfff" for each in value
        ):
            raise ValueError("there is a character in it that is no text: NUL or half a surrogate")
        return value


CurrencyCode = Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["EUR"])]


class Money(Shape):
    """An amount in minor units: 1250 EUR is twelve euros fifty."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount": 1250, "currency": "EUR"}]})

    amount: int = Field(description="Whole minor units, cents for EUR.")
    currency: CurrencyCode = Field(description="ISO 4217 code.")

    @classmethod
    def of(cls, value: money.Money) -> Self:
        """Return the shape of an amount."""
        return cls(amount=value.minor, currency=value.currency)


class Point(Shape):
    """A place in a journey: a stop, or a door."""

    name: str = Field(description="Name of the stop; at a door, of the street or its coordinate.")
    lat: float = Field(description="WGS84 degrees.")
    lon: float = Field(description="WGS84 degrees.")
    stop_id: str | None = Field(
        description="Feed-scoped id of the stop, or null at a door.", examples=["senden:mahnmal"]
    )


OrderId = Annotated[UUID, Field(description="UUIDv7 of an order.")]
