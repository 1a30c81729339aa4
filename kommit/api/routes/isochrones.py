"""For planners: how far one gets, and how long it takes to many places."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from kommit.api.errors import OutsidePeriod, StopNotFound
from kommit.api.inputs import place_of, unix_of
from kommit.api.isochrones import (
    TRANSIT,
    features_of,
    isochrones_of,
    minutes_of,
    off_streets,
    profile_of,
    within,
)
from kommit.api.problems import documented
from kommit.api.schemas import isochrones as shapes
from kommit.api.services import NetworkOf, ServicesOf
from routing.isochrones import Reach
from routing.query import Place

router = APIRouter(tags=["planning"])


@router.get("/v1/isochrone", responses=documented(StopNotFound, OutsidePeriod))
def get_isochrone(
    services: ServicesOf,
    network: NetworkOf,
    origin: Annotated[
        str,
        Query(
            alias="from",
            min_length=1,
            max_length=300,
            description="`lat,lon` or the id of a stop.",
            examples=["51.8576,7.4905"],
        ),
    ],
    minutes: Annotated[
        str, Query(max_length=60, description="Bands, by commas, up to 120 each.")
    ] = "15,30,45",
    mode: Annotated[
        str,
        Query(
            max_length=20,
            description="transit (with walks), walk, wheelchair, bicycle, cargo_bicycle, scooter"
            " or car.",
        ),
    ] = TRANSIT,
    depart: Annotated[
        datetime | None,
        Query(description="Of rides; without an offset in the region's time zone. Default: now."),
    ] = None,
    reverse: Annotated[
        bool, Query(description="From where one gets to the place, on streets alone.")
    ] = False,
) -> shapes.Isochrone:
    """Return the areas that are reached within some minutes, as GeoJSON, for planners.

    By rides, the first ones after `depart` count, with walks as long as time allows; booking
    deadlines are not looked at.
    """
    profile = profile_of(mode, "query", reverse=reverse)
    bands, place = minutes_of(minutes), place_of(origin, network, "from")
    rides = mode == TRANSIT
    time = unix_of(depart or services.clock.now(), network, "depart") if rides else 0
    asked = Reach(60 * bands[-1], profile, transit=rides, time=time, backward=reverse)
    reached = isochrones_of(network, "query").reach(place, asked)
    if reached is None:
        raise off_streets(place, "query")
    return shapes.Isochrone(
        features=features_of(reached, bands),
        mode=mode,
        depart=network.local(time) if rides else None,
        attribution=list(network.facts.attribution),
    )


@router.post("/v1/isochrone/times", responses=documented(StopNotFound, OutsidePeriod))
def get_times(asked: shapes.TimesAsked, services: ServicesOf, network: NetworkOf) -> shapes.Times:
    """Return how long it takes to many places, and how much is reached within each band."""
    profile = profile_of(asked.mode, "body", reverse=asked.reverse)
    place, rides = place_of(asked.origin, network, "from"), asked.mode == TRANSIT
    time = unix_of(asked.depart or services.clock.now(), network, "depart") if rides else 0
    limit_s = 60 * max(asked.minutes)
    reach = Reach(limit_s, profile, transit=rides, time=time, backward=asked.reverse)
    goals = [Place(goal.lat, goal.lon) for goal in asked.to]
    seconds = isochrones_of(network, "body").times(place, reach, goals)
    weights = [goal.weight for goal in asked.to]
    return shapes.Times(seconds=seconds, within=within(seconds, weights, asked.minutes))
