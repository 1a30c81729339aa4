"""The operators' people: drivers, dispatchers of a service, inspectors, somebody in the office."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What somebody does."""

    DRIVER = "driver"
    DISPATCHER = "dispatcher"
    INSPECTOR = "inspector"
    OPERATOR = "operator"
    """Looks after what an operator is told and paid."""


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who works for an operator."""

    id: UUID
    name: str
    """By which they sign in; unique."""
    role: Role
    service_id: str
    """Empty for an inspector, who looks at tickets wherever they are shown, and for who works for
    an operator as a whole."""
    vehicle_id: str | None
    """Of a driver; None for others."""
    created_at: datetime
    agency_id: str | None = None
    """Feed-scoped: the operator of whose office somebody is; None for others."""
