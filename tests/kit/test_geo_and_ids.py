"""Distances agree with the geodesic to half a percent; ids sort by time."""

import time

import numpy as np
import pytest
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st

from kommit.kit.geo import distance_m, to_xy
from kommit.kit.ids import uuid7

LAT, LON = st.floats(47, 55), st.floats(6, 15)


@given(LAT, LON, LAT, LON)
def test_distances_are_good_to_half_a_percent(a: float, b: float, c: float, d: float) -> None:
    assert distance_m(a, b, c, d) == pytest.approx(geodesic((a, b), (c, d)).m, rel=0.005, abs=0.1)


def test_the_projection_keeps_distances_of_a_region() -> None:
    lat, lon = np.array([51.8560, 51.9566]), np.array([7.4830, 7.6350])
    x, y = to_xy(lat, lon, 51.9, 7.5)
    flat = float(np.hypot(x[1] - x[0], y[1] - y[0]))
    assert flat == pytest.approx(distance_m(lat[0], lon[0], lat[1], lon[1]), rel=0.002)


def test_ids_sort_by_the_time_they_were_made() -> None:
    ids = []
    for _ in range(200):
        ids.append(uuid7())
        time.sleep(1e-6)
    stamps = [each.int >> 64 for each in ids]
    assert stamps == sorted(stamps)
    assert len(set(ids)) == len(ids)
    assert {each.version for each in ids} == {7}
    assert {(each.int >> 62) & 3 for each in ids} == {2}
