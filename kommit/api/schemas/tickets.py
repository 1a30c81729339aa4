"""Tickets, and the keys by which inspectors check them."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from kommit.api.schemas.common import Shape


class Ticket(Shape):
    """A signed ticket: the same bytes that its Aztec code carries."""

    ticket: str = Field(description="base64url without padding.")
    valid_from: AwareDatetime
    valid_until: AwareDatetime
    order_id: UUID


class TicketKey(Shape):
    """A public key."""

    key_id: str
    algorithm: Literal["Ed25519"] = "Ed25519"
    public_key: str = Field(description="32 bytes as base64url without padding.")
    not_before: AwareDatetime
    not_after: AwareDatetime


class TicketKeys(Shape):
    """All keys that sign, or have signed, tickets that may still be shown."""

    keys: list[TicketKey]
