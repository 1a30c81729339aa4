"""Conditions of hours: for how much of a week they hold, and what an image keeps of them."""

from pathlib import Path

import pytest

from feeds.osm.conditional import hours_a_week, settled
from feeds.osm.read import read_streets


@pytest.mark.parametrize(
    ("condition", "hours"),
    [
        ("06:00-19:00", 91),
        ("22:00-06:00", 56),
        ("22:00-24:00, 0:00-06:00", 56),
        ("Mo-Sa 06:00-11:00", 30),
        ("Mo-Fr 16:00-11:00;Sa 00:00-11:00", 106),
        ("Sa-Mo", 72),
        ("Sa,Su", 48),
        ("Mo-Fr 07:00-09:00,15:00-17:00", 20),
        ("00:00-24:00", 168),
        ("7:30-19:00 AND weight>7.5", None),
        ("2016 Apr 25 - 2016 Sep 26", None),
        ("Apr-Oct", None),
        ("wet", None),
        ("destination", None),
        ("sunset-sunrise", None),
        ("PH", None),
        ("20", None),
        ("", None),
    ],
)
def test_hours_of_a_condition(condition: str, hours: float | None) -> None:
    assert hours_a_week(condition) == hours


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        ("motor_vehicle", "yes @ (Mo-Fr 16:00-11:00;Sa 00:00-11:00)", "yes"),
        ("motor_vehicle", "destination @ (Mo-Sa 06:00-11:00)", "no"),
        ("maxspeed", "30 @ (22:00-06:00)", "no"),
        ("access", "no @ (07:00-24:00)", "no"),
        ("access", "no @ (07:00-09:00); private @ (09:00-07:00)", "private"),
        ("hgv", "destination @ (00:00-24:00)", "no"),
        ("access", "garbage", "no"),
    ],
)
def test_most_of_the_week_counts(key: str, value: str, kept: str) -> None:
    found = settled({"highway": "residential", key: "no", f"{key}:conditional": value})
    assert found.tags[key] == kept


def test_what_was_done_is_told(tmp_path: Path) -> None:
    path = tmp_path / "hours.osm"
    conditions = "".join(
        f"<tag k='{key}:conditional' v='{value}'/>"
        for key, value in {"motor_vehicle": "no @ (06:00-22:00)", "maxspeed": "80 @ wet"}.items()
    )
    path.write_text(
        "<osm version='0.6'><node id='1' lat='51' lon='7'/><node id='2' lat='51' lon='7.01'/>"
        f"<way id='1'><nd ref='1'/><nd ref='2'/><tag k='highway' v='residential'/>{conditions}"
        "</way></osm>"
    )
    (finding,) = read_streets(path).findings
    assert finding.code == "condition-of-hours"
    assert finding.message.startswith("1 conditions")
    assert " 1 others" in finding.message
