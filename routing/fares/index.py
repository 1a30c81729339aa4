"""Finds rules of fares without looking at all of them.

An empty field of a rule is an inverse: it stands for every value that no other rule of the file
names in that field (GTFS, "empty semantics"). What has no value at all, a route without a network,
a stop without an area, is such a value as well: feeds without areas could not be priced otherwise.
Only leg rules with ``rule_priority`` read an empty field as any.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from routing.fares.tables import (
        FareMedium,
        FareProduct,
        FareTables,
        LegRule,
        Timeframe,
        TransferRule,
    )

T = TypeVar("T")

ANY: Final = ""
"""An empty field."""


class FareIndex:
    """The rules of one feed by network, areas and leg groups. Built in O(rules)."""

    def __init__(self, tables: "FareTables") -> None:
        self._has_priority = tables.has_priority
        self._legs: dict[tuple[str, str, str], list[LegRule]] = defaultdict(list)
        self._named: tuple[set[str], set[str], set[str]] = (set(), set(), set())
        for rule in tables.leg_rules:
            key = rule.network_id, rule.from_area_id, rule.to_area_id
            self._legs[key].append(rule)
            for named, value in zip(self._named, key, strict=True):
                named.add(value)
        self._transfers: dict[tuple[str, str], list[TransferRule]] = defaultdict(list)
        for transfer in tables.transfer_rules:
            self._transfers[transfer.key].append(transfer)
        self._from_groups = {rule.from_leg_group_id for rule in tables.transfer_rules}
        self._to_groups = {rule.to_leg_group_id for rule in tables.transfer_rules}
        self.timeframes: Mapping[str, Sequence[Timeframe]] = _grouped(
            tables.timeframes, lambda frame: frame.group_id
        )
        self.products: Mapping[str, Sequence[FareProduct]] = _grouped(
            tables.products, lambda product_: product_.id
        )
        self.media: Mapping[str, FareMedium] = {medium.id: medium for medium in tables.media}

    def leg_rules(
        self, networks: Iterable[str], from_areas: Iterable[str], to_areas: Iterable[str]
    ) -> "Iterator[LegRule]":
        """Yield the rules for a leg whose networks and areas are these, whatever their times.

        O(areas² + rules found). A leg of several networks fits no rule that names one.
        """
        asked = [set(values) - {ANY} for values in (networks, from_areas, to_areas)]
        choices = [
            self._choices(values, named) for values, named in zip(asked, self._named, strict=True)
        ]
        if len(asked[0]) > 1:
            choices[0] = [value for value in choices[0] if value == ANY]
        for network, start, end in product(*choices):
            yield from self._legs.get((network, start, end), ())

    def _choices(self, values: set[str], named: set[str]) -> list[str]:
        """Return what a rule may say in a field for a leg that has these values there."""
        fits = sorted(values & named)
        is_other = self._has_priority or not fits
        return [*fits, ANY] if is_other else fits

    def transfer_rules(self, from_group: str, to_group: str) -> "Sequence[TransferRule]":
        """Return the rules for a transfer between two leg groups; a leg without one has none."""
        if ANY in (from_group, to_group):
            return ()
        start = from_group if from_group in self._from_groups else ANY
        end = to_group if to_group in self._to_groups else ANY
        return self._transfers.get((start, end), ())


def _grouped(rows: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return dict(found)
