"""Grams of CO2 a leg costs the climate, by the averages of ``kommit/data/emissions.json``."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from booking.domain.chain import LegMode


@cache
def grams_per_km() -> Mapping[LegMode, float]:
    """Return grams of CO2 equivalents per passenger kilometre, for every mode."""
    figures = json.loads((files("kommit.data") / "emissions.json").read_text("utf-8"))["modes"]
    return {mode: float(figures[mode]["g_per_km"]) for mode in LegMode}


def leg_co2_g(mode: LegMode, distance_m: int) -> float:
    """Return the grams of one passenger on one leg."""
    return grams_per_km()[mode] * distance_m / 1000
