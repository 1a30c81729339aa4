"""The dispatcher's problem as numbers: requests, vehicles with plans, and what is answered.

Places are indices into square tables of driving times. Times are int seconds of any epoch, and
durations share their unit (the dial-a-ride benchmarks use a millionth of a minute). All windows are
hard: what they say was promised to somebody.
"""

from enum import IntEnum
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]

NEVER: Final = 2**62
"""A time that does not limit."""
NO_ROAD: Final = 2**30
"""In a table: there is no way."""
KINDS: Final = 4
"""Loads are counted for seats, wheelchairs, bicycles and luggage."""


class Request(NamedTuple):
    """A group that wants to be driven."""

    pickup: int
    """Place."""
    drop_off: int
    pickup_from: int
    pickup_until: int
    drop_off_from: int
    drop_off_until: int
    max_ride: int
    """From the end of boarding to the arrival, at most. Who is on board already has no pick-up in
    the plan, so ``drop_off_until`` must say when their ride has to end."""
    load: tuple[int, int, int, int]
    boarding: int
    """Standing time for it at the pick-up; groups at one place get on and off one after the
    other, and the vehicle drives up once."""
    alighting: int


class Rest(NamedTuple):
    """A break of the driver with nobody on board, where the vehicle is or where it goes next.

    Before leaving the first place and at the depot it is no part of ``max_duration``.
    """

    begin_from: int
    begin_until: int
    lasts: int


class Vehicle(NamedTuple):
    """A vehicle from now on."""

    place: int
    """Where it is at ``ready``."""
    ready: int
    end_place: int
    end_until: int
    """At its depot by then."""
    capacity: tuple[int, int, int, int]
    range_m: int = NEVER
    """Metres it can drive until it is back at its depot."""
    max_duration: int = NEVER
    """From leaving the first place to the depot."""
    rests: tuple[Rest, ...] = ()


class Task(NamedTuple):
    """One stop of a plan; who is on board at ``ready`` has a drop-off only."""

    request: int
    """Index into the requests."""
    is_drop_off: bool
    """Whether they get off."""


class Refusal(IntEnum):
    """Why no vehicle, or one vehicle, takes a request; the later, the closer it came."""

    NO_VEHICLE = 0
    NO_ROAD = 1
    CAPACITY = 2
    """Too big a group for the vehicle even when empty, or full at the time."""
    SHIFT = 3
    """Outside of the shift, or not back in time."""
    WINDOW = 4
    """Cannot be there in time."""
    RIDE_TIME = 5
    """The rider's ride would take too long."""
    PROMISE = 6
    """A promise to somebody else would break."""
    BREAK = 7
    RANGE = 8


class Insertion(NamedTuple):
    """How a vehicle takes a request: the plan with it is feasible, and no promise moves."""

    vehicle: int
    pickup_at: int
    """Position in the plan as it was, before which the pick-up is put: 0 to len(plan)."""
    drop_off_at: int
    """Position in the plan as it was, before which the drop-off is put; ``>= pickup_at``."""
    cost: int
    """By the objective: what the fleet's plans cost more with it."""
    added_drive: int
    """Driving time that it adds."""
    added_m: int
    pickup_time: int
    """When boarding begins, by the schedule with it."""
    drop_off_time: int
    """When the vehicle is there."""
    pickup_latest: int
    """Until when boarding could begin at these positions without breaking anything."""


class Objective(NamedTuple):
    """What plans cost, in thousandths of a unit of time.

    Waiting must cost no less than riding: then a plan is never cheaper than what it drives more.
    """

    drive: int = 1000
    """For each unit that vehicles drive."""
    wait: int = 0
    """For each unit that a rider waits after ``pickup_from``, times the group's size."""
    ride: int = 0
    """For each unit that a rider is on board, times the group's size."""
    vehicle: int = 0
    """For each vehicle that leaves its depot."""


LIVE: Final = Objective(drive=1000, wait=200, ride=200)
"""In service: driving costs the operator; waiting and detours cost riders."""
