"""The best price of a chain over all products that apply: ``booking.service.ports.Pricer``.

Each passenger buys the cheapest way (``best``) among the tariffs of the installation and their own
subscriptions. Beside it stand surcharges of on-demand services and bicycles, by the first tariff
that has a figure, and rentals by their plans, once for the chain.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from booking.domain.chain import Chain
from booking.domain.errors import NotOnSale
from booking.domain.offers import Price
from booking.domain.passengers import MAX_PASSENGERS, Passenger, PassengerCategory
from booking.domain.pricing.best import Market, best_way
from booking.domain.pricing.books import AnyTariff, SubscriptionBook, TariffBook
from booking.domain.pricing.caps import room_of
from booking.domain.pricing.lines import (
    Traveller,
    bicycle_lines,
    priced,
    rental_lines,
    ride_lines,
    surcharge_lines,
)
from booking.domain.pricing.products import FareProduct, QuoteLine
from booking.domain.pricing.subscription import Subscription
from booking.domain.pricing.ways import Rides, began_at
from booking.domain.spending import NOTHING_SPENT, Spending, slot_of
from booking.domain.tariff import BadTariff, Surcharge, Tariff

AN_ADULT: Final = Passenger(PassengerCategory.ADULT, 0)
ProductsOf = Callable[[Chain], Sequence[FareProduct]]
"""Products that come with the network of a chain (GTFS-Fares v2)."""


def _none(chain: Chain) -> Sequence[FareProduct]:  # noqa: ARG001 - as ``ProductsOf`` asks
    return ()


class _Market(NamedTuple):
    """What sells the rides of a chain."""

    currency: str
    tariffs: tuple[AnyTariff, ...]
    products: tuple[FareProduct, ...]
    """The tariffs, then those of the network."""


class BestPrice:
    """Prices chains by the products of an installation; fulfils ``Pricer``.

    Parameters
    ----------
    tariffs
        All versions of all tariffs; each is a ``FareProduct`` too.
    tariff_ids
        Those that sell rides here, in their order.
    subscriptions
        All that passengers may carry.
    network_products
        What sells rides by the fares of the network's feeds.

    Raises
    ------
    BadTariff
        If a tariff is unknown.
    """

    def __init__(
        self,
        tariffs: TariffBook,
        tariff_ids: Sequence[str],
        subscriptions: SubscriptionBook | None = None,
        network_products: ProductsOf = _none,
    ) -> None:
        for unknown in sorted(set(tariff_ids) - set(tariffs.ids)):
            known = ", ".join(tariffs.ids) or "none"
            raise BadTariff(f"there is no tariff {unknown!r}, only {known}")
        self._tariffs, self._ids = tariffs, tuple(dict.fromkeys(tariff_ids))
        self._subscriptions = subscriptions or SubscriptionBook((), "subscription")
        self._network_products = network_products

    def price(
        self, chain: Chain, passengers: Sequence[Passenger], spending: Spending = NOTHING_SPENT
    ) -> Price:
        """Return the price, one line per passenger, leg and rule.

        Raises
        ------
        NotOnSale
            If no product sells a leg, a passenger carries a subscription that is unknown or of
            other days, the group is empty or too big, or not all is paid in one currency.
        """
        if not chain.sold:
            raise NotOnSale("a walk costs nothing: there is nothing to buy")
        if not 1 <= len(passengers) <= MAX_PASSENGERS:
            raise NotOnSale(f"an offer is for 1 to {MAX_PASSENGERS} passengers")
        market = self._market(chain)
        group = [self._traveller(one, passengers, chain, spending) for one in passengers]
        lines = [*_rides(chain, group, market), *rental_lines(chain, group)]
        return Price.of_lines(priced(lines, chain, market.currency), market.currency)

    def label(self, chain: Chain) -> str:
        """Return id and version of the tariffs that sell the chain's rides, and its rental plans.

        For example ``eezy-westfalen@2026-01, senden-roller/minute``.
        """
        plans = (leg.rental for _, leg in chain.rentals)
        names = [
            *(one.label for one in self._market(chain).products if _sells_some(chain, one)),
            *(f"{one.system_id}/{one.plan or 'rental'}" for one in plans if one is not None),
        ]
        return ", ".join(dict.fromkeys(names))

    def subscription(self, subscription_id: str, chain: Chain) -> Subscription:
        """Return a subscription as it is on the day of a chain, or raise ``NotOnSale``."""
        if subscription_id not in self._subscriptions.ids:
            known = ", ".join(self._subscriptions.ids) or "none"
            raise NotOnSale(f"there is no subscription {subscription_id!r}; known are {known}")
        return self._subscriptions.get(subscription_id, began_at(chain))

    def _market(self, chain: Chain) -> _Market:
        """Return what sells a chain's rides when the first of them leaves, in one currency.

        The first product says the currency; what is paid in another does not sell.

        Raises
        ------
        NotOnSale
            If nothing sells rides on that day, or a rental is paid in another currency.
        """
        tariffs, products = self._on_sale(chain) if chain.rides else ((), ())
        rented = (leg.rental.currency for _, leg in chain.rentals if leg.rental is not None)
        currencies = list(dict.fromkeys([*(one.currency for one in products[:1]), *rented]))
        if len(currencies) > 1:
            raise NotOnSale(f"a chain is paid in one currency, not in {' and '.join(currencies)}")
        currency = currencies[0]
        return _Market(
            currency,
            tuple(one for one in tariffs if one.currency == currency),
            tuple(one for one in products if one.currency == currency),
        )

    def _on_sale(self, chain: Chain) -> tuple[Sequence[AnyTariff], Sequence[FareProduct]]:
        """Return the tariffs that are valid on a chain's day, and with them all products."""
        found: list[AnyTariff] = []
        refused = NotOnSale("no tariff sells rides here")
        for tariff_id in reversed(self._ids):
            try:
                found.insert(0, self._tariffs.get(tariff_id, began_at(chain)))
            except NotOnSale as error:
                refused = error  # in the end that of the first tariff that is not valid
        products = [*found, *self._network_products(chain)]
        if not products:
            raise refused
        return found, products

    def _traveller(
        self, passenger: Passenger, group: Sequence[Passenger], chain: Chain, spending: Spending
    ) -> Traveller:
        carried = dict.fromkeys(passenger.subscriptions)
        return Traveller(
            passenger,
            tuple(self.subscription(one, chain) for one in carried),
            slot_of(group, passenger),
            spending,
        )


