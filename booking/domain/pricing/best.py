"""The cheapest way to buy all rides of a chain for one passenger: dynamic programming over runs.

The ride legs are cut into runs, each sold by one product; what is cheapest together is bought. Of
equally cheap ways the one with the fewest runs is taken, then the one whose products stand earlier.
Two runs side by side are not both of a product that ``sells_one_trip``, unless a rental lies
between: then riders get off, and may begin anew.

**With caps** a way costs ``min(sum of a tariff's fares, what its caps leave)``: no sum over runs,
so no plain dynamic programme. But it is the least of a few sums: fares as they are; or all of them
free for what the caps leave; in first class also fares and supplements free for what the cap of
first class leaves. So there is one programme for each choice of these for each capped tariff, and
the best of their answers is the best way. ``tests/booking/tariff`` has a slow twin that tries all.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product as choices_of
from typing import NamedTuple

from booking.domain.passengers import Passenger, TravelClass
from booking.domain.pricing.caps import CappedFare, Room, Travelled, cut
from booking.domain.pricing.products import FareProduct, Quote
from booking.domain.pricing.ways import Rides


class Sale(NamedTuple):
    """A run, the product that sells it, and what it asks before caps."""

    product: int
    """Position among the products: the order in which they are named."""
    rides: Rides
    quote: Quote


class Bought(NamedTuple):
    """All rides of a passenger, and what caps leave of each tariff's fares."""

    sales: tuple[Sale, ...]
    capped: Mapping[str, CappedFare]
    """By tariff id; tariffs without caps are not among them."""

    @property
    def total_minor(self) -> int:
        """What is asked."""
        uncapped = sum(line.minor for sale in self.sales for line in sale.quote.lines)
        return uncapped - sum(
            fare.fare_minor + fare.supplement_minor - fare.net_minor
            for fare in self.capped.values()
        )


class Market(NamedTuple):
    """What is for sale to a passenger."""

    products: Sequence[FareProduct]
    passenger: Passenger
    rooms: Mapping[str, Room]
    """What caps leave, by the id of each capped tariff."""
    breaks: frozenset[int] = frozenset()
    """Numbers of rides before which a new trip may begin: a rental lies there."""


class _Mode(NamedTuple):
    """How the fares of a capped tariff are reckoned: each as it is, or all for one sum."""

    fare_free: bool = False
    supplement_free: bool = False
    fixed_minor: int = 0


class _Way(NamedTuple):
    """A way to buy the first rides; in the order of preference."""

    minor: int
    runs: int
    order: tuple[tuple[int, int], ...]
    """The products, and after how many rides each run ends; longer runs come first."""
    sales: tuple[Sale, ...]

    @property
    def rank(self) -> tuple[int, int, tuple[tuple[int, int], ...]]:
        return self.minor, self.runs, self.order


def best_way(rides: Rides, market: Market) -> Bought | None:
    """Return the cheapest way to buy rides, or None if some ride is sold by nobody."""
    sales = _all_sales(rides, market)
    found = [
        way
        for modes in _all_modes(market)
        if (way := _cheapest(rides, market, sales, modes)) is not None
    ]
    ways = [(bought_for(way.sales, market), way) for way in found]
    if not ways:
        return None
    return min(ways, key=lambda one: (one[0].total_minor, one[1].runs, one[1].order))[0]


def bought_for(sales: Sequence[Sale], market: Market) -> Bought:
    """Return what sales cost by the caps of their tariffs."""
    sums: dict[str, tuple[int, int]] = {}
    for sale in sales:
        tariff = market.products[sale.product].capped_by
        if tariff is None:
            continue
        fare, supplement = sums.get(tariff.id, (0, 0))
        sums[tariff.id] = fare + sale.quote.fare_minor, supplement + sale.quote.supplement_minor
    at = sales[0].rides[0][1].departure
    is_first = market.passenger.travel_class is TravelClass.FIRST
    return Bought(
        tuple(sales),
        {
            tariff: cut(Travelled(at, fare, supplement, is_first), market.rooms[tariff])
            for tariff, (fare, supplement) in sums.items()
        },
    )


def may_follow(market: Market, product: int, before: int | None, ride: int) -> bool:
    """Say whether a run of a product may begin at a ride after a run of another, or of its own."""
    return product != before or ride in market.breaks or not _sells_one_trip(market, product)


def _sells_one_trip(market: Market, product: int) -> bool:
    return market.products[product].sells_one_trip


def _all_sales(rides: Rides, market: Market) -> dict[tuple[int, int], list[Sale]]:
    """Return who sells which run, by its first ride and the one after its last."""
    return {
        (i, j): [
            Sale(at, rides[i:j], quote)
            for at, product in enumerate(market.products)
            if (quote := product.quote(rides[i:j], market.passenger)) is not None
        ]
        for i in range(len(rides))
        for j in range(i + 1, len(rides) + 1)
    }


def _all_modes(market: Market) -> Iterator[dict[str, _Mode]]:
    is_first = market.passenger.travel_class is TravelClass.FIRST
    capped = list(market.rooms)
    modes = [list(_modes(market.rooms[tariff], is_first=is_first)) for tariff in capped]
    for chosen in choices_of(*modes):
        yield dict(zip(capped, chosen, strict=True))


def _modes(room: Room, *, is_first: bool) -> Iterator[_Mode]:
    yield _Mode()
    fare = room.fare(is_first=is_first)
    if fare is not None:
        yield _Mode(fare_free=True, fixed_minor=fare)
    if is_first and room.day_first is not None:
        yield _Mode(fare_free=True, supplement_free=True, fixed_minor=room.day_first)


def _cheapest(
    rides: Rides,
    market: Market,
    sales: Mapping[tuple[int, int], list[Sale]],
    modes: Mapping[str, _Mode],
) -> _Way | None:
    """Return the cheapest way where each tariff's fares are reckoned in one mode."""
    fixed = sum(mode.fixed_minor for mode in modes.values())
    ways: list[dict[int | None, _Way]] = [{None: _Way(fixed, 0, (), ())}]
    """For each number of rides: the best way to buy them by the product of its last run."""
    for j in range(1, len(rides) + 1):
        here: dict[int | None, _Way] = {}
        for i in range(j):
            for sale in sales[i, j]:
                asked = _asked(sale, market, modes)
                for before, way in ways[i].items():
                    if not may_follow(market, sale.product, before, i):
                        continue
                    step = _Way(
                        way.minor + asked,
                        way.runs + 1,
                        (*way.order, (sale.product, -j)),
                        (*way.sales, sale),
                    )
                    known = here.get(sale.product)
                    if known is None or step.rank < known.rank:
                        here[sale.product] = step
        ways.append(here)
    return min(ways[-1].values(), key=lambda way: way.rank, default=None)


def _asked(sale: Sale, market: Market, modes: Mapping[str, _Mode]) -> int:
    tariff = market.products[sale.product].capped_by
    mode = _Mode() if tariff is None else modes[tariff.id]
    fare = 0 if mode.fare_free else sale.quote.fare_minor
    return fare + (0 if mode.supplement_free else sale.quote.supplement_minor)
