"""Shared vehicles of this moment: all sources asked again and again, and gathered to one supply."""

import logging
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from kommit.kit.clock import Clock
from routing.sharing.supply import NO_SUPPLY, SharingSystem, Supply

log = logging.getLogger(__name__)

Source = Callable[[], SharingSystem | None]
"""Gives a system as it is now, or None where there is nothing to be believed."""


class SupplyNow(NamedTuple):
    """A supply, and the Unix second that it is looked at."""

    supply: Supply
    moment: int


class SharedVehicles:
    """Gathers what all sources tell; one thread does, and anybody may read ``now``.

    Parameters
    ----------
    sources
        Each gives the sources that there are at a moment, since fleets come and go.
    """

    def __init__(self, sources: Sequence[Callable[[], Iterable[Source]]], clock: Clock) -> None:
        self._sources, self._clock = sources, clock
        self.now = SupplyNow(NO_SUPPLY, 0)
        self._told: set[str] = set()
        """Ids that two claimed; each is told once."""

    def gather(self) -> SupplyNow:
        """Ask all sources; what they tell is another supply only where it is news.

        The same supply is news when a zone with a time begins or ends. Of two systems that claim
        one id, the first is believed.
        """
        moment = int(self._clock.now().timestamp())
        systems = self._systems()
        known = self.now
        if systems != known.supply.systems or _zones_changed(systems, known.moment, moment):
            self.now = SupplyNow(Supply(systems, known.supply.number + 1), moment)
        return self.now

    def _systems(self) -> tuple[SharingSystem, ...]:
        found: dict[str, SharingSystem] = {}
        for source in chain.from_iterable(sources() for sources in self._sources):
            system = source()
            if system is None:
                continue
            if system.id in found and system.id not in self._told:
                self._told.add(system.id)
                log.warning("two sharing systems are called %s: one is left out", system.id)
            found.setdefault(system.id, system)
        return tuple(found.values())


def _zones_changed(systems: Iterable[SharingSystem], before: int, now: int) -> bool:
    """Say whether a zone began or ended between two moments."""
    edges = (edge for s in systems for zone in s.zones for edge in (zone.start, zone.end))
    return any(edge is not None and before < edge <= now for edge in edges)
