"""What stands in the way at points, and which turns signs forbid."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import osmium

from feeds.osm.access import KEYS_OF, OPEN, SHUT, access
from feeds.osm.conditional import settled
from feeds.osm.lifts import LIFT_S
from routing.street.profile import Profile
from routing.street.ways import NO_TURN, ONLY_TURN

Tags = Mapping[str, str]

WHEELED: Final = frozenset({Profile.WHEELCHAIR, Profile.CARGO_BICYCLE})
CAR: Final = frozenset({Profile.CAR})
STOPPED: Final = {
    "bollard": CAR, "block": CAR, "chain": CAR, "jersey_barrier": CAR, "log": CAR | WHEELED,
    "cycle_barrier": CAR | WHEELED, "motorcycle_barrier": CAR, "stile": frozenset(Profile) - {
        Profile.FOOT}, "kissing_gate": CAR | WHEELED | {Profile.BICYCLE, Profile.SCOOTER},
    "turnstile": frozenset(Profile) - {Profile.FOOT}, "full-height_turnstile": frozenset(Profile),
    "bus_trap": CAR, "sump_buster": CAR, "debris": CAR, "planter": CAR, "horse_stile": CAR,
}  # fmt: skip
"""Whom a barrier stops, where it has no tags of its own; others (gates, toll booths) let pass."""
NARROW_M: Final = {Profile.CARGO_BICYCLE: 1.0, Profile.WHEELCHAIR: 0.9, Profile.CAR: 1.9}
"""Who does not fit through what is narrower (``maxwidth``)."""

SIGNALS_S: Final = 2.0
"""Lost at traffic lights on average, as OSRM's profiles reckon."""
GATE_S: Final = 10.0


@dataclass(slots=True)
class Obstacles:
    """Points that stop or delay somebody, and restricted turns, in the order of the map."""

    closed: dict[int, int] = field(default_factory=dict)
    """Bits ``1 << profile`` by id of the point."""
    wait_s: dict[int, list[float]] = field(default_factory=dict)
    """By profile."""
    turns: list[tuple[int, int, int, int]] = field(default_factory=list)
    """From way, via point, to way, ``NO_TURN`` or ``ONLY_TURN``."""
    not_followed: int = 0
    """Restrictions over ways, or for less than half of the week."""

    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """Return the fields of ``Ways`` that are about points and turns."""
        ids = sorted(self.closed.keys() | self.wait_s.keys())
        none = [0.0] * len(Profile)
        turns = np.array(self.turns, np.int64).reshape(-1, 4)
        return {
            "barrier_id": np.array(ids, np.int64),
            "barrier_closed": np.array([self.closed.get(i, 0) for i in ids], np.uint8),
            "barrier_wait_s": np.array([self.wait_s.get(i, none) for i in ids], np.float32).reshape(
                -1, len(Profile)
            ),
            "turn_from": turns[:, 0],
            "turn_via": turns[:, 1],
            "turn_to": turns[:, 2],
            "turn_kind": turns[:, 3].astype(np.uint8),
        }


def read_obstacles(path: Path) -> Obstacles:
    """Read what an extract says of points and turns; errors are those of osmium."""
    found = Obstacles()
    entities = osmium.osm.NODE | osmium.osm.RELATION
    keys = osmium.filter.KeyFilter(
        "barrier",
        "highway",
        "kerb",
        "restriction",
        "restriction:motorcar",
        "restriction:conditional",
    )
    for thing in osmium.FileProcessor(str(path), entities).with_filter(keys):
        if isinstance(thing, osmium.osm.Node):
            _add_point(found, thing.id, settled(dict(thing.tags)).tags)
        elif isinstance(thing, osmium.osm.Relation):
            _add_turn(found, thing)
    return found


def _add_point(found: Obstacles, point: int, tags: Tags) -> None:
    closed = sum(1 << profile for profile in Profile if stops(tags, profile))
    if closed:
        found.closed[point] = closed
    seconds = _wait_s(tags)
    if any(seconds):
        found.wait_s[point] = seconds


def stops(tags: Tags, profile: Profile) -> bool:
    """Say whether a profile cannot pass a point."""
    if profile is Profile.WHEELCHAIR and tags.get("kerb") == "raised":
        return True
    if "barrier" not in tags:
        return False
    if _number(tags.get("maxwidth", "")) < NARROW_M.get(profile, 0.0):
        return True
    own = access(tags, *KEYS_OF[profile])
    if own in OPEN:
        return False
    return own in SHUT or own == "private" or profile in STOPPED.get(tags["barrier"], ())


def _wait_s(tags: Tags) -> list[float]:
    """Return the seconds lost at a point by profile."""
    if tags.get("highway") == "traffic_signals":
        return [SIGNALS_S] * len(Profile)
    if tags.get("highway") == "elevator":
        return [LIFT_S] * len(Profile)
    if tags.get("barrier") in {"gate", "lift_gate", "swing_gate", "kissing_gate", "cycle_barrier"}:
        return [0.0 if profile is Profile.FOOT else GATE_S for profile in Profile]
    return [0.0] * len(Profile)


def _add_turn(found: Obstacles, relation: osmium.osm.Relation) -> None:
    tags = settled(dict(relation.tags)).tags
    sign = tags.get("restriction:motorcar", tags.get("restriction", ""))
    kind = {"no": NO_TURN, "only": ONLY_TURN}.get(sign.partition("_")[0])
    found.not_followed += kind is None and "restriction:conditional" in tags
    if kind is None or "motorcar" in tags.get("except", ""):
        return
    by_role: dict[str, list[tuple[str, int]]] = {}
    for member in relation.members:
        by_role.setdefault(member.role, []).append((member.type, member.ref))
    via = by_role.get("via", [])
    if len(via) != 1 or via[0][0] != "n" or "@" in sign:
        found.not_followed += 1
        return
    found.turns += [
        (before, via[0][1], after, kind)
        for _, before in by_role.get("from", [])
        for _, after in by_role.get("to", [])
    ]


def _number(text: str) -> float:
    try:
        return float(text.removesuffix("m").strip().replace(",", "."))
    except ValueError:
        return 99.0
