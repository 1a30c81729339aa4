"""Chains with shuttles: searched as if fleets were idle, then promised by their plans.

The search takes what a service promises at its best, so it is never slower than what the fleet
gives. Every shuttle of a good chain is then quoted by exact insertion, all of one chain on one
board. Where a quote is refused, or later than at best, the search is made again without it: within
the span, and beyond the time of the refusal, where a later (earlier) ride may be had.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from routing.choosing import Candidate
from routing.footways import StopWalks
from routing.ondemand.between import ShuttleBetween
from routing.ondemand.chains import ShuttleRide
from routing.ondemand.fleet import FleetNow, Spot
from routing.ondemand.network import OnDemandNetwork, ServiceGround
from routing.ondemand.parallel import ParallelLines
from routing.ondemand.quotes import Quotes, Refused, Wish
from routing.ondemand.reach import ShuttleFound, ShuttleWay, reached, ride_seconds
from routing.ondemand.tasks import Bans, Task, Verdict, Ways, named, without
from routing.ondemand.terms import Reason
from routing.pace import pace_of
from routing.paging import NO_PAGE, Pager, Span, TransitPage, Turn
from routing.query import Place, PlanQuery, TimeKind
from routing.sharing.doors import Doors, doors_of
from routing.sharing.found import NEVER
from routing.transit.search import TransitHop, TransitJourney, TransitRide
from routing.transit.workspace import MAX_WINDOW_S

if TYPE_CHECKING:
    from routing.dispatch.board import Board
    from routing.planner import Planner

MOST_SEARCHES: Final = 8
"""So often one question is searched for chains with shuttles, at most."""
BEHIND_S: Final = 3600
"""So far behind a refused ride another time of it is looked for."""
BEFORE_S: Final = 2 * 3600
AHEAD_S: Final = 12 * 3600
"""How far around a question duties and their plans are asked for."""


class Fleets(Protocol):
    """Gives the fleets of this moment; the database behind it is not the search's business."""

    def fleet(self, service_id: str, begin: int, end: int) -> FleetNow:
        """Return all duties of a service that touch a span of Unix seconds."""
        ...


@dataclass(frozen=True, eq=False)
class OnDemand:
    """Services, their rides between others' rides, and who knows their fleets."""

    network: OnDemandNetwork
    between: tuple[ShuttleBetween, ...]
    fleets: Fleets | None = None
    """None: nobody's plans are known, and only services of others are offered."""


