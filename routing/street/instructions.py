"""Turn instructions: what of a way's junctions a rider has to be told.

Little is said: nothing where the street bends and there is no choice, nothing where it goes
straight on under its name. Stretches too short to be seen as streets (crossings, the middle of a
junction) are part of the junction.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from kommit.kit.geo import distance_m
from routing.street.choices import Choices, choices
from routing.street.graph import F64, I32, StreetClass
from routing.street.maneuvers import (
    SLIGHT_DEG,
    STRAIGHT_DEG,
    Instruction,
    Maneuver,
    arrival,
    turn_of,
)
from routing.street.network import StreetNetwork
from routing.street.profile import Profile
from routing.street.trace import Trace, trace
from routing.street.way import StreetPath
from routing.street.ways import ROUNDABOUT

JUNCTION_M: Final = 8.0
"""What is shorter is part of a junction: a road is no wider."""

MENTION_M: Final = 20.0
"""Going straight on for less than this is not mentioned."""

FORK_DEG: Final = 10.0
"""Where another way is that much straighter, even a small change of direction is a turn."""

CLEARLY_DEG: Final = 45.0
"""A street that turns goes on where all other ways turn that much more."""

CARRIED: Final = {
    StreetClass.STEPS: Maneuver.STAIRS,
    StreetClass.ELEVATOR: Maneuver.ELEVATOR,
    StreetClass.FERRY: Maneuver.FERRY,
}
"""What is told wherever it begins."""

ON_FOOT: Final = (Profile.FOOT, Profile.WHEELCHAIR)


class _Way(NamedTuple):
    """K stretches of a way as instructions need them."""

    line: Trace
    name: I32
    kind: I32
    """(K,) ``StreetClass``."""
    round: np.ndarray[tuple[int], np.dtype[np.bool_]]
    """(K,) whether a stretch is part of a roundabout; never on foot."""
    metres: F64
    """(K+1,) from the door to the beginning of each stretch, and to the end of the last."""
    seconds: F64
    """(K+1,) the same in time."""
    exits: Choices


class _Joint(NamedTuple):
    """A junction of the way that is worth telling of."""

    maneuver: Maneuver
    at: int
    """Stretch whose beginning it is."""
    after: int
    """Stretch that follows, beyond the junction."""
    turn_deg: float
    exit: int = 0


def instructions(
    network: StreetNetwork, profile: Profile, path: StreetPath
) -> tuple[Instruction, ...]:
    """Return the instructions along a way: the first is to depart, the last to arrive."""
    way = _way(network, profile, path)
    last = way.name.size - 1
    joints = [
        _Joint(Maneuver.DEPART, 0, 0, 0.0),
        *_joints(way),
        _Joint(arrival(path.side), last + 1, last, 0.0),
    ]
    joints = _worth_mentioning(way, joints)
    metres = _marks([way.metres[joint.at] for joint in joints], path.metres)
    seconds = _marks([way.seconds[joint.at] for joint in joints], path.seconds)
    return tuple(
        _instruction(way, joint, int(ahead_m), int(ahead_s))
        for joint, ahead_m, ahead_s in zip(joints, metres, seconds, strict=True)
    )


def _way(network: StreetNetwork, profile: Profile, path: StreetPath) -> _Way:
    graph, net = network.graph, network.nets[profile]
    segment = np.array([stretch.segment for stretch in path.stretches], np.int32)
    start = np.array([stretch.start for stretch in path.stretches])
    end = np.array([stretch.end for stretch in path.stretches])
    ways = 2 * segment + (end < start)
    line = trace(graph, ways, start[0], end[-1])
    share = np.abs(end - start)
    metres = _from_door(share * graph.segment_length_dm[segment] / 10, path, line)
    cost = np.cumsum(np.append(0.0, share * net.way_cost[ways]))
    flagged = (graph.segment_flags[segment] & ROUNDABOUT) > 0
    return _Way(
        line,
        graph.segment_name[segment],
        graph.segment_class[segment].astype(np.int32),
        flagged & (profile not in ON_FOOT),
        metres,
        cost * (path.seconds / max(float(cost[-1]), 1.0)),
        choices(graph, net, ways.astype(np.int32)),
    )


def _from_door(lengths_m: F64, path: StreetPath, line: Trace) -> F64:
    """Return the metres from the door to the beginning of each stretch."""
    stub = distance_m(path.lat[0], path.lon[0], line.lat[0], line.lon[0])
    return np.asarray(stub + np.cumsum(np.append(0.0, lengths_m)))


def _marks(at: list[float], whole: int) -> I32:
    """Return the whole numbers between the marks of a scale; they add up to ``whole``."""
    marks = np.clip(np.rint(at), 0, whole)
    marks[0], marks[-1] = 0, whole
    return np.diff(marks, append=whole).astype(np.int32)


def _joints(way: _Way) -> Iterator[_Joint]:
    """Yield the junctions at which something is to be told."""
    before, called = 0, int(way.name[0])
    for after in _seen(way):
        turn = _turn(way.line.end_deg[before], way.line.start_deg[after])
        maneuver = _maneuver(way, before, after, turn, called)
        if maneuver is not None:
            exits = _exit(way, after) if maneuver is Maneuver.ROUNDABOUT_ENTER else 0
            yield _Joint(maneuver, before + 1, after, turn, exits)
            called = int(way.name[after])
        elif way.name[after] >= 0:
            called = int(way.name[after])
        before = after


def _seen(way: _Way) -> list[int]:
    """Return the stretches after the first that are more than a part of a junction."""
    long = np.diff(way.metres) >= JUNCTION_M
    long |= np.isin(way.kind, list(CARRIED)) | way.round
    long[-1] = True
    return [int(k) for k in np.flatnonzero(long & np.isfinite(way.line.start_deg)) if k > 0]


def _turn(before: float, after: float) -> float:
    turn = (after - before + 180.0) % 360.0 - 180.0
    return float(turn) if np.isfinite(turn) else 0.0


def _maneuver(way: _Way, before: int, after: int, turn: float, called: int) -> Maneuver | None:
    """Return what is to be told between two stretches, None where there is nothing."""
    kind = StreetClass(int(way.kind[after]))
    if kind in CARRIED:
        return CARRIED[kind] if kind != way.kind[before] else None
    if way.round[after]:
        return None if way.round[before] else Maneuver.ROUNDABOUT_ENTER
    if way.round[before]:
        return Maneuver.ROUNDABOUT_EXIT
    if way.kind[before] in CARRIED:
        return turn_of(turn)
    return _turning(way, before, after, turn, called)


def _turning(way: _Way, before: int, after: int, turn: float, called: int) -> Maneuver | None:
    """Return what is to be told between two streets."""
    joint = slice(before + 1, after + 1)
    free = bool(way.exits.others[joint].any())
    straightest = float(way.exits.straightest_deg[joint].min())
    renamed = way.name[after] >= 0 and way.name[after] != called
    onwards = Maneuver.CONTINUE if renamed else None
    if turn_of(turn) is Maneuver.U_TURN:
        return Maneuver.U_TURN
    if not free:
        return turn_of(turn) if renamed else None
    if abs(turn) < STRAIGHT_DEG and straightest >= abs(turn) - FORK_DEG:
        return onwards
    same = way.name[after] == way.name[before]
    bends = abs(turn) < SLIGHT_DEG and straightest >= abs(turn) - FORK_DEG
    bends |= straightest > abs(turn) + CLEARLY_DEG
    return None if same and bends else _some_turn(turn)


def _some_turn(turn: float) -> Maneuver:
    """Return the turn at a fork, where even a small change of direction is one."""
    if turn_of(turn) is Maneuver.CONTINUE:
        return Maneuver.SLIGHT_LEFT if turn < 0 else Maneuver.SLIGHT_RIGHT
    return turn_of(turn)


def _exit(way: _Way, after: int) -> int:
    """Return the number of the exit by which the roundabout is left that begins with a stretch."""
    passed, k = 0, after + 1
    while k < way.round.size and way.round[k]:
        passed += bool(way.exits.off[k])
        k += 1
    return passed + 1


def _worth_mentioning(way: _Way, joints: list[_Joint]) -> list[_Joint]:
    """Leave out where one goes straight on for a few metres only."""
    kept = [
        joint
        for joint, following in pairwise(joints)
        if joint.maneuver is not Maneuver.CONTINUE
        or way.metres[following.at] - way.metres[joint.at] >= MENTION_M
    ]
    return [*kept, joints[-1]]


def _instruction(way: _Way, joint: _Joint, distance_m: int, seconds: int) -> Instruction:
    heading = float(way.line.start_deg[joint.after])
    point = int(way.line.at[joint.at])
    return Instruction(
        maneuver=joint.maneuver,
        name=int(way.name[joint.after]),
        street_class=StreetClass(int(way.kind[joint.after])),
        distance_m=distance_m,
        seconds=seconds,
        turn_deg=round(joint.turn_deg),
        heading_deg=round(heading) % 360 if np.isfinite(heading) else 0,
        exit=joint.exit,
        lat=float(way.line.lat[point]),
        lon=float(way.line.lon[point]),
    )
