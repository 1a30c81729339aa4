"""All versions of what is for sale, as tariff files say it."""

from booking.domain.pricing.crow_fly import CrowFlyTariff
from booking.domain.pricing.flat import FlatTariff
from booking.domain.pricing.subscription import Subscription
from booking.domain.tariff import VersionBook

AnyTariff = CrowFlyTariff | FlatTariff
"""Each kind of tariff is a ``FareProduct``."""
TariffBook = VersionBook[AnyTariff]
SubscriptionBook = VersionBook[Subscription]
