"""The VAT in a price, by rate, exact to the line."""

from typing import NamedTuple

from booking.domain.offers import Price


class VatShare(NamedTuple):
    """What of a price is taxed at one rate; ``net + vat == gross``, whole minor units."""

    permille: int
    net_minor: int
    vat_minor: int
    gross_minor: int


def vat_split(price: Price) -> tuple[VatShare, ...]:
    """Return the shares of a price by rate, the lowest first.

    The VAT of a rate is the sum of that of its lines, each rounded by itself: so legs that are
    given back one by one give back exactly the VAT that was in them.
    """
    rates = sorted({line.vat_permille for line in price.lines})
    return tuple(_share(price, permille) for permille in rates)


def _share(price: Price, permille: int) -> VatShare:
    lines = [line for line in price.lines if line.vat_permille == permille]
    gross = sum(line.amount.minor for line in lines)
    vat = sum(line.vat_minor for line in lines)
    return VatShare(permille, gross - vat, vat, gross)
