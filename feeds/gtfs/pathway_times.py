"""How long riders take along a pathway, and whether a wheelchair gets through.

``traversal_time`` counts where it is given. Without it:

* on the level: ``length``, or else the crow's flight between the ends with a detour, at walking
  speed;
* stairs: 0.48 s a step up and 0.42 s down. Weidmann (Transporttechnik der Fußgänger, ETH Zürich
  1992) has 0.61 and 0.69 m/s along the horizontal; a step is 29 cm deep and 17 cm high (DIN 18065);
* moving walks and escalators: as if standing. They run at 0.65 and 0.5 m/s, the latter at 30
  degrees (usual speeds within EN 115-1);
* lifts: 40 s for waiting and doors, and 1 m/s; gates: 5 s, at the exit 3 s (assumed).

Where only the levels are known, one is 4 m above the other.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from feeds.gtfs.keys import positions
from feeds.gtfs.read import Feed
from feeds.gtfs.transfers import WALK_MPS, estimated

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

WALKWAY, STAIRS, MOVING_WALK, ESCALATOR, LIFT, GATE, EXIT_GATE = range(1, 8)
"""``pathway_mode``."""
UP_S, DOWN_S = 0.48, 0.42
"""Seconds a step."""
STAIRS_MPS: Final = 0.61
"""Along the horizontal, where the steps were not counted: as if all went up."""
LEVEL_M: Final = 4.0
STEP_M: Final = 0.17
MOVING_WALK_MPS: Final = 0.65
ESCALATOR_MPS: Final = 0.5 * np.cos(np.radians(30))
"""Along the horizontal."""
ESCALATOR_RISE_MPS: Final = 0.25
LIFT_WAIT_S: Final = 40
LIFT_MPS: Final = 1.0
GATE_S, EXIT_GATE_S = 5, 3
MIN_WIDTH_M: Final = 0.9
"""Wheelchairs need as much (DIN 18040-1, doors)."""
MAX_SLOPE: Final = 0.083
"""Steepest ramp for wheelchairs moved by hand, as ``max_slope`` in the GTFS reference has it."""


def traversal_s(feed: Feed, *, backward: bool = False) -> I64:
    """(N,) seconds along each pathway of a feed, at least one; ``backward``: from its end."""
    table = feed.pathways
    given = table.traversal_time.to_numpy()
    metres, levels = _metres(feed), np.abs(_levels_up(feed))
    steps = _steps_up(feed) * (-1 if backward else 1)
    mode = table.pathway_mode.to_numpy()
    by_mode = {
        WALKWAY: metres / WALK_MPS,
        STAIRS: _stairs_s(steps, metres),
        MOVING_WALK: metres / MOVING_WALK_MPS,
        ESCALATOR: np.where(
            table.length.to_numpy() >= 0,
            metres / ESCALATOR_MPS,
            np.maximum(levels, 1) * LEVEL_M / ESCALATOR_RISE_MPS,
        ),
        LIFT: LIFT_WAIT_S + np.maximum(levels, 1) * LEVEL_M / LIFT_MPS,
        GATE: np.full(len(table), GATE_S),
        EXIT_GATE: np.full(len(table), EXIT_GATE_S),
    }
    usual = np.select([mode == each for each in by_mode], list(by_mode.values()))
    seconds = np.where(given >= 0, given, np.ceil(usual))
    return np.maximum(seconds, 1).astype(np.int64)


def is_step_free(feed: Feed) -> npt.NDArray[np.bool_]:
    """(N,) whether a wheelchair gets along each pathway; what is not said is taken to fit."""
    table = feed.pathways
    mode = table.pathway_mode.to_numpy()
    steep = np.abs(table.max_slope.to_numpy()) > MAX_SLOPE
    narrow = table.min_width.to_numpy() < MIN_WIDTH_M
    return np.asarray((mode != STAIRS) & (mode != ESCALATOR) & ~steep & ~narrow)


def _stairs_s(steps_up: F64, metres: F64) -> F64:
    by_steps = np.where(steps_up > 0, UP_S * steps_up, -DOWN_S * steps_up)
    return np.where(np.isnan(steps_up), metres / STAIRS_MPS, by_steps)


def _steps_up(feed: Feed) -> F64:
    """(N,) steps up from the beginning of each pathway, negative: down, NaN: who knows."""
    counted = feed.pathways.stair_count.to_numpy()
    levels = _levels_up(feed)
    by_levels = np.where(levels == 0, np.nan, levels * LEVEL_M / STEP_M)
    return np.where(np.isnan(counted) | (counted == 0), by_levels, counted)


def _levels_up(feed: Feed) -> F64:
    """(N,) how many levels each pathway leads up; 0 where the feed does not say."""
    level = positions(feed.stops.level_id, feed.levels.level_id)
    index = np.append(feed.levels.level_index.to_numpy(), np.nan)  # the last one is for NOWHERE
    one, other = (
        index[level[positions(feed.pathways[end], feed.stops.stop_id)]]
        for end in ("from_stop_id", "to_stop_id")
    )
    return np.asarray(np.nan_to_num(other - one))


def _metres(feed: Feed) -> F64:
    """(N,) length of each pathway; where the feed does not say, that of a walk by its ends."""
    one, other = (
        positions(feed.pathways[end], feed.stops.stop_id) for end in ("from_stop_id", "to_stop_id")
    )
    lat, lon = feed.stops.stop_lat.to_numpy(), feed.stops.stop_lon.to_numpy()
    placed = ~np.isnan(lat + lon)
    lat, lon = np.where(placed, lat, 0.0), np.where(placed, lon, 0.0)
    by_air = np.where(placed[one] & placed[other], estimated(one, other, lat, lon).metres, 0)
    length = feed.pathways.length.to_numpy()
    return np.where(length >= 0, length, by_air)
