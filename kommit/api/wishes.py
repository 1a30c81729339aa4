"""What a rider takes and how fast: written as parameters, read as filters, answered with notices.

Parameters are read strictly: an id or a mode that is not known is refused by name, since a filter
that was silently dropped would send people onto rides that they cannot take.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from kommit.api.errors import InvalidInput
from kommit.api.network import Network
from kommit.api.schemas.journeys import Notice
from kommit.api.street_legs import is_rented_elsewhere
from kommit.api.wheelchair import Rolled, notices_on
from routing.filters import ANY_RIDE, RideFilter
from routing.journey import Journey, RideLeg
from routing.modes import MODES
from routing.ondemand.service import Capacity
from routing.ondemand.wishes import ShuttleWishes
from routing.pace import WALK_MPS
from routing.sharing.wishes import VehicleWishes
from routing.street.profile import REFERENCE_MPS, Profile

Member = TypeVar("Member", int, str)

SPEEDS_MPS: Final = (WALK_MPS, *(tenths / 10 for tenths in range(5, 21)))
"""Walking speeds are rounded to one of these, so that searches at one pace share their ways."""
SLOWEST_MPS: Final = min(SPEEDS_MPS)
QUICKEST_MPS: Final = max(SPEEDS_MPS)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked of rides and changes, as it was written: ids and modes, lists by commas."""

    modes: Sequence[str] = ()
    banned_modes: Sequence[str] = ()
    routes: Sequence[str] = ()
    banned_routes: Sequence[str] = ()
    agencies: Sequence[str] = ()
    banned_agencies: Sequence[str] = ()
    wheelchair: bool = False
    allow_unknown: bool = False
    bikes: bool = False
    walk_speed: float | None = None
    transfer_buffer_min: int = 0
    street_modes: Sequence[str] = ()
    systems: Sequence[str] = ()
    banned_systems: Sequence[str] = ()
    own: str | None = None
    max_ride_min: int = 20
    max_direct_min: int = 120
    shuttle: bool = True
    passengers: int = 1


ANYTHING: Final = Wishes()


def filter_of(wishes: Wishes, network: Network) -> RideFilter:
    """Return the filter that was written.

    Raises
    ------
    InvalidInput
        If a mode, route or agency is not known; names the parameter and what was written.
    """
    route, agency = network.catalogue.find_route, network.catalogue.find_agency
    return RideFilter(
        only_routes=_some(_read(wishes.routes, route, "routes", "route")),
        only_modes=_some(_modes(wishes.modes, "modes")),
        only_agencies=_some(_read(wishes.agencies, agency, "agencies", "agency")),
        banned_routes=_read(wishes.banned_routes, route, "banned_routes", "route"),
        banned_modes=_modes(wishes.banned_modes, "banned_modes"),
        banned_agencies=_read(wishes.banned_agencies, agency, "banned_agencies", "agency"),
        wheelchair=wishes.wheelchair,
        allow_unknown=wishes.wheelchair and wishes.allow_unknown,
        bikes=wishes.bikes,
    )


RENTALS_ELSEWHERE: Final = Notice(
    code="rentals-elsewhere",
    text="Some journeys have a vehicle that is rented with its operator, not here; their prices are"
    " those of its plan, and whether it is still there when you come is not certain.",
)
RENTED: Final = {
    "bicycle": frozenset({"bicycle"}),
    "cargo_bicycle": frozenset({"cargo_bicycle"}),
    "scooter": frozenset({"scooter", "scooter_standing", "scooter_seated"}),
    "moped": frozenset({"moped"}),
    "car": frozenset({"car"}),
}
"""What may be rented, and the form factors of GBFS that it is."""
ON_FOOT: Final = "walk"
OWN: Final = {
    "bicycle": Profile.BICYCLE,
    "cargo_bicycle": Profile.CARGO_BICYCLE,
    "car": Profile.CAR,
}
"""What a rider may have of their own."""


