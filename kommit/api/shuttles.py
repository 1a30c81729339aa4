"""Rides on demand in the shapes of the API."""

from collections.abc import Iterable
from itertools import groupby
from typing import Final

from booking.domain.chain import ChainPoint
from booking.domain.shuttles import PlannedTask, RideView, ShuttleRide, VehicleState, VehicleView
from booking.service.counter import ON_BOARD, Booking
from kommit.api.network import Network
from kommit.api.sales import order_json
from kommit.api.schemas import shuttles as shapes
from kommit.api.schemas.common import Money, Point
from kommit.api.schemas.on_demand import ServiceName, Words
from kommit.api.services import Services
from routing.booking_rules import PRIOR_DAYS, SAME_DAY
from routing.ondemand.fleet import Action
from routing.ondemand.service import Kind, OnDemandService, Terms, Window

NOTICES: Final = {
    "vehicle_changed": ("Ein anderes Fahrzeug kommt", "Another vehicle comes"),
    "delayed": ("Die Fahrt verspätet sich", "The ride is late"),
    "failed": (
        "Kein Fahrzeug kann Sie fahren; bitte suchen Sie eine andere Verbindung",
        "No vehicle can carry you; please look for another connection",
    ),
    "no_show": (
        "Das Fahrzeug war da und hat Sie nicht angetroffen",
        "The vehicle was there and did not meet you",
    ),
    "connection_late": (
        "Ihr Anschluss verspätet sich; das Fahrzeug wartet",
        "Your connection is late; the vehicle waits",
    ),
}
"""What riders are told, German and English."""


def service_json(service: OnDemandService) -> shapes.Service:
    """Return a service as riders' apps see it."""
    terms = service.relations[0].terms if service.relations else None
    limits = service.limits
    return shapes.Service(
        id=service.id,
        name=service.name,
        kind=service.kind,
        operator=service.agency_name,
        own=service.is_ours,
        time_zone=service.time_zone,
        color=service.color,
        areas=[
            shapes.ServiceArea(id=area.id, name=area.name, freedom=area.freedom)
            for area in service.areas.values()
        ],
        limits=shapes.ServiceLimits(
            max_walk_m=limits.max_walk_m,
            pickup_window_s=limits.pickup_window_s,
            max_party=limits.max_party,
            max_days_ahead=limits.max_days_ahead,
        ),
        hours=[
            shapes.ServiceHours(
                days=sorted(relation.days.weekdays),
                start=_clock(relation.pickup, "start"),
                end=_clock(relation.pickup, "end"),
            )
            for relation in service.relations
        ],
        booking=None if terms is None else _booking(service, terms),
        stops=len(service.stops),
        vehicles=None if service.vehicles is None else len(service.vehicles),
        attribution=list(service.attribution),
    )


def _booking(service: OnDemandService, terms: Terms) -> shapes.ServiceBooking:
    return shapes.ServiceBooking(
        latest_min=_latest_min(service),
        message=terms.message,
        phone=terms.phone_number,
        url=terms.booking_url or terms.info_url,
    )


def _clock(window: Window, which: str) -> str:
    seconds = window.start_s if which == "start" else window.end_s
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"


def _latest_min(service: OnDemandService) -> int | None:
    rule = service.relations[0].terms.rule
    if rule.booking_type == PRIOR_DAYS:
        return None
    return max(rule.prior_notice_min, 0) if rule.booking_type == SAME_DAY else 0


# --- riders


def ride_json(view: RideView, network: Network) -> shapes.Ride:
    """Return a ride as its rider sees it."""
    ride, local = view.ride, network.local
    vehicle = view.vehicle
    return shapes.Ride(
        leg=ride.leg,
        state=ride.state,
        pin=ride.pin,
        service=_service_name(ride, view.service_name, network),
        vehicle=None if vehicle is None else _vehicle_at(view.vehicle_name, vehicle, network),
        pickup=_point(ride.pickup),
        drop_off=_point(ride.drop_off),
        pickup_from=local(ride.promise.pickup_from),
        pickup_until=local(ride.promise.pickup_until),
        arrival_until=local(ride.promise.drop_off_until),
        eta_pickup=view.eta_pickup and local(view.eta_pickup),
        eta_drop_off=view.eta_drop_off and local(view.eta_drop_off),
        notices=[_notice(code) for code in ride.told if code in NOTICES],
        rating=view.rating,
    )


def _vehicle_at(name: str | None, vehicle: VehicleState, network: Network) -> shapes.ShuttleAt:
    at = vehicle.position_at and network.local(vehicle.position_at)
    return shapes.ShuttleAt(name=name, lat=vehicle.lat, lon=vehicle.lon, at=at)


