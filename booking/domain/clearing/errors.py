"""What the books refuse.

::

BookingError
└── BooksRefused
    ├── BadMonth            no month, like 2026-11
    ├── MonthNotClosable    not over yet, closed already, or an earlier one is still open
    ├── MonthChanged        a closed month is not what it was when it was closed
    ├── BooksDiffer         lines and accounts do not agree
    └── AuditBroken         an entry of the audit log is not what it was when it was sealed
"""

from collections.abc import Mapping, Sequence

from booking.domain.errors import BookingError


class BooksRefused(BookingError):  # noqa: N818 - named after what happened
    """Something cannot be done with the books, or they are wrong."""


class BadMonth(BooksRefused):
    """The text is no month."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is no month like 2026-11")


class MonthNotClosable(BooksRefused):
    """A month cannot be closed now."""


class MonthChanged(BooksRefused):
    """Closed months that do not have the hash that they were closed with."""

    def __init__(self, months: Sequence[str]) -> None:
        self.months = tuple(months)
        super().__init__(f"changed since they were closed: {', '.join(months)}")


class BooksDiffer(BooksRefused):
    """Accounts and what is said about them differ; names each of them and by how much."""

    def __init__(self, what: str, differences: Mapping[str, int]) -> None:
        self.differences = dict(differences)
        told = ", ".join(f"{name} by {minor} minor units" for name, minor in differences.items())
        super().__init__(f"{what} differ: {told}")


class AuditBroken(BooksRefused):
    """An entry of the audit log was changed, dropped, moved or put in."""

    def __init__(self, position: int, why: str) -> None:
        self.position = position
        super().__init__(f"the audit log is broken at position {position}: {why}")
