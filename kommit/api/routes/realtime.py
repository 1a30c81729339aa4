"""What is known of the moment: alerts, and where vehicles are."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Query

from feeds.realtime.alerts import ALWAYS, MatchedAlert
from kommit.api.errors import StopNotFound
from kommit.api.inputs import box_of, moment_of, stop_of
from kommit.api.network import Network
from kommit.api.problems import documented
from kommit.api.realtime import informing_alert_json, vehicle_feature
from kommit.api.schemas import realtime as shapes
from kommit.api.services import NetworkOf, ServicesOf
from routing.timetable import NONE

router = APIRouter(tags=["realtime"])

MOST_VEHICLES: Final = 5_000
"""In one answer for a map."""

StopId = Annotated[
    str | None, Query(min_length=1, max_length=300, description="Only those that name this stop.")
]
RouteId = Annotated[
    str | None, Query(min_length=1, max_length=300, description="Only those that name this route.")
]


@router.get("/v1/alerts", responses=documented(StopNotFound))
def list_alerts(
    services: ServicesOf,
    network: NetworkOf,
    at: Annotated[
        datetime | None, Query(description="Those not over by then. Default: now.")
    ] = None,
    stop: StopId = None,
    route: RouteId = None,
) -> shapes.Alerts:
    """Return what riders should know: alerts that are active, and those that will be."""
    begin = int(moment_of(at or services.clock.now(), network, "at").timestamp())
    of_stop = None if stop is None else stop_of(stop, network)
    found = [
        alert
        for alert in network.realtime.alerts
        if alert.is_active(begin, ALWAYS)
        and (of_stop is None or any(one.stop == of_stop for one in alert.informed))
        and (route is None or route in _routes_of(network, alert))
    ]
    return shapes.Alerts(alerts=[informing_alert_json(network, alert) for alert in found])


def _routes_of(network: Network, alert: MatchedAlert) -> set[str]:
    """Return the ids of the routes that an alert names."""
    named = {informed.route for informed in alert.informed} - {NONE}
    return {network.catalogue.route(route).id for route in named}


@router.get("/v1/vehicles", responses=documented())
def list_vehicles(
    network: NetworkOf,
    bbox: Annotated[
        str | None,
        Query(max_length=200, description="west,south,east,north", examples=["7.4,51.8,7.6,51.9"]),
    ] = None,
) -> shapes.Vehicles:
    """Return the vehicles that say where they are, within a box if one is given, as GeoJSON."""
    west, south, east, north = (-180.0, -90.0, 180.0, 90.0) if bbox is None else box_of(bbox)
    inside = [
        each
        for each in network.realtime.vehicles
        if west <= each.lon <= east and south <= each.lat <= north
    ]
    return shapes.Vehicles(
        features=[vehicle_feature(network, each) for each in inside[:MOST_VEHICLES]],
        truncated=len(inside) > MOST_VEHICLES,
    )
