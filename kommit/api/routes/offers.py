"""Offers: what a journey costs."""

from fastapi import APIRouter

from booking.domain.errors import (
    FleetNotFound,
    NotOnSale,
    NotSignedIn,
    OfferForged,
    SlotNotFree,
    VehicleNotFound,
)
from booking.service.rental_offers import RentalWish
from kommit.api.auth import MaybeSignedIn
from kommit.api.problems import documented
from kommit.api.realtime import check_runs
from kommit.api.sales import group_of, offer_json
from kommit.api.schemas.offers import Offer, OfferRequest
from kommit.api.services import NetworkOf, ServicesOf

router = APIRouter(tags=["offers"])


@router.post(
    "/v1/offers",
    status_code=201,
    responses=documented(
        NotSignedIn, OfferForged, NotOnSale, FleetNotFound, VehicleNotFound, SlotNotFree
    ),
)
def make_offer(
    request: OfferRequest,
    services: ServicesOf,
    network: NetworkOf,
    rider: MaybeSignedIn,
) -> Offer:
    """Price a journey, vehicles for a time, or both; promised until `expires_at`, nothing is held.

    For a rider who is signed in the caps of their day and month count, and the subscriptions that
    their account has are those of the first passenger; the offer is theirs alone then.
    """
    journey = None if request.journey is None else services.offers.open_chain(request.journey)
    wishes = [RentalWish(one.system, one.vehicle, one.start, one.end) for one in request.rentals]
    chain = services.rental_offers.chain(journey, wishes)
    check_runs(chain, network)
    offer, token = services.sales_desk.make(rider, chain, group_of(request.passengers))
    return offer_json(offer, token, network)
