"""The operator's people: drivers of one vehicle, and dispatchers of one service."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What somebody does."""

    DRIVER = "driver"
    DISPATCHER = "dispatcher"


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who works for a service."""

    id: UUID
    name: str
    """By which they sign in; unique."""
    role: Role
    service_id: str
    vehicle_id: str | None
    """Of a driver; None for a dispatcher."""
    created_at: datetime
