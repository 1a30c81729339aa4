"""Journeys with vehicles besides those of the timetable: shuttles, rented, or the rider's own.

A question is searched in a few *variants*: on foot at both ends, with the quickest vehicle at each
end, with an own vehicle that is carried on board, or parked. Within a variant the vehicle that a
rider has with them is the same all the way, so none gets lost: who carries a bicycle boards trips
that take one only, and rides on with it. The answer is the Pareto set of all variants.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from routing.choosing import Candidate, Way, chosen, possible
from routing.composer import Composer, DoorLegs
from routing.footways import StopWalks
from routing.journey import Journey, Leg
from routing.ondemand.chains import ShuttleLegs, ShuttleRide
from routing.ondemand.quotes import Refused
from routing.ondemand.search import ShuttleSearch
from routing.pace import pace_of
from routing.paging import NO_PAGE, Pager, Span, TransitPage, Turn
from routing.query import Place, PlanQuery, TimeKind
from routing.sharing.doors import Doors, VehicleWay, doors_of
from routing.sharing.fleet import Fleet
from routing.sharing.found import Found, RentalWay, Rider
from routing.sharing.legs import LegWriter
from routing.sharing.own import CARRIED, OwnFound, OwnWay
from routing.sharing.rental_search import RentalSearch
from routing.sharing.stock import RentalClass
from routing.timetable import I32
from routing.transit.search import TransitHop, TransitJourney, TransitRide
from routing.transit.workspace import MAX_WINDOW_S

if TYPE_CHECKING:
    from routing.planner import Planner

MOST_ROUNDS: Final = 3
"""So often a search is repeated without a vehicle that cannot be had as its answers want it."""
FEW_HOURS_S: Final = 6 * 3600
"""A vehicle that is free only later than this after the span asked for is left out at once."""


class Variant(NamedTuple):
    """One way of travelling."""

    access: Doors[VehicleWay]
    egress: Doors[VehicleWay]
    carries: bool = False
    """Whether the rider has a bicycle on board."""
    fleets: Sequence[Fleet] = ()
    """Classes that are rented between two rides."""


class Bans(NamedTuple):
    """Vehicles that are left out: number of their class and of the vehicle."""

    access: frozenset[tuple[int, int]] = frozenset()
    egress: frozenset[tuple[int, int]] = frozenset()


NO_BANS: Final = Bans()


class ChainSearch:
    """Answers one question with everything that its planner knows."""

    def __init__(self, planner: "Planner", query: PlanQuery) -> None:
        self._planner, self._query = planner, query
        self._wishes = query.preferences.vehicles
        speed_mps, budget_s = query.preferences.walk_mps, query.preferences.max_walk_s
        self._rider = Rider(speed_mps, self._wishes.max_s)
        near = planner.footways.stops_near
        self._walks = near(query.origin, budget_s, speed_mps)
        self._walks_back = near(query.destination, budget_s, speed_mps, backward=True)
        self._rentals: RentalSearch | None = planner.rentals if self._wishes.rentals else None
        self._direct: list[VehicleWay] = []
        self.refused: list[Refused] = []
        """Shuttles that were asked for, and why they are not offered."""

    def page(self, turn: Turn | None) -> tuple[list[Journey], Span | None]:
        """Return the journeys of a page, and its span; walks all the way are not among them."""
        variants = list(self._variants())
        pages = [self._page(variant, turn) for variant in variants]
        shuttles, shuttle_span = self._with_shuttles(turn)
        span = _common([*pages, TransitPage((), shuttle_span)])
        candidates = [
            candidate
            for variant, page in zip(variants, pages, strict=True)
            for candidate in self._candidates(variant, self._within(variant, page, span))
        ]
        candidates = self._checked(candidates, span)
        candidates += [c for c in shuttles if self._is_on_page(c, span)]
        if turn is None:
            candidates += [c for c in map(self._at_once, self._direct) if possible(c)[0]]
        return self._composed(chosen(candidates)), span

    # --- shuttles

    def _with_shuttles(self, turn: Turn | None) -> tuple[list[Candidate], Span | None]:
        if self._planner.on_demand is None or not self._query.preferences.shuttles.wanted:
            return [], None
        search = ShuttleSearch(
            self._planner, self._query, self._walks, self._walks_back, self.refused
        )
        return search.page(turn)

    def _is_on_page(self, candidate: Candidate, span: Span | None) -> bool:
        """Say whether a chain belongs to the page; one without rides was asked for at its time."""
        if span is None or candidate.found is None:
            return True
        if self._query.kind is TimeKind.DEPART:
            return span.begin <= candidate.departure < span.end
        return span.begin < candidate.arrival <= span.end

    # --- variants

    def _variants(self) -> Iterator[Variant]:
        yield Variant(self._doors(self._walks, ()), self._doors(self._walks_back, ()))
        if self._rentals is not None and self._rentals.fleets:
            yield from self._rented(NO_BANS)
        own = self._wishes.own
        if own is not None and self._planner.own is not None:
            yield from self._owned()

    def _rented(self, bans: Bans) -> Iterator[Variant]:
        rentals, query = self._rentals, self._query
        assert rentals is not None  # noqa: S101 - asked for with rentals only
        fleets = [
            fleet
            for fleet in rentals.fleets
            if self._wishes.takes(fleet.rental) and self._is_free(fleet.rental)
        ]
        goal = None if query.vias else _point(query.destination)
        ahead = rentals.ahead(_point(query.origin), self._rider, goal, fleets, bans.access)
        back = rentals.back(_point(query.destination), self._rider, fleets, bans.egress)
        if bans is NO_BANS:
            self._direct += [found.direct for found in ahead if found.direct is not None]
        yield self._variant(ahead, back)
        systems = {fleet.rental.system.id for fleet in fleets}
        if len(systems) > 1 and bans is NO_BANS:
            for system in sorted(systems):
                mine = ([f for f in side if _is_of(f, system)] for side in (ahead, back))
                # between rides, the quickest vehicles of all systems will do
                yield self._variant(*mine)._replace(fleets=())

    def _variant(self, ahead: Sequence[Found], back: Sequence[Found]) -> Variant:
        doors = self._doors(self._walks, ahead), self._doors(self._walks_back, back)
        always = tuple(f.fleet for f in back if f.fleet.rental.system.is_open(*self._span_asked()))
        return Variant(*doors, fleets=always)

    def _is_free(self, rental: RentalClass) -> bool:
        """Say whether vehicles of a class can be had at some time of the question."""
        begin, end = self._span_asked()
        free_from, free_until = rental.terms.free_from, rental.terms.free_until
        hours = rental.system.hours
        return (
            (free_from is None or free_from <= end)
            and (free_until is None or free_until > begin)
            and (hours is None or any(a <= end and begin < b for a, b in hours))
        )

    def _span_asked(self) -> tuple[int, int]:
        query = self._query
        if query.kind is TimeKind.DEPART:
            return query.time, query.time + query.window_s + FEW_HOURS_S
        return query.time - query.window_s - FEW_HOURS_S, query.time

    def _owned(self) -> Iterator[Variant]:
        own, query, profile = self._planner.own, self._query, self._wishes.own
        assert own is not None  # noqa: S101 - asked for with own vehicles only
        assert profile is not None  # noqa: S101 - as before
        origin, destination, max_s = (
            _point(query.origin),
            _point(query.destination),
            self._wishes.max_s,
        )
        parked = own.parked(profile, origin, max_s, self._rider.walk_mps)
        yield Variant(self._doors(self._walks, (parked,)), self._doors(self._walks_back, ()))
        if profile in CARRIED:
            there = own.ridden(profile, origin, max_s)
            on = own.ridden(profile, destination, max_s, backward=True)
            yield Variant(self._doors(None, (there,)), self._doors(None, (on,)), carries=True)
        longest_s = self._wishes.max_direct_s
        path = None if query.vias else own.path(profile, origin, destination, longest_s)
        if path is not None:
            self._direct.append(OwnWay(profile, path.seconds))

    def _doors(
        self, walks: StopWalks | None, found: Sequence[Found | OwnFound]
    ) -> Doors[VehicleWay]:
        return doors_of(walks, found, self._planner.timetable.n_stops)

    # --- searches

    def _page(self, variant: Variant, turn: Turn | None) -> TransitPage:
        query = self._query
        if variant.access.stop.size == 0 or variant.egress.stop.size == 0:
            return NO_PAGE
        if query.window_s == 0:
            return TransitPage(self._search(variant, query.time, 0), None)
        pager = Pager(partial(self._search, variant), query.kind, query.window_s)
        return pager.first(query.time) if turn is None else pager.turn(*turn)

    def _within(
        self, variant: Variant, page: TransitPage, span: Span | None
    ) -> Sequence[TransitJourney]:
        """Return the journeys of a variant within the span of the page."""
        if page.span is None or span is None or page.span == span:
            return page.journeys
        time = span.begin if self._query.kind is TimeKind.DEPART else span.end
        return self._search(variant, time, min(span.end - span.begin, MAX_WINDOW_S))

    def _search(self, variant: Variant, time: int, window_s: int) -> list[TransitJourney]:
        asked = self._planner.transit_query(
            self._query, _ends(variant.access), _ends(variant.egress), time, window_s
        )
        if variant.carries:
            asked = replace(asked, filter=replace(self._query.preferences.rides, bikes=True))
        between, plain = self._planner.between, self._planner.transit
        if between is None or not variant.fleets:
            return plain.search(asked)
        return between.search(plain, variant.fleets).search(asked)

    def _candidates(
        self, variant: Variant, journeys: Sequence[TransitJourney]
    ) -> Iterator[Candidate]:
        for found in journeys:
            access, egress = variant.access.way(found.access), variant.egress.way(found.egress)
            between = tuple(self._rented_between(variant, found))
            yield Candidate(found.departure, found.arrival, found, access, egress, between)

    def _rented_between(
        self, variant: Variant, found: TransitJourney
    ) -> Iterator[tuple[RentalWay, int]]:
        """Yield the rentals between rides, and when each begins."""
        ready = found.departure
        for leg in found.legs:
            if isinstance(leg, TransitRide):
                ready = leg.arrival
            elif (way := self._way_of(leg, variant.fleets)) is not None:
                yield way, ready

    def _way_of(self, hop: TransitHop, fleets: Sequence[Fleet]) -> RentalWay | None:
        between, wishes = self._planner.between, self._query.preferences
        if between is None or not fleets:
            return None
        return between.way(hop, pace_of(wishes.walk_mps, wishes.transfer_buffer_s), fleets)

    def _at_once(self, way: VehicleWay) -> Candidate:
        """Return a way from door to door, at the time of the question."""
        time = self._query.time
        begin = time if self._query.kind is TimeKind.DEPART else time - way.seconds
        return Candidate(begin, begin + way.seconds, None, way, None)

    def _checked(self, candidates: list[Candidate], span: Span | None) -> list[Candidate]:
        """Leave out journeys whose vehicles cannot be had; search for others without them."""
        kept: list[Candidate] = []
        bans = [NO_BANS]
        for _ in range(MOST_ROUNDS):
            verdicts = [(candidate, *possible(candidate)) for candidate in candidates]
            kept += [candidate for candidate, good, *_ in verdicts if good]
            late = [
                (self._banned(c, a), self._banned(c, e, egress=True))
                for c, good, a, e in verdicts
                if not good
            ]
            if not late or self._rentals is None:
                break
            bans = [
                Bans(was.access | frozenset().union(*(a for a, _ in late)), was.egress)
                for was in bans
            ] + [
                Bans(was.access, was.egress | frozenset().union(*(e for _, e in late)))
                for was in bans
            ]
            candidates = []
            for ban in bans:
                for variant in self._rented(ban):
                    journeys = self._within(variant, self._again(variant, span), span)
                    candidates += self._candidates(variant, journeys)
        return kept

    def _again(self, variant: Variant, span: Span | None) -> TransitPage:
        if span is None:
            return self._page(variant, None)
        return TransitPage((), Span(0, 0))

    def _banned(
        self, candidate: Candidate, ban: bool, *, egress: bool = False
    ) -> frozenset[tuple[int, int]]:
        way = candidate.egress if egress else candidate.access
        if not ban or not isinstance(way, RentalWay) or self._rentals is None:
            return frozenset()
        return frozenset({(self._rentals.fleets.index(way.fleet), way.pickup)})

    # --- answers

    def _composed(self, candidates: Sequence[Candidate]) -> list[Journey]:
        planner, query = self._planner, self._query
        terms = planner.transit.views.terms
        composer = Composer(planner.timetable, planner.footways, query, terms)
        writer = _Writer(
            LegWriter(planner.footways, planner.own, self._rider.walk_mps),  # type: ignore[arg-type]
            ShuttleLegs(planner.footways, self._rider.walk_mps),
        )
        journeys = []
        for one in candidates:
            composer.rented = partial(_rented_leg, writer, one)
            if one.found is None:
                assert one.access is not None  # noqa: S101 - the way itself
                legs = writer.legs(one.access, query.origin, query.destination, one.departure)
                journeys.append(Journey(tuple(legs)))
            else:
                ways = (way and partial(writer.legs, way) for way in (one.access, one.egress))
                journeys.append(composer.journey(one.found, *ways))
        return journeys


class _Writer(NamedTuple):
    """Writes the legs of ways of any kind."""

    vehicles: LegWriter
    shuttles: ShuttleLegs

    def legs(self, way: Way, origin: Place, destination: Place, departure: int) -> Iterable[Leg]:
        """Return the legs of a way that begins at a second; a shuttle's when it is promised."""
        if isinstance(way, ShuttleRide):
            return self.shuttles.legs(way, origin, destination)
        return self.vehicles.legs(way, origin, destination, departure)


def _rented_leg(writer: _Writer, candidate: Candidate, hop: TransitHop) -> DoorLegs | None:
    """Return what writes the legs of a transfer that is a rental, or by shuttle."""
    assert candidate.found is not None  # noqa: S101 - only rides have transfers between them
    rides = [leg for leg in candidate.found.legs if isinstance(leg, TransitRide)]
    begins = {ride.arrival for ride in rides if ride.to_stop == hop.from_stop}
    for way, begin in candidate.between:
        if begin in begins and way.seconds == hop.seconds:
            return partial(writer.legs, way)
    return None


def _ends(doors: Doors[VehicleWay]) -> tuple[I32, I32]:
    return doors.stop, doors.seconds


def _point(place: Place) -> tuple[float, float]:
    return place.lat, place.lon


def _is_of(found: Found, system: str) -> bool:
    return found.fleet.rental.system.id == system


def _common(pages: Sequence[TransitPage]) -> Span | None:
    """Return the shortest span: they start on the same side, and where something runs they end."""
    spans = [page.span for page in pages if page.span is not None]
    return min(spans, key=lambda span: span.end - span.begin, default=None)
