"""SEPA mandates: a rider lets us debit an account, by a reference that the bank knows, too."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from booking.domain.payments.iban import masked, normal_holder, normal_iban


class MandateState(StrEnum):
    """Whether it may be used."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    """A debit came back: no more are sent until the rider signs anew."""
    REVOKED = "revoked"
    """By the rider, or replaced by a newer one."""


@dataclass(frozen=True, slots=True)
class Mandate:
    """A signed mandate of the scheme SEPA Direct Debit Core."""

    id: UUID
    rider_id: UUID
    iban: str
    holder: str
    signed_at: datetime
    state: MandateState = MandateState.ACTIVE

    @classmethod
    def sign(
        cls, mandate_id: UUID, rider_id: UUID, iban: str, holder: str, signed_at: datetime
    ) -> Self:
        """Return a new mandate, or raise ``BadBankDetails``."""
        return cls(mandate_id, rider_id, normal_iban(iban), normal_holder(holder), signed_at)

    @property
    def reference(self) -> str:
        """The unique mandate reference: at most 35 characters that SEPA takes."""
        return f"KM{self.id.hex.upper()}"

    @property
    def masked_iban(self) -> str:
        """What may be shown of the account."""
        return masked(self.iban)

    def ended(self, state: MandateState) -> Self:
        """Return it suspended or revoked; what was revoked stays so."""
        return self if self.state is MandateState.REVOKED else replace(self, state=state)
