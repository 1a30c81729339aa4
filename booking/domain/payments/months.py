"""Calendar months, as invoices and budgets count them: by the clocks of the region."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Self


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One month of one year."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.month <= 12 and 2000 <= self.year <= 9998):
            raise ValueError(f"there is no month {self.year:04d}-{self.month:02d} to be billed")

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2026-11``.

        Raises
        ------
        ValueError
            If it is no month written so.
        """
        year, dash, month = text.partition("-")
        if not (dash and year.isascii() and month.isascii() and year.isdigit()):
            raise ValueError(f"a month is written like 2026-11, not {text!r}")
        if len(year) != 4 or len(month) != 2 or not month.isdigit():
            raise ValueError(f"a month is written like 2026-11, not {text!r}")
        return cls(int(year), int(month))

    @classmethod
    def of(cls, moment: datetime, zone: tzinfo) -> Self:
        """Return the month of a moment on the clocks of a zone."""
        local = moment.astimezone(zone)
        return cls(local.year, local.month)

    def plus(self, months: int) -> "Month":
        """Return the month so many later, or earlier."""
        count = self.year * 12 + self.month - 1 + months
        return Month(count // 12, count % 12 + 1)

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    def begin(self, zone: tzinfo) -> datetime:
        """Return the moment at which it begins."""
        return datetime(self.year, self.month, 1, tzinfo=zone)

    def end(self, zone: tzinfo) -> datetime:
        """Return the moment at which the next one begins."""
        return self.plus(1).begin(zone)
