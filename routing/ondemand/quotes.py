"""What the fleet promises for one ride at this moment, or why it does not: exact insertion.

A quote is a promise that the hold would give in the same words: both insert the same
``BookedRide`` into the same plans. First the promise is tried that the service gives at its best;
where no vehicle can keep it, the rider waits up to ``Limits.max_wait_s`` longer.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from routing.dispatch.board import Board
from routing.dispatch.model import Insertion, Refusal
from routing.ondemand.board import Compiled, compiled
from routing.ondemand.fleet import FleetNow, Spot
from routing.ondemand.network import ServiceGround
from routing.ondemand.reach import ShuttleWay
from routing.ondemand.rides import boarding_s, longest_ride_s, promised_s, ride_of
from routing.ondemand.service import Capacity
from routing.ondemand.terms import Permit, Reason, Ride, terms_of

NEW_RIDE = "new"
"""Id of the ride that is asked about; those of booked ones are UUIDs."""


class Wish(NamedTuple):
    """When a ride is wanted: after a moment, before one, or between two. Unix seconds."""

    ready: int | None
    """The rider can be at the pick-up from then on."""
    deadline: int | None
    """The rider must have got off by then."""


class Windows(NamedTuple):
    """What is asked of the fleet, and so what is promised."""

    pickup_from: int
    pickup_until: int
    drop_off_until: int


class Promise(NamedTuple):
    """A ride that can be had at this moment."""

    windows: Windows
    permit: Permit
    expected_pickup: int
    expected_drop_off: int
    duty: str | None
    """The duty that would take it; None where others dispatch."""


class Refused(NamedTuple):
    """A ride that cannot be had, and why."""

    service: str
    reason: Reason
    pickup: Spot
    drop_off: Spot
    at: int
    """Unix second of the pick-up that was asked for."""
    instead: tuple[int, int] | None = None
    """Trip and service day of the timetable that serve the wish."""


class Quotes:
    """Quotes of one service for one question.

    Parameters
    ----------
    fleet
        None where others dispatch: their hours and deadlines are all that is known.
    spots
        Addresses that rides may begin or end at.
    now
        When the question is asked; None does not ask whether a ride can still be booked.
    """

    def __init__(
        self,
        ground: ServiceGround,
        fleet: FleetNow | None,
        party: Capacity,
        now: int | None,
        spots: Sequence[Spot] = (),
    ) -> None:
        self.ground, self._fleet, self._party, self._now = ground, fleet, party, now
        self._spots = spots

    @cached_property
    def _compiled(self) -> Compiled:
        assert self._fleet is not None  # noqa: S101 - asked for with a fleet only
        spots = (*self.ground.times.spots, *self._spots)
        return compiled(self._fleet, self.ground.times, spots)

    def quote(
        self, way: ShuttleWay, wish: Wish, board: Board | None = None
    ) -> tuple[Promise, Board | None] | Refused:
        """Return what is promised, and the board with the ride in it, or why nothing is.

        Parameters
        ----------
        board
            With what the same chain takes already.
        """
        limits = self.ground.service.limits
        if self._party.seats + self._party.wheelchairs > limits.max_party:
            return self._refused(way, wish, Reason.PARTY)
        best = self._at_best(way, wish)
        permit = self._permit(way, best)
        if isinstance(permit, Reason):
            return self._refused(way, wish, permit)
        if self._fleet is None:
            pickup = best.pickup_from
            return Promise(best, permit, pickup, pickup + way.drive_s, None), None
        board = self._compiled.board if board is None else board
        found = self._insert(way, best, board)
        return self._later(way, wish, board) if found is None else self._taken(*found, permit)

    # --- windows

    def _at_best(self, way: ShuttleWay, wish: Wish) -> Windows:
        """Return the windows of the promise at its best."""
        limits, party = self.ground.service.limits, self._party
        whole_s = promised_s(limits, party, way.drive_s)
        off_s = boarding_s(limits, party)
        if wish.deadline is None:
            begin = wish.ready or 0
            end = begin + whole_s
        else:
            end = wish.deadline - off_s
            begin = end - whole_s if wish.ready is None else wish.ready
            end = min(end, begin + whole_s)
        latest = end - boarding_s(limits, party) - way.drive_s
        return Windows(begin, min(begin + limits.pickup_window_s, latest), end)

    def _wide(self, way: ShuttleWay, wish: Wish) -> Windows:
        """Return the windows within which a promise may lie at all."""
        limits, best = self.ground.service.limits, self._at_best(way, wish)
        shortest_s = boarding_s(limits, self._party) + way.drive_s
        begin, end = best.pickup_from, best.drop_off_until
        if wish.deadline is None:
            end += limits.max_wait_s
        elif wish.ready is None:
            begin -= limits.max_wait_s
        else:
            end = wish.deadline - boarding_s(limits, self._party)
        until = min(end - shortest_s, begin + limits.max_wait_s + limits.pickup_window_s)
        return Windows(begin, until, end)

    def _permit(self, way: ShuttleWay, windows: Windows) -> Permit | Reason:
        ground = self.ground
        if windows.pickup_until < windows.pickup_from:
            return Reason.RIDE_TIME
        if not ground.may_pair(way.pickup, way.drop_off):
            return Reason.ZONE
        areas = ground.areas_at(way.pickup), ground.areas_at(way.drop_off)
        ride = Ride(*areas, windows.pickup_from, windows.drop_off_until)
        return terms_of(ground.service, ride, self._now)

    # --- fleet

    def _insert(
        self, way: ShuttleWay, windows: Windows, board: Board, max_ride_s: int | None = None
    ) -> tuple[Windows, Insertion, Board] | None:
        service = self.ground.service
        ride = ride_of(service, NEW_RIDE, way.pickup, way.drop_off, *windows, self._party)
        request = self._compiled.request_of(ride)
        if max_ride_s is not None:
            request = request._replace(max_ride=max_ride_s)
        found = board.best(request)
        if not found:
            return None
        return windows, found[0], board.with_request(request, found[0])

    def _later(
        self, way: ShuttleWay, wish: Wish, board: Board
    ) -> tuple[Promise, Board | None] | Refused:
        """Return the promise that a rider gets who waits, or why there is none."""
        limits = self.ground.service.limits
        wide = self._wide(way, wish)
        longest_s = longest_ride_s(limits, way.drive_s)
        found = self._insert(way, wide, board, longest_s)
        if found is None:
            return self._refused(way, wish, self._why_not(way, wide, board))
        _, insertion, _ = found
        begin = insertion.pickup_time
        if wish.deadline is not None and wish.ready is None:
            begin = min(begin, self._at_best(way, wish).pickup_from)
        until = min(begin + limits.pickup_window_s, insertion.pickup_latest, wide.pickup_until)
        end = min(wide.drop_off_until, begin + promised_s(limits, self._party, way.drive_s))
        windows = Windows(
            begin, max(until, insertion.pickup_time), max(end, insertion.drop_off_time)
        )
        permit = self._permit(way, windows)
        if isinstance(permit, Reason):
            return self._refused(way, wish, permit)
        again = self._insert(way, windows, board)
        if again is None:
            return self._refused(way, wish, Reason.VEHICLE)
        return self._taken(*again, permit)

    def _taken(
        self, windows: Windows, insertion: Insertion, board: Board, permit: Permit
    ) -> tuple[Promise, Board]:
        duty = self._compiled.duty_ids[insertion.vehicle]
        times = insertion.pickup_time, insertion.drop_off_time
        return Promise(windows, permit, *times, duty), board

    def _why_not(self, way: ShuttleWay, windows: Windows, board: Board) -> Reason:
        ride = ride_of(
            self.ground.service, NEW_RIDE, way.pickup, way.drop_off, *windows, self._party
        )
        refusals = board.why_not(self._compiled.request_of(ride))
        return REASONS[max(refusals, default=Refusal.NO_VEHICLE)]

    def _refused(self, way: ShuttleWay, wish: Wish, reason: Reason) -> Refused:
        at = self._at_best(way, wish).pickup_from
        return Refused(self.ground.service.id, reason, way.pickup, way.drop_off, at)


REASONS = {
    Refusal.NO_VEHICLE: Reason.VEHICLE,
    Refusal.NO_ROAD: Reason.ROAD,
    Refusal.CAPACITY: Reason.CAPACITY,
    Refusal.SHIFT: Reason.VEHICLE,
    Refusal.WINDOW: Reason.VEHICLE,
    Refusal.RIDE_TIME: Reason.RIDE_TIME,
    Refusal.PROMISE: Reason.VEHICLE,
    Refusal.BREAK: Reason.VEHICLE,
    Refusal.RANGE: Reason.VEHICLE,
}
"""What riders are told of the vehicle that came closest."""
