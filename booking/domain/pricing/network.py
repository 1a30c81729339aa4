"""Fares that come with a network's feeds (GTFS-Fares v2), as a product among the others."""

from zoneinfo import ZoneInfo

from booking.domain.fares_v2 import fare_of
from booking.domain.passengers import Passenger
from booking.domain.pricing.products import Quote, QuoteLine, first_class_rides, on
from booking.domain.pricing.ways import Rides
from booking.domain.tariff import Tariff
from routing.fares.tables import FareTables


class NetworkFares:
    """Sells the rides of a feed by its fares, in one currency and in second class.

    Parameters
    ----------
    tables
        Of the feed; their first currency is sold.
    """

    def __init__(self, tables: FareTables) -> None:
        self._tables, self._zone = tables, ZoneInfo(tables.time_zone)

    @property
    def label(self) -> str:
        """The feed: ``fares-v2/nl``."""
        return f"fares-v2/{self._tables.scope}"

    @property
    def currency(self) -> str:
        """The currency that is sold."""
        return self._tables.currencies[0]

    @property
    def capped_by(self) -> Tariff | None:
        """None: Fares v2 has no words for caps."""
        return None

    @property
    def sells_one_trip(self) -> bool:
        """The feed's transfer rules say what a change costs, be it more or less."""
        return True

    def quote(self, rides: Rides, passenger: Passenger) -> Quote | None:
        """Return the fare of a run; each line names the rows that made it."""
        if first_class_rides(rides, passenger):
            return None
        fare = fare_of(self._tables, rides, passenger, self._zone)
        if fare is None or fare.total.currency != self.currency:
            return None
        legs = dict(rides)
        return Quote(
            tuple(
                QuoteLine(
                    line.leg,
                    line.rule,
                    line.amount.minor,
                    line.product_id,
                    f"{line.product_name}, {passenger.category}, {on(legs[line.leg])}",
                )
                for line in fare.lines
            )
        )
