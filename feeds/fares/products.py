"""What can be bought: categories of riders, media, and products with exact amounts."""

import re
from collections.abc import Iterable, Mapping, Set
from typing import Final

from feeds.fares.rows import FareRows, known, once, shown, with_ids
from feeds.flex.rows import LINE, Row
from feeds.gbfs.pricing import CURRENCY, MINOR_DIGITS
from feeds.report import Findings
from routing.fares.tables import FareMediaType, FareMedium, FareProduct, RiderCategory

AMOUNT: Final = re.compile(r"(-?)(\d{1,9})(?:\.(\d{1,9}))?", re.ASCII)
PRODUCTS: Final = "fare_products.txt"


def read_categories(rows: FareRows, findings: Findings) -> dict[str, RiderCategory]:
    """Return the categories of riders by their id."""
    file = "rider_categories.txt"
    named = with_ids(rows.rider_categories, file, ["rider_category_id"], findings)
    return {
        row["rider_category_id"]: RiderCategory(
            row["rider_category_id"],
            row["rider_category_name"],
            row["is_default_fare_category"] == 1,
        )
        for row in once(named, file, lambda row: row["rider_category_id"], "who it is", findings)
    }


def read_media(rows: FareRows, findings: Findings) -> dict[str, FareMedium]:
    """Return the media by their id; one without a type that can be read is left out."""
    file = "fare_media.txt"
    named = with_ids(rows.fare_media, file, ["fare_media_id"], findings)
    media = {}
    for row in once(named, file, lambda row: row["fare_media_id"], "what it is", findings):
        if row["fare_media_type"] < 0:
            findings.warn(
                "bad-fare-media",
                "Whether this is paper, a card or an app is not said: the row was left out.",
                file, row=row[LINE], field="fare_media_type",
            )  # fmt: skip
            continue
        media[row["fare_media_id"]] = FareMedium(
            row["fare_media_id"], row["fare_media_name"], FareMediaType(row["fare_media_type"])
        )
    return media


def read_products(
    rows: FareRows,
    categories: Mapping[str, RiderCategory],
    media: Mapping[str, FareMedium],
    findings: Findings,
) -> tuple[FareProduct, ...]:
    """Return the products; those whose price cannot be known to the cent are left out."""
    refers = [("rider_category_id", categories), ("fare_media_id", media)]
    whole = with_ids(rows.fare_products, PRODUCTS, ["fare_product_id"], findings)
    listed = known(whole, PRODUCTS, refers, findings)
    products = []
    for row in once(listed, PRODUCTS, _key, "what it costs these riders by this medium", findings):
        amount = amount_of(row, findings)
        if amount is not None:
            products.append(_product(row, amount))
    _check_defaults(rows.fare_products, products, categories, findings)
    return tuple(products)


def _key(row: Row) -> tuple[str, ...]:
    return row["fare_product_id"], row["rider_category_id"], row["fare_media_id"]


def _product(row: Row, amount_minor: int) -> FareProduct:
    return FareProduct(
        id=row["fare_product_id"],
        name=row["fare_product_name"],
        rider_category_id=row["rider_category_id"],
        fare_media_id=row["fare_media_id"],
        amount_minor=amount_minor,
        currency=row["currency"],
    )


def amount_of(row: Row, findings: Findings) -> int | None:
    """Return the amount of a product in minor units, or None and a finding.

    More decimals than the currency has are understood if they are zeros; fewer are what people
    write (``5``), and are remarked.
    """
    written, currency = str(row["amount"]), str(row["currency"])
    if not CURRENCY.fullmatch(currency):
        findings.warn(
            "bad-currency",
            f"“{shown(currency)}” is not a currency: write it like EUR. The row was left out.",
            PRODUCTS, row=row[LINE], field="currency",
        )  # fmt: skip
        return None
    digits, match = MINOR_DIGITS.get(currency, 2), AMOUNT.fullmatch(written)
    decimals = (match[3] or "") if match else ""
    if match is None or decimals[digits:].strip("0"):
        findings.warn(
            "bad-amount",
            f"“{shown(written)}” is not an amount of {currency}: write it like "
            f"{_example(digits)}. The row was left out.",
            PRODUCTS, row=row[LINE], field="amount",
        )  # fmt: skip
        return None
    if len(decimals) != digits:
        findings.info(
            "odd-decimals",
            f"“{written}” has {len(decimals)} decimals, and {currency} has {digits}: "
            "it was read as it stands.",
            PRODUCTS, row=row[LINE], field="amount",
        )  # fmt: skip
    minor = int(match[2] + decimals[:digits].ljust(digits, "0"))
    return -minor if match[1] else minor


def _example(digits: int) -> str:
    return f"2.{'750'[:digits]}" if digits else "275"


def _check_defaults(
    rows: Iterable[Row],
    products: Iterable[FareProduct],
    categories: Mapping[str, RiderCategory],
    findings: Findings,
) -> None:
    """Of several categories that may have one product, exactly one is the default."""
    lines = {row["fare_product_id"]: row[LINE] for row in reversed(list(rows))}
    eligible: dict[str, set[str]] = {}
    for product in products:
        if product.rider_category_id:
            eligible.setdefault(product.id, set()).add(product.rider_category_id)
    for product_id, named in eligible.items():
        defaults = sum(categories[each].is_default for each in named)
        if len(named) > 1 and defaults != 1:
            findings.warn(
                "default-category",
                f"The product “{shown(product_id)}” is for {_listed(named)}, of which "
                f"{defaults or 'none'} {'are' if defaults > 1 else 'is'} the default: "
                "mark exactly one with is_default_fare_category.",
                PRODUCTS, row=lines[product_id], field="rider_category_id",
            )  # fmt: skip


def _listed(named: Set[str]) -> str:
    return shown(", ".join(f"“{each}”" for each in sorted(named)))
