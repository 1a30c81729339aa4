"""All that is known of one moment: an overlay for searches; names, vehicles, alerts for answers.

Immutable, so that an answer is written from one state.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from feeds.realtime.alerts import Informed, MatchedAlert
from feeds.realtime.match import AddedTrip
from feeds.realtime.message import Told
from feeds.realtime.vehicles import Vehicle
from routing.realtime.overlay import Overlay, Run
from routing.timetable import NONE
from routing.transit.frame import Frame

DatedTrip = tuple[int, int]
"""Trip index, index of the service day."""


class NamedTrip(NamedTuple):
    """A trip that the timetable does not have."""

    id: str
    """Scoped."""
    name: AddedTrip


class Ridden(NamedTuple):
    """What a ride touches, as indices: what alerts may be about."""

    agency: int
    route: int
    route_type: int
    trip: int
    day: int
    stops: frozenset[int]
    """Where the rider boards and alights, and the stations of these stops."""


@dataclass(frozen=True, slots=True)
class Realtime:
    """What is known of one moment for one image."""

    overlay: Overlay | None = None
    """None where no trip runs otherwise than planned."""
    added: tuple[NamedTrip, ...] = ()
    """In the order of ``overlay.added``."""
    vehicles: tuple[Vehicle, ...] = ()
    """``trip`` is set for added trips too."""
    alerts: tuple[MatchedAlert, ...] = ()
    _vehicle_of: Mapping[DatedTrip, Vehicle] = field(default_factory=dict)
    _alerts_by: Mapping[tuple[str, int], Sequence[tuple[Informed, MatchedAlert]]] = field(
        default_factory=dict
    )

    def vehicle(self, trip: int, day: int) -> Vehicle | None:
        """Return the vehicle that runs a trip on a day, if it is known where it is."""
        return self._vehicle_of.get((trip, day))

    def informing(self, ridden: Ridden, start: int, end: int) -> list[MatchedAlert]:
        """Return the alerts for a ride that are active between two Unix seconds, each once."""
        keys = [
            ("trip", ridden.trip),
            ("route", ridden.route),
            ("agency", ridden.agency),
            ("route_type", ridden.route_type),
            *(("stop", stop) for stop in sorted(ridden.stops)),
        ]
        found = {
            alert.id: alert
            for key in keys
            for informed, alert in self._alerts_by.get(key, ())
            if _fits(informed, ridden) and alert.is_active(start, end)
        }
        return list(found.values())

    def informing_stop(self, stops: frozenset[int], at: int) -> list[MatchedAlert]:
        """Return the alerts about stops as such that are active at a Unix second, each once."""
        found = {
            alert.id: alert
            for stop in sorted(stops)
            for informed, alert in self._alerts_by.get(("stop", stop), ())
            if informed == _ABOUT_NOTHING._replace(stop=stop) and alert.is_active(at, at)
        }
        return list(found.values())


NARROWEST_FIRST: Final = ("trip", "stop", "route", "agency", "route_type")
_ABOUT_NOTHING: Final = Informed(NONE, NONE, NONE, NONE, NONE, NONE)
NOTHING_KNOWN: Final = Realtime()


def make_realtime(frame: Frame, told: Iterable[Told]) -> Realtime:
    """Put what messages say together; of two that tell of the same trip, the later one holds.

    Parameters
    ----------
    frame
        Of the image's day views.
    """
    told = list(told)
    known, added = _runs(told)
    runs = [*known.values(), *(run for _, run in added.values())]
    n_trips = frame.timetable.trip_route.size
    dated = {key: (n_trips + k, run.day) for k, (key, (_, run)) in enumerate(added.items())}
    vehicles = _vehicles(told, dated)
    alerts = tuple({alert.id: alert for each in told for alert in each.alerts}.values())
    return Realtime(
        Overlay(frame, runs) if runs else None,
        tuple(name for name, _ in added.values()),
        vehicles,
        alerts,
        {(each.trip, each.day): each for each in vehicles if NONE not in {each.trip, each.day}},
        _by_whom_they_inform(alerts),
    )


def _runs(
    told: Iterable[Told],
) -> tuple[dict[DatedTrip, Run], dict[str, tuple[NamedTrip, Run]]]:
    """Return the runs of the timetable's trips, and the added ones by scoped id."""
    known: dict[DatedTrip, Run] = {}
    added: dict[str, tuple[NamedTrip, Run]] = {}
    for scope, matched, _, _ in told:
        n_known = len(matched.runs) - len(matched.added)
        known |= {(run.trip, run.day): run for run in matched.runs[:n_known]}
        for name, run in zip(matched.added, matched.runs[n_known:], strict=True):
            trip_id = f"{scope}:{name.trip_id}"
            added[trip_id] = NamedTrip(trip_id, name), run
    return known, added


def _vehicles(told: Iterable[Told], added: Mapping[str, DatedTrip]) -> tuple[Vehicle, ...]:
    """Return the vehicles by id, each once; those of added trips with the index these have."""
    found: dict[str, Vehicle] = {}
    for each in told:
        for vehicle in each.vehicles:
            dated = added.get(f"{each.scope}:{vehicle.trip_id}") if vehicle.trip == NONE else None
            trip, day = dated or (vehicle.trip, vehicle.day)
            found[vehicle.id] = vehicle._replace(trip=trip, day=day)
    return tuple(found.values())


def _by_whom_they_inform(
    alerts: Iterable[MatchedAlert],
) -> Mapping[tuple[str, int], Sequence[tuple[Informed, MatchedAlert]]]:
    """Return alerts by the narrowest thing that each of their selectors names."""
    found: dict[tuple[str, int], list[tuple[Informed, MatchedAlert]]] = defaultdict(list)
    for alert in alerts:
        for informed in alert.informed:
            name = next(name for name in NARROWEST_FIRST if getattr(informed, name) != NONE)
            found[name, getattr(informed, name)].append((informed, alert))
    return found


def _fits(informed: Informed, ridden: Ridden) -> bool:
    """Say whether a ride fits everything that a selector names."""
    return informed.stop in {NONE, *ridden.stops} and all(
        getattr(informed, name) in {NONE, getattr(ridden, name)}
        for name in ("agency", "route", "route_type", "trip", "day")
    )
