"""``kommit trips``: what somebody at the desk does with disputed trips."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from booking.domain.passengers import group
from booking.service.trips import Seen
from kommit.bootstrap.travel_desk import travel_desk
from kommit.kit.clock import SystemClock
from kommit.settings import load_settings
from tests.cli.conftest import Kommit
from tests.support.server import today_image

ANGER, CAMP = (51.800, 7.400), (51.900, 7.560)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return today_image(tmp_path)


def test_disputes_are_seen_and_ended(
    kommit: Kommit, image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOMMIT_MODE", "demo")
    monkeypatch.setenv("KOMMIT_IMAGE", str(image))
    monkeypatch.setenv("KOMMIT_TARIFF", "eezy-westfalen")
    assert kommit("db", "upgrade").exit_code == 0

    rider, now = uuid4(), SystemClock().now()
    with travel_desk(load_settings(data_dir=tmp_path / "var")) as travel:
        trips = travel.trips
        trip, _ = trips.check_in(rider, Seen(*ANGER, now - timedelta(hours=1)), group(["adult"]))
        trips.check_out(trip.id, rider, Seen(*CAMP, now - timedelta(minutes=30)))
        trips.dispute(trip.id, rider, "I left at Brink")
    listed = kommit("trips", "disputed").output
    assert f"{trip.id}: disputed" in listed
    assert "I left at Brink" in listed
    kept = kommit("trips", "keep", str(trip.id)).output
    assert "billed" in kept
    assert kommit("trips", "disputed").output == ""
    again = kommit("trips", "keep", str(trip.id))
    assert (again.exit_code, "is not disputed" in again.output) == (1, True)
    when = (now - timedelta(minutes=40)).isoformat()
    moved = kommit("trips", "end", str(trip.id), "51.8501", "7.48", when).output
    assert "revision 1" in moved
    assert kommit("trips", "end", str(trip.id), "51", "7", "2026-01-01T08:00").exit_code == 2
    freed = kommit("trips", "free", str(trip.id)).output
    assert ("0.00 EUR" in freed, "revision 2" in freed) == (True, True)
