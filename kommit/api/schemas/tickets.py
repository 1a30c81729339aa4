"""Tickets, the keys by which inspectors check them, and what inspectors saw."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator

from booking.domain.inspections import FlagKind, Verdict
from kommit.api.schemas.common import Request, Shape

TicketText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=2_000,
        description="What the code holds, as base64url; padding may be left out.",
    ),
]


class Ticket(Shape):
    """A signed ticket: what the issuer signed, the first level of its Aztec code."""

    ticket: str = Field(description="base64url without padding.")
    valid_from: AwareDatetime
    valid_until: AwareDatetime
    order_id: UUID
    version: int = Field(description="A newer ticket of an order takes the place of all before.")
    device_key: str | None = Field(
        description="Public key of the phone on which alone it is valid, base64url; null: on paper."
    )
    redraw_s: int = Field(description="How often the phone signs the moment and draws anew.")
    answered_at: AwareDatetime = Field(
        description="Now, by the server: a phone whose clock is wrong signs by this one."
    )


class DeviceRequest(Request):
    """The phone on which a ticket shall be valid alone."""

    public_key: Annotated[
        str,
        Field(
            max_length=100,
            description="A point of P-256 as base64url, compressed or as Web Crypto exports `raw`.",
        ),
    ]


class TicketKey(Shape):
    """A public key."""

    key_id: str
    algorithm: Literal["Ed25519"] = "Ed25519"
    public_key: str = Field(description="32 bytes as base64url without padding.")
    not_before: AwareDatetime
    not_after: AwareDatetime


class Freshness(Shape):
    """How old a code on a phone may be, in seconds."""

    redraw_s: int = Field(description="A phone draws a new one so often.")
    max_age_s: int
    clock_skew_s: int = Field(description="Clocks may differ by so much, either way.")


class TicketKeys(Shape):
    """All keys that sign, or have signed, tickets that may still be shown."""

    keys: list[TicketKey]
    freshness: Freshness


class Revocations(Shape):
    """Tickets that are valid by their bytes and not any more."""

    issued_at: AwareDatetime
    good_until: AwareDatetime = Field(description="Fetch a newer list by then.")
    count: int
    list: str = Field(
        description="The signed list as base64url; only this is to be believed, see the format."
    )


class BoxRequest(Request):
    """A ticket that was shown to the reader of a box."""

    ticket: TicketText
    system: Annotated[str, Field(min_length=1, max_length=64)]
    station: Annotated[str, Field(min_length=1, max_length=64)]
    box: Annotated[int | None, Field(ge=0, le=10_000, description="Its number there.")] = None


class InspectionEvent(Request):
    """One look at one ticket, kept on the inspector's device until there is a network."""

    id: Annotated[UUID, Field(description="Made by the device; handed in twice it counts once.")]
    ticket: TicketText
    at: AwareDatetime
    verdict: Verdict
    reason: Annotated[
        str,
        Field(
            max_length=64,
            pattern="^[A-Za-z]*$",
            description="Why it was refused, by the error's name.",
        ),
    ] = ""
    lat: Annotated[float | None, Field(ge=-90, le=90, description="Kept to 0.01 degrees.")] = None
    lon: Annotated[float | None, Field(ge=-180, le=180)] = None
    device: Annotated[str, Field(min_length=1, max_length=64)]

    @model_validator(mode="after")
    def _both_or_none(self) -> "InspectionEvent":
        if (self.lat is None) != (self.lon is None):
            raise ValueError("write both lat and lon, or none of them")
        return self


class InspectionBatch(Request):
    """What a device has collected."""

    events: Annotated[list[InspectionEvent], Field(min_length=1, max_length=50)]


class HandedIn(Shape):
    """How much of a batch was new."""

    new: int
    known: int


class InspectionSeen(Shape):
    """An inspection that a flag rests on."""

    id: UUID
    at: datetime
    device: str
    inspector_id: UUID
    verdict: Verdict
    reason: str
    ticket_version: int | None
    lat: float | None
    lon: float | None


class InspectionFlag(Shape):
    """Something that does not fit."""

    kind: FlagKind
    order_id: UUID | None
    distance_km: float | None = Field(description="Between the two looks, for double use.")
    inspections: list[InspectionSeen]


class InspectionFlags(Shape):
    """What an operator should look into, of the last day."""

    flags: list[InspectionFlag]
