"""Caps and subscriptions of an installation's tariffs, as statements ask for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from booking.domain.best_price import Alternative, Paid
from booking.domain.chain import Chain
from booking.domain.errors import NotOnSale
from booking.domain.passengers import Passenger, PassengerCategory
from booking.domain.pricing.books import SubscriptionBook, TariffBook
from booking.domain.pricing.caps import Travelled, retrospective
from booking.domain.pricing.subscription import Kind, Subscription
from booking.domain.spending import NOTHING_SPENT
from booking.domain.tariff import BadTariff

BOOKER: Final = Passenger(PassengerCategory.ADULT, 0)


@dataclass(frozen=True)
class BookTariffs:
    """See ``booking.service.closing.TravelTariffs``.

    Parameters
    ----------
    zone
        For tariffs of the network's feeds, which have no caps.
    """

    tariffs: TariffBook
    subscriptions: SubscriptionBook
    region_zone: ZoneInfo

    def zone(self, tariff_id: str, at: datetime) -> ZoneInfo:
        """Return the time zone in which days and months of a tariff begin at a moment."""
        try:
            return self.tariffs.get(tariff_id, at).zone
        except (BadTariff, NotOnSale):
            return self.region_zone

    def capped(self, tariff_id: str, slot: str, journeys: Sequence[Paid]) -> Sequence[Paid]:
        """Return what the caps of a tariff leave of what a slot paid for journeys."""
        travelled = [
            Travelled(one.at, one.fare_minor, one.supplement_minor, one.supplement_minor > 0)
            for one in journeys
        ]
        version = partial(self.tariffs.get, tariff_id)
        try:
            bills = retrospective(travelled, slot, version, NOTHING_SPENT)
        except (BadTariff, NotOnSale):
            return journeys  # of a feed, or of days that no version knows: there are no caps
        return [
            Paid(one.at, bill.net_fare_minor, bill.net_supplement_minor)
            for one, bill in zip(journeys, bills, strict=True)
        ]

    def alternatives(self, tariff_id: str, begins: datetime) -> Sequence[Alternative]:
        """Return the subscriptions of that month which cover fares."""
        del tariff_id
        found = []
        for subscription_id in self.subscriptions.ids:
            try:
                one = self.subscriptions.get(subscription_id, begins)
            except NotOnSale:
                continue
            if any(Kind.FARE in cover.kinds for cover in one.covered):
                found.append(Alternative(one.id, one.price_minor, partial(_covers, one)))
        return found


def _covers(subscription: Subscription, chain: Chain) -> bool:
    """Say whether a subscription covers all rides of a journey in second class."""
    return all(subscription.covers_fare(leg, BOOKER) for leg in chain.rides)
