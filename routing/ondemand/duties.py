"""When the vehicles of a service are on the road: shifts of its definition as duties of real days.

GTFS seconds count from "noon minus 12 h" of the service day, so a shift across midnight, or on a
day of 23 or 25 hours, begins and ends when its clock says so.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from routing.ondemand.fleet import Duty, Rest, Spot
from routing.ondemand.service import OnDemandService, ServiceDays, ServiceVehicle, Shift, Window


def day_start(day: date, zone: ZoneInfo) -> int:
    """Return the Unix second of "noon minus 12 h" of a day."""
    return int(datetime.combine(day, time(12), zone).timestamp()) - 12 * 3600


def days_touching(
    days: ServiceDays, window: Window, zone: ZoneInfo, begin: int, end: int
) -> Iterator[tuple[date, int]]:
    """Yield the days on which a window overlaps ``[begin, end]``, and when each day starts."""
    first = datetime.fromtimestamp(begin - window.end_s, UTC).date() - timedelta(days=1)
    last = datetime.fromtimestamp(end - window.start_s, UTC).date() + timedelta(days=1)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        start = day_start(day, zone)
        if start + window.start_s <= end and start + window.end_s >= begin and days.runs_on(day):
            yield day, start


def duties_of(service: OnDemandService, begin: int, end: int) -> list[Duty]:
    """Return all shifts that touch ``[begin, end]`` as empty duties, in a fixed order."""
    zone = ZoneInfo(service.time_zone)
    found = [
        _duty(vehicle, shift, start)
        for vehicle in service.vehicles or ()
        for shift in vehicle.shifts
        for _, start in days_touching(shift.days, shift.span, zone, begin, end)
    ]
    return sorted(found, key=lambda duty: (duty.vehicle, duty.ready))


def _duty(vehicle: ServiceVehicle, shift: Shift, start: int) -> Duty:
    depot = Spot(vehicle.lat, vehicle.lon)
    begin = start + shift.span.start_s
    return Duty(
        id=f"{vehicle.id}@{begin}",
        vehicle=vehicle.id,
        at=depot,
        ready=begin,
        until=start + shift.span.end_s,
        depot=depot,
        capacity=vehicle.capacity,
        range_m=vehicle.range_m,
        rests=tuple(
            Rest(start + window.start_s, start + window.end_s - shift.break_s, shift.break_s)
            for window in shift.breaks
        ),
        charged_m_a_min=vehicle.charged_m_a_min,
    )