def _service_name(ride: ShuttleRide, name: str, network: Network) -> ServiceName:
    service = network.on_demand.services.get(ride.service_id)
    kind = Kind.SHUTTLE if service is None else service.kind
    color = None if service is None else service.color
    return ServiceName(id=ride.service_id, name=name, kind=kind, color=color)


def _notice(code: str) -> shapes.RideNotice:
    de, en = NOTICES.get(code, (code, code))
    return shapes.RideNotice(code=code, text=Words(de=de, en=en))


def _point(point: ChainPoint) -> Point:
    return Point(name=point.name, lat=point.lat, lon=point.lon, stop_id=point.stop_id)


# --- drivers


def duty_json(view: VehicleView, services: Services, network: Network) -> shapes.Duty:
    """Return a vehicle's duty as its driver sees it."""
    key, known, local = view.vehicle.key, view.vehicle, network.local
    stops = groupby(view.tasks, key=lambda task: (_place(task).lat, _place(task).lon))
    return shapes.Duty(
        service=shapes.DutyService(
            id=key.service_id, name=network.on_demand.services[key.service_id].name
        ),
        vehicle=shapes.DutyVehicle(
            id=key.vehicle_id,
            name=view.name,
            state=known.state,
            lat=known.lat,
            lon=known.lon,
            at=known.position_at and local(known.position_at),
        ),
        begin=view.begin and local(view.begin),
        end=view.end and local(view.end),
        delay_s=known.delay_s,
        stops=[_stop(list(tasks), services, network) for _, tasks in stops],
        on_board=view.on_board,
        done=view.done,
    )


def _place(task: PlannedTask) -> ChainPoint:
    return task.ride.pickup if task.action is Action.PICK_UP else task.ride.drop_off


def _stop(tasks: list[PlannedTask], services: Services, network: Network) -> shapes.DutyStop:
    place = _place(tasks[0])
    return shapes.DutyStop(
        name=place.name,
        lat=place.lat,
        lon=place.lon,
        arrive=network.local(tasks[0].arrive),
        depart=network.local(tasks[-1].end),
        tasks=[_task(task, services, network) for task in tasks],
    )


def _task(task: PlannedTask, services: Services, network: Network) -> shapes.Task:
    ride, local = task.ride, network.local
    return shapes.Task(
        ride=ride.id,
        action="pick_up" if task.action is Action.PICK_UP else "drop_off",
        name=task.rider_name,
        party=shapes.Party(**ride.party._asdict()),
        state=ride.state,
        pickup_from=local(ride.promise.pickup_from),
        pickup_until=local(ride.promise.pickup_until),
        arrival_until=local(ride.promise.drop_off_until),
        pay_on_board=_collected(ride, services),
        phone=task.phone,
    )


def _collected(ride: ShuttleRide, services: Services) -> Money | None:
    """Return what the driver collects."""
    order = services.orders.get(ride.order_id, ride.rider_id)
    paid_here = order.payment is not None and order.payment.means == ON_BOARD
    return Money.of(order.price) if paid_here else None


# --- agents


def booking_json(booking: Booking, services: Services, network: Network) -> shapes.AgentBooking:
    """Return a booking as agents see it."""
    order = booking.order
    views = services.shuttles.rides(order.id, order.rider_id)
    first = views[0].ride if views else None
    return shapes.AgentBooking(
        order=order_json(order, network),
        name=booking.name,
        phone=booking.phone,
        pin=None if first is None else first.pin,
        confirmed=None if first is None else _confirmed(first, network),
    )


def _confirmed(ride: ShuttleRide, network: Network) -> shapes.Confirmed:
    begin, until, there = map(network.local, ride.promise)
    pin = " ".join(ride.pin)
    clock = "%H:%M"
    return shapes.Confirmed(
        pickup=_point(ride.pickup),
        pickup_from=begin,
        pickup_until=until,
        arrival_until=there,
        say=Words(
            de=f"Bitte seien Sie am {begin:%d.%m.} um {begin.strftime(clock)} Uhr an"
            f" {ride.pickup.name}. Der Wagen kommt bis {until.strftime(clock)} Uhr, und Sie sind"
            f" spätestens um {there.strftime(clock)} Uhr an {ride.drop_off.name}."
            f" Ihre PIN ist {pin}.",
            en=f"Please be at {ride.pickup.name} at {begin.strftime(clock)} on {begin:%d %B}."
            f" The vehicle comes by {until.strftime(clock)}, and you are at {ride.drop_off.name}"
            f" by {there.strftime(clock)} at the latest. Your PIN is {pin}.",
        ),
    )


def fleet_json(
    views: Iterable[VehicleView], services: Services, network: Network
) -> shapes.FleetOverview:
    """Return all vehicles of a service as agents see them."""
    return shapes.FleetOverview(vehicles=[duty_json(view, services, network) for view in views])