def _rides(
    chain: Chain, group: Sequence[Traveller], market: _Market
) -> Iterator[tuple[Passenger, QuoteLine]]:
    """Yield what the rides of a chain cost, with bicycles and surcharges."""
    if not chain.rides:
        return
    surcharges = _surcharges(market.tariffs)
    takes_bicycles = next((one for one in market.tariffs if one.bicycle_minor is not None), None)
    for who in group:
        lines = [
            *_bought(chain, who, market.products),
            *surcharge_lines(chain, who, surcharges),
            *bicycle_lines(chain, who, takes_bicycles),
        ]
        yield from ((who.passenger, line) for line in lines)


def _sells_some(chain: Chain, product: FareProduct) -> bool:
    """Say whether a product sells an adult some ride of a chain."""
    rides = [(at, leg) for at, leg in chain.sold if leg.rental is None]
    return any(product.quote([ride], AN_ADULT) is not None for ride in rides)


def _bought(chain: Chain, who: Traveller, products: Sequence[FareProduct]) -> Iterator[QuoteLine]:
    """Yield the lines of the cheapest way to buy a passenger's rides."""
    rides = [(at, leg) for at, leg in chain.sold if leg.rental is None]
    offered: list[FareProduct] = [*who.subscriptions, *products]
    rooms = {
        tariff.id: room_of(tariff, who.slot, began_at(chain), who.spending)
        for product in products
        if (tariff := product.capped_by) is not None
    }
    market = Market(offered, who.passenger, rooms, _breaks(rides, chain))
    bought = best_way(rides, market)
    if bought is None:
        raise NotOnSale(_nobody_sells(rides, market))
    yield from ride_lines(bought, market)


def _breaks(rides: Rides, chain: Chain) -> frozenset[int]:
    """Return the numbers of the rides before which a vehicle is rented."""
    rented = {at for at, _ in chain.rentals}
    return frozenset(
        i for i in range(1, len(rides)) if any(rides[i - 1][0] < at < rides[i][0] for at in rented)
    )


def _nobody_sells(rides: Rides, market: Market) -> str:
    """Return the sentence that says which ride no product sells."""
    for i, (_, leg) in enumerate(rides):
        alone = rides[i : i + 1]
        if all(one.quote(alone, market.passenger) is None for one in market.products):
            line = leg.carrier.line if leg.carrier else leg.mode
            who = market.passenger.category
            return f"no tariff here sells {line} from {leg.origin.name} to {who} passengers"
    return f"no tariffs here sell this chain to {market.passenger.category} passengers"


def _surcharges(tariffs: Sequence[Tariff]) -> dict[str, tuple[Tariff, Surcharge]]:
    """Return the surcharge of each service, by the first tariff that has one."""
    found: dict[str, tuple[Tariff, Surcharge]] = {}
    for tariff in tariffs:
        for service, surcharge in tariff.surcharges.items():
            found.setdefault(service, (tariff, surcharge))
    return found
