"""Shared vehicles as the search knows them at this moment."""

from itertools import islice
from typing import Annotated, Final

from fastapi import APIRouter, Query

from kommit.api.errors import InvalidInput
from kommit.api.inputs import box_of
from kommit.api.problems import documented
from kommit.api.schemas import sharing as shapes
from kommit.api.services import NetworkOf, ServicesOf
from kommit.api.sharing import features_of, feed_json, system_json

router = APIRouter(tags=["sharing"])

MOST_FEATURES: Final = 5_000
"""In one answer for a map."""


@router.get("/v1/sharing/systems")
def list_systems(services: ServicesOf, network: NetworkOf) -> shapes.SharingSystems:
    """Return the systems whose vehicles may be part of journeys now."""
    now = int(services.clock.now().timestamp())
    return shapes.SharingSystems(
        systems=[system_json(system, now) for system in network.supply.systems]
    )


@router.get("/v1/sharing/feeds")
def list_feeds(services: ServicesOf) -> shapes.SharingFeeds:
    """Return how it stands with the GBFS feeds of other operators."""
    return shapes.SharingFeeds(feeds=[feed_json(one) for one in services.sharing.status()])


@router.get("/v1/sharing/vehicles", responses=documented())
def list_shared_vehicles(
    services: ServicesOf,
    network: NetworkOf,
    bbox: Annotated[
        str,
        Query(max_length=200, description="west,south,east,north", examples=["7.4,51.8,7.6,51.9"]),
    ],
    system: Annotated[
        str | None, Query(max_length=64, description="Only of the system with this id.")
    ] = None,
) -> shapes.SharedFeatures:
    """Return the stations in a box, with live counts, and the vehicles that stand free there."""
    box, now = box_of(bbox), int(services.clock.now().timestamp())
    systems = [one for one in network.supply.systems if system in (None, one.id)]
    if system is not None and not systems:
        known = ", ".join(one.id for one in network.supply.systems) or "none"
        raise InvalidInput(("query", "system"), f"there is no such system; there are: {known}")
    found = features_of(network, systems, box, now)
    features = list(islice(found, MOST_FEATURES))
    return shapes.SharedFeatures(features=features, truncated=next(found, None) is not None)
