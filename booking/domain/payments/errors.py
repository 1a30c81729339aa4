"""What means of payment refuse; below ``booking.domain.errors``.

::

BookingError
├── PaymentRefused
│   └── PaymentDeclined
│       ├── NoMandate             nobody may debit the rider's account
│       ├── OwedTooMuch           open items beyond the limit
│       └── SourceNotUsable       a voucher or budget does not pay this order (any more)
└── MeansRefused
    ├── BadBankDetails        an IBAN or name that no bank would take
    ├── VoucherNotFound       no voucher goes by this code
    ├── VoucherRefused        the code is right, and does not help now: the text says why
    ├── MeansNotFound         no such card, invoice or employer for the one who asks
    ├── CardsNotTaken         this installation takes no cards
    ├── NotYetClosable        the month is not over
    ├── BadDefinition         a promotion, employer or report that cannot be: says where
    └── WebhookRefused        a message that the provider did not sign, or long ago
"""

from booking.domain.errors import BookingError, PaymentDeclined
from booking.domain.money import Money


class NoMandate(PaymentDeclined):
    """Invoices are paid by direct debit, and there is no mandate that may be used."""

    def __init__(self) -> None:
        super().__init__("to pay by invoice, give kommit a SEPA mandate for your account first")


class OwedTooMuch(PaymentDeclined):
    """The rider would owe more than is lent."""

    def __init__(self, limit: Money) -> None:
        amount = f"{limit.minor // 100}.{limit.minor % 100:02d} {limit.currency}"
        super().__init__(f"open invoices may come to {amount}; pay this one another way")
        self.limit = limit


class SourceNotUsable(PaymentDeclined):
    """A voucher or budget was used up, lapsed or does not cover this order."""


class MeansRefused(BookingError):  # noqa: N818 - named after what happened
    """A means of payment cannot be had or changed as asked."""


class BadBankDetails(MeansRefused):
    """An IBAN or a holder's name that no bank would take."""


class VoucherNotFound(MeansRefused):
    """No voucher goes by this code."""

    def __init__(self) -> None:
        super().__init__("there is no voucher with this code; look for letters that look alike")


class VoucherRefused(MeansRefused):
    """The code is right, and cannot be used by this rider at this moment."""


class MeansNotFound(MeansRefused):
    """There is no such card, invoice, promotion or employer for the one who asks."""


class CardsNotTaken(MeansRefused):
    """There is no provider of card payments in this installation."""

    def __init__(self) -> None:
        super().__init__("cards are not taken here")


class NotYetClosable(MeansRefused):
    """A month is closed when it is over."""


class BadDefinition(MeansRefused):
    """A promotion, a list of an employer or a report that cannot be; says where."""


class WebhookRefused(MeansRefused):
    """A message that does not prove to come from the provider."""
