"""Which candidates are answered: those that are possible, good in something, and not too many."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from routing.ondemand.chains import ShuttleRide
from routing.sharing.doors import VehicleWay
from routing.sharing.found import RentalWay
from routing.sharing.legs import price_of
from routing.sharing.own import OwnWay
from routing.street.profile import Profile
from routing.transit.search import TransitHop, TransitJourney, TransitRide

MOST_WITH_VEHICLES: Final = 12
"""So many journeys with rented or own vehicles, or shuttles, are on a page at most."""
WALK_QUANTUM_S: Final = 300
CO2_QUANTUM_G: Final = 100
CO2_G_KM: Final = {Profile.CAR: 166, Profile.SCOOTER: 8}
"""As in ``kommit/data/emissions.json``, which says where the figures are from."""

Way = VehicleWay | ShuttleRide
"""A way that is neither on foot nor by the timetable."""


class Candidate(NamedTuple):
    """A journey that may be answered."""

    departure: int
    arrival: int
    found: TransitJourney | None
    """None where one vehicle goes all the way."""
    access: Way | None
    """The vehicle before the first ride; None on foot."""
    egress: Way | None
    between: tuple[tuple[RentalWay | ShuttleRide, int], ...] = ()
    """Rentals and shuttles between two rides, and when each begins."""

    @property
    def ways(self) -> list[tuple[Way, int]]:
        """The ways with vehicles, and when each begins."""
        ways = [] if self.access is None else [(self.access, self.departure)]
        if self.egress is not None:
            ways.append((self.egress, self.arrival - self.egress.seconds))
        return [*ways, *self.between]

    @property
    def rides(self) -> int:
        """Vehicles boarded that others drive."""
        shuttles = sum(isinstance(way, ShuttleRide) for way, _ in self.ways)
        return shuttles + (0 if self.found is None else self.found.rides)


def possible(candidate: Candidate) -> tuple[bool, bool, bool]:
    """Say whether the vehicles can be had so, and if not, whether to do without at either end."""
    late = [not _is_in_time(way, begin) for way, begin in candidate.ways]
    taken: Counter[tuple[object, ...]] = Counter()
    enough = True
    for way, _ in candidate.ways:
        if isinstance(way, RentalWay):
            pickup, rental = way.fleet.rental.pickups[way.pickup], way.fleet.rental
            key = rental.system.id, pickup.vehicle or (pickup.station, rental.type.id)
            taken[key] += 1
            enough &= taken[key] <= pickup.count
    if not any(late) and enough:
        return True, False, False
    begins = candidate.access is not None and (late[0] or not enough)
    last = 0 if candidate.access is None else 1
    ends = candidate.egress is not None and (late[last] or not enough)
    return False, begins, ends


def _is_in_time(way: Way, begin: int) -> bool:
    """Say whether a rental that is walked to at a second lies in the hours in which it is free."""
    if not isinstance(way, RentalWay):
        return True
    terms, taken = way.fleet.rental.terms, begin + way.walk_s
    if not way.fleet.rental.system.is_open(taken, taken + way.rental_s):
        return False
    begun = terms.free_from is None or terms.free_from <= taken
    return begun and (terms.free_until is None or taken + way.rental_s <= terms.free_until)


class Costs(NamedTuple):
    """What makes a journey good; less is better of each."""

    departure: int
    """Negative: late is good."""
    arrival: int
    rides: int
    unpriced: int
    """Rentals whose price is not known."""
    price_minor: int
    """Of the other rentals."""
    walk: int
    """Quanta of 5 minutes."""
    co2: int
    """Quanta of 100 g, of rented and own vehicles."""


def costs_of(candidate: Candidate) -> Costs:
    """Return the costs of a candidate."""
    ways = [way for way, _ in candidate.ways]
    prices = [price_of(way) for way in ways if isinstance(way, RentalWay)]
    grams = [_co2_g(way) for way in ways]
    return Costs(
        -candidate.departure,
        candidate.arrival,
        candidate.rides,
        prices.count(None),
        sum(price for price in prices if price is not None),
        sum(_walked(candidate)) // WALK_QUANTUM_S,
        round(sum(grams)) // CO2_QUANTUM_G,
    )


def _walked(candidate: Candidate) -> Iterator[int]:
    """Yield the seconds on foot."""
    found = candidate.found
    for way, _ in candidate.ways:
        yield way.last_walk_s + (0 if isinstance(way, OwnWay) else way.walk_s)
    if found is None:
        return
    yield found.access_s if candidate.access is None else 0
    yield found.egress_s if candidate.egress is None else 0
    hops = sum(leg.seconds for leg in found.legs if isinstance(leg, TransitHop))
    yield hops - sum(way.seconds for way, _ in candidate.between)


def _co2_g(way: Way) -> float:
    if isinstance(way, RentalWay):
        return CO2_G_KM.get(way.fleet.profile, 0) * way.length_dm / 10_000
    if isinstance(way, ShuttleRide):
        return CO2_G_KM[Profile.CAR] * way.way.length_m / 1000
    return CO2_G_KM.get(way.profile, 0) * way.ride_s * 10.0 / 1000


def chosen(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates that no other beats in everything, and of equal ones the first.

    All without a vehicle are kept; of the others ``MOST_WITH_VEHICLES``: the best in each
    criterion, then the quickest.
    """
    distinct = list({_identity(c): c for c in reversed(candidates)}.values())[::-1]
    costs = [costs_of(candidate) for candidate in distinct]
    kept = [not beaten for beaten in _beaten(distinct, costs).tolist()]
    good = [
        pair for pair, keep in zip(zip(distinct, costs, strict=True), kept, strict=True) if keep
    ]
    plain = [candidate for candidate, _ in good if not candidate.ways]
    rest = [pair for pair in good if pair[0].ways]
    return plain + [candidate for candidate, _ in _few(rest)]