def vehicles_of(wishes: Wishes, network: Network) -> VehicleWishes:
    """Return which vehicles are taken besides those of the timetable.

    Raises
    ------
    InvalidInput
        If a mode or system is not known.
    """
    systems = {system.id for system in network.supply.systems}

    def system(text: str) -> str | None:
        return text if text in systems else None

    modes = _read(wishes.street_modes, _street_mode, "street_modes", "street mode", _STREET_MODES)
    forms = frozenset().union(*(RENTED.get(mode, frozenset()) for mode in modes))
    if wishes.own is not None and wishes.own not in OWN:
        raise InvalidInput(("query", "own"), f"own vehicles are {', '.join(OWN)}")
    in_wheelchair = wishes.wheelchair
    return VehicleWishes(
        rentals=not in_wheelchair and (not modes or bool(forms)),
        form_factors=forms or None,
        only_systems=_some(_read(wishes.systems, system, "systems", "system")),
        banned_systems=_read(wishes.banned_systems, system, "banned_systems", "system"),
        own=None if wishes.own is None or in_wheelchair else OWN[wishes.own],
        max_s=wishes.max_ride_min * 60,
        max_direct_s=wishes.max_direct_min * 60,
    )


def shuttles_of(wishes: Wishes) -> ShuttleWishes:
    """Return whether shuttles are taken, and how many seats are needed in them."""
    return ShuttleWishes(
        wanted=wishes.shuttle and not wishes.wheelchair, party=Capacity(wishes.passengers)
    )


_STREET_MODES: Final = f"street modes are {', '.join((ON_FOOT, *RENTED))}"


def _street_mode(text: str) -> str | None:
    return text if text == ON_FOOT or text in RENTED else None


def walk_mps(wishes: Wishes) -> float:
    """Return the walking speed that was written, in the steps that are searched with."""
    if wishes.walk_speed is None:
        return REFERENCE_MPS[Profile.WHEELCHAIR] if wishes.wheelchair else WALK_MPS
    asked = wishes.walk_speed
    return min(SPEEDS_MPS, key=lambda speed: abs(speed - asked))


def notices_of(
    journeys: Iterable[Journey], network: Network, wishes: Wishes, known: Rolled | None = None
) -> list[Notice]:
    """Return what an answer to somebody who is particular does not promise.

    ``known`` is what is known of it in a wheelchair.
    """
    wanted = filter_of(wishes, network)
    journeys = list(journeys)
    others = any(is_rented_elsewhere(one, network) for one in journeys)
    elsewhere = [RENTALS_ELSEWHERE] if others else []
    if wanted == ANY_RIDE:
        return elsewhere
    rides = [leg for one in journeys for leg in one.legs if isinstance(leg, RideLeg)]
    notices = [] if rides else [Notice(code="no-ride-fits", text="No ride fits the filters.")]
    if known is not None:
        notices += notices_on(known, network)
    if wanted.bikes and rides:
        text = "The vehicles take bicycles by the timetable; whether there is room is not known."
        notices.append(Notice(code="bike-space-unknown", text=text))
    return notices + elsewhere


def _some(members: frozenset[Member]) -> frozenset[Member] | None:
    return members or None


def _modes(written: Sequence[str], parameter: str) -> frozenset[str]:
    def find(text: str) -> str | None:
        return text.upper() if text.upper() in MODES else None

    known = f"modes are {', '.join(mode.lower() for mode in MODES)}"
    return _read(written, find, parameter, "mode", known)


def _read(
    written: Sequence[str],
    find: Callable[[str], Member | None],
    parameter: str,
    noun: str,
    help_: str = "ids are those of the journeys that are answered",
) -> frozenset[Member]:
    """Return what was written; a text with commas is a list unless it is an id as a whole."""
    found = []
    for text in written:
        whole = find(text)
        parts = [text.strip() for text in text.split(",")] if whole is None else [text]
        for part in filter(None, parts):
            member = find(part)
            if member is None:
                raise InvalidInput(("query", parameter), f"there is no {noun} {part!r}; {help_}")
            found.append(member)
    return frozenset(found)
