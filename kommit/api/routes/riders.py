"""Riders: accounts, sessions, wallets."""

from fastapi import APIRouter, Depends

from booking.domain.errors import (
    AccountExists,
    BadAccountData,
    BadCredentials,
    NotSignedIn,
    RemovalRefused,
    StaleOrder,
)
from booking.domain.idempotency_errors import IdempotencyInProgress, IdempotencyMismatch
from booking.domain.money import Money
from booking.service.accounts import SignedIn as Welcome
from booking.service.wallet import DEMO_GRANT, WalletStatement
from kommit.api.auth import SessionToken, SignedIn
from kommit.api.errors import InvalidInput, TooManyRequests, TopUpsClosed
from kommit.api.idempotency import IdempotencyKey, OncePerKey
from kommit.api.limits import check_rate
from kommit.api.network import Network
from kommit.api.problems import documented
from kommit.api.schemas import common
from kommit.api.schemas.riders import (
    Export,
    Login,
    Registration,
    RemovalRequest,
    Removed,
    Rider,
    Session,
    TopUp,
    Wallet,
    WalletEntry,
)
from kommit.api.services import NetworkOf, ServicesOf

router = APIRouter(tags=["riders"])
spending = APIRouter(tags=["wallet"], route_class=OncePerKey)


@router.post(
    "/v1/riders",
    status_code=201,
    dependencies=[Depends(check_rate)],
    responses=documented(AccountExists, BadAccountData, TooManyRequests),
)
def register_rider(request: Registration, services: ServicesOf) -> Session:
    """Make an account and sign its rider in."""
    return _session(services.accounts.register(request.email, request.password, request.name))


@router.post(
    "/v1/sessions",
    status_code=201,
    dependencies=[Depends(check_rate)],
    responses=documented(BadCredentials, TooManyRequests),
)
def begin_session(request: Login, services: ServicesOf) -> Session:
    """Sign in. The token is shown this once; keep it safe."""
    return _session(services.accounts.login(request.email, request.password))


@router.delete("/v1/sessions", status_code=204, responses=documented(NotSignedIn))
def end_session(services: ServicesOf, token: SessionToken) -> None:
    """Sign out. Doing it twice is fine."""
    services.accounts.logout(token)


@router.get("/v1/riders/me", responses=documented(NotSignedIn))
def get_rider(rider: SignedIn) -> Rider:
    """Return who is signed in."""
    return Rider.model_validate(rider)


@router.get("/v1/riders/me/export", responses=documented(NotSignedIn))
def export_rider(rider: SignedIn, services: ServicesOf) -> Export:
    """Return everything that is kept of the rider (GDPR, articles 15 and 20)."""
    found = services.privacy.export(rider)
    named = {name: found.pop(name) for name in Export.model_fields if name in found}
    return Export(**named, other=found)


@router.delete(
    "/v1/riders/me",
    dependencies=[Depends(check_rate)],
    responses=documented(NotSignedIn, BadCredentials, RemovalRefused, StaleOrder, TooManyRequests),
)
def remove_rider(request: RemovalRequest, rider: SignedIn, services: ServicesOf) -> Removed:
    """Remove the account (GDPR, article 17); the password is asked again.

    Orders, ledger and audit log stay under a pseudonym, invoices as tax law demands. It is refused
    while something is open; the problem lists what.
    """
    removal = services.privacy.remove(rider, request.password, pay_out=request.pay_out)
    paid_out = removal.paid_out
    return Removed(
        pseudonym=removal.pseudonym,
        paid_out=None if paid_out is None else common.Money.of(paid_out),
        receipt=removal.receipt,
    )


@router.get("/v1/wallet", tags=["wallet"], responses=documented(NotSignedIn))
def get_wallet(rider: SignedIn, services: ServicesOf, network: NetworkOf) -> Wallet:
    """Return what the rider's wallet holds."""
    return _wallet(services.wallets.statement(rider.id), network)


@spending.post(
    "/v1/wallet/top-ups",
    responses=documented(NotSignedIn, TopUpsClosed, IdempotencyInProgress, IdempotencyMismatch),
)
def top_up_wallet(
    request: TopUp,
    rider: SignedIn,
    services: ServicesOf,
    network: NetworkOf,
    idempotency_key: IdempotencyKey,
) -> Wallet:
    """Put play money into the wallet. In demo mode only; elsewhere there is the cash desk."""
    if not services.is_demo:
        raise TopUpsClosed
    amount = Money(request.amount.amount, request.amount.currency)
    try:
        statement = services.wallets.top_up(rider.id, amount, idempotency_key, DEMO_GRANT)
    except ValueError as reason:
        raise InvalidInput(("body", "amount"), str(reason)) from reason
    return _wallet(statement, network)


def _session(welcome: Welcome) -> Session:
    return Session(rider=Rider.model_validate(welcome.rider), token=welcome.token)


def _wallet(statement: WalletStatement, network: Network) -> Wallet:
    return Wallet(
        balance=common.Money.of(statement.balance),
        held=common.Money.of(statement.held),
        entries=[
            WalletEntry(
                at=network.local(line.at), text=line.text, amount=common.Money.of(line.amount)
            )
            for line in statement.entries
        ],
    )