def _identity(candidate: Candidate) -> tuple[object, ...]:
    rides = (
        [leg for leg in candidate.found.legs if isinstance(leg, TransitRide)]
        if candidate.found
        else []
    )
    return (
        candidate.departure,
        candidate.arrival,
        tuple(rides),
        tuple(_vehicle(way) for way, _ in candidate.ways),
    )


def _vehicle(way: Way) -> object:
    """Return what tells vehicles apart: classes of rented ones, promises of shuttles."""
    if isinstance(way, RentalWay):
        return id(way.fleet.rental)
    if isinstance(way, ShuttleRide):
        return way.way.ground.service.id, way.way.pickup, way.way.drop_off, way.promise.windows
    return way.profile, way.ride_s, way.parking


def _beaten(candidates: Sequence[Candidate], costs: Sequence[Costs]) -> npt.NDArray[np.bool_]:
    """Return (N,) which candidates another one makes needless; of equal ones, all but the first.

    What starts at any time, and takes no longer, does so whenever the other starts.
    """
    if not candidates:
        return np.zeros(0, np.bool_)
    table = np.array(costs, np.int64)
    took_s = table[:, 0] + table[:, 1]
    no_worse = np.all(table[:, None, 2:] <= table[None, :, 2:], axis=2)
    in_time = np.all(table[:, None, :2] <= table[None, :, :2], axis=2)
    at_any_time = np.array([_is_timeless(each) for each in candidates])
    timed = ~at_any_time
    in_time |= at_any_time[:, None] & timed[None, :] & (took_s[:, None] <= took_s[None, :])
    beats = no_worse & in_time
    number = np.arange(len(candidates))
    beats &= ~(beats.T & (number[:, None] >= number[None, :]))
    return np.asarray(beats.any(axis=0))


def _is_timeless(candidate: Candidate) -> bool:
    """Say whether a candidate starts at any time."""
    return candidate.found is None and not isinstance(candidate.access, ShuttleRide)


def _few(pairs: list[tuple[Candidate, Costs]]) -> list[tuple[Candidate, Costs]]:
    if len(pairs) <= MOST_WITH_VEHICLES:
        return pairs
    best = [
        min(((cost[at], _took_s((one, cost)), number) for number, (one, cost) in enumerate(pairs)))
        for at in range(len(Costs._fields))
    ]
    ranked = [*(pairs[number] for *_, number in best), *sorted(pairs, key=_took_s)]
    return list({id(pair): pair for pair in ranked}.values())[:MOST_WITH_VEHICLES]


def _took_s(pair: tuple[Candidate, Costs]) -> int:
    return pair[0].arrival - pair[0].departure
