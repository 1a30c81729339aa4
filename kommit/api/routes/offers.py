"""Offers: what a journey costs."""

from fastapi import APIRouter

from booking.domain.errors import NotOnSale, OfferForged
from booking.domain.passengers import group
from kommit.api.problems import documented
from kommit.api.realtime import check_runs
from kommit.api.sales import offer_json
from kommit.api.schemas.offers import Offer, OfferRequest
from kommit.api.services import NetworkOf, ServicesOf

router = APIRouter(tags=["offers"])


@router.post("/v1/offers", status_code=201, responses=documented(OfferForged, NotOnSale))
def make_offer(request: OfferRequest, services: ServicesOf, network: NetworkOf) -> Offer:
    """Price a journey for a group; the price is promised until `expires_at`. Nothing is held."""
    chain = services.offers.open_chain(request.journey)
    check_runs(chain, network)
    passengers = group(passenger.category for passenger in request.passengers)
    offer, token = services.offers.make(chain, passengers)
    return offer_json(offer, token, network)
