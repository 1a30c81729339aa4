"""What prices and fees an installation asks: its tariffs and subscriptions."""

from booking.domain.chain import Chain, ChainLeg
from booking.domain.errors import NotOnSale
from booking.domain.money import Money
from booking.domain.pricing.network import NetworkFares
from booking.domain.pricing.pricer import BestPrice
from booking.service.offers import Offers
from booking.service.usage import NoShowFee
from booking.tariffs.reading import read_subscription_book, read_tariff_book
from kommit.bootstrap.networks import LiveNetwork
from kommit.kit.clock import Clock
from kommit.regions.region import Region
from kommit.settings import Settings, SettingsError


def make_offers(settings: Settings, secret: bytes, network: LiveNetwork, clock: Clock) -> Offers:
    """Return the maker of offers, see ``make_pricer``."""
    return Offers(secret, make_pricer(settings, network), clock, validity=settings.offer_for)


def chosen_tariffs(settings: Settings, region: Region | None) -> tuple[str, ...]:
    """Return the ids of the tariffs that sell trips here."""
    return settings.tariff_ids or (region.tariffs if region else ())


def make_pricer(settings: Settings, network: LiveNetwork) -> BestPrice:
    """Return what prices chains: tariffs of the settings or else the region, and fares of feeds.

    Raises
    ------
    SettingsError
        If none of them says a price, or a tariff is unknown.
    """

    def fares(_: Chain) -> list[NetworkFares]:
        return [NetworkFares(tables) for tables in network().image.fares if tables.products]

    tariffs = read_tariff_book(settings.tariffs)
    chosen = chosen_tariffs(settings, network.region)
    has_prices = chosen or network().image.fares
    if not has_prices or not set(chosen) <= set(tariffs.ids):
        known = ", ".join(tariffs.ids)
        raise SettingsError(f"KOMMIT_TARIFF must name the tariffs that sell trips here: {known}")
    return BestPrice(tariffs, chosen, read_subscription_book(settings.tariffs), fares)


def no_show_fees(settings: Settings, region: Region | None) -> NoShowFee:
    """Return what a ride costs that nobody turned up for, by the tariffs that sell trips here."""
    tariffs, chosen = read_tariff_book(settings.tariffs), chosen_tariffs(settings, region)

    def fee(leg: ChainLeg) -> Money | None:
        for tariff_id in chosen if leg.shuttle is not None else ():
            try:
                tariff = tariffs.get(tariff_id, leg.departure)
            except NotOnSale:
                continue
            surcharge = tariff.surcharges.get(leg.shuttle.service_id if leg.shuttle else "")
            if surcharge is not None:
                return Money(surcharge.no_show_minor, tariff.currency)
        return None

    return fee
