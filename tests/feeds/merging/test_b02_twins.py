"""What joined stops mean: where a question boards, and how long a change takes."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from feeds.gtfs.transfers import Edges
from tests.feeds.merging.merged import Stop, merge_stops

Degrees = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

HBF_A = [
    Stop("A1", "Gleis 1", 0, 0, "A"),
    Stop("A2", "Gleis 2", 40, 0, "A"),
    Stop("A", "Münster, Hbf", 20, 1),
]
HBF_B = [
    Stop("B1", "Steig 1", 300, 0, "B"),
    Stop("B", "Hauptbahnhof", 100, 1),
]


def test_a_station_boards_the_platforms_of_both(tmp_path: Path) -> None:
    result = merge_stops(tmp_path, a=HBF_A, b=HBF_B)
    everything = {"a:A", "a:A1", "a:A2", "b:B", "b:B1"}
    assert result.boards("a:A") == result.boards("b:B") == everything
    assert result.boards("a:A1") == {"a:A1"}, "who is at a platform is there"


def test_riders_change_between_all_platforms_of_joined_stations(tmp_path: Path) -> None:
    """As the crow flies, plus 30 %, at 1.33 m/s, but two minutes at least."""
    changes = merge_stops(tmp_path, a=HBF_A, b=HBF_B).changes()
    assert changes == {
        "a:A1 a:A2": 60, "a:A2 a:A1": 60,
        "a:A1 b:B1": 294, "b:B1 a:A1": 294,
        "a:A2 b:B1": 255, "b:B1 a:A2": 255,
    }  # fmt: skip


def test_a_pole_is_joined_with_all_platforms_of_a_station(tmp_path: Path) -> None:
    result = merge_stops(tmp_path, a=HBF_A, b=[Stop("B", "Hauptbahnhof", 30)])
    assert result.boards("b:B") == result.boards("a:A") == {"a:A", "a:A1", "a:A2", "b:B"}
    assert result.changes()["a:A2 b:B"] == result.changes()["b:B a:A1"] == 120


def test_the_same_platform_of_joined_stations(tmp_path: Path) -> None:
    quay = "de:05558:1234:1:2"
    result = merge_stops(
        tmp_path,
        a=[Stop("A1", "x", 0, 0, "A", quay), Stop("A2", "x", 40, 0, "A"), Stop("A", "Hier", 0, 1)],
        b=[Stop("B1", "y", 0, 0, "B", quay), Stop("B", "Dort", 0, 1)],
    )
    assert result.joins() == ["a:A1 b:B1 same_quay 0", "a:A b:B same_station 0"]
    assert result.boards("a:A1") == {"a:A1", "b:B1"}
    assert result.boards("b:B") == {"a:A", "a:A1", "a:A2", "b:B", "b:B1"}


def test_walks_on_streets_count_but_not_below_the_least_change(tmp_path: Path) -> None:
    """From A (0) to its twin (2) it is 3 s on streets, to the next stop (4) 5 s; back 400 s."""

    def walks(lat: Degrees, lon: Degrees, boardable: Flags) -> Edges:
        assert lat.size == lon.size == boardable.size == 5
        pairs = np.array([[0, 2, 3], [2, 0, 400], [0, 4, 5]])
        return Edges(*pairs.T, np.array([4, 500, 6]))

    stops = {"a": [Stop("A", "Dorf", 0)], "b": [Stop("B", "Dorf", 20), Stop("N", "Neu", 90)]}
    assert merge_stops(tmp_path, walks, **stops).changes() == {
        "a:A b:B": 120,
        "b:B a:A": 400,
        "a:A b:far": 5,
    }


def test_one_feed_has_no_twins(tmp_path: Path) -> None:
    tt = merge_stops(tmp_path, a=HBF_A).merged.compiled.timetable
    assert tt.twin_stop.size == 0
    assert tt.twin_ptr.tolist() == [0] * (tt.n_stops + 1)
