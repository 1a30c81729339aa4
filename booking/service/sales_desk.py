"""Offers for who is asking: with the caps and subscriptions of a rider who is signed in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from booking.domain.accounts import Rider
from booking.domain.chain import Chain
from booking.domain.offers import Offer
from booking.domain.passengers import Passenger
from booking.service.offers import Offers
from booking.service.ports import Store
from booking.service.spending import spending_of
from booking.service.subscriptions import subscriptions_on


@dataclass(frozen=True)
class SalesDesk:
    """Makes offers.

    Parameters
    ----------
    zone
        The region's, by which the day of a journey is told.
    """

    store: Store
    offers: Offers
    zone: ZoneInfo

    def make(
        self, rider: Rider | None, chain: Chain, passengers: Sequence[Passenger]
    ) -> tuple[Offer, str]:
        """Return a new offer and its token; raises as ``Offers.make``.

        The account's subscriptions are those of the first passenger, who is the rider.
        """
        if rider is None:
            return self.offers.make(chain, passengers)
        with self.store.read() as uow:
            spending = spending_of(uow, rider.id, chain.departure)
            day = chain.departure.astimezone(self.zone).date()
            owned = subscriptions_on(uow, rider.id, day)
        first, *others = passengers
        known = tuple(dict.fromkeys((*first.subscriptions, *owned)))
        travelling = (replace(first, subscriptions=known), *others)
        return self.offers.make(chain, travelling, spending)
