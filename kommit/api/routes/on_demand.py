"""On-demand services: what they are, where they stop, and their vehicles as GTFS Realtime."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Query, Response
from google.protobuf import json_format  # type: ignore[import-untyped]  # as feeds.realtime.schema

from feeds.flex.write import write_flex
from kommit.api.errors import NotFound
from kommit.api.gtfs_rt import trip_updates, vehicle_positions
from kommit.api.problems import documented
from kommit.api.schemas.shuttles import Services as ServiceList
from kommit.api.services import NetworkOf, ServicesOf
from kommit.api.shuttles import service_json
from routing.ondemand.service import OnDemandService

router = APIRouter(tags=["on-demand"])
MEDIA: Final = "application/x-protobuf"
ZIP: Final = "application/zip"
AS_ZIP: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {ZIP: {}}}}
AS_BYTES: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {MEDIA: {}}}}
ServiceId = Annotated[str, Path(max_length=200)]


@router.get("/v1/on-demand")
def list_services(network: NetworkOf) -> ServiceList:
    """Return all on-demand services: when they run, how they are booked, what they promise."""
    services = network.on_demand.services.values()
    return ServiceList(services=[service_json(service) for service in services])


@router.get("/v1/on-demand/areas")
def list_areas(network: NetworkOf) -> dict[str, Any]:
    """Return stops and areas of all services as GeoJSON."""
    features = [
        feature for service in network.on_demand.services.values() for feature in _features(service)
    ]
    return {"type": "FeatureCollection", "features": features}


@router.get(
    "/v1/on-demand/{service_id}/gtfs-flex.zip",
    response_class=Response,
    responses=AS_ZIP | documented(NotFound),
)
def get_flex(service_id: ServiceId, network: NetworkOf) -> Response:
    """Return a service as GTFS-Flex: stops, areas, hours and booking rules, without vehicles."""
    service = network.on_demand.services.get(service_id)
    if service is None:
        raise NotFound(f"there is no on-demand service {service_id!r}")
    return Response(write_flex(service), media_type=ZIP)


@router.get(
    "/v1/gtfs-rt/{service_id}/{file}",
    response_class=Response,
    responses=AS_BYTES | documented(NotFound),
)
def get_realtime(
    service_id: ServiceId,
    file: Literal["vehicle_positions.pb", "trip_updates.pb"],
    services: ServicesOf,
    network: NetworkOf,
    form: Annotated[Literal["pb", "json"], Query(alias="format")] = "pb",
) -> Response:
    """Return where a service's vehicles are, or where they stop when, as GTFS Realtime."""
    service = network.on_demand.services.get(service_id)
    if service is None or not service.is_ours:
        raise NotFound(f"there is no own on-demand service {service_id!r}")
    make = vehicle_positions if file == "vehicle_positions.pb" else trip_updates
    message = make(services.driving.vehicles(service_id), services.clock.now())
    if form == "json":
        return Response(json_format.MessageToJson(message), media_type="application/json")
    return Response(message.SerializeToString(), media_type=MEDIA)


def _features(service: OnDemandService) -> list[dict[str, Any]]:
    stops = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [stop.lon, stop.lat]},
            "properties": {
                "service_id": service.id,
                "stop_id": stop.id,
                "name": stop.name,
                "virtual": stop.stop_id is None,
            },
        }
        for stop in service.stops.values()
    ]
    areas = [
        {
            "type": "Feature",
            "geometry": {
                "type": "MultiPolygon",
                "coordinates": [
                    [[[lon, lat] for lat, lon in ring] for ring in polygon]
                    for polygon in area.polygons
                ],
            },
            "properties": {"service_id": service.id, "area_id": area.id, "name": area.name},
        }
        for area in service.areas.values()
        if area.polygons
    ]
    return [*areas, *stops]
