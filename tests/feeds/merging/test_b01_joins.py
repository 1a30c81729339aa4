"""Each rule that joins stops of two feeds: what it joins, and what it just does not."""

from pathlib import Path

import pytest

from tests.feeds.merging.merged import Stop, merge_stops

STATION = "de:05558:1234"


@pytest.mark.parametrize(
    ("one", "other", "joined"),
    [
        (Stop(f"{STATION}:1:2", "Hier", 0), Stop(f"{STATION}:1:2", "Dort", 200), "same_quay 200"),
        (Stop(f"{STATION}:1:2", "Hier", 0), Stop(f"{STATION}:1:3", "Dort", 9), "same_station 9"),
        (Stop(STATION, "Hier", 0), Stop(f"{STATION}:1:3", "Dort", 9), "same_station 9"),
        (Stop("1", "Hier", 0, code=STATION), Stop(f"Pde:{STATION[3:]}", "X", 9), "same_station 9"),
        (Stop(STATION, "Hier", 0), Stop("de:05558:1235", "Dort", 9), None),
        (Stop("1", "Senden, Mahnmal", 0), Stop("7", "Mahnmal", 50), "near_name 50"),
        (Stop("1", "Senden, Mahnmal", 0), Stop("7", "Mahnmal", 51), None),
        (Stop("1", "Senden, Mahnmal", 0), Stop("7", "Denkmal", 1), None),
        (Stop("1", "Mahnmal", 0, 1), Stop("7", "Mahnmal", 149), "near_name 149"),
        (Stop("1", "Mahnmal", 0, 1), Stop("7", "Mahnmal", 151), None),
        (Stop(STATION, "Mahnmal", 0), Stop("7", "Mahnmal", 9), "near_name 9"),
        (Stop(STATION, "Mahnmal", 0), Stop("de:05558:1235", "Mahnmal", 9), None),
    ],
)
def test_a_rule(tmp_path: Path, one: Stop, other: Stop, joined: str | None) -> None:
    pole = Stop("pole", "Haltestelle irgendwo", 20_000)
    result = merge_stops(tmp_path, a=[pole, one], b=[pole._replace(north_m=30_000), other])
    assert result.joins() == ([f"a:{one.id} b:{other.id} {joined}"] if joined else [])


def test_stops_of_one_feed_are_never_joined(tmp_path: Path) -> None:
    twice = [Stop("1", "Mahnmal", 0), Stop("2", "Mahnmal", 1), Stop("3", "Mahnmal", 2)]
    assert merge_stops(tmp_path, a=twice).joins() == []


def test_poles_are_joined_with_the_nearest_of_their_name(tmp_path: Path) -> None:
    result = merge_stops(
        tmp_path,
        a=[Stop("N", "Mahnmal", 0), Stop("S", "Mahnmal", 30)],
        b=[Stop("north", "Mahnmal", 2), Stop("south", "Mahnmal", 28)],
    )
    assert result.joins() == ["a:N b:north near_name 2", "a:S b:south near_name 2"]
    assert result.boards("a:N") == {"a:N", "b:north"}


def test_one_pole_stands_for_both_directions_of_another_feed(tmp_path: Path) -> None:
    poles = [Stop("N", "Mahnmal", 0), Stop("S", "Mahnmal", 30)]
    result = merge_stops(tmp_path, a=poles, b=[Stop("only", "Mahnmal", 10)])
    assert result.joins() == ["a:N b:only near_name 10", "a:S b:only near_name 20"]
    assert result.boards("b:only") == {"b:only", "a:N", "a:S"}
    assert result.boards("a:N") == {"a:N", "b:only"}, "a feed says itself what belongs together"


def test_poles_of_one_station_are_told_apart_where_both_feeds_number_them(tmp_path: Path) -> None:
    result = merge_stops(
        tmp_path,
        a=[Stop(f"{STATION}:0:RiO", "Dorf", 0), Stop(f"{STATION}:0:RiW", "Dorf", 30)],
        b=[Stop(f"{STATION}:0:RiO", "Dorf", 0), Stop(f"{STATION}:0:RiW", "Dorf", 30)],
    )
    east, west = f"{STATION}:0:RiO", f"{STATION}:0:RiW"
    assert result.joins() == [
        f"a:{east} b:{east} same_quay 0",
        f"a:{east} b:{west} other_quay 30",
        f"a:{west} b:{east} other_quay 30",
        f"a:{west} b:{west} same_quay 0",
    ]
    assert result.boards(f"a:{east}") == {f"a:{east}", f"b:{east}"}
    assert result.changes()[f"a:{east} b:{west}"] == 120


def test_a_station_is_known_by_the_ids_of_its_platforms(tmp_path: Path) -> None:
    result = merge_stops(
        tmp_path,
        a=[Stop("p", "Gleis", 0, 0, "S", f"{STATION}:1:2"), Stop("S", "Bahnhof", 0, 1)],
        b=[Stop(STATION, "Anderer Name", 90)],
    )
    assert result.joins() == [f"a:S b:{STATION} same_station 90"]


def test_a_third_feed_does_not_join_what_contradicts(tmp_path: Path) -> None:
    result = merge_stops(
        tmp_path,
        a=[Stop("de:1:1", "Mahnmal", 0)],
        b=[Stop("none", "Mahnmal", 10)],
        c=[Stop("de:1:2", "Mahnmal", 20)],
    )
    assert result.joins() == ["a:de:1:1 b:none near_name 10", "b:none c:de:1:2 near_name 10"]
    assert result.boards("a:de:1:1") == {"a:de:1:1", "b:none"}
    (finding,) = result.findings
    assert finding.code == "contradicting-stops"
    assert "such as de:1:1 and de:1:2" in finding.message


def test_equal_ids_far_apart_are_an_error_of_the_feed(tmp_path: Path) -> None:
    result = merge_stops(tmp_path, a=[Stop(STATION, "X", 0)], b=[Stop(STATION, "X", 1100)])
    assert result.joins() == []
    (finding,) = result.findings
    assert finding.code == "far-twins"
    assert "1.1 km" in finding.message


def test_an_id_that_everything_has_joins_nothing(tmp_path: Path) -> None:
    many = [Stop(f"{STATION}:1:{n}", f"Name {n}", n) for n in range(250)]
    result = merge_stops(tmp_path, a=many, b=[stop._replace(name="x") for stop in many])
    assert [line.split()[2] for line in result.joins()] == ["same_quay"] * 250
    assert [finding.code for finding in result.findings] == ["crowded-place"]
