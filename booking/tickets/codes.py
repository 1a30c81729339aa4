"""Numbers that payloads write for words. Fixed for ever: tickets that were sold carry them."""

from typing import Final

from booking.domain.chain import LegMode
from booking.domain.passengers import PassengerCategory
from booking.tickets.ticket import LegKind

MODE_CODES: Final = {
    LegMode.OTHER: 0,
    LegMode.TRAM: 1,
    LegMode.SUBWAY: 2,
    LegMode.RAIL: 3,
    LegMode.BUS: 4,
    LegMode.FERRY: 5,
    LegMode.CABLE_CAR: 6,
    LegMode.COACH: 7,
    LegMode.ON_DEMAND: 8,
    LegMode.BICYCLE: 9,
    LegMode.CARGO_BICYCLE: 10,
    LegMode.SCOOTER: 11,
    LegMode.CAR: 12,
}
"""Nobody needs a ticket to walk."""
MODES: Final = {code: mode for mode, code in MODE_CODES.items()}
MODES_1: Final = {code: mode for code, mode in MODES.items() if code <= 8}
"""Those that layout 1 knew."""
CATEGORY_CODES: Final = {PassengerCategory.ADULT: 0, PassengerCategory.CHILD: 1}
CATEGORIES: Final = {code: category for category, code in CATEGORY_CODES.items()}
KIND_CODES: Final = {LegKind.RIDE: 0, LegKind.ON_DEMAND: 1, LegKind.RENTAL: 2}
KINDS: Final = {code: kind for kind, code in KIND_CODES.items()}
FIRST_CLASS: Final = 1
BICYCLE: Final = 2
"""Flags of a passenger, to be added."""
