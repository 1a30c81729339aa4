"""What the network knows: health, region, places, stops, departures."""

from datetime import datetime
from typing import Annotated, Final

import numpy as np
from fastapi import APIRouter, Path, Query, Response

from kommit import __version__
from kommit.api.departures import BoardRow
from kommit.api.errors import InvalidInput, OutsidePeriod, StopNotFound
from kommit.api.inputs import box_of, stop_of, unix_of
from kommit.api.journeys import point_of_stop, route_of
from kommit.api.network import Network
from kommit.api.problems import documented
from kommit.api.realtime import alerts_of_ride, alerts_of_stop, source_json
from kommit.api.schemas import network as shapes
from kommit.api.services import NetworkOf, ServicesOf

router = APIRouter(tags=["network"])

MOST_STOPS: Final = 5_000
"""In one answer for a map."""


@router.get("/v1/health", responses={503: {"model": shapes.Health, "description": "Degraded."}})
def get_health(services: ServicesOf, network: NetworkOf, response: Response) -> shapes.Health:
    """Say whether kommit can do its work; a degraded one answers with status 503."""
    reachable = services.database.is_reachable()
    response.status_code = 200 if reachable else 503
    return shapes.Health(
        status="ok" if reachable else "degraded",
        version=__version__,
        image=shapes.ImageSummary(
            id=network.image.id,
            name=network.facts.name,
            valid_from=network.first_day,
            valid_until=network.last_day,
        ),
        database="ok" if reachable else "unreachable",
        realtime=[source_json(one, network) for one in services.realtime.status()],
    )


@router.get("/v1/region")
def get_region(services: ServicesOf, network: NetworkOf) -> shapes.Region:
    """Return what this installation serves, and what a map needs to begin."""
    facts = network.facts
    return shapes.Region(
        name=facts.name,
        title=shapes.Title(de=facts.title_de, en=facts.title_en),
        center=facts.center,
        bbox=facts.bbox,
        time_zone=str(network.zone),
        valid_from=network.first_day,
        valid_until=network.last_day,
        attribution=list(facts.attribution),
        illustrative_streets=facts.illustrative_streets,
        payment_means=list(services.payment_means),
        examples=[
            shapes.Example.model_validate({"from": origin, "to": destination})
            for origin, destination in facts.examples
        ],
    )


@router.get("/v1/places", responses=documented())
def search_places(
    network: NetworkOf,
    q: Annotated[
        str, Query(min_length=1, max_length=200, description="Any part of a name, or `lat,lon`.")
    ],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
    lat: Annotated[float | None, Query(ge=-90, le=90, description="Where the rider is.")] = None,
    lon: Annotated[float | None, Query(ge=-180, le=180)] = None,
) -> shapes.Places:
    """Find stops, stations and streets by name; misspellings are tolerated.

    With `lat` and `lon`, places nearby come first among equals.
    """
    if (lat is None) != (lon is None):
        raise InvalidInput(("query", "lat"), "lat and lon go together")
    near = None if lat is None or lon is None else (lat, lon)
    hits = network.places.search(q, limit=limit, near=near)
    return shapes.Places(places=[shapes.Place.model_validate(hit) for hit in hits])


@router.get("/v1/stops", responses=documented())
def list_stops(
    network: NetworkOf,
    bbox: Annotated[
        str,
        Query(max_length=200, description="west,south,east,north", examples=["7.4,51.8,7.6,51.9"]),
    ],
) -> shapes.Stops:
    """Return the stops within a box as GeoJSON."""
    west, south, east, north = box_of(bbox)
    known = network.timetable.n_known_stops
    lat, lon = network.timetable.stop_lat[:known], network.timetable.stop_lon[:known]
    inside = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
    return shapes.Stops(
        features=[_feature(network, int(stop)) for stop in inside[:MOST_STOPS]],
        truncated=inside.size > MOST_STOPS,
    )


def _feature(network: Network, stop: int) -> shapes.StopFeature:
    point = point_of_stop(network, stop)
    return shapes.StopFeature(
        geometry=shapes.Geometry(coordinates=(point.lon, point.lat)),
        properties=shapes.StopProperties(
            id=point.stop_id or "", name=point.name, modes=network.stop_modes(stop)
        ),
    )


@router.get(
    "/v1/stops/{stop_id:path}/departures", responses=documented(StopNotFound, OutsidePeriod)
)
def list_departures(
    services: ServicesOf,
    network: NetworkOf,
    stop_id: Annotated[str, Path(min_length=1, max_length=300, examples=["senden:907636"])],
    at: Annotated[
        datetime | None,
        Query(description="From when; without an offset in the region's time zone. Default: now."),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> shapes.Departures:
    """Return what leaves a stop within a day; a station lists all its stops.

    In the order of expected times. Cancelled departures stay in their place, marked as such.
    """
    stop = stop_of(stop_id, network)
    when = unix_of(at or services.clock.now(), network, "at")
    platforms = network.platforms(stop)
    found = network.board.departures(platforms, when, limit)
    return shapes.Departures(
        stop=point_of_stop(network, stop),
        alerts=alerts_of_stop(network, platforms.tolist(), when),
        departures=[_departure(network, one) for one in found],
    )


def _departure(network: Network, row: BoardRow) -> shapes.Departure:
    trip = network.trips.info(row.trip)
    has_forecast = row.is_realtime and not row.is_cancelled and row.scheduled is not None
    moved = row.scheduled_stop != row.stop
    return shapes.Departure(
        time=network.local(row.time),
        scheduled_time=None if row.scheduled is None else network.local(row.scheduled),
        delay_s=row.time - (row.scheduled or 0) if has_forecast else None,
        realtime=row.is_realtime,
        cancelled=row.is_cancelled,
        route=route_of(network, network.trips.route(row.trip)),
        headsign=trip.headsign,
        trip_id=trip.id,
        service_day=network.date_of(row.day),
        stop=point_of_stop(network, row.stop),
        scheduled_stop=point_of_stop(network, row.scheduled_stop) if moved else None,
        alerts=alerts_of_ride(network, row.trip, row.day, [row.stop], row.time, row.time),
    )
