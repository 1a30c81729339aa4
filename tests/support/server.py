"""The application in a test: a small real network, a real database, a clock that can be moved.

The timetable is small enough to check with a finger::

    90    Anger 8:00, Brink 8:10, Camp 8:20 every hour until 18:20, and back from 8:30 on
    T1    Camp 9:00, Dorf 9:15 and every two hours, only when booked 60 minutes before

Brink is a station with the platforms Brink 1 (there) and Brink 2 (back).
"""

import dataclasses
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from starlette.testclient import TestClient

from booking.domain.money import Money
from booking.service.wallet import CASH_DESK
from feeds.image.build import FeedInput, build_image
from kommit.bootstrap import Kommit, open_kommit
from kommit.bootstrap.serving import app_of
from kommit.settings import load_settings
from tests.support.gtfs import gtfs_zip
from tests.support.shop import MovableClock

EARLY = datetime(2024, 5, 6, 5, 0, tzinfo=UTC)
"""A Monday, 7:00 in Berlin: an hour before the first bus."""
ROOT = Path(__file__).parents[2]
SECRET = "a secret of the tests, long enough to be one"


def _line(trips: list[str], calls: list[tuple[str, int]], first: int, last: int, step: int) -> str:
    """Write stop times: each trip calls at (stop, minutes after its start)."""
    return "\n".join(
        f"{trips[0]}{hour}, {stop}, {order}, {hour}:{minute:02}:00, {hour}:{minute:02}:00, {rule}"
        for hour in range(first, last, step)
        for order, (stop, minute) in enumerate(calls)
        for rule in [trips[1] if order == 0 else ""]
    )


STOP_TIMES = "\n".join(
    [
        "trip_id, stop_id, stop_sequence, arrival_time, departure_time, pickup_booking_rule_id",
        _line(["out", ""], [("anger", 0), ("brink1", 10), ("camp", 20)], 8, 19, 1),
        _line(["back", ""], [("camp", 30), ("brink2", 40), ("anger", 50)], 8, 19, 1),
        _line(["taxi", "hour"], [("camp", 0), ("dorf", 15)], 9, 18, 2),
    ]
)

FEED = f"""
# agency.txt
agency_id, agency_name, agency_url, agency_timezone
A1, Kommitbus, https://bus.example, Europe/Berlin
A2, Taxi Meyer, https://taxi.example, Europe/Berlin

# routes.txt
route_id, agency_id, route_short_name, route_long_name, route_type, route_color, route_text_color
R90, A1, 90, Anger - Camp, 3, C8102E, FFFFFF
RT, A2, T1, TaxiBus Dorf, 3, ,

# stops.txt
stop_id, stop_name, stop_lat, stop_lon, location_type, parent_station
anger, Anger, 51.800, 7.400, 0,
brink, Brink, 51.850, 7.480, 1,
brink1, Brink 1, 51.8501, 7.4800, 0, brink
brink2, Brink 2, 51.8499, 7.4800, 0, brink
camp, Camp, 51.900, 7.560, 0,
dorf, Dorf, 51.930, 7.600, 0,

# trips.txt
route_id, service_id, trip_id, trip_headsign
{"".join(f"R90, daily, out{h}, Camp" + chr(10) for h in range(8, 19))}
{"".join(f"R90, daily, back{h}, Anger" + chr(10) for h in range(8, 19))}
{"".join(f"RT, daily, taxi{h}, Dorf" + chr(10) for h in range(9, 18, 2))}

# booking_rules.txt
booking_rule_id, booking_type, prior_notice_duration_min, message, phone_number, info_url
hour, 1, 60, Runs only when booked, +49 1, https://taxi.example/book

# stop_times.txt
{STOP_TIMES}
"""

ANGER, CAMP, DORF = "tiny:anger", "tiny:camp", "tiny:dorf"
TO_CAMP = {"from": ANGER, "to": CAMP, "depart": "2024-05-06T07:50"}


def tiny_image(folder: Path) -> Path:
    """Build the small network of 2024 in ``folder/image``."""
    return _image(folder, "tiny", FEED)


def today_image(folder: Path) -> Path:
    """Build the same network for a week from yesterday on, for servers with a real clock."""
    days = [datetime.now(UTC).date() + timedelta(days=n) for n in range(-1, 7)]
    calendar = "# calendar.txt\nservice_id, start_date, end_date, monday, tuesday, wednesday, "
    calendar += "thursday, friday, saturday, sunday\n"
    calendar += f"daily, {days[0]:%Y%m%d}, {days[-1]:%Y%m%d}, 1, 1, 1, 1, 1, 1, 1\n"
    return _image(folder, "today", FEED + calendar)


