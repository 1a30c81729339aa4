"""Journeys that are good in more than time and rides: price, CO2, walking, reliable changes.

The whole Pareto set of so many criteria is large, and most of it nobody wants. Answered is what is
*near* a journey of the plain search (an **anchor**): it sets out at most the anchor's slack before
it, arrives at most the slack after it, and has at most a few rides more. Of all journeys that are
near one, the answer has for each a journey that

* sets out no earlier (where there is a window), arrives no later, has no more rides,
* costs less than one quantum more of each criterion asked for,

and none that another answer is better than. With quanta of 1 the answers are exactly the
Pareto-optimal journeys near an anchor. ``reference_criteria.py`` is the slow twin.

After Delling, Dibbelt, Pajor: Fast and Exact Public Transit Routing with Restricted Pareto Sets,
2019.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, NamedTuple

from routing.transit.criteria_bags import COSTS
from routing.transit.criteria_costs import Criterion
from routing.transit.search import TransitJourney

QUANTA: Final[Mapping[Criterion, int]] = MappingProxyType(
    {
        Criterion.PRICE: 50,
        Criterion.WALKING: 300,
        Criterion.CO2: 100,
        Criterion.RELIABILITY: 1,
    }
)
"""What differs by less counts as equal: half a euro, five minutes on foot, 100 g."""


@dataclass(frozen=True, slots=True)
class Slack:
    """What is near a journey of the plain search."""

    least_s: int = 600
    """Seconds earlier and later, at least."""
    percent: int = 25
    """Of the journey's duration, where that is more."""
    rides: int = 1
    """Rides more."""

    def of(self, journey: TransitJourney) -> int:
        """Return the seconds before and after a journey that are near it."""
        return max(self.least_s, (journey.arrival - journey.departure) * self.percent // 100)


@dataclass(frozen=True, slots=True)
class Weighing:
    """Which criteria count besides departure, arrival and rides, and how finely."""

    criteria: tuple[Criterion, ...]
    """One to three."""
    quanta: Mapping[Criterion, int] = field(default_factory=lambda: QUANTA)
    slack: Slack = field(default_factory=Slack)

    def __post_init__(self) -> None:
        if not 1 <= len(set(self.criteria)) == len(self.criteria) <= COSTS:
            raise ValueError(f"one to {COSTS} different criteria can be weighed at once")
        if any(self.quanta[criterion] < 1 for criterion in self.criteria):
            raise ValueError("quanta must be 1 or more")
        if self.slack.least_s < 0 or self.slack.percent < 0 or self.slack.rides < 0:
            raise ValueError("slack cannot be negative")


class WeighedJourney(NamedTuple):
    """An answer with what it costs, exactly."""

    journey: TransitJourney
    costs: Mapping[Criterion, int]
    """Of each criterion asked for, in its unit."""
