"""``kommit plan``: the same answers as the API, on a terminal."""

import json
from pathlib import Path
from typing import Any

import pytest

from kommit.api.schemas.journeys import Plan
from tests.cli.conftest import Kommit
from tests.support.shared import shared_data

AT = ("--depart", "2024-05-06T07:50")


def answers(kommit: Kommit, image: Path, *words: str) -> list[dict[str, Any]]:
    result = kommit("--image", image, "plan", *words, "--json")
    assert result.exit_code == 0, result.output
    Plan.model_validate_json(result.stdout)
    journeys: list[dict[str, Any]] = json.loads(result.stdout)["journeys"]
    return journeys


@pytest.mark.parametrize(
    ("origin", "destination"),
    [("tiny:anger", "tiny:camp"), ("Anger", "Camp"), ("angr", "tiny:camp"), ("51.8,7.4", "camp")],
)
def test_places_by_id_name_or_coordinate(
    kommit: Kommit, image: Path, origin: str, destination: str
) -> None:
    first = answers(kommit, image, origin, destination, *AT)[0]
    assert first["departure"] == "2024-05-06T08:00:00+02:00"
    assert first["legs"][-1]["destination"]["stop_id"] == "tiny:camp"


def test_a_name_that_was_guessed_is_told_beside_the_answer(kommit: Kommit, image: Path) -> None:
    result = kommit("--image", image, "plan", "angr", "tiny:camp", *AT, "--json")
    assert "taken to mean Anger (tiny:anger)" in result.stderr
    json.loads(result.stdout)


def test_arrive_by(kommit: Kommit, image: Path) -> None:
    found = answers(kommit, image, "Anger", "Camp", "--arrive", "2024-05-06T08:30")
    assert [one["arrival"][11:16] for one in found] == ["08:20"]


@pytest.mark.parametrize(
    ("options", "n_found"),
    [
        (("--modes", "bus"), 2),
        (("--banned-modes", "tram, bus"), 0),
        (("--routes", "tiny:R90"), 2),
        (("--banned-agencies", "tiny:A1"), 0),
        (("--wheelchair",), 0),
        (("--wheelchair", "--allow-unknown"), 2),
        (("--walk-speed", "1.0", "--transfer-buffer-min", "5"), 2),
    ],
)
def test_filters(kommit: Kommit, image: Path, options: tuple[str, ...], n_found: int) -> None:
    assert len(answers(kommit, image, "Anger", "Camp", *AT, *options)) == n_found


def test_what_is_not_promised_stands_below_the_table(kommit: Kommit, image: Path) -> None:
    result = kommit("--image", image, "plan", "Anger", "Camp", *AT, "--wheelchair")
    assert "Note: No ride fits the filters." in result.stdout
    assert "Note: There are journeys of which not all is known" in result.stdout
    assert "Note: Whether 90 from Anger takes a wheelchair is not known." in result.stdout


def test_over_stops_on_the_way(kommit: Kommit, image: Path) -> None:
    over = ("--via", "Brink", "--via-stay-min", "45")
    found = answers(kommit, image, "Anger", "Camp", *AT, "--window-min", "60", *over)
    assert [leg["arrival"][11:16] for one in found for leg in one["legs"]] == ["08:10", "09:20"]


def test_a_table_for_people(kommit: Kommit, image: Path) -> None:
    result = kommit("--image", image, "plan", "Anger", "Camp", *AT)
    assert result.exit_code == 0
    for expected in ("08:00", "BUS 90", "Camp", "08:20", "20 min"):
        assert expected in result.stdout


def test_prices_need_a_tariff_and_tokens_a_server(
    kommit: Kommit, image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert answers(kommit, image, "Anger", "Camp", *AT)[0]["price"] is None
    monkeypatch.setenv("KOMMIT_TARIFF", "eezy-westfalen")
    priced = answers(kommit, image, "Anger", "Camp", *AT)[0]
    assert priced["price"] == {"amount": 572, "currency": "EUR"}
    assert priced["token"] is None


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("Anger", "Camp", "--depart", "8 o'clock"), 2, "not a time"),
        (("Anger", "Camp", *AT, "--arrive", "09:00"), 2, "not both"),
        (("Anger", "Camp", "--depart", "2030-01-01T08:00"), 1, "2024-01-01 to 2024-12-31"),
        (("Anger", "Anger", *AT), 1, "the same place"),
        (("Anger", "Xyzzy", *AT), 1, "no place is called"),
        (("Anger", "Camp", *AT, "--max-rides", "9"), 2, "equal to 8"),
        (("Anger", "Camp", *AT, "--modes", "bus,airship"), 1, "no mode 'airship'"),
        (("Anger", "Camp", *AT, "--banned-routes", "90"), 1, "no route '90'"),
        (("Anger", "Camp", *AT, "--walk-speed", "9"), 2, "2"),
        (("Anger", "Camp", *AT, "--via", "Xyzzy"), 1, "no stop is called"),
        (("Anger", "Camp", *AT, *("--via", "Brink") * 4), 1, "up to 3"),
        (("Anger", "Camp", *AT, "--via-stay-min", "5"), 1, "one for each via"),
    ],
)
def test_what_cannot_be_answered(
    kommit: Kommit, image: Path, words: tuple[str, ...], code: int, told: str
) -> None:
    result = kommit("--image", image, "plan", *words)
    assert result.exit_code == code
    assert told in " ".join(result.stderr.split())
    assert result.stdout == ""


@pytest.mark.shared
def test_heidelberg_as_the_issue_has_it(kommit: Kommit, tmp_path: Path) -> None:
    feed, streets = (
        shared_data("gtfs", "vrn_heidelberg_cut.zip"),
        shared_data("osm", "heidelberg.osm.pbf"),
    )
    out = tmp_path / "IMAGE"
    built = kommit("image", "build", "--gtfs", feed, "--osm", streets, "--out", out)
    assert built.exit_code == 0, built.output
    found = answers(kommit, out, "49.4036,8.6759", "49.4122,8.7101", "--depart", "2022-09-13T08:00")
    rides = [one for one in found if one["legs"][0]["mode"] == "WALK" and len(one["legs"]) > 1]
    assert rides
    for journey in rides:
        for leg in journey["legs"]:
            assert leg["duration_s"] > 0
            assert leg["distance_m"] > 0
            assert len(leg["geometry"]) > 8
        access = journey["legs"][0]
        assert access["on_streets"]
        assert sum(step["distance_m"] for step in access["steps"]) == pytest.approx(
            access["distance_m"], abs=len(access["steps"]) + 40
        )
