"""The Senden region with its shuttle, as an installation of the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from booking.domain.staff import Role
from feeds.gtfs.read import read_feed
from feeds.image.build import FeedInput, build_image
from feeds.ondemand.definition import KnownStop, read_service
from feeds.report import Findings
from kommit.api.network import Network
from kommit.regions.region import load_region
from routing.booking_rules import SAME_DAY, BookingRule
from routing.ondemand.service import (
    Area,
    Capacity,
    Limits,
    OnDemandService,
    Relation,
    ServiceDays,
    ServiceStop,
    ServiceVehicle,
    Shift,
    Terms,
    Window,
)
from routing.timetable import NONE
from tests.support.server import Rider, World, world

SERVICE = "senden:kommit-shuttle"
MORNING = datetime(2024, 5, 6, 4, 30, tzinfo=UTC)
"""A Monday, 6:30 in Berlin."""
SECRET = "a secret of staff"
TINY_RIDE = {"from": "51.8,7.4", "to": "51.93,7.6", "depart": "2024-05-06T08:00"}
MAHNMAL = "senden:909012"


def build_senden(out: Path) -> None:
    """Build the demo region's network in the folder ``out``."""
    region = load_region("senden")
    build_image(
        [FeedInput(feed.scope, feed.path) for feed in region.feeds],
        region.streets,
        out,
        region=region.name,
    )


def senden_stops() -> list[KnownStop]:
    """Return the stops that a definition of the demo region may name."""
    (feed,) = load_region("senden").feeds
    stops = read_feed(feed.path, Findings()).stops
    columns = (stops[name].tolist() for name in ("stop_id", "stop_name", "stop_lat", "stop_lon"))
    return [KnownStop(f"{feed.scope}:{id_}", *rest) for id_, *rest in zip(*columns, strict=True)]


def senden_service() -> OnDemandService:
    """Return the shuttle of the demo region, without building a network."""
    return read_service(load_region("senden").shuttles[0], senden_stops())


@contextmanager
def senden(image: Path, database_url: str, data_dir: Path, **settings: Any) -> Iterator[World]:
    """Open an installation of the demo region on a Monday morning."""
    with world(image, database_url, data_dir, region="senden", **settings) as opened:
        opened.clock.at = MORNING
        yield opened


def staff(world: World, role: Role, name: str, vehicle: str | None = None) -> Rider:
    """Return somebody who works for the shuttle, signed in."""
    world.services.staff.add(role, name, SECRET, SERVICE, vehicle)
    answer = world.client.post("/v1/staff/sessions", json={"name": name, "secret": SECRET})
    assert answer.status_code == 201, answer.text
    return Rider(world, answer.json()["token"])


def with_shuttle(world: World, **asked: Any) -> list[dict[str, Any]]:
    """Return the journeys of a question that have a ride by shuttle."""
    answer = world.client.get("/v1/plan", params=asked)
    assert answer.status_code == 200, answer.text
    return [one for one in answer.json()["journeys"] if shuttles_of(one)]


def shuttles_of(journey: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the legs of a journey by shuttle."""
    return [leg for leg in journey["legs"] if leg.get("on_demand")]


def tiny_service(vehicles: int = 1) -> OnDemandService:
    """Return a service between the stops of the tiny timetable, all day, by cars of two seats."""
    named = {"anger": (51.8, 7.4), "camp": (51.9, 7.56), "dorf": (51.93, 7.6)}
    stops = {
        f"tiny:{key}": ServiceStop(f"tiny:{key}", key.title(), lat, lon, f"tiny:{key}")
        for key, (lat, lon) in named.items()
    }
    days = ServiceDays(frozenset(range(7)))
    all_day = Window(0, 24 * 3600)
    terms = Terms(BookingRule(SAME_DAY, 15, NONE, NONE, NONE))
    return OnDemandService(
        id="tiny:shuttle",
        name="Shuttle",
        agency_id="tiny:A1",
        agency_name="Kommitbus",
        time_zone="Europe/Berlin",
        stops=stops,
        areas={"all": Area("all", "All", tuple(stops))},
        relations=(Relation("r0", "all", "all", days, all_day, all_day, terms),),
        vehicles=tuple(
            ServiceVehicle(f"car-{n}", f"Car {n}", Capacity(2), 51.8, 7.4, (Shift(days, all_day),))
            for n in range(1, vehicles + 1)
        ),
        limits=Limits(max_open=1, max_wait_s=0),
    )


def serve(world: World, service: OnDemandService) -> None:
    """Let an installation run a service besides its timetable."""
    services, live = world.services, world.kommit.services.network
    network = Network(live().image, None, [service]).with_fleets(services.shuttles)
    live._planned = live._network = network


def ride_of_shuttle(world: World, rider: Rider, **changed: str) -> dict[str, Any]:
    """Book the first ride by shuttle from Anger to Dorf, and return the order."""
    journey = with_shuttle(world, **(TINY_RIDE | changed))[0]
    body = {"journey": journey["token"], "passengers": [{"category": "adult"}]}
    offer = world.client.post("/v1/offers", json=body).json()["offer"]
    order: dict[str, Any] = rider.post("/v1/orders", {"offer": offer}).json()
    return order
