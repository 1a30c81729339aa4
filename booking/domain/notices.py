"""What operators are told of orders: only their own legs and amounts, and no rider.

A fact of the outbox becomes a ``Notice``, or none where it is nobody's business outside. All of it
is pure: from an order to what one operator may know of it, as JSON can say it.
"""

import hmac
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from booking.domain.chain import ChainLeg, ChainPoint
from booking.domain.money import Money
from booking.domain.offers import PriceLine, vat_of
from booking.domain.order_states import SOLD, OrderState
from booking.domain.orders import Order

PSEUDONYM_BYTES: Final = 16


class Notice(StrEnum):
    """Types of messages, as ``type`` in them says."""

    ORDER_CONFIRMED = "order.confirmed"
    ORDER_CHANGED = "order.changed"
    ORDER_CANCELLED = "order.cancelled"
    ORDER_REFUNDED = "order.refunded"
    LEG_STARTED = "leg.started"
    LEG_FINISHED = "leg.finished"
    LEG_NO_SHOW = "leg.no_show"
    LEG_CANCELLED = "leg.cancelled"
    LEG_FAILED = "leg.failed"
    CLEARING_CLOSED = "clearing.closed"
    TEST = "webhook.test"
    """Sent when the operator asks for it, to every endpoint."""


WANTED: Final = frozenset(Notice) - {Notice.TEST}
"""What can be subscribed to; ``order.*``, ``leg.*`` and ``*`` stand for several."""

SUBJECTS: Final = {
    "order.changed": Notice.ORDER_CHANGED,
    "order.refunded": Notice.ORDER_REFUNDED,
    "clearing.closed": Notice.CLEARING_CLOSED,
}
"""Subjects of the outbox that are notices as they are."""

LEG_STATES: Final = {
    "on_board": Notice.LEG_STARTED,
    "active": Notice.LEG_STARTED,
    "done": Notice.LEG_FINISHED,
    "returned": Notice.LEG_FINISHED,
    "no_show": Notice.LEG_NO_SHOW,
    "cancelled": Notice.LEG_CANCELLED,
    "failed": Notice.LEG_FAILED,
}
"""What the new state of a ride or rental is called; others are not told."""

UNSOLD: Final = frozenset({None, "held"})
"""States of a leg before it is sold: what becomes of it then is nobody's business."""


def notice_of(subject: str, body: Mapping[str, Any]) -> Notice | None:
    """Return what operators are told of a fact of the outbox, or None."""
    if subject == "order.moved":
        return _of_order(body.get("was"), body["state"])
    if subject == "leg.moved":
        known = LEG_STATES.get(body["state"])
        is_pause = body.get("was") == "paused" and known is Notice.LEG_STARTED
        return None if is_pause or body.get("was") in UNSOLD else known
    return SUBJECTS.get(subject)


def _of_order(was: str | None, state: str) -> Notice | None:
    """Tell of a sale and of its end; a hold that comes to nothing was never an operator's."""
    if state == OrderState.CONFIRMED:
        return Notice.ORDER_CONFIRMED
    ended = state in {OrderState.CANCELLED, OrderState.FAILED}
    return Notice.ORDER_CANCELLED if ended and was in SOLD else None


def wants(patterns: Sequence[str], notice: Notice) -> bool:
    """Say whether an endpoint with these patterns is told; everybody gets what they ask to test."""
    group = f"{notice.partition('.')[0]}.*"
    return notice is Notice.TEST or not {"*", group, notice.value}.isdisjoint(patterns)


def known_patterns() -> tuple[str, ...]:
    """Return everything that can be subscribed to, sorted."""
    groups = {f"{notice.partition('.')[0]}.*" for notice in WANTED}
    return tuple(sorted({"*", *groups, *(notice.value for notice in WANTED)}))


