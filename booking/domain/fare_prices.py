"""What a passenger pays for a fare product: by the feed's rider categories and media.

kommit knows adults and children and no ages. A feed's categories are recognised by their words.
An adult pays what the default category pays. A child pays what children pay, and of several
categories of children the dearest, which no child is too old for; never more than an adult.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from booking.domain.passengers import PassengerCategory
from routing.fares.tables import FareMediaType, FareProduct, FareTables, RiderCategory


@dataclass(frozen=True, slots=True)
class RiderWords:
    """How words begin by which a feed's category, its id or name, is recognised."""

    adult: tuple[str, ...]
    """Used where no category is marked as the default."""
    child: tuple[str, ...]


WORDS: Final = RiderWords(
    adult=("adult", "erwachs", "regular", "normal", "standard", "volwassen", "dorosł", "dorosl"),
    child=("child", "kind", "kid", "enfant", "bambin", "niñ", "nino", "dziec", "dítě", "barn"),
)

Media = Sequence[frozenset[FareMediaType | None]]
"""Media by preference, the best first; None is a medium that the feed does not say."""
PHONE: Final[Media] = (
    frozenset({FareMediaType.APP}),
    frozenset({FareMediaType.NONE, None}),
)
"""What a phone can show: a ticket of an app; else a product that needs no medium, or none that is
named. Paper, cards and bank cards are sold by others."""

Prices = Mapping[str, FareProduct]
"""By id of the product: the row by which one passenger pays."""


def prices_of(
    tables: FareTables,
    category: PassengerCategory,
    currency: str,
    media: Media = PHONE,
    words: RiderWords = WORDS,
) -> Prices:
    """Return the prices of the products that a passenger can have in one currency."""
    adults, children = _riders(tables.rider_categories, words)
    wanted = children if category is PassengerCategory.CHILD else frozenset[str]()
    found = {}
    for product_id, rows in tables.index.products.items():
        ranked = _by_preference(tables, [row for row in rows if row.currency == currency], media)
        price = _price(ranked, adults, wanted)
        if price is not None:
            found[product_id] = price
    return found


def _riders(
    categories: Sequence[RiderCategory], words: RiderWords
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the ids of the categories of adults, the empty one among them, and of children."""
    children = {each.id for each in categories if _has_word(each, words.child)}
    adults = {each.id for each in categories if each.is_default}
    if not adults:
        adults = {each.id for each in categories if _has_word(each, words.adult)} - children
    if not adults and len(categories) == 1:
        adults = {categories[0].id}
    return frozenset({*adults, ""}), frozenset(children - adults)


def _has_word(category: RiderCategory, beginnings: tuple[str, ...]) -> bool:
    own_id = category.id.partition(":")[2]
    texts = re.findall(r"[^\W\d_]+", f"{own_id} {category.name}".casefold())
    return any(text.startswith(beginnings) for text in texts)


def _by_preference(
    tables: FareTables, rows: Sequence[FareProduct], media: Media
) -> list[list[FareProduct]]:
    """Return the rows of each preference that has any."""
    kinds = {
        medium: tables.index.media[medium].type if medium else None
        for medium in {row.fare_media_id for row in rows}
    }
    ranked = ([row for row in rows if kinds[row.fare_media_id] in rank] for rank in media)
    return [rows for rows in ranked if rows]


def _price(
    ranked: Iterable[Sequence[FareProduct]], adults: frozenset[str], children: frozenset[str]
) -> FareProduct | None:
    """Return what is paid, by the best medium that has a price for the rider."""
    full, reduced = None, None
    for rows in ranked:
        of_adults = [row for row in rows if row.rider_category_id in adults]
        of_children = [row for row in rows if row.rider_category_id in children]
        full = full or min(of_adults, key=_order, default=None)
        reduced = reduced or max(_cheapest_of_each(of_children), key=_order, default=None)
    both = [price for price in (reduced, full) if price is not None]
    return min(both, key=lambda price: price.amount_minor, default=None)


def _cheapest_of_each(rows: Iterable[FareProduct]) -> Iterable[FareProduct]:
    """Return the cheapest row of each category: one rider may choose the medium."""
    found: dict[str, FareProduct] = {}
    for row in sorted(rows, key=_order):
        found.setdefault(row.rider_category_id, row)
    return found.values()


def _order(row: FareProduct) -> tuple[int, str, str]:
    return row.amount_minor, row.rider_category_id, row.fare_media_id
