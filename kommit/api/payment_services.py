"""What the routes of means of payment ask."""

from collections.abc import Callable
from dataclasses import dataclass

from booking.domain.payments.invoices import Invoice
from booking.service.payments.budgets import Budgets
from booking.service.payments.cards import Cards
from booking.service.payments.invoicing import Invoicing
from booking.service.payments.mandates import Mandates
from booking.service.payments.vouchers import Vouchers
from booking.service.payments.webhooks import Webhooks
from kommit.api.limits import RateLimit


@dataclass(frozen=True, slots=True)
class PaymentServices:
    """Means of payment beside the orders' own saga."""

    mandates: Mandates
    invoicing: Invoicing
    vouchers: Vouchers
    budgets: Budgets
    cards: Cards
    webhooks: Webhooks
    voucher_limit: RateLimit
    invoice_pdf: Callable[[Invoice], bytes]
