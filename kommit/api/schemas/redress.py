"""What may be asked for when a journey goes wrong, in words of TOMP-API 2.0 where it has them."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator

from booking.domain.complaints import TEXT_MAX, ComplaintCategory, ComplaintState
from booking.domain.redress import IncidentKind, RedressKind
from kommit.api.schemas.common import Money, Point, Request, Shape


class Incident(Shape):
    """The worst that was seen of a journey."""

    leg: int = Field(description="Position in the journey's ``legs``.")
    line: str
    kind: IncidentKind
    late_s: int = Field(
        description="By how much the vehicle leaves late, or the rider misses it; 0: cancelled."
    )
    seen_at: AwareDatetime


class RefundOption(Shape):
    """The legs from the incident on are paid back without a fee."""

    kind: Literal["refund"] = "refund"
    category: Literal["REFUND"] = Field(
        default="REFUND", description="Payment category of TOMP-API 2.0."
    )
    legs: list[int]
    passengers: list[int]
    amount: Money
    until: AwareDatetime


class AlternativeOption(Shape):
    """Another way from where the rider is, on the present ticket."""

    kind: Literal["alternative"] = "alternative"
    guarantee: Literal["ALTERNATIVE_JOURNEY"] = Field(
        default="ALTERNATIVE_JOURNEY", description="Guarantee of TOMP-API 2.0."
    )
    origin: Point
    destination: Point
    depart: AwareDatetime
    plan_url: str = Field(description="Asks for journeys that go on from there.")
    ticket_valid_until: AwareDatetime = Field(
        description="Until then the ticket is good on later rides of its lines, too."
    )


class GuaranteeOption(Shape):
    """The mobility guarantee: a taxi is paid back to the wallet, up to a cap."""

    kind: Literal["guarantee"] = "guarantee"
    category: Literal["REIMBURSEMENT"] = Field(
        default="REIMBURSEMENT", description="Payment category of TOMP-API 2.0."
    )
    cap: Money
    until: AwareDatetime


class RedressClaim(Shape):
    """What was granted."""

    order_id: UUID
    kind: RedressKind
    leg: int
    at: AwareDatetime
    asked: Money
    granted: Money
    receipt: str | None


class Redress(Shape):
    """How a journey stands, and what its rider may ask for at this moment."""

    order_id: UUID
    incident: Incident | None
    redress_options: list[
        Annotated[RefundOption | AlternativeOption | GuaranteeOption, Field(discriminator="kind")]
    ]
    claim: RedressClaim | None = Field(description="What was granted before; then nothing else is.")


class RedressRequest(Request):
    """What is claimed."""

    kind: Literal["refund", "guarantee"]
    amount: Money | None = Field(default=None, description="Guarantee: what the taxi has cost.")
    receipt: str | None = Field(
        default=None, min_length=1, max_length=200, description="Guarantee: of the taxi."
    )

    @model_validator(mode="after")
    def _says_what_the_taxi_was(self) -> Self:
        is_taxi = self.kind == "guarantee"
        if is_taxi != (self.amount is not None) or is_taxi != (self.receipt is not None):
            raise ValueError("amount and receipt are said of a taxi, and of nothing else")
        return self


class ComplaintRequest(Request):
    """What a rider complains of."""

    leg: int = Field(ge=0, le=100)
    category: ComplaintCategory
    text: str = Field(min_length=1, max_length=TEXT_MAX)


class Complaint(Shape):
    """A complaint, and where it stands; it names nobody."""

    id: UUID
    order_id: UUID
    leg: int
    line: str
    departure: AwareDatetime
    category: ComplaintCategory
    text: str
    state: ComplaintState
    at: AwareDatetime
    answer: str | None
    answered_at: AwareDatetime | None


class Complaints(Shape):
    """Complaints."""

    complaints: list[Complaint]


class AnswerRequest(Request):
    """What an operator says to a complaint."""

    text: str = Field(min_length=1, max_length=TEXT_MAX)
    close: bool = Field(default=False, description="Whether that is the last word.")
