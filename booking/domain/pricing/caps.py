"""Caps of 24 hours and of a calendar month: what is still asked of whoever has paid already. Pure.

Each slot of a group (``booking.domain.spending.slot_of``) has caps of its own; all slots are of one
account and travel at the same times, so their 24 hours are the booker's.

**Any 24 hours.** Fares of a slot within any 24 hours sum to no more than the cap, whichever journey
was bought first. This is never dearer than hours that begin with a first ride and then with the
next ride after them, and it does not depend on where one begins to count.

**Months** are those of the calendar in the tariff's time zone; a journey belongs to the month in
which it begins, and its day's version of the tariff says the cap.

Fares that are cut in the order of travel sum to the most that the caps allow. So another journey
never lowers what is paid in all (a property that is tested).

What was paid for fares is spent in the slot itself, what first class and bicycles cost in slots
beside it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from booking.domain.passengers import PassengerCategory
from booking.domain.spending import Spending, Spent
from booking.domain.tariff import Tariff

DAY: Final = timedelta(hours=24)
FIRST_CLASS_SLOT: Final = "{}/first-class"
BICYCLE_SLOT: Final = "{}/bicycle"


class Room(NamedTuple):
    """What caps leave; None: there is no cap. Not below zero."""

    day: int | None = None
    month: int | None = None
    day_first: int | None = None
    """For fares and supplements of first class together."""

    def fare(self, *, is_first: bool) -> int | None:
        """Return what fares may sum to, or None."""
        rooms = (self.day, self.month, self.day_first if is_first else None)
        return min((room for room in rooms if room is not None), default=None)


@dataclass(frozen=True, slots=True)
class CappedFare:
    """A fare, and what caps take off it."""

    fare_minor: int
    day_cut_minor: int = 0
    """Taken off by a cap of 24 hours; not below zero."""
    month_cut_minor: int = 0
    """Taken off what is left, by the cap of the month."""
    supplement_minor: int = 0
    """For first class, beside the fare."""
    supplement_cut_minor: int = 0

    @property
    def net_fare_minor(self) -> int:
        """The fare that is asked: what caps count."""
        return self.fare_minor - self.day_cut_minor - self.month_cut_minor

    @property
    def net_supplement_minor(self) -> int:
        """The supplement that is asked."""
        return self.supplement_minor - self.supplement_cut_minor

    @property
    def net_minor(self) -> int:
        """All that is asked."""
        return self.net_fare_minor + self.net_supplement_minor


class Travelled(NamedTuple):
    """A journey that was made and is to be billed."""

    at: datetime
    """When it began; aware."""
    fare_minor: int
    """What it costs alone."""
    supplement_minor: int = 0
    is_first: bool = False


def room_of(tariff: Tariff, slot: str, at: datetime, spending: Spending) -> Room:
    """Return what the caps of a tariff leave a slot for a journey that begins at an aware time.

    Raises
    ------
    ValueError
        If the slot is none of ``slot_of``.
    """
    caps = tariff.caps_of(_category_of(slot))
    counted = [
        one for one in spending.spent if one.tariff == tariff.id and one.currency == tariff.currency
    ]
    fares = [one for one in counted if one.slot == slot]
    both = [one for one in counted if one.slot in (slot, FIRST_CLASS_SLOT.format(slot))]
    month = _month(tariff, at)
    return Room(
        _left(caps.per_24h, lambda: most_in_a_day(fares, at)),
        _left(
            caps.per_month,
            lambda: sum(one.minor for one in fares if _month(tariff, one.at) == month),
        ),
        _left(caps.per_24h_first, lambda: most_in_a_day(both, at)),
    )


def cut(journey: Travelled, room: Room) -> CappedFare:
    """Return what caps leave of a fare and its supplement."""
    day = _at_most(journey.fare_minor, room.day)
    if journey.is_first:
        day = _at_most(day, room.day_first)
    net = _at_most(day, room.month)
    left = None if room.day_first is None else max(room.day_first - net, 0)
    supplement = _at_most(journey.supplement_minor, left)
    return CappedFare(
        journey.fare_minor,
        journey.fare_minor - day,
        day - net,
        journey.supplement_minor,
        journey.supplement_minor - supplement,
    )


def capped(
    fare_minor: int,
    slot: str,
    at: datetime,
    spending: Spending,
    tariff: Tariff,
    supplement_minor: int | None = None,
) -> CappedFare:
    """Return what is asked for a fare by whoever has spent so much already.

    Parameters
    ----------
    slot
        As ``slot_of`` says: ``adult-0``.
    at
        When the journey begins; aware.
    tariff
        The version of that day.
    supplement_minor
        What first class costs beside the fare; None: the passenger rides second class.
    """
    first = supplement_minor is not None
    journey = Travelled(at, fare_minor, supplement_minor or 0, first)
    return cut(journey, room_of(tariff, slot, at, spending))


def retrospective(
    journeys: Sequence[Travelled],
    slot: str,
    tariff_at: Callable[[datetime], Tariff],
    spending: Spending,
) -> tuple[CappedFare, ...]:
    """Return what is asked for each journey of a slot, billed together after they were made.

    Parameters
    ----------
    journeys
        In any order: they are cut in that of travel.
    tariff_at
        The version of the tariff by the moment at which a journey began.
    spending
        What was paid otherwise, without these journeys.
    """
    known = list(spending.spent)
    bills: dict[int, CappedFare] = {}
    for i in sorted(range(len(journeys)), key=lambda i: _order_of(journeys[i])):
        journey = journeys[i]
        tariff = tariff_at(journey.at)
        room = room_of(tariff, slot, journey.at, Spending(spending.rider_id, tuple(known)))
        bills[i] = cut(journey, room)
        known.extend(_spent(bills[i], slot, tariff, journey.at))
    return tuple(bills[i] for i in range(len(journeys)))


def most_in_a_day(spent: Iterable[Spent], at: datetime) -> int:
    """Return the most that was paid within 24 hours that hold a moment.

    A day holds its first moment and not the one 24 hours later.
    """
    now = at.astimezone(UTC)  # hours of clocks that are put forward or back are no hours
    paid = [(one.at.astimezone(UTC), one.minor) for one in spent]
    begins = [now, *(then for then, _ in paid if now - DAY < then <= now)]
    return max(
        sum(minor for then, minor in paid if begin <= then < begin + DAY) for begin in begins
    )


def _spent(bill: CappedFare, slot: str, tariff: Tariff, at: datetime) -> Iterator[Spent]:
    yield Spent(slot, tariff.id, at, bill.net_fare_minor, tariff.currency)
    first = FIRST_CLASS_SLOT.format(slot)
    yield Spent(first, tariff.id, at, bill.net_supplement_minor, tariff.currency)


def _order_of(journey: Travelled) -> tuple[datetime, bool, int, int]:
    return journey.at, journey.is_first, journey.fare_minor, journey.supplement_minor


def _category_of(slot: str) -> PassengerCategory:
    return PassengerCategory(slot.partition("-")[0])


def _month(tariff: Tariff, at: datetime) -> tuple[int, int]:
    local = at.astimezone(tariff.zone)
    return local.year, local.month


def _left(cap: int | None, spent: Callable[[], int]) -> int | None:
    return None if cap is None else max(cap - spent(), 0)


def _at_most(minor: int, room: int | None) -> int:
    return minor if room is None else min(minor, room)
