"""Who travels on an offer."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MAX_PASSENGERS: Final = 9
"""A bigger group does not fit into a shuttle, and telephones anyway."""


class PassengerCategory(StrEnum):
    """What a tariff asks about a passenger."""

    ADULT = "adult"
    CHILD = "child"


class TravelClass(StrEnum):
    """Where a passenger sits on the train."""

    SECOND = "second"
    FIRST = "first"


@dataclass(frozen=True, slots=True)
class Passenger:
    """One person of a group; nothing personal is kept."""

    category: PassengerCategory
    id: int
    """0-based position in the group, by which price lines name the passenger."""
    subscriptions: tuple[str, ...] = ()
    """Ids of the subscriptions that the passenger carries, as products name them."""
    travel_class: TravelClass = TravelClass.SECOND
    bicycle: bool = False
    """Whether the passenger takes a bicycle along."""


def group(categories: Iterable[PassengerCategory | str]) -> tuple[Passenger, ...]:
    """Return passengers of these categories, numbered from 0 in their order.

    Raises
    ------
    ValueError
        If a category is unknown.
    """
    return tuple(
        Passenger(PassengerCategory(category), position)
        for position, category in enumerate(categories)
    )
