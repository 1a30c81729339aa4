"""Means of payment: mandates, invoices, vouchers, budgets, kept cards, and providers' messages."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Request, Response

from booking.domain import errors
from booking.domain.payments import errors as means
from kommit.api.auth import SignedIn
from kommit.api.errors import TooManyRequests
from kommit.api.idempotency import IdempotencyKey, OncePerKey
from kommit.api.problems import documented
from kommit.api.routes.orders import REPLAYS
from kommit.api.schemas import payments as shapes
from kommit.api.services import ServicesOf

router = APIRouter(tags=["payments"])
spending = APIRouter(tags=["payments"], route_class=OncePerKey)

Number = Annotated[str, Path(max_length=35, examples=["KM-2026-000001"])]
PDF = "application/pdf"


async def body_of(request: Request) -> bytes:
    """Return the body as it came: a signature is of its bytes."""
    return await request.body()


@router.get("/v1/riders/me/mandates", responses=documented(errors.NotSignedIn))
def list_mandates(rider: SignedIn, services: ServicesOf) -> shapes.Mandates:
    """Return the rider's SEPA mandates, the newest first."""
    found = services.payments.mandates.list_of(rider.id)
    return shapes.Mandates(mandates=[shapes.Mandate.of(each) for each in found])


@spending.post(
    "/v1/riders/me/mandates",
    status_code=201,
    responses=documented(*REPLAYS, means.BadBankDetails, errors.StaleOrder),
)
def sign_mandate(
    request: shapes.MandateRequest,
    rider: SignedIn,
    services: ServicesOf,
    idempotency_key: IdempotencyKey,
) -> shapes.Mandate:
    """Let kommit debit an account for monthly invoices. It replaces an earlier mandate."""
    del idempotency_key  # the route class has looked at it
    mandate = services.payments.mandates.sign(rider.id, request.iban, request.holder)
    return shapes.Mandate.of(mandate)


@router.delete(
    "/v1/riders/me/mandates/{reference}",
    status_code=204,
    responses=documented(errors.NotSignedIn, means.MeansNotFound),
)
def revoke_mandate(
    reference: Annotated[str, Path(max_length=35)], rider: SignedIn, services: ServicesOf
) -> None:
    """Take a mandate back. What is owed stays owed."""
    services.payments.mandates.revoke(rider.id, reference)


@router.get("/v1/riders/me/invoices", responses=documented(errors.NotSignedIn))
def list_invoices(rider: SignedIn, services: ServicesOf) -> shapes.Invoices:
    """Return the rider's monthly invoices, the newest first."""
    found = services.payments.invoicing.list_of(rider.id)
    return shapes.Invoices(invoices=[shapes.Invoice.of(each) for each in found])


@router.get(
    "/v1/riders/me/invoices/{number}",
    responses=documented(errors.NotSignedIn, means.MeansNotFound),
)
def get_invoice(number: Number, rider: SignedIn, services: ServicesOf) -> shapes.Invoice:
    """Return one of the rider's invoices."""
    return shapes.Invoice.of(services.payments.invoicing.get(number, rider.id))


@router.get(
    "/v1/riders/me/invoices/{number}/invoice.pdf",
    response_class=Response,
    responses={
        **documented(errors.NotSignedIn, means.MeansNotFound),
        200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}},
    },
)
def get_invoice_pdf(number: Number, rider: SignedIn, services: ServicesOf) -> Response:
    """Return one of the rider's invoices as PDF."""
    invoice = services.payments.invoicing.get(number, rider.id)
    return Response(services.payments.invoice_pdf(invoice), media_type=PDF)


@router.get("/v1/riders/me/vouchers", responses=documented(errors.NotSignedIn))
def list_vouchers(rider: SignedIn, services: ServicesOf) -> shapes.Vouchers:
    """Return the rider's vouchers with what is left of them, the oldest first."""
    found = services.payments.vouchers.list_of(rider.id)
    return shapes.Vouchers(vouchers=[shapes.Voucher.of(each) for each in found])


@spending.post(
    "/v1/riders/me/vouchers",
    status_code=201,
    responses=documented(
        *REPLAYS, means.VoucherNotFound, means.VoucherRefused, TooManyRequests, errors.StaleOrder
    ),
)
def redeem_voucher(
    request: shapes.VoucherRequest,
    http: Request,
    rider: SignedIn,
    services: ServicesOf,
    idempotency_key: IdempotencyKey,
) -> shapes.Voucher:
    """Put the voucher of a code on the rider's account. It pays a part of the next order."""
    del idempotency_key
    limit = services.payments.voucher_limit
    limit.check(f"rider {rider.id}")
    limit.check(f"address {http.client.host if http.client else ''}")
    return shapes.Voucher.of(services.payments.vouchers.redeem(rider.id, request.code))


@router.get("/v1/riders/me/budgets", responses=documented(errors.NotSignedIn))
def list_budgets(rider: SignedIn, services: ServicesOf) -> shapes.Budgets:
    """Return what the rider's employers pay at this moment."""
    found = services.payments.budgets.list_of(rider.id)
    return shapes.Budgets(budgets=[shapes.Budget.of(each) for each in found])


@router.get(
    "/v1/riders/me/payment-methods",
    responses=documented(errors.NotSignedIn, errors.PaymentUnavailable),
)
def list_payment_methods(rider: SignedIn, services: ServicesOf) -> shapes.KeptCards:
    """Return the cards that the rider keeps with the provider of payments."""
    found = services.payments.cards.list_of(rider)
    return shapes.KeptCards(payment_methods=[shapes.KeptCard.of(each) for each in found])


@spending.post(
    "/v1/riders/me/payment-methods",
    status_code=201,
    responses=documented(*REPLAYS, means.CardsNotTaken, errors.PaymentUnavailable),
)
def keep_payment_method(
    rider: SignedIn, services: ServicesOf, idempotency_key: IdempotencyKey
) -> shapes.CardSetup:
    """Begin to keep a card. Its number goes from the provider's form to the provider only."""
    del idempotency_key
    return shapes.CardSetup(**services.payments.cards.begin(rider)._asdict())


@router.delete(
    "/v1/riders/me/payment-methods/{card}",
    status_code=204,
    responses=documented(errors.NotSignedIn, means.MeansNotFound, errors.PaymentUnavailable),
)
def drop_payment_method(
    card: Annotated[str, Path(max_length=255, pattern=r"^[A-Za-z0-9_]+$")],
    rider: SignedIn,
    services: ServicesOf,
) -> None:
    """Keep a card no longer."""
    services.payments.cards.remove(rider, card)


@router.post(
    "/v1/webhooks/stripe",
    status_code=204,
    responses=documented(means.WebhookRefused, means.CardsNotTaken),
    openapi_extra={"requestBody": {"content": {"application/json": {"schema": {}}}}},
)
def take_stripe_message(
    services: ServicesOf,
    payload: Annotated[bytes, Depends(body_of)],
    stripe_signature: Annotated[
        str | None, Header(description="Of Stripe, over time and body.")
    ] = None,
) -> None:
    """Take a message of Stripe. It is stored once, and its payment is looked at again."""
    services.payments.webhooks.take("stripe", payload, stripe_signature)
