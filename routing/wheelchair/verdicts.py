"""What is known of each leg in a wheelchair: verified, unverified, or refused, and why.

A verdict is about data: that a lift runs today is not part of it, for neither timetables nor maps
say so. A lift counts as usable; what alerts tell of it stands beside the answer.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from routing.filters import ACCESSIBLE, NOT_ACCESSIBLE
from routing.journey import Journey, Leg, RideLeg, WalkLeg
from routing.query import Place
from routing.timetable import NO_WHEELCHAIR, U8, WHEELCHAIR, Timetable

if TYPE_CHECKING:
    from routing.wheelchair.rolling import Rolling


class Status(StrEnum):
    """What is known of a leg."""

    VERIFIED = "verified"
    """Trip, stops and way are known to be usable."""
    UNVERIFIED = "unverified"
    """Nothing speaks against it, but not all is known."""
    REFUSED = "refused"
    """Known to be impossible; never part of an answer."""


class Cause(StrEnum):
    """Why a leg is not verified."""

    TRIP_UNKNOWN = "trip-unknown"
    STOP_UNKNOWN = "stop-unknown"
    WAY_UNKNOWN = "way-unknown"
    WAY_ESTIMATED = "way-estimated"
    TRIP_TAKES_NONE = "trip-takes-no-wheelchair"
    STOP_CLOSED = "stop-not-step-free"
    STATION_BARRED = "station-not-step-free"
    NO_WAY = "no-step-free-way"
    OWN_WHEELS = "not-in-a-wheelchair"


REFUSING: Final = frozenset(Cause) - {
    Cause.TRIP_UNKNOWN, Cause.STOP_UNKNOWN, Cause.WAY_UNKNOWN, Cause.WAY_ESTIMATED
}  # fmt: skip


class Reason(NamedTuple):
    """Why a leg is not verified, and of what that is said."""

    cause: Cause
    origin: Place | None = None
    """The stop that it is about, or where the way begins."""
    destination: Place | None = None
    """Where the way ends."""
    trip: int | None = None
    metres: int | None = None
    """Of the way, of which it is not known."""
    minutes: int | None = None
    """Within which there is no way."""


class Verdict(NamedTuple):
    """What is known of a leg."""

    status: Status
    reasons: tuple[Reason, ...] = ()


class Judge:
    """Judges legs of one planner's journeys, also of those that were found on foot.

    Parameters
    ----------
    trip_flags
        (T,) of all trips that legs may name, added ones too.
    speed_mps, budget_s
        How fast the rider is, and how long a way to or from a stop may take.
    """

    def __init__(
        self,
        timetable: Timetable,
        rolling: "Rolling",
        trip_flags: U8,
        speed_mps: float,
        budget_s: int,
    ) -> None:
        self._timetable, self._rolling, self._flags = timetable, rolling, trip_flags
        self._speed_mps, self._budget_s = speed_mps, budget_s

    def verdicts(self, journey: Journey) -> list[Verdict]:
        """Return the verdict on each leg."""
        stays = [isinstance(leg, RideLeg) and leg.stay_seated for leg in journey.legs]
        seated = pairwise([*stays, False])
        return [
            _verdict(self._reasons(leg, boards=not before, alights=not after))
            for leg, (before, after) in zip(journey.legs, seated, strict=True)
        ]

    def _reasons(self, leg: Leg, *, boards: bool, alights: bool) -> Iterator[Reason]:
        if isinstance(leg, WalkLeg):
            yield from self._of_way(leg)
        elif isinstance(leg, RideLeg):
            yield from self._of_trip(leg)
            ends = [leg.origin] * boards + [leg.destination] * alights
            for end in ends:
                yield from self._of_stop(end)
        else:
            yield Reason(Cause.OWN_WHEELS, leg.origin, leg.destination)

    def _of_trip(self, leg: RideLeg) -> Iterator[Reason]:
        flags = int(self._flags[leg.trip])
        if flags & NO_WHEELCHAIR:
            yield Reason(Cause.TRIP_TAKES_NONE, leg.origin, trip=leg.trip)
        elif not flags & WHEELCHAIR:
            yield Reason(Cause.TRIP_UNKNOWN, leg.origin, trip=leg.trip)

    def _of_stop(self, place: Place) -> Iterator[Reason]:
        assert place.stop is not None  # noqa: S101 - rides go from stop to stop
        told = int(self._timetable.stop_wheelchair[place.stop])
        if told != ACCESSIBLE:
            cause = Cause.STOP_CLOSED if told == NOT_ACCESSIBLE else Cause.STOP_UNKNOWN
            yield Reason(cause, place)

    def _of_way(self, leg: WalkLeg) -> Iterator[Reason]:
        if leg.unchecked_m is None:
            yield from self._of_walk(leg)
        elif leg.unchecked_m > 0:
            cause = Cause.WAY_UNKNOWN if leg.on_streets else Cause.WAY_ESTIMATED
            yield Reason(cause, leg.origin, leg.destination, metres=leg.unchecked_m)

    def _of_walk(self, leg: WalkLeg) -> Iterator[Reason]:
        """Yield what keeps a wheelchair from a way that was found on foot."""
        ends, usable = (leg.origin, leg.destination), self._rolling.usable
        if usable.is_barred(*ends):
            yield Reason(Cause.STATION_BARRED, *ends)
            return
        took_s = leg.arrival - leg.departure
        budget_s = max(self._budget_s, took_s)
        if leg.on_streets and usable.way(*ends, budget_s, self._speed_mps) is None:
            yield Reason(Cause.NO_WAY, *ends, minutes=-(-budget_s // 60))
        else:
            checked = usable.leg(*ends, leg.departure, budget_s, self._speed_mps)
            yield from self._of_way(checked)


def _verdict(reasons: Iterator[Reason]) -> Verdict:
    found = tuple(reasons)
    if not found:
        return Verdict(Status.VERIFIED)
    refused = any(reason.cause in REFUSING for reason in found)
    return Verdict(Status.REFUSED if refused else Status.UNVERIFIED, found)


def distinct(reasons: Sequence[Reason]) -> list[Reason]:
    """Return reasons, each once, in order."""
    return list(dict.fromkeys(reasons))