def pseudonym(secret: bytes, rider_id: UUID, agency_id: str) -> str:
    """Return a rider's name for one operator: always the same, and another for each operator.

    It is a keyed hash, so that operators cannot put their riders together, nor find an account.
    """
    purpose = b"pseudonym\0" + agency_id.encode() + b"\0" + rider_id.bytes
    return hmac.digest(secret, purpose, "sha256")[:PSEUDONYM_BYTES].hex()


def agencies_of(order: Order) -> tuple[str, ...]:
    """Return the operators that carry on an order or are paid for it, sorted."""
    carriers = {leg.carrier.agency_id for _, leg in order.offer.chain.sold if leg.carrier}
    paid = {line.agency_id for line in order.offer.price.lines if line.agency_id}
    return tuple(sorted(carriers | paid))


def operator_view(
    order: Order, agency_id: str, rider: str, leg: int | None = None
) -> dict[str, Any]:
    """Return what an operator may know of an order.

    ::

        {order_id, state, rider, passengers, leg: int|null,
         legs: [{position, mode, origin, destination, departure, arrival, line, trip_id,
                 service_day, service_id, system_id, vehicle_type, cancelled}],
         lines: [{leg, passenger, product, rule, amount, refunded, vat_permille}],
         gross, refunded, net, vat: Money}

    Points are ``{name, stop_id}``; a door, which is somebody's address, is ``{door: true}``. What
    was refunded of a line is the operator's loss; what kommit kept of it as a fee is not told.

    Parameters
    ----------
    rider
        The pseudonym.
    leg
        Position of the leg that the message is about.
    """
    currency = order.price.currency
    mine = [
        (line, order.left_of(at).minor)
        for at, line in enumerate(order.offer.price.lines)
        if line.agency_id == agency_id
    ]
    gross, net = sum(line.amount.minor for line, _ in mine), sum(left for _, left in mine)
    vat = sum(vat_of(left, line.vat_permille) for line, left in mine)
    return {
        "order_id": str(order.id),
        "state": order.state.value,
        "rider": rider,
        "passengers": len(order.offer.passengers),
        "leg": leg,
        "legs": [
            _leg(at, each, cancelled=order.riders_on(at) == 0)
            for at, each in order.offer.chain.sold
            if each.carrier is not None and each.carrier.agency_id == agency_id
        ],
        "lines": [_line(line, line.amount.minor - left) for line, left in mine],
        "gross": _money(gross, currency),
        "refunded": _money(gross - net, currency),
        "net": _money(net, currency),
        "vat": _money(vat, currency),
    }


def _leg(at: int, leg: ChainLeg, *, cancelled: bool) -> dict[str, Any]:
    ride, shuttle, rental, carrier = leg.ride, leg.shuttle, leg.rental, leg.carrier
    return {
        "position": at,
        "mode": leg.mode.value,
        "origin": _point(leg.origin),
        "destination": _point(leg.destination),
        "departure": leg.departure.isoformat(),
        "arrival": leg.arrival.isoformat(),
        "line": carrier.line if carrier else None,
        "trip_id": ride.trip_id if ride else None,
        "service_day": ride.service_day.isoformat() if ride else None,
        "service_id": shuttle.service_id if shuttle else None,
        "system_id": rental.system_id if rental else None,
        "vehicle_type": rental.vehicle_type if rental else None,
        "cancelled": cancelled,
    }


def _point(point: ChainPoint) -> dict[str, Any]:
    if point.stop_id is None:
        return {"door": True}
    return {"name": point.name, "stop_id": point.stop_id}


def _line(line: PriceLine, refunded: int) -> dict[str, Any]:
    return {
        "leg": line.leg,
        "passenger": line.passenger,
        "product": line.product,
        "rule": line.rule,
        "amount": _money(line.amount.minor, line.amount.currency),
        "refunded": _money(refunded, line.amount.currency),
        "vat_permille": line.vat_permille,
    }


def _money(minor: int, currency: str) -> dict[str, Any]:
    amount = Money(minor, currency)
    return {"amount": amount.minor, "currency": amount.currency}
