"""When a service carries from one area to another, and until when it must be booked.

Search, hold and commit ask ``terms_of``: what it refuses, nobody is offered, and nobody can book.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from routing.booking_rules import PRIOR_DAYS, BookingRule
from routing.ondemand.duties import day_start, days_touching
from routing.ondemand.service import OnDemandService, Relation
from routing.timetable import NONE


class Reason(StrEnum):
    """Why a ride is not offered."""

    DEADLINE = "deadline"
    """It had to be booked earlier, or cannot be booked yet."""
    WINDOW = "window"
    """The service does not run then."""
    ZONE = "zone"
    """It does not carry between these places."""
    WALK = "walk"
    """No stop of it is close enough."""
    PARTY = "party"
    """The group is bigger than one booking may be."""
    CAPACITY = "capacity"
    """No vehicle has room for the group."""
    VEHICLE = "vehicle"
    """All vehicles are taken, or there is none, at the time."""
    RIDE_TIME = "ride_time"
    """The ride would take longer than the service allows."""
    ROAD = "road"
    """No road leads there."""
    PARALLEL = "parallel"
    """A scheduled bus goes there."""


class Ride(NamedTuple):
    """A ride asked about: areas of both ends, and the promise. Times are Unix seconds."""

    origin: frozenset[str]
    """Ids of the areas in which the pick-up lies."""
    destination: frozenset[str]
    pickup_from: int
    drop_off_until: int


class Permit(NamedTuple):
    """By which relation a ride runs."""

    relation: Relation
    latest_booking: int
    """Unix second."""


def terms_of(service: OnDemandService, ride: Ride, now: int | None) -> Permit | Reason:
    """Return by which relation a ride runs, or why by none.

    Of several, the one that can be booked longest. Without ``now`` nobody asks whether the ride can
    still be booked.
    """
    zone = ZoneInfo(service.time_zone)
    reason, best = Reason.ZONE, None
    for relation in service.relations:
        if relation.origin not in ride.origin or relation.destination not in ride.destination:
            continue
        reason = max(reason, Reason.WINDOW, key=_closeness)
        for day, start in days_touching(
            relation.days, relation.pickup, zone, ride.pickup_from, ride.pickup_from
        ):
            if ride.drop_off_until > start + relation.drop_off.end_s:
                continue
            reason = Reason.DEADLINE
            latest = latest_booking(relation.terms.rule, day, zone, ride.pickup_from)
            is_open = now is None or _is_open(service, relation, now, ride.pickup_from, latest)
            if is_open and (best is None or latest > best.latest_booking):
                best = Permit(relation, latest)
    return best or reason


def latest_booking(rule: BookingRule, day: date, zone: ZoneInfo, departure: int) -> int:
    """Return the last Unix second at which a ride of a service day can be booked."""
    back = max(rule.last_day, 0) if rule.booking_type == PRIOR_DAYS else 0
    epochs = np.array([day_start(day - timedelta(days=k), zone) for k in range(back, -1, -1)])
    return rule.latest_booking(departure, epochs, back)


def _is_open(
    service: OnDemandService, relation: Relation, now: int, departure: int, latest: int
) -> bool:
    rule = relation.terms.rule
    earliest = departure - 86_400 * service.limits.max_days_ahead if service.is_ours else now
    if rule.max_notice_min != NONE:
        earliest = max(earliest, departure - 60 * rule.max_notice_min)
    return earliest <= now <= latest


def _closeness(reason: Reason) -> int:
    return (Reason.ZONE, Reason.WINDOW, Reason.DEADLINE).index(reason)
