"""The driver's day: what is to be done next, and what was done.

A report changes what is kept of a duty: the vehicle is there at that moment, and the stop has left
the plan. What comes later is timed anew, and whoever's promise breaks by that is told.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from booking.domain.chain import ChainPoint
from booking.domain.errors import (
    IllegalRide,
    NoDuty,
    RideNotFound,
    TooEarlyForNoShow,
    WrongPin,
)
from booking.domain.shuttles import (
    NO_SHOW_GRACE,
    DriverEvent,
    DutyState,
    PlannedTask,
    RideState,
    ShuttleRide,
    ShuttleState,
    VehicleKey,
    VehicleState,
    VehicleView,
)
from booking.service.breakdowns import replan
from booking.service.ports import Store, UnitOfWork
from booking.service.shuttle_plans import (
    AROUND,
    Plans,
    World,
    ground_of,
    moment_of,
    read_plans,
    unix,
)
from booking.service.shuttles import timed
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock
from routing.ondemand.board import TimedStop, compiled
from routing.ondemand.fleet import Action, Duty

EARLY: Final = timedelta(minutes=60)
"""So long before a shift its driver sees its plan."""
TicketOf = Callable[[bytes], UUID]
"""Returns the order of a genuine ticket of ours, or raises ``WrongPin``."""


@dataclass(frozen=True)
class Driving:
    """What drivers see and report.

    Parameters
    ----------
    order_of
        Reads tickets that are shown to the driver.
    """

    store: Store
    clock: Clock
    world: World
    order_of: TicketOf

    def duty(self, vehicle: VehicleKey) -> VehicleView:
        """Return the duty of a vehicle at this moment, or raise ``NoDuty``."""
        with self.store.read() as uow:
            plans, duty = self._duty(uow, vehicle)
            return self._view(uow, plans, vehicle, duty)

    def vehicles(self, service_id: str) -> Sequence[VehicleView]:
        """Return all vehicles of a service, those without a duty at this moment, too."""
        service = ground_of(self.world, service_id).service
        with self.store.read() as uow:
            plans = self._plans(uow, service_id)
            found = []
            for vehicle in service.vehicles or ():
                key = VehicleKey(service_id, vehicle.id)
                duty = self._current(plans, vehicle.id)
                found.append(self._view(uow, plans, key, duty))
            return found

    def position(
        self,
        vehicle: VehicleKey,
        lat: float,
        lon: float,
        at: datetime,
        *,
        bearing: float | None = None,
        speed_mps: float | None = None,
    ) -> None:
        """Keep where a vehicle is, unless something newer is known."""

        def work(uow: UnitOfWork) -> None:
            known = uow.shuttles.vehicle(vehicle)
            if known.position_at is not None and known.position_at > at:
                return
            uow.shuttles.save_vehicle(
                replace(
                    known, lat=lat, lon=lon, bearing=bearing, speed_mps=speed_mps, position_at=at
                )
            )

        in_transaction(self.store, work)

    def report(self, vehicle: VehicleKey, event: DriverEvent) -> VehicleView:
        """Take down what a driver reports, and return the duty as it is then.

        Raises
        ------
        NoDuty, RideNotFound, IllegalRide, WrongPin, TooEarlyForNoShow
            If it cannot be. Nothing is changed then.
        """
        handlers = {
            "arrived": self._arrived,
            "boarded": self._boarded,
            "dropped_off": self._dropped_off,
            "no_show": self._no_show,
            "delay": self._delayed,
            "break_begin": self._rests,
            "break_end": self._goes_on,
            "breakdown": self._broke_down,
            "repaired": self._goes_on,
        }
        if event.type not in handlers:
            raise IllegalRide(f"there is no event {event.type!r}; there is {', '.join(handlers)}")

        def work(uow: UnitOfWork) -> VehicleView:
            uow.shuttles.lock(vehicle.service_id)
            now = self.clock.now()
            if event.type == "repaired":
                self._goes_on(uow, vehicle, event, now)
                plans, duty = self._duty(uow, vehicle)
                return self._view(uow, plans, vehicle, duty)
            handlers[event.type](uow, vehicle, event, now)
            notes = {} if event.minutes is None else {"minutes": str(event.minutes)}
            uow.shuttles.record(vehicle, event.type, event.ride, notes, now)
            uow.shuttles.bump(vehicle.service_id)
            plans = self._plans(uow, vehicle.service_id)
            self._tell_late(uow, plans)
            return self._view(uow, plans, vehicle, self._current(plans, vehicle.vehicle_id))

        return in_transaction(self.store, work)

    # --- what is reported

    def _arrived(
        self, uow: UnitOfWork, vehicle: VehicleKey, event: DriverEvent, now: datetime
    ) -> None:
        ride = self._ride(uow, vehicle, event)
        point = ride.drop_off if ride.state is RideState.ON_BOARD else ride.pickup
        stop = ride.drop_off_stop if ride.state is RideState.ON_BOARD else ride.pickup_stop
        self._is_at(uow, vehicle, ride, (point, stop), now, ())

    def _boarded(
        self, uow: UnitOfWork, vehicle: VehicleKey, event: DriverEvent, now: datetime
    ) -> None:
        ride = self._ride(uow, vehicle, event)
        if ride.state is not RideState.BOOKED:
            raise IllegalRide(f"a rider whose ride is {ride.state} does not board")
        self._check_right(ride, event)
        ride.move(RideState.ON_BOARD, now)
        uow.shuttles.save_ride(ride)
        gone = ((str(ride.id), Action.PICK_UP),)
        self._is_at(uow, vehicle, ride, (ride.pickup, ride.pickup_stop), now, gone)

    def _dropped_off(
        self, uow: UnitOfWork, vehicle: VehicleKey, event: DriverEvent, now: datetime
    ) -> None:
        ride = self._ride(uow, vehicle, event)
        if ride.state is not RideState.ON_BOARD:
            raise IllegalRide(f"a rider whose ride is {ride.state} does not get off")
        ride.move(RideState.DONE, now)
        uow.shuttles.save_ride(ride)
        gone = ((str(ride.id), Action.DROP_OFF),)
        self._is_at(uow, vehicle, ride, (ride.drop_off, ride.drop_off_stop), now, gone)

    def _no_show(
        self, uow: UnitOfWork, vehicle: VehicleKey, event: DriverEvent, now: datetime
    ) -> None:
        ride = self._ride(uow, vehicle, event)
        until = ride.promise.pickup_until + NO_SHOW_GRACE
        if ride.state is RideState.BOOKED and now < until:
            raise TooEarlyForNoShow(until)
        ride.move(RideState.NO_SHOW, now)
        ride.tell("no_show")
        uow.shuttles.save_ride(ride)
        gone = tuple((str(ride.id), action) for action in Action)
        self._is_at(uow, vehicle, ride, (ride.pickup, ride.pickup_stop), now, gone)

    def _delayed(
        self, uow: UnitOfWork, vehicle: VehicleKey, event: DriverEvent, now: datetime
    ) -> None:
        minutes = event.minutes or 0
        if not 1 <= minutes <= 240:
            raise IllegalRide("a delay has 1 to 240 minutes")
        plans, duty = self._duty(uow, vehicle)
        stops = timed(plans, duty.id)
        leaves = self._leaves(plans, duty) if stops else unix(now)
        state = plans.states.get(duty.id) or DutyState(duty.id, ())
        late = replace(
            state,
            plan=tuple((stop.ride, stop.action) for stop in duty.plan),
            lat=duty.at.lat,
            lon=duty.at.lon,
            stop=duty.at.stop,
            ready_at=moment_of(leaves + minutes * 60),
        )
        uow.shuttles.save_duty(vehicle.service_id, late)
        known = uow.shuttles.vehicle(vehicle)
        uow.shuttles.save_vehicle(replace(known, delay_s=minutes * 60))

    def _rests(
        self, uow: UnitOfWork, vehicle: VehicleKey, event: DriverEvent, now: datetime
    ) -> None:
        del now, event
        self._set_state(uow, vehicle, ShuttleState.BREAK)

    def _goes_on(
        self, uow: UnitOfWork, vehicle: VehicleKey, event: DriverEvent, now: datetime
    ) -> None:
        del now, event
        self._set_state(uow, vehicle, ShuttleState.IDLE)

    def _broke_down(
        self, uow: UnitOfWork, vehicle: VehicleKey, event: DriverEvent, now: datetime
    ) -> None:
        del event
        plans = self._plans(uow, vehicle.service_id)
        known = uow.shuttles.vehicle(vehicle)
        mine = [duty for duty in plans.now.duties if duty.vehicle == vehicle.vehicle_id]
        self._set_state(uow, vehicle, ShuttleState.BROKEN)
        here = _stands(known, mine, now)
        for duty in mine:
            replan(uow, plans, duty, here, now)

    # --- how

    def _leaves(self, plans: Plans, duty: Duty) -> int:
        """Return the Unix second at which a vehicle is to leave for its next stop."""
        board = compiled(plans.kept, plans.ground.times)
        return board.board.schedule(board.duty_ids.index(duty.id)).leave

    def _set_state(self, uow: UnitOfWork, vehicle: VehicleKey, state: ShuttleState) -> None:
        known = uow.shuttles.vehicle(vehicle)
        uow.shuttles.save_vehicle(replace(known, state=state, delay_s=0))

    def _check_right(self, ride: ShuttleRide, event: DriverEvent) -> None:
        """Raise ``WrongPin`` unless PIN or ticket are those of the ride."""
        if event.pin is not None and event.pin == ride.pin:
            return
        if event.ticket is not None and self.order_of(event.ticket) == ride.order_id:
            return
        raise WrongPin

    def _ride(self, uow: UnitOfWork, vehicle: VehicleKey, event: DriverEvent) -> ShuttleRide:
        """Return the ride of a report, which must stand in a plan of the vehicle."""
        if event.ride is None:
            raise RideNotFound
        ride = uow.shuttles.ride(event.ride)
        mine = ride.service_id == vehicle.service_id and ride.duty_id is not None
        if not mine or (ride.duty_id or "").rsplit("@", 1)[0] != vehicle.vehicle_id:
            raise RideNotFound
        return ride

    def _is_at(
        self,
        uow: UnitOfWork,
        vehicle: VehicleKey,
        ride: ShuttleRide,
        where: tuple[ChainPoint, str | None],
        now: datetime,
        gone: tuple[tuple[str, Action], ...],
    ) -> None:
        """Keep that a vehicle is at a stop now, and what of its plan is done."""
        assert ride.duty_id is not None  # noqa: S101 - rides of plans are asked for
        state = uow.shuttles.duties(vehicle.service_id, [ride.duty_id])[ride.duty_id]
        point, stop = where
        uow.shuttles.save_duty(
            vehicle.service_id,
            replace(
                state,
                plan=tuple(one for one in state.plan if one not in gone),
                lat=point.lat,
                lon=point.lon,
                stop=stop,
                ready_at=now,
            ),
        )
        known = uow.shuttles.vehicle(vehicle)
        uow.shuttles.save_vehicle(
            replace(
                known, state=ShuttleState.DRIVING, lat=point.lat, lon=point.lon, position_at=now
            )
        )

    def _plans(self, uow: UnitOfWork, service_id: str) -> Plans:
        now, ground = self.clock.now(), ground_of(self.world, service_id)
        return read_plans(uow, ground, now - AROUND, now + EARLY, now)

    def _duty(self, uow: UnitOfWork, vehicle: VehicleKey) -> tuple[Plans, Duty]:
        plans = self._plans(uow, vehicle.service_id)
        duty = self._current(plans, vehicle.vehicle_id)
        if duty is None:
            raise NoDuty
        return plans, duty

    def _current(self, plans: Plans, vehicle_id: str) -> Duty | None:
        """Return the duty of a vehicle that runs now, or begins soon, as it is kept."""
        now = plans.now.moment
        mine = [duty for duty in plans.kept.duties if duty.vehicle == vehicle_id]
        running = [duty for duty in mine if duty.plan or duty.until >= now]
        return min(running, key=lambda duty: duty.until, default=None)

    def _tell_late(self, uow: UnitOfWork, plans: Plans) -> None:
        """Tell the riders whose promises cannot be kept any more."""
        board = compiled(plans.kept, plans.ground.times)
        for row, _ in board.board.late():
            ride = plans.rides[board.ride_ids[row]]
            if "delayed" not in ride.told:
                ride.tell("delayed")
                uow.shuttles.save_ride(ride)

    def _view(
        self, uow: UnitOfWork, plans: Plans, vehicle: VehicleKey, duty: Duty | None
    ) -> VehicleView:
        known = uow.shuttles.vehicle(vehicle)
        service = plans.ground.service
        name = next(one.name for one in service.vehicles or () if one.id == vehicle.vehicle_id)
        if duty is None:
            return VehicleView(known, name, None, None, None)
        begin = moment_of(int(duty.id.rsplit("@", 1)[1]))
        tasks = tuple(self._task(uow, plans, stop) for stop in timed(plans, duty.id))
        aboard = sum(
            sum(ride.party[:2])
            for ride in plans.rides.values()
            if ride.duty_id == duty.id and ride.state is RideState.ON_BOARD
        )
        done = uow.shuttles.done_in(service.id, duty.id)
        return VehicleView(known, name, duty.id, begin, moment_of(duty.until), tasks, aboard, done)

    def _task(self, uow: UnitOfWork, plans: Plans, stop: TimedStop) -> PlannedTask:
        ride = plans.rides[stop.stop.ride]
        rider, guest = uow.riders.find(ride.rider_id), uow.staff.guest(ride.rider_id)
        return PlannedTask(
            ride,
            stop.stop.action,
            moment_of(stop.arrive),
            moment_of(stop.begin),
            moment_of(stop.end),
            "" if rider is None else rider.name,
            None if guest is None else guest.phone,
        )


def _stands(known: VehicleState, duties: Sequence[Duty], now: datetime) -> ChainPoint | None:
    """Return where a vehicle broke down: its last position, or where its plan has it."""
    if known.lat is not None and known.lon is not None:
        return ChainPoint("", known.lat, known.lon)
    running = [duty for duty in duties if duty.until >= unix(now)]
    if not running:
        return None
    return ChainPoint("", running[0].at.lat, running[0].at.lon)
