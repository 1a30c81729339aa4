"""What riders are told at the junctions of a way: data only, the words are elsewhere."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from routing.street.graph import StreetClass

STRAIGHT_DEG: Final = 25.0
"""Changes of direction below this are going straight on."""
SLIGHT_DEG: Final = 50.0
NORMAL_DEG: Final = 130.0
SHARP_DEG: Final = 165.0
"""Beyond this is turning round."""


class Maneuver(StrEnum):
    """What to do at a point of the way."""

    DEPART = "DEPART"
    CONTINUE = "CONTINUE"
    SLIGHT_LEFT = "SLIGHT_LEFT"
    LEFT = "LEFT"
    SHARP_LEFT = "SHARP_LEFT"
    SLIGHT_RIGHT = "SLIGHT_RIGHT"
    RIGHT = "RIGHT"
    SHARP_RIGHT = "SHARP_RIGHT"
    U_TURN = "U_TURN"
    ROUNDABOUT_ENTER = "ROUNDABOUT_ENTER"
    ROUNDABOUT_EXIT = "ROUNDABOUT_EXIT"
    STAIRS = "STAIRS"
    ELEVATOR = "ELEVATOR"
    FERRY = "FERRY"
    ARRIVE = "ARRIVE"
    ARRIVE_LEFT = "ARRIVE_LEFT"
    ARRIVE_RIGHT = "ARRIVE_RIGHT"


@dataclass(frozen=True, slots=True)
class Instruction:
    """One maneuver, and how far it is from there to the next."""

    maneuver: Maneuver
    name: int
    """Index of the name of the street that follows, or -1; at the end the street reached."""
    street_class: StreetClass
    """Of the street that follows."""
    distance_m: int
    """To the next instruction; 0 at the end. The distances add up to the whole way."""
    seconds: int
    """To the next instruction; they add up to the whole way."""
    turn_deg: int
    """Change of direction, -180 to 180: negative is left."""
    heading_deg: int
    """Direction afterwards, 0 to 359 clockwise from north."""
    exit: int
    """Number of the exit where a roundabout is entered, otherwise 0."""
    lat: float
    """WGS84 degrees of the maneuver."""
    lon: float


def turn_of(degrees: float) -> Maneuver:
    """Return the turn that a change of direction is."""
    size = abs(degrees)
    if size < STRAIGHT_DEG:
        return Maneuver.CONTINUE
    if size > SHARP_DEG:
        return Maneuver.U_TURN
    left = degrees < 0
    if size < SLIGHT_DEG:
        return Maneuver.SLIGHT_LEFT if left else Maneuver.SLIGHT_RIGHT
    if size <= NORMAL_DEG:
        return Maneuver.LEFT if left else Maneuver.RIGHT
    return Maneuver.SHARP_LEFT if left else Maneuver.SHARP_RIGHT


def arrival(side: int) -> Maneuver:
    """Return how a goal on a side of the street is reached: -1 left, 1 right, 0 on it."""
    if side == 0:
        return Maneuver.ARRIVE
    return Maneuver.ARRIVE_LEFT if side < 0 else Maneuver.ARRIVE_RIGHT
