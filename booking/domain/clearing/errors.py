"""What the books refuse.

::

BookingError
└── BooksRefused
    ├── BadMonth            no month, like 2026-11
    ├── MonthNotClosable    not over yet, closed already, or an earlier one is still open
    ├── BooksDiffer         lines and accounts do not agree, or a closed month was changed
    └── AuditBroken         an entry of the audit log is not what it was when it was sealed
"""

from collections.abc import Mapping

from booking.domain.errors import BookingError


class BooksRefused(BookingError):  # noqa: N818 - named after what happened
    """Something cannot be done with the books, or they are wrong."""


class BadMonth(BooksRefused):
    """The text is no month."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is no month like 2026-11")


class MonthNotClosable(BooksRefused):
    """A month cannot be closed now."""


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
