"""Redress: what may be asked for when a journey goes wrong, and asking for it."""

from datetime import datetime
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter

from booking.domain import errors
from booking.domain import redress as domain
from booking.domain.chain import ChainLeg, ChainPoint
from booking.domain.money import Money as Amount
from booking.domain.redress_errors import RedressRefused
from kommit.api.auth import SignedIn
from kommit.api.idempotency import IdempotencyKey, OncePerKey
from kommit.api.network import Network
from kommit.api.problems import documented
from kommit.api.routes.orders import REPLAYS
from kommit.api.schemas import redress as shapes
from kommit.api.schemas.common import Money, Point
from kommit.api.services import NetworkOf, ServicesOf

router = APIRouter(tags=["orders"])
claiming = APIRouter(tags=["orders"], route_class=OncePerKey)

Option = shapes.RefundOption | shapes.AlternativeOption | shapes.GuaranteeOption
REFUSALS: Final = (errors.OrderNotFound, errors.NotCancellable, errors.StaleOrder, RedressRefused)


@router.get(
    "/v1/orders/{order_id}/redress", responses=documented(errors.NotSignedIn, errors.OrderNotFound)
)
def get_redress(
    order_id: UUID, rider: SignedIn, services: ServicesOf, network: NetworkOf
) -> shapes.Redress:
    """Return what went wrong with a journey, as far as realtime tells, and what may be asked for.

    Either what was missed is paid back, or the taxi that was taken in its place.
    """
    order = services.orders.get(order_id, rider.id)
    found = services.redress.options(order_id, rider.id)
    seen, claim = found.seen, found.claim
    return shapes.Redress(
        order_id=order_id,
        incident=None if seen is None else _incident(seen, order.offer.chain.legs, network),
        redress_options=_options(found, network),
        claim=None if claim is None else claim_json(claim, network),
    )


@claiming.post(
    "/v1/orders/{order_id}/redress", status_code=201, responses=documented(*REPLAYS, *REFUSALS)
)
def claim_redress(
    order_id: UUID,
    asked: shapes.RedressRequest,
    rider: SignedIn,
    services: ServicesOf,
    network: NetworkOf,
    idempotency_key: IdempotencyKey,
) -> shapes.RedressClaim:
    """Claim redress: the money back at once, or a taxi, paid to the wallet up to the cap."""
    del idempotency_key
    if asked.amount is None or asked.receipt is None:
        return claim_json(services.redress.refund(order_id, rider.id), network)
    amount = Amount(asked.amount.amount, asked.amount.currency)
    claim = services.redress.guarantee(order_id, rider.id, amount, asked.receipt)
    return claim_json(claim, network)


def claim_json(claim: domain.RedressClaim, network: Network) -> shapes.RedressClaim:
    """Return what was granted, as its rider sees it."""
    return shapes.RedressClaim(
        order_id=claim.order_id,
        kind=claim.kind,
        leg=claim.leg,
        at=network.local(claim.at),
        asked=Money.of(claim.asked),
        granted=Money.of(claim.granted),
        receipt=claim.receipt,
    )


def _incident(
    seen: domain.SeenIncident, legs: tuple[ChainLeg, ...], network: Network
) -> shapes.Incident:
    one = seen.incident
    carrier = legs[one.leg].carrier
    return shapes.Incident(
        leg=one.leg,
        line=carrier.line if carrier else legs[one.leg].mode,
        kind=one.kind,
        late_s=one.late_s,
        seen_at=network.local(seen.at),
    )


def _options(found: domain.Redress, network: Network) -> list[Option]:
    options: list[Option] = []
    if found.refund is not None:
        options.append(
            shapes.RefundOption(
                legs=list(found.refund.legs),
                passengers=list(found.refund.passengers),
                amount=Money.of(found.refund.amount),
                until=network.local(found.refund.until),
            )
        )
    if found.alternative is not None:
        options.append(_alternative(found.alternative, network))
    if found.guarantee is not None:
        options.append(
            shapes.GuaranteeOption(
                cap=Money.of(found.guarantee.cap), until=network.local(found.guarantee.until)
            )
        )
    return options


def _alternative(option: domain.AlternativeOption, network: Network) -> shapes.AlternativeOption:
    depart = network.local(option.depart)
    asked = {
        "from": _place(option.origin),
        "to": _place(option.destination),
        "depart": _minute(depart),
    }
    return shapes.AlternativeOption(
        origin=_point(option.origin),
        destination=_point(option.destination),
        depart=depart,
        plan_url=f"/v1/plan?{urlencode(asked)}",
        ticket_valid_until=network.local(option.ticket_valid_until),
    )


def _place(point: ChainPoint) -> str:
    return point.stop_id or f"{point.lat},{point.lon}"


def _point(point: ChainPoint) -> Point:
    return Point(name=point.name, lat=point.lat, lon=point.lon, stop_id=point.stop_id)


def _minute(at: datetime) -> str:
    """Return a moment to the minute, with its offset."""
    return at.isoformat(timespec="minutes")
