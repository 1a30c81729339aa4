"""Journeys on a terminal."""

from datetime import datetime

from booking.domain.chain import LegMode
from kommit.api.schemas.common import Money
from kommit.api.schemas.journeys import Journey, Leg, Plan
from kommit.cli.show import add_row, out, table


def print_journeys(plan: Plan) -> None:
    """Show each journey with its legs."""
    if not plan.journeys:
        out.print("No journey was found: try more walking, another time or a longer window.")
    for number, journey in enumerate(plan.journeys, start=1):
        shown = table("leave", "from", "by", "to", "arrive", title=f"{number}. {_line(journey)}")
        for leg in journey.legs:
            add_row(
                shown,
                _clock(leg.departure),
                leg.origin.name,
                _by(leg),
                leg.destination.name,
                _clock(leg.arrival),
            )
        out.print(shown)
    for side, cursor in (("earlier", plan.paging.earlier), ("later", plan.paging.later)):
        if cursor is not None:
            out.print(f"{side}: --cursor {cursor}", highlight=False, soft_wrap=True)
    for notice in plan.notices:
        out.print(f"Note: {notice.text}")


def _line(journey: Journey) -> str:
    parts = [
        f"{journey.departure:%a %d %b} {_clock(journey.departure)}-{_clock(journey.arrival)}",
        _span(journey.duration_s),
        f"{journey.transfers} changes",
        f"{journey.walk_m} m on foot",
        f"{journey.co2_g} g CO2",
        _money(journey.price),
    ]
    return ", ".join(filter(None, parts))


def _by(leg: Leg) -> str:
    if leg.rental is not None:
        price = _money(leg.rental.price)
        words = "rented", leg.mode, leg.rental.system.name, f"{leg.distance_m} m", price
        return ", ".join(filter(None, words))
    if leg.route is None and leg.mode is not LegMode.WALK:
        return f"own {leg.mode}, {leg.distance_m} m" + (", parked there" if leg.parked else "")
    if leg.route is None:
        return f"on foot, {leg.distance_m} m" + ("" if leg.on_streets else " (estimated)")
    book = " - to be booked" if leg.booking and leg.booking.latest else ""
    stay = "stay seated: " if leg.stay_seated else ""
    return f"{stay}{leg.mode} {leg.route.short_name or leg.route.long_name}{book}"


def _money(price: Money | None) -> str:
    return f"{price.amount / 100:.2f} {price.currency}" if price else ""


def _span(seconds: int) -> str:
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"