def _image(folder: Path, scope: str, feed: str) -> Path:
    out = folder / "image"
    build_image([FeedInput(scope, gtfs_zip(folder, feed))], None, out, region=scope)
    return out


@dataclass
class World:
    """An installation in this process, and who talks to it."""

    kommit: Kommit
    app: FastAPI
    clock: MovableClock
    client: TestClient

    @property
    def services(self) -> Any:
        return self.kommit.services

    def replace_services(self, **changed: Any) -> None:
        self.app.state.services = dataclasses.replace(self.app.state.services, **changed)

    def plan(self, **changed: Any) -> list[dict[str, Any]]:
        answer = self.client.get("/v1/plan", params=TO_CAMP | changed)
        assert answer.status_code == 200, answer.text
        journeys: list[dict[str, Any]] = answer.json()["journeys"]
        return journeys

    def offer(self, *categories: str, **changed: Any) -> dict[str, Any]:
        token = next(one["token"] for one in self.plan(**changed) if one["bookable"])
        passengers = [{"category": each} for each in categories or ("adult",)]
        answer = self.client.post("/v1/offers", json={"journey": token, "passengers": passengers})
        assert answer.status_code == 201, answer.text
        offer: dict[str, Any] = answer.json()
        return offer

    def rider(self, cents: int = 5000) -> "Rider":
        signed_in = self.services.accounts.register(
            f"{uuid4()}@kommit.example", "a password", "Ada"
        )
        if cents:
            self.services.wallets.top_up(signed_in.rider.id, Money(cents), "cash", CASH_DESK)
        return Rider(self, signed_in.token)


@dataclass
class Rider:
    """Somebody who is signed in."""

    world: World
    token: str
    headers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.headers = {"Authorization": f"Bearer {self.token}"}

    def get(self, path: str) -> Any:
        return self.world.client.get(path, headers=self.headers)

    def post(self, path: str, body: Any = None, key: str | None = None) -> Any:
        headers = self.headers | {"Idempotency-Key": key or str(uuid4())}
        return self.world.client.post(path, json=body, headers=headers)

    def hold(self, **changed: Any) -> dict[str, Any]:
        answer = self.post("/v1/orders", {"offer": self.world.offer(**changed)["offer"]})
        assert answer.status_code == 201, answer.text
        order: dict[str, Any] = answer.json()
        return order

    def pay(self, order: dict[str, Any], key: str | None = None, **body: Any) -> Any:
        return self.post(f"/v1/orders/{order['id']}/payment", {"means": "wallet"} | body, key)


@contextmanager
def world(image: Path, database_url: str, data_dir: Path, **settings: Any) -> Iterator[World]:
    """Open an installation; its jobs do not run, so that tests say when time passes."""
    clock = MovableClock(EARLY)
    chosen = {"mode": "demo", "tariff": "eezy-westfalen", "argon2": "cheap"} | settings
    kommit = open_kommit(
        load_settings(image=image, database_url=database_url, data_dir=data_dir, **chosen), clock
    )
    app = app_of(kommit)
    try:
        yield World(kommit, app, clock, TestClient(app, base_url="http://kommit.example"))
    finally:
        kommit.close()


class ServerProcess:
    """``kommit serve``, or ``kommit demo``, in a process of its own, in a clean environment."""

    def __init__(self, command: str = "serve", **environment: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kommit", command, "--port", str(port)],
            env={k: v for k, v in os.environ.items() if not k.startswith("KOMMIT_")} | environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def wait(self, within_s: float = 60) -> None:
        give_up = time.monotonic() + within_s
        while time.monotonic() < give_up and self._process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.url}/v1/health").close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError(f"the server does not answer: {self.kill()}")

    def kill(self) -> str:
        """End it as the kernel would, and return what it has written."""
        self._process.send_signal(signal.SIGKILL)
        return self._process.communicate()[0].decode()

    def end(self) -> None:
        """End it, unless it has ended."""
        if self._process.poll() is None:
            self.kill()

    def stop(self) -> str:
        """End it as an operator would, and return what it has written."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.communicate(timeout=60)[0].decode()
