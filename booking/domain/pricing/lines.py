"""Lines of a price: what was bought, what caps take off, and what is asked beside the fare. Pure.

A line is of one passenger, leg and rule. What is taken off has lines below zero of its own, so that
a breakdown shows it; the lines of a leg never sum to less than zero.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from booking.domain.chain import Chain, ChainLeg
from booking.domain.money import Money
from booking.domain.offers import FULL_VAT_PERMILLE, PriceLine
from booking.domain.passengers import Passenger
from booking.domain.pricing.best import Bought, Market
from booking.domain.pricing.caps import BICYCLE_SLOT, CappedFare, most_in_a_day
from booking.domain.pricing.products import QuoteLine, Rule, on
from booking.domain.pricing.subscription import Kind, Subscription
from booking.domain.pricing.ways import began_at, split_by_way, split_cents
from booking.domain.spending import Spending
from booking.domain.tariff import Surcharge, Tariff

TAKEN_OFF: Final = {
    Kind.SURCHARGE: Rule.SUBSCRIPTION_SURCHARGE,
    Kind.PLAN: Rule.SUBSCRIPTION_PLAN,
}
RULES: Final[tuple[str, ...]] = tuple(Rule)
CAP_NAMES: Final = {
    Rule.CAP_24H: "cap of 24 hours",
    Rule.CAP_24H_FIRST: "first-class cap of 24 hours",
    Rule.CAP_MONTH: "cap of the month",
}


class Traveller(NamedTuple):
    """A passenger with the subscriptions that they carry, and with what their slot has paid."""

    passenger: Passenger
    subscriptions: tuple[Subscription, ...]
    slot: str
    spending: Spending


def ride_lines(bought: Bought, market: Market) -> Iterator[QuoteLine]:
    """Yield the lines of all rides of a passenger, with what caps take off."""
    for sale in bought.sales:
        yield from sale.quote.lines
    for tariff, fare in bought.capped.items():
        yield from _cuts(fare, _lines_of(tariff, bought, market), market.passenger)


def _lines_of(tariff: str, bought: Bought, market: Market) -> list[QuoteLine]:
    return [
        line
        for sale in bought.sales
        if (capped_by := market.products[sale.product].capped_by) and capped_by.id == tariff
        for line in sale.quote.lines
    ]


def _cuts(
    fare: CappedFare, lines: Sequence[QuoteLine], passenger: Passenger
) -> Iterator[QuoteLine]:
    """Yield what caps take off lines, each in the share of its amount."""
    fares = [line for line in lines if line.rule != Rule.FIRST_CLASS]
    supplements = [line for line in lines if line.rule == Rule.FIRST_CLASS]
    by_day = split_cents(fare.day_cut_minor, [line.minor for line in fares])
    left = [line.minor - off for line, off in zip(fares, by_day, strict=True)]
    by_month = split_cents(fare.month_cut_minor, left)
    yield from _off(Rule.CAP_24H, fares, by_day, passenger)
    yield from _off(Rule.CAP_MONTH, fares, by_month, passenger)
    if supplements:
        off = split_cents(fare.supplement_cut_minor, [line.minor for line in supplements])
        yield from _off(Rule.CAP_24H_FIRST, supplements, off, passenger)


def _off(
    rule: Rule, lines: Sequence[QuoteLine], parts: Sequence[int], passenger: Passenger
) -> Iterator[QuoteLine]:
    for line, part in zip(lines, parts, strict=True):
        if part:
            product = line.text.partition(",")[0]
            text = f"{product}, {passenger.category}, {CAP_NAMES[rule]}"
            yield line._replace(rule=rule, minor=-part, text=text)


def surcharge_lines(
    chain: Chain, who: Traveller, surcharges: dict[str, tuple[Tariff, Surcharge]]
) -> Iterator[QuoteLine]:
    """Yield what on-demand services cost a passenger beside the fare, for each ride.

    Parameters
    ----------
    surcharges
        By the id of the service, with the tariff that has it.
    """
    for at, leg in chain.shuttles:
        found = surcharges.get(leg.shuttle.service_id) if leg.shuttle else None
        if found is None or not found[1].per_ride_minor:
            continue
        line = QuoteLine(
            at,
            Rule.SURCHARGE,
            found[1].per_ride_minor,
            f"{found[0].id}/surcharge",
            f"surcharge, {who.passenger.category}, {on(leg)}",
        )
        yield line
        yield from _covered(line, leg, Kind.SURCHARGE, who)


def bicycle_lines(chain: Chain, who: Traveller, tariff: Tariff | None) -> Iterator[QuoteLine]:
    """Yield what a passenger's bicycle costs on the timetable's rides: once in 24 hours."""
    rides = [(at, leg) for at, leg in chain.sold if leg.ride is not None]
    price = None if tariff is None else tariff.bicycle_minor
    if tariff is None or not price or not rides or not who.passenger.bicycle:
        return
    slot = BICYCLE_SLOT.format(who.slot)
    paid = most_in_a_day(
        [one for one in who.spending.spent if (one.slot, one.tariff) == (slot, tariff.id)],
        began_at(chain),
    )
    off = split_cents(min(paid, price), split_by_way(price, rides))
    for (at, leg), minor, less in zip(rides, split_by_way(price, rides), off, strict=True):
        text = f"bicycle for 24 hours, {who.passenger.category}, {on(leg)}"
        line = QuoteLine(at, Rule.BICYCLE, minor, f"{tariff.id}/bicycle", text)
        yield line
        if less:
            paid_text = f"bicycle, {who.passenger.category}, paid within 24 hours"
            yield line._replace(rule=Rule.CAP_24H_BICYCLE, minor=-less, text=paid_text)


def rental_lines(chain: Chain, group: Sequence[Traveller]) -> Iterator[tuple[Passenger, QuoteLine]]:
    """Yield what the rentals of a chain cost, and who of the group is asked for each.

    It is the passenger whose subscription takes the most off, else the first.
    """
    for at, leg in chain.rentals:
        rental = leg.rental
        if rental is None:  # ``rentals`` holds none of these; it tells the type checker
            continue
        line = QuoteLine(
            at,
            Rule.PLAN,
            rental.price_minor,
            f"{rental.system_id}/{rental.plan or 'rental'}",
            f"{rental.vehicle_type_name}, rental, {on(leg)}",
            FULL_VAT_PERMILLE,
        )
        offs = [sum(one.minor for one in _covered(line, leg, Kind.PLAN, who)) for who in group]
        who = group[offs.index(min(offs))]
        yield who.passenger, line
        for off in _covered(line, leg, Kind.PLAN, who):
            yield who.passenger, off


def _covered(line: QuoteLine, leg: ChainLeg, kind: Kind, who: Traveller) -> Iterator[QuoteLine]:
    """Yield what the passenger's best subscription takes off a line, if any does."""
    offs = [(one.off_minor(leg, kind, line.minor), one) for one in who.subscriptions]
    off, best = max(offs, key=lambda found: found[0], default=(0, None))
    if best is not None and off:
        text = f"covered by {best.name}, {who.passenger.category}, {on(leg)}"
        yield line._replace(rule=TAKEN_OFF[kind], minor=-off, product=best.id, text=text)


def _rank(rule: str) -> int:
    """Return where a line stands among those of its leg; rules of feeds are fares."""
    return RULES.index(rule) if rule in RULES else RULES.index(Rule.FARE)


def priced(
    lines: Iterable[tuple[Passenger, QuoteLine]], chain: Chain, currency: str
) -> list[PriceLine]:
    """Return lines as a price has them: by passenger, leg and rule."""
    ordered = sorted(lines, key=lambda one: (one[0].id, one[1].leg, _rank(one[1].rule)))
    return [
        PriceLine(
            text=line.text,
            product=line.product,
            passenger=passenger.id,
            amount=Money(line.minor, currency),
            agency_id=carrier.agency_id if (carrier := chain.legs[line.leg].carrier) else None,
            leg=line.leg,
            rule=str(line.rule),
            vat_permille=line.vat_permille,
        )
        for passenger, line in ordered
    ]
