"""Mobility budgets: an employer pays journeys of its people up to a monthly amount.

Each month of each rider is an account of its own, so what lapses when is plain. The employer owes
what was granted, and no longer what lapsed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Self
from uuid import UUID

from booking.domain.chain import Chain, LegMode
from booking.domain.money import Money
from booking.domain.offers import PriceLine
from booking.domain.payments.errors import BadDefinition
from booking.domain.payments.months import Month

EMPLOYER_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,39}", re.ASCII)
MOST_CARRIED: Final = 12
"""Months for which a rest may be kept."""


class Employer(NamedTuple):
    """Who pays."""

    id: str
    name: str


class BudgetMonth(NamedTuple):
    """The budget of one month of one rider: whose money it is."""

    employer_id: str
    rider_id: UUID
    month: Month

    @property
    def source(self) -> str:
        """As a payment's part names it, and the ledger's account."""
        return f"{self.employer_id}/{self.rider_id}/{self.month}"

    @classmethod
    def parse(cls, source: str) -> Self:
        """Return what ``source`` names, or raise ``ValueError``."""
        employer_id, rider_id, month = source.split("/")
        return cls(employer_id, UUID(rider_id), Month.parse(month))


@dataclass(frozen=True, slots=True)
class Grant:
    """What an employer lets one rider spend."""

    employer_id: str
    rider_id: UUID
    monthly: Money
    first: Month
    last: Month | None = None
    """None: until it is changed."""
    modes: frozenset[LegMode] = frozenset()
    """What it pays; empty: everything."""
    carried_months: int = 0
    """For how many months after its own what is left of a month may be spent."""

    def __post_init__(self) -> None:
        if self.monthly.minor <= 0:
            raise BadDefinition("a monthly budget is above zero")
        if self.last is not None and self.last < self.first:
            raise BadDefinition(f"a budget cannot end in {self.last}, it begins in {self.first}")
        if not 0 <= self.carried_months <= MOST_CARRIED:
            raise BadDefinition(f"a rest is kept for 0 to {MOST_CARRIED} months")

    def runs_in(self, month: Month) -> bool:
        """Say whether something is granted for a month."""
        return self.first <= month and (self.last is None or month <= self.last)

    def months_at(self, now: Month) -> tuple[BudgetMonth, ...]:
        """Return the months whose budgets may be spent in ``now``, the oldest first."""
        return tuple(
            BudgetMonth(self.employer_id, self.rider_id, month)
            for back in range(self.carried_months, -1, -1)
            if self.runs_in(month := now.plus(-back))
        )

    def covers(self, chain: Chain, lines: Sequence[PriceLine], currency: str) -> Money:
        """Return how much of a price is for modes that the employer pays.

        A line of the journey as a whole is paid only if every leg that is sold is.
        """
        allowed = {at for at, leg in chain.sold if not self.modes or leg.mode in self.modes}
        whole = len(allowed) == len(chain.sold)
        paid = [line.amount for line in lines if whole or line.leg in allowed]
        return Money(max(0, sum(amount.minor for amount in paid)), currency)


class Statement(NamedTuple):
    """One row of an employer's monthly statement: amounts only, never a journey."""

    rider_id: UUID
    name: str
    email: str
    month: Month
    granted: Money
    spent: Money
    """Less what was refunded."""
    lapsed: Money
    left: Money
    """Held ones included."""


def check_employer(employer: Employer) -> Employer:
    """Return it, or raise ``BadDefinition``."""
    if not EMPLOYER_ID.fullmatch(employer.id) or not 1 <= len(employer.name) <= 120:
        raise BadDefinition("an employer has an id of small letters, digits and dashes, and a name")
    return employer
