"""What chains cost: products that sell rides, caps, subscriptions, and the best price over all.

::

    ways          distances as the crow flies, and cents split by them
    products      the protocol of what sells rides, and the rules that lines name
    crow_fly      tariffs by distance          flat   tariffs by one price
    subscription  what is paid by the month covers legs
    caps          24 hours and the month; the best price afterwards (check-in, check-out)
    best          the cheapest way to buy all rides
    lines         lines of a price             pricer  all of it together
    vat           the VAT in a price, by rate
"""

from booking.domain.pricing.ways import split_cents

__all__ = ["split_cents"]