@dataclass(eq=False)
class ShuttleSearch:
    """Answers the chains with shuttles of one question."""

    planner: "Planner"
    query: PlanQuery
    walks: StopWalks
    walks_back: StopWalks
    refused: list[Refused] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._demand = self.planner.on_demand
        wishes, preferences = self.query.preferences.shuttles, self.query.preferences
        grounds = () if self._demand is None else self._demand.network.grounds.values()
        self._grounds = [g for g in grounds if wishes.takes(g.service.id) and self._is_known(g)]
        self._pace = pace_of(preferences.walk_mps, preferences.transfer_buffer_s)
        self._origin, self._destination = _point(self.query.origin), _point(self.query.destination)
        self._quotes: dict[str, Quotes] = {}
        self._known_doors: dict[tuple[Bans, Bans], tuple[Doors[ShuttleWay], Doors[ShuttleWay]]] = {}
        self._ahead = [self._reached(ground) for ground in self._grounds]
        self._back = [self._reached(ground, backward=True) for ground in self._grounds]
        asked = self.planner.transit_query(self.query, ((), ()), ((), ()), self.query.time, 0)
        self._parallel = ParallelLines(self.planner.footways, self.planner.transit, asked)

    def page(self, turn: Turn | None) -> tuple[list[Candidate], Span | None]:
        """Return the chains of a page, and its span, if there are any."""
        if not self._grounds:
            return [], None
        first = self._first_page(turn)
        whole = self._whole_ways()
        found = [c for c in self._verified(first) if not self._is_needless(c, whole)]
        if turn is None:
            found += self._directs(whole)
        return found, first.span if found else None

    # --- searching

    def _first_page(self, turn: Turn | None) -> TransitPage:
        query = self.query
        if not self._may_be_of_use():
            return NO_PAGE
        if query.window_s == 0:
            return TransitPage(self._window(query.kind, query.time, 0), None)
        pager = Pager(partial(self._window, query.kind), query.kind, query.window_s)
        return pager.first(query.time) if turn is None else pager.turn(*turn)

    def _may_be_of_use(self) -> bool:
        """Say whether any shuttle leads to a stop, or from one."""
        found = [*self._ahead, *self._back]
        return any((one.seconds < NEVER).any() for one in found) or bool(self._hops())

    def _window(self, kind: TimeKind, time: int, window_s: int) -> Sequence[TransitJourney]:
        begin, end = (time, time + window_s) if kind is TimeKind.DEPART else (time - window_s, time)
        return self._journeys(Task(kind, begin, end))

    def _journeys(self, task: Task) -> Sequence[TransitJourney]:
        access, egress = self._doors(task)
        if access.stop.size == 0 or egress.stop.size == 0:
            return ()
        time = task.begin if task.kind is TimeKind.DEPART else task.end
        ends = (access.stop, access.seconds), (egress.stop, egress.seconds)
        asked = self.planner.transit_query(self.query, *ends, time, task.end - task.begin)
        search = self.planner.transit
        hops = self._hops() if task.with_hops else ()
        if hops:
            search = hops[0].search(search)
        return search.search(replace(asked, kind=task.kind))

    def _doors(self, task: Task) -> tuple[Doors[ShuttleWay], Doors[ShuttleWay]]:
        bans = task.access, task.egress
        if bans not in self._known_doors:
            n_stops = self.planner.timetable.n_stops
            ahead = [without(found, task.access) for found in self._ahead]
            back = [without(found, task.egress) for found in self._back]
            doors = doors_of(self.walks, ahead, n_stops), doors_of(self.walks_back, back, n_stops)
            self._known_doors[bans] = doors
        return self._known_doors[bans]

    def _hops(self) -> list[ShuttleBetween]:
        """Return the rides between others' rides, of one service at most."""
        between = () if self._demand is None else self._demand.between
        mine = [one for one in between if one.ground in self._grounds and not one.is_empty]
        return mine[:1]

    # --- verifying

    def _verified(self, page: TransitPage) -> Iterator[Candidate]:
        """Yield the chains that can be promised; search again around those that cannot."""
        query = self.query
        span = page.span or Span(query.time, query.time)
        kind = query.kind
        tasks = deque([Task(kind, span.begin, min(span.end, span.begin + MAX_WINDOW_S))])
        if kind is TimeKind.ARRIVE:
            tasks = deque([Task(kind, max(span.begin, span.end - MAX_WINDOW_S), span.end)])
        done: set[Task] = set()
        journeys: Sequence[TransitJourney] | None = page.journeys
        while tasks and len(done) < MOST_SEARCHES:
            task = tasks.popleft()
            if task in done:
                continue
            done.add(task)
            if journeys is None:
                journeys = self._journeys(task)
            verdicts = [self._verdict(task, journey) for journey in journeys]
            journeys = None
            yield from (one.candidate for one in verdicts if one.candidate is not None)
            tasks.extend(self._again(task, [one for one in verdicts if one.is_worse]))

    def _verdict(self, task: Task, journey: TransitJourney) -> Verdict:
        ways = self._ways(task, journey)
        if ways is None:
            return Verdict(journey, None)
        boards: dict[str, Board | None] = {}
        first = self._riding(journey)
        rides: list[ShuttleRide | None] = [None, None]
        if ways.access is not None:
            got = self._quoted(ways.access, Wish(None, first[0] - ways.access.last_walk_s), boards)
            if isinstance(got, Refused) or not self._is_in_time(got.departure, early=True):
                return Verdict(journey, None, bad_access=True)
            rides[0] = got
        between = []
        for way, ready, until in ways.between:
            wish = Wish(ready + way.walk_s, until - way.last_walk_s - self._pace.buffer_s)
            got = self._quoted(way, wish, boards)
            if isinstance(got, Refused):
                return Verdict(journey, None, bad_between=True)
            between.append((got, ready))
        if ways.egress is not None:
            got = self._quoted(ways.egress, Wish(first[1] + ways.egress.walk_s, None), boards)
            if isinstance(got, Refused) or not self._is_in_time(got.arrival, early=False):
                return Verdict(journey, None, bad_egress=True)
            rides[1] = got
        return self._chain(journey, rides[0], rides[1], between)

    def _chain(
        self,
        journey: TransitJourney,
        access: ShuttleRide | None,
        egress: ShuttleRide | None,
        between: Sequence[tuple[ShuttleRide, int]],
    ) -> Verdict:
        departure = journey.departure if access is None else access.departure
        arrival = journey.arrival if egress is None else egress.arrival
        found = journey._replace(departure=departure, arrival=arrival)
        return Verdict(
            journey,
            Candidate(departure, arrival, found, access, egress, tuple(between)),
            bad_access=access is not None and departure < journey.departure,
            bad_egress=egress is not None and arrival > journey.arrival,
        )

    def _ways(self, task: Task, journey: TransitJourney) -> Ways | None:
        """Return the shuttles of a journey, or None where it has none."""
        access, egress = self._doors(task)
        ends = access.way(journey.access), egress.way(journey.egress)
        first, last = (way if isinstance(way, ShuttleWay) else None for way in ends)
        between = tuple(self._between(journey)) if task.with_hops else ()
        if first is None and last is None and not between:
            return None
        return Ways(first, last, between)

    def _between(self, journey: TransitJourney) -> Iterator[tuple[ShuttleWay, int, int]]:
        hops = self._hops()
        legs = journey.legs
        for before, leg, after in zip(legs, legs[1:], legs[2:], strict=False):
            if not hops or not isinstance(leg, TransitHop):
                continue
            way = hops[0].way(leg, self._pace)
            if (
                way is not None
                and isinstance(before, TransitRide)
                and isinstance(after, TransitRide)
            ):
                yield way, before.arrival, after.departure

    def _riding(self, journey: TransitJourney) -> tuple[int, int]:
        """Return when the rider boards the first ride, and when they leave the last."""
        boards = journey.legs[0]
        assert isinstance(boards, TransitRide)  # noqa: S101 - a journey begins with a ride
        return boards.departure, journey.arrival - journey.egress_s

    def _quoted(
        self, way: ShuttleWay, wish: Wish, boards: "dict[str, Board | None]"
    ) -> ShuttleRide | Refused:
        service = way.ground.service
        got = self._quotes_of(way.ground).quote(way, wish, boards.get(service.id))
        if not isinstance(got, Refused) and service.parallel is not None:
            windows = got[0].windows
            arrive = wish.deadline is not None and wish.ready is None
            bus = self._parallel.find(
                service.parallel, way.pickup, way.drop_off, windows, arrive=arrive
            )
            if bus is not None:
                at = windows.pickup_from
                got = Refused(
                    service.id, Reason.PARALLEL, way.pickup, way.drop_off, at, (bus.trip, bus.day)
                )
        if isinstance(got, Refused):
            self.refused.append(got)
            return got
        promise, boards[service.id] = got
        return ShuttleRide(way, promise)

    def _quotes_of(self, ground: ServiceGround) -> Quotes:
        key = ground.service.id
        if key not in self._quotes:
            party, doors = self.query.preferences.shuttles.party, self._addresses(ground)
            self._quotes[key] = Quotes(ground, self._fleet(ground), party, self.query.now, doors)
        return self._quotes[key]

    def _fleet(self, ground: ServiceGround) -> FleetNow | None:
        if not ground.service.is_ours or self._demand is None or self._demand.fleets is None:
            return None
        query = self.query
        begin = query.time - BEFORE_S - (query.window_s if query.kind is TimeKind.ARRIVE else 0)
        end = query.time + query.window_s + AHEAD_S
        return self._demand.fleets.fleet(ground.service.id, begin, end)

    def _again(self, task: Task, bad: Sequence[Verdict]) -> Iterator[Task]:
        """Yield searches that find what the refused journeys beat."""
        if not bad:
            return
        access, egress = self._doors(task)
        banned = task._replace(
            access=task.access | named(access, (v.journey.access for v in bad if v.bad_access)),
            egress=task.egress | named(egress, (v.journey.egress for v in bad if v.bad_egress)),
            with_hops=task.with_hops and not any(v.bad_between for v in bad),
        )
        yield banned
        if task.kind is TimeKind.DEPART and self.query.kind is TimeKind.DEPART:
            late = [v.journey.arrival for v in bad if v.bad_egress]
            if late:
                first = min(late) + 1
                yield task._replace(kind=TimeKind.ARRIVE, begin=first, end=first + BEHIND_S)
        if task.kind is TimeKind.ARRIVE and self.query.kind is TimeKind.ARRIVE:
            early = [v.journey.departure for v in bad if v.bad_access]
            if early:
                last = max(early) - 1
                yield task._replace(kind=TimeKind.DEPART, begin=last - BEHIND_S, end=last)

    # --- the whole way by shuttle

    def _whole_ways(self) -> list[ShuttleWay]:
        """Return the quickest way from door to door of each service that has one."""
        if self.query.vias:
            return []
        ways = map(self._direct, self._grounds)
        return [way for way in ways if way is not None]

    def _directs(self, ways: Sequence[ShuttleWay]) -> Iterator[Candidate]:
        """Yield the rides from door to door at the time of the question."""
        time, departs = self.query.time, self.query.kind is TimeKind.DEPART
        for way in ways:
            wish = Wish(time + way.walk_s, None) if departs else Wish(None, time - way.last_walk_s)
            got = self._quoted(way, wish, {})
            if not isinstance(got, Refused) and (
                self._is_in_time(got.departure, early=True)
                and self._is_in_time(got.arrival, early=False)
            ):
                yield Candidate(got.departure, got.arrival, None, got, None)

    def _is_needless(self, candidate: Candidate, ways: Sequence[ShuttleWay]) -> bool:
        """Say whether a shuttle of the chain could as well go all the way, in its time."""
        for way in ways:
            if way.seconds > candidate.arrival - candidate.departure:
                continue
            wish = Wish(candidate.departure + way.walk_s, None)
            got = self._quotes_of(way.ground).quote(way, wish)
            if isinstance(got, Refused):
                continue
            if ShuttleRide(way, got[0]).arrival <= candidate.arrival:
                return True
        return False

    def _direct(self, ground: ServiceGround) -> ShuttleWay | None:
        mps, party = self.query.preferences.walk_mps, self.query.preferences.shuttles.party
        here = ground.ends(self._origin, mps)
        there = ground.ends(self._destination, mps, backward=True)
        best: ShuttleWay | None = None
        for pickup, walk_s in zip(here.spots, here.walk_s.tolist(), strict=True):
            for drop_off, last_s in zip(there.spots, there.walk_s.tolist(), strict=True):
                if pickup == drop_off or not ground.may_pair(pickup, drop_off):
                    continue
                drive_s, metres = ground.times.drive(pickup, drop_off)
                ride_s = ride_seconds(ground.service.limits, party, drive_s)
                way = ShuttleWay(ground, pickup, drop_off, walk_s, ride_s, last_s, drive_s, metres)
                if best is None or way.seconds < best.seconds:
                    best = way
        return best

    # --- small things

    def _reached(self, ground: ServiceGround, *, backward: bool = False) -> ShuttleFound:
        preferences = self.query.preferences
        point = self._destination if backward else self._origin
        n_stops = self.planner.timetable.n_stops
        party = preferences.shuttles.party
        return reached(ground, point, preferences.walk_mps, party, n_stops, backward=backward)

    def _addresses(self, ground: ServiceGround) -> list[Spot]:
        mps = self.query.preferences.walk_mps
        ends = ground.ends(self._origin, mps), ground.ends(self._destination, mps, backward=True)
        return [spot for end in ends for spot in end.spots if spot.stop is None]

    def _is_known(self, ground: ServiceGround) -> bool:
        """Say whether a service can be quoted: others', or ours with a fleet that is known."""
        fleets = None if self._demand is None else self._demand.fleets
        return not ground.service.is_ours or fleets is not None

    def _is_in_time(self, time: int, *, early: bool) -> bool:
        """Say whether a chain neither leaves before nor arrives after what was asked for."""
        query = self.query
        if early and query.kind is TimeKind.DEPART:
            return time >= query.time
        return early or query.kind is TimeKind.DEPART or time <= query.time


def _point(place: Place) -> tuple[float, float]:
    return place.lat, place.lon
