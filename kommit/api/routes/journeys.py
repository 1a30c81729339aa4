"""The search for journeys from door to door."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from kommit.api.cursor import LONGEST
from kommit.api.errors import OutsidePeriod, StopNotFound
from kommit.api.journeys import journeys_json
from kommit.api.on_demand import explained
from kommit.api.planning import Question, plan
from kommit.api.problems import documented
from kommit.api.schemas.journeys import Paging, Plan
from kommit.api.services import NetworkOf, ServicesOf
from kommit.api.wheelchair import with_verdicts
from kommit.api.wishes import QUICKEST_MPS, SLOWEST_MPS, Wishes, notices_of
from routing.query import MAX_VIAS

router = APIRouter(tags=["journeys"])

TIME: Final = "RFC 3339; without an offset it is meant in the region's time zone."
PlaceText = Annotated[str, Field(min_length=1, max_length=300)]
WishTexts = Annotated[
    list[Annotated[str, Field(max_length=2000)]], Field(default_factory=list, max_length=50)
]
LISTED: Final = "Several by commas, or the parameter again."


class PlanParameters(BaseModel):
    """What a rider asks; a place is a coordinate ``lat,lon`` or the id of a stop."""

    origin: PlaceText = Field(
        alias="from", description="`lat,lon` or the id of a stop.", examples=["51.8576,7.4905"]
    )
    destination: PlaceText = Field(
        alias="to", description="`lat,lon` or the id of a stop.", examples=["51.9556,7.6277"]
    )
    depart: datetime | None = Field(default=None, description=f"Earliest departure. {TIME}")
    arrive: datetime | None = Field(default=None, description=f"Latest arrival. {TIME}")
    window_min: int = Field(
        default=120, ge=0, le=720, description="All good journeys within this span."
    )
    max_rides: int = Field(default=6, ge=1, le=8, description="Vehicles boarded at most.")
    max_walk_min: int = Field(
        default=15, ge=0, le=60, description="To the first stop, and from the last, each."
    )
    cursor: str | None = Field(
        default=None,
        max_length=LONGEST,
        description="`paging.earlier` or `paging.later` of an answer: asks for that page of the"
        " same question; repeat all its other parameters.",
    )
    via: list[PlaceText] = Field(
        default=[],
        max_length=MAX_VIAS,
        description="Id of a stop or station on the way; several in this order. Without a stay it"
        " is enough that a ride calls there, the rider on board.",
    )
    via_stay_min: list[Annotated[int, Field(ge=0, le=720)]] = Field(
        default=[],
        max_length=MAX_VIAS,
        description="Minutes to be there at least, between two rides: as often as `via`, or never.",
    )


class WishfulParameters(PlanParameters):
    """The same with what the rider takes, and how fast; each parameter narrows the others."""

    modes: WishTexts = Field(description=f"Only these modes. {LISTED}", examples=[["bus,tram"]])
    banned_modes: WishTexts = Field(description=f"None of these modes. {LISTED}")
    routes: WishTexts = Field(description=f"Only routes with these ids. {LISTED}")
    banned_routes: WishTexts = Field(description=f"No routes with these ids. {LISTED}")
    agencies: WishTexts = Field(description=f"Only of operators with these ids. {LISTED}")
    banned_agencies: WishTexts = Field(description=f"Not of operators with these ids. {LISTED}")
    wheelchair: bool = Field(
        default=False,
        description="Every leg can be used in a wheelchair, as far as timetable and map tell:"
        " trips, stops, ways to and between them. Nothing is rented. `legs[].wheelchair` says what"
        " is known of each; where there is no journey, `notices` say why.",
    )
    allow_unknown: bool = Field(
        default=False,
        description="With `wheelchair`: also what is not known to be usable, nor to be unusable.",
    )
    bikes: bool = Field(
        default=False, description="Only trips that take bicycles by the timetable."
    )
    walk_speed: float | None = Field(
        default=None,
        ge=SLOWEST_MPS,
        le=QUICKEST_MPS,
        description="Metres a second, rounded to a tenth; 1.33 unless given. Transfers take"
        " accordingly, though never less than a time that the feed demands.",
    )
    transfer_buffer_min: int = Field(
        default=0, ge=0, le=30, description="Minutes to spare at each change of vehicles."
    )
    street_modes: WishTexts = Field(
        description="What may be ridden to, from and between stops: walk, bicycle, cargo_bicycle,"
        f" scooter, moped, car. Without it, all that can be rented. {LISTED}",
        examples=[["walk,bicycle"]],
    )
    systems: WishTexts = Field(description=f"Rent only of systems with these ids. {LISTED}")
    banned_systems: WishTexts = Field(description=f"Rent nothing of these systems. {LISTED}")
    own: str | None = Field(
        default=None,
        max_length=20,
        description="The rider's own vehicle at the origin: bicycle, cargo_bicycle or car. A"
        " bicycle is carried where trips take it, or parked; a car is parked.",
    )
    max_ride_min: int = Field(
        default=20,
        ge=1,
        le=60,
        description="A way by a rented or own vehicle takes no longer, the walk to it included.",
    )
    max_direct_min: int = Field(
        default=120,
        ge=1,
        le=720,
        description="Nor does one from door to door by the rider's own vehicle.",
    )

    shuttle: bool = Field(default=True, description="Whether on-demand services are taken.")
    passengers: int = Field(
        default=1, ge=1, le=6, description="Seats needed in vehicles that run on demand."
    )
    explain: bool = Field(
        default=False, description="Also say which rides on demand are not offered, and why."
    )

    def question(self) -> Question:
        """Return what was asked."""
        plain = {*PlanParameters.model_fields, "explain"}
        wishes = Wishes(**self.model_dump(exclude=plain))
        return Question(**self.model_dump(include=plain - {"explain"}), wishes=wishes)


@router.get("/v1/plan", responses=documented(StopNotFound, OutsidePeriod))
def plan_journeys(
    services: ServicesOf, network: NetworkOf, asked: Annotated[WishfulParameters, Query()]
) -> Plan:
    """Find journeys from door to door; without a time, from now on.

    Give `depart` or `arrive`, not both. Rides that can no longer be booked are not answered.
    """
    now = services.clock.now()
    question = asked.question()
    answer = plan(question, network, now)
    return Plan(
        image=network.image.id,
        journeys=with_verdicts(
            journeys_json(answer.journeys, network, services.offers, now), answer.known, network
        ),
        paging=Paging(earlier=answer.earlier, later=answer.later),
        notices=notices_of(answer.journeys, network, question.wishes, answer.known),
        explain=explained(answer.refused, network) if asked.explain else None,
    )
