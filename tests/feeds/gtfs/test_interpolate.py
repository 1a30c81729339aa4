"""Stops without times lie evenly between those that have one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.gtfs.interpolate import interpolated

NAN = float("nan")


def times(
    text: str, sequence: list[int] | None = None, distance: list[float] | None = None
) -> list[str]:
    """Fill ``0-10 _ _ 40``: arrival-departure in seconds, ``_`` where there is none."""
    cells = [cell.partition("-") for cell in text.split()]
    arrival = np.array([-1 if a == "_" else int(a) for a, _, _ in cells])
    departure = np.array([-1 if a == "_" else int(d or a) for a, _, d in cells])
    n = len(cells)
    filled = interpolated(
        np.zeros(n, np.int64),
        arrival,
        departure,
        np.array(sequence or range(n), dtype=np.int64),
        np.array(distance or [NAN] * n),
    )
    return [str(a) if a == d else f"{a}-{d}" for a, d in zip(*filled, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 10 20", "0 10 20"),
        ("0 _ 20", "0 10 20"),
        pytest.param("0-10 _ _ 40-50 _ 70", "0-10 20 30 40-50 60 70", id="from departures"),
        pytest.param("0 _ _ 10", "0 3 6 10", id="whole seconds, rounded down"),
        pytest.param("5 _ 5", "5 5 5", id="no time at all between"),
    ],
)
def test_even_steps(text: str, expected: str) -> None:
    assert times(text) == expected.split()


def test_steps_of_the_sequence_count() -> None:
    assert times("0 _ 100", sequence=[1, 2, 11]) == ["0", "10", "100"]


@pytest.mark.parametrize(
    ("distance", "expected"),
    [
        pytest.param([0, 0.9, 1, 2], "0 45 50 100", id="distance counts where it is given"),
        pytest.param([0, NAN, 1, 2], "0 33 66 100", id="but not where one is missing"),
        pytest.param([0, 2, 1, 2], "0 33 66 100", id="or where it decreases"),
        pytest.param([1, 1, 1, 1], "0 0 0 100", id="a trip that has not moved has taken no time"),
    ],
)
def test_distance(distance: list[float], expected: str) -> None:
    assert times("0 _ _ 100", distance=distance) == expected.split()


def test_each_trip_by_itself() -> None:
    trip = np.array([0, 0, 0, 1, 1, 1])
    arrival = np.array([0, -1, 10, 100, -1, 110])
    sequence = np.array([1, 2, 3, 1, 2, 3])
    distance = np.array([NAN, NAN, NAN, 0.0, 1.0, 10.0])
    filled, _ = interpolated(trip, arrival, arrival, sequence, distance)
    assert filled.tolist() == [0, 5, 10, 100, 101, 110]


@given(
    st.lists(
        st.tuples(st.integers(0, 500), st.integers(0, 90), st.booleans(), st.floats(0, 9)),
        min_size=2,
        max_size=12,
    ),
    st.booleans(),
)
def test_time_never_runs_backwards(
    steps: list[tuple[int, int, bool, float]], measured: bool
) -> None:
    arrival, departure, distance, now, way = [], [], [], 0, 0.0
    for ride, dwell, _, metres in steps:
        arrival.append(now + ride)
        now += ride + dwell
        way += metres
        departure.append(now)
        distance.append(way if measured else NAN)
    hole = np.array([untimed for _, _, untimed, _ in steps])
    hole[[0, -1]] = False
    filled = interpolated(
        np.zeros(len(steps), np.int64),
        np.where(hole, -1, arrival),
        np.where(hole, -1, departure),
        np.arange(len(steps)),
        np.array(distance),
    )
    flat = np.stack(filled, axis=1).ravel()
    assert (np.diff(flat) >= 0).all()
    assert (filled[0][~hole] == np.array(arrival)[~hole]).all()
