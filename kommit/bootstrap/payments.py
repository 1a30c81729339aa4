"""Means of payment, put together from the settings."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from pydantic import SecretStr

from booking.adapters.payments import stripe
from booking.adapters.payments.invoice_documents import invoice_pdf
from booking.adapters.payments.own import WALLET
from booking.adapters.payments.pain008 import Creditor
from booking.adapters.payments.sources import BudgetPayments, InvoicePayments, VoucherPayments
from booking.adapters.payments.stripe_cards import StripeCards
from booking.adapters.payments.stripe_report import StripeReports
from booking.adapters.payments.stripe_webhooks import StripeWebhooks
from booking.adapters.store import SqlStore
from booking.domain.ledger import BOOKS_ZONE
from booking.domain.money import Money
from booking.domain.payments.errors import BadBankDetails
from booking.service.payments.budgets import Budgets
from booking.service.payments.cards import Cards
from booking.service.payments.invoicing import Invoicing
from booking.service.payments.mandates import Mandates
from booking.service.payments.means import BUDGET, INVOICE, VOUCHER, Means
from booking.service.payments.reconciling import Reconciling
from booking.service.payments.vouchers import Vouchers
from booking.service.payments.webhooks import PaymentNews, Webhooks
from booking.service.ports import OwnPayments
from kommit.api.limits import RateLimit
from kommit.api.payment_services import PaymentServices
from kommit.bootstrap.database import open_database
from kommit.bootstrap.jobs import Job
from kommit.kit.clock import Clock, SystemClock
from kommit.settings import Settings, SettingsError

LOOK_AFTER_EVERY_S: Final = 60.0
LAPSE_EVERY_S: Final = 3600.0
VOUCHERS_WITHIN_S: Final = 600.0


def own_means(settings: Settings, clock: Clock) -> Mapping[str, OwnPayments]:
    """Return the means of payment that are accounts of our own ledger, beside wallet and board."""
    means: dict[str, OwnPayments] = {
        VOUCHER: VoucherPayments(clock),
        BUDGET: BudgetPayments(clock, BOOKS_ZONE),
    }
    if settings.sepa_creditor_id is not None:
        means[INVOICE] = InvoicePayments(clock, Money(settings.invoice_limit_minor))
    return means


def offered(own: Iterable[str], outside: Iterable[str]) -> tuple[str, ...]:
    """Return what riders may choose; what others give is spent before, without being chosen."""
    chosen = [means for means in own if means in {WALLET, INVOICE}]
    return (*chosen, *outside)


def payment_parts(clock: Clock) -> Means:
    """Return what says how an order is paid."""
    return Means(clock, BOOKS_ZONE)


def payment_services(
    settings: Settings, store: SqlStore, clock: Clock, news: PaymentNews
) -> PaymentServices:
    """Return what the routes ask.

    Parameters
    ----------
    news
        Looks at a payment with its provider again: ``Orders.payment_news``.
    """
    key, base = stripe_access(settings)
    secret = settings.stripe_webhook_secret
    readers = {} if secret is None else {stripe.MEANS: StripeWebhooks(_secrets(secret))}
    notice = timedelta(days=settings.invoice_notice_days)
    return PaymentServices(
        mandates=Mandates(store, clock),
        invoicing=Invoicing(store, clock, BOOKS_ZONE, notice),
        vouchers=Vouchers(store, clock),
        budgets=Budgets(store, clock, BOOKS_ZONE),
        cards=Cards(store, None if key is None else StripeCards(key, base)),
        webhooks=Webhooks(store, clock, readers, news),
        voucher_limit=RateLimit(settings.voucher_attempts, VOUCHERS_WITHIN_S),
        invoice_pdf=lambda invoice: invoice_pdf(invoice, issuer_of(settings)),
    )


def payment_jobs(payments: PaymentServices, clock: Clock) -> list[Job]:
    """Return what has to be done from time to time."""
    return [
        Job(
            "look after messages of providers",
            LOOK_AFTER_EVERY_S,
            lambda: payments.webhooks.look_after_late(clock.now()),
        ),
        Job("lapse vouchers", LAPSE_EVERY_S, lambda: payments.vouchers.lapse_due(clock.now())),
        Job("lapse budgets", LAPSE_EVERY_S, lambda: payments.budgets.lapse_due(clock.now())),
    ]


def stripe_access(settings: Settings) -> tuple[str | None, str | None]:
    """Return Stripe's key and another address than its own, if there are any."""
    key = settings.stripe_api_key.get_secret_value() if settings.stripe_api_key else None
    base = str(settings.stripe_api_base).rstrip("/") if settings.stripe_api_base else None
    return key, base


def issuer_of(settings: Settings) -> str:
    """Return who bills."""
    return settings.invoice_issuer or settings.issuer


def creditor_of(settings: Settings) -> Creditor:
    """Return who collects by direct debit.

    Raises
    ------
    SettingsError
        If something is missing, or the bank would refuse it.
    """
    if settings.sepa_creditor_id is None or settings.sepa_iban is None:
        raise SettingsError("KOMMIT_SEPA_CREDITOR_ID and KOMMIT_SEPA_IBAN are needed for debits")
    name = settings.sepa_creditor_name or settings.issuer
    creditor = Creditor(name, settings.sepa_creditor_id, settings.sepa_iban, settings.sepa_bic)
    try:
        return creditor.checked()
    except BadBankDetails as error:
        raise SettingsError(f"KOMMIT_SEPA_…: {error}") from error


@dataclass(frozen=True, slots=True)
class PaymentDesk:
    """What the office does by the command line: needs the database only."""

    store: SqlStore
    mandates: Mandates
    invoicing: Invoicing
    vouchers: Vouchers
    budgets: Budgets
    reconciling: Reconciling
    reports: StripeReports | None
    """What asks Stripe; None where it is not a means of payment."""


@contextmanager
def payment_desk(settings: Settings, clock: Clock | None = None) -> Iterator[PaymentDesk]:
    """Open the database for the office."""
    database = open_database(settings)
    clock = clock or SystemClock()
    try:
        store = SqlStore(database)
        key, base = stripe_access(settings)
        notice = timedelta(days=settings.invoice_notice_days)
        yield PaymentDesk(
            store,
            Mandates(store, clock),
            Invoicing(store, clock, BOOKS_ZONE, notice),
            Vouchers(store, clock),
            Budgets(store, clock, BOOKS_ZONE),
            Reconciling(store),
            None if key is None else StripeReports(key, base),
        )
    finally:
        database.close()


def _secrets(secret: SecretStr) -> list[str]:
    return secret.get_secret_value().split()
