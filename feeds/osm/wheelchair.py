"""What tags mean for somebody in a wheelchair: whether a way can be used, and what speaks against.

Limits follow DIN 18040-3: 6 % incline, 0.9 m between obstacles.
"""

import math
from collections.abc import Mapping
from typing import Final

from routing.street.ways import WheelchairState

Tags = Mapping[str, str]

STEEPEST_PERCENT: Final = 6.0
NARROWEST_M: Final = 0.9
ROUGH: Final = frozenset(
    {"cobblestone", "unhewn_cobblestone", "gravel", "pebblestone", "grass", "sand", "mud", "dirt",
     "earth", "rock"}
)  # fmt: skip
SMOOTH: Final = frozenset({"asphalt", "concrete", "paving_stones", "paved", "concrete:plates"})
BAD: Final = frozenset({"bad", "very_bad", "horrible", "very_horrible", "impassable"})

USABLE: Final = frozenset({WheelchairState.VERIFIED, WheelchairState.ASSUMED})


def wheelchair(tags: Tags, *, on_foot: bool) -> WheelchairState:
    """Return what is known of a way; the first reason that holds."""
    own = tags.get("wheelchair")
    if own == "no" or not on_foot:
        return WheelchairState.NO_ACCESS
    if own in {"yes", "designated"}:
        return WheelchairState.VERIFIED
    against = {
        WheelchairState.STEPS: tags.get("highway") == "steps",
        WheelchairState.KERB: tags.get("kerb") in {"raised", "yes"},
        WheelchairState.SURFACE: tags.get("surface") in ROUGH or tags.get("smoothness") in BAD,
        WheelchairState.INCLINE: abs(incline(tags) or 0.0) * 100.0 > STEEPEST_PERCENT,
        WheelchairState.WIDTH: 0.0 < _number(tags.get("width", ""), "m") < NARROWEST_M,
    }
    known = tags.get("surface") in SMOOTH and {"incline", "width"} <= tags.keys()
    usual = WheelchairState.VERIFIED if known else WheelchairState.ASSUMED
    return next((reason for reason, holds in against.items() if holds), usual)


def incline(tags: Tags) -> float | None:
    """Return rise over run along a way as tagged: ``8%``, ``-8 %``, ``5°``, ``1:12``."""
    text = tags.get("incline", "").replace(",", ".").replace(" ", "")
    try:
        if text.endswith("%"):
            return float(text[:-1]) / 100.0
        if text.endswith("°"):
            return math.tan(math.radians(float(text[:-1])))
        rise, ratio, run = text.partition(":")
        return float(rise) / float(run) if ratio else float(text) / 100.0
    except (ValueError, ZeroDivisionError):
        return None


def _number(text: str, unit: str) -> float:
    """Return a number with its unit, or 0 where there is none."""
    try:
        return float(text.removesuffix(unit).strip().replace(",", "."))
    except ValueError:
        return 0.0
