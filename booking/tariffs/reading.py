"""Tariff files in: JSON to tariffs, or one sentence that says what is wrong and where.

The format is in the README beside this module.
"""

from collections.abc import Callable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from booking.domain.passengers import PassengerCategory
from booking.domain.pricing.books import AnyTariff, SubscriptionBook, TariffBook
from booking.domain.pricing.crow_fly import CrowFlyTariff, ReturnTripRule, Step
from booking.domain.pricing.flat import FlatTariff, Per
from booking.domain.pricing.subscription import Subscription
from booking.domain.tariff import EVERYWHERE, Caps, CategoryRule, Rounding, Surcharge
from booking.tariffs.figures import Node, head_of, read_document, validity, versions_of
from booking.tariffs.scopes import scope_of
from booking.tariffs.subscribing import parse_subscriptions

SUBSCRIPTIONS: Final = "subscriptions"
"""The folder of subscriptions within one of tariffs."""
COMMON: Final = (
    "version",
    "valid_from",
    "valid_until",
    "product",
    "categories",
    "sells",
    "caps",
    "bicycle",
    "surcharges",
)


def read_tariff_book(folder: Path | None = None) -> TariffBook:
    """Return all tariffs of a folder of JSON files; without a folder, those kommit ships.

    Raises
    ------
    BadTariff
        If a file cannot be read or used.
    """
    found = _json_files(_folder(folder))
    return TariffBook(
        tariff for entry in found for tariff in parse_tariffs(read_document(entry), entry.name)
    )


def read_subscription_book(folder: Path | None = None) -> SubscriptionBook:
    """Return all subscriptions of the folder ``subscriptions`` in one of tariffs.

    Raises
    ------
    BadTariff
        If a file cannot be read or used.
    """
    inner = _folder(folder).joinpath(SUBSCRIPTIONS)
    found = _json_files(inner) if inner.is_dir() else []
    read: list[Subscription] = []
    for entry in found:
        read.extend(parse_subscriptions(read_document(entry), f"{SUBSCRIPTIONS}/{entry.name}"))
    return SubscriptionBook(read, "subscription")


def parse_tariffs(document: object, where: str = "tariff") -> tuple[AnyTariff, ...]:
    """Return the versions of one tariff file.

    Parameters
    ----------
    document
        What ``json.loads`` made of it.
    where
        Name of the file, for messages.

    Raises
    ------
    BadTariff
        If anything is missing, unknown or out of range; names the field.
    """
    head = head_of(document, where)
    if (kind := head.text("kind")) not in KINDS:
        head.fail("kind", f"{kind!r} is none of {', '.join(KINDS)}")
    return tuple(KINDS[kind](head, version) for version in versions_of(head))


def _crow_fly(head: Node, node: Node) -> CrowFlyTariff:
    own = ("base", "per_started_km", "steps", "valid_min", "return_trips", "first_class")
    node.only(*COMMON, *own)
    return CrowFlyTariff(
        **_common(head, node),
        base_minor=node.amount("base") if node.has("base") or not node.has("steps") else 0,
        per_started_km_minor=node.amount("per_started_km"),
        steps=_steps(node) if node.has("steps") else (),
        valid_min=node.amount_or_none("valid_min", 1),
        return_trips=_return_trips(node.child("return_trips"))
        if node.has("return_trips")
        else None,
        first_class=_rule(node.child("first_class")) if node.has("first_class") else None,
    )


def _flat(head: Node, node: Node) -> FlatTariff:
    node.only(*COMMON, "price", "per")
    per = (
        node.figure("per").word("value", Per, "what is paid once") if node.has("per") else Per.TRIP
    )
    return FlatTariff(**_common(head, node), price_minor=node.amount("price"), per=per)


KINDS: Final[Mapping[str, Callable[[Node, Node], AnyTariff]]] = {
    "crow-fly": _crow_fly,
    "flat": _flat,
}
"""How each kind of tariff is read."""


def _common(head: Node, node: Node) -> dict[str, Any]:
    """Return the fields that all kinds of tariffs have."""
    product = node.child("product")
    product.only("id", "text")
    return validity(head, node) | {
        "product": product.text("id"),
        "product_text": product.text("text"),
        "categories": _categories(node.child("categories")),
        "scope": scope_of(node.child("sells")) if node.has("sells") else EVERYWHERE,
        "caps": _caps(node.child("caps")) if node.has("caps") else Caps(),
        "bicycle_minor": node.amount_or_none("bicycle"),
        "surcharges": _surcharges(node.child("surcharges")) if node.has("surcharges") else {},
    }


def _caps(node: Node) -> Caps:
    node.only("per_24h", "per_24h_first", "per_month")
    return Caps(
        node.amount_or_none("per_24h"),
        node.amount_or_none("per_24h_first"),
        node.amount_or_none("per_month"),
    )


def _categories(node: Node) -> MappingProxyType[PassengerCategory, CategoryRule]:
    node.only(*PassengerCategory)
    rules = {PassengerCategory(name): _rule(node.child(name)) for name in node.value}
    if not rules:
        node.fail("categories", "at least one category must have a fare")
    return MappingProxyType(rules)


def _rule(node: Node) -> CategoryRule:
    node.only("percent", "rounding")
    rounding = node.figure("rounding").word("value", Rounding, "a rounding rule")
    return CategoryRule(node.amount("percent"), rounding)


def _steps(node: Node) -> tuple[Step, ...]:
    steps: list[Step] = []
    for one in node.children("steps"):
        one.only("up_to_km", "price")
        step = Step(one.amount("up_to_km", 1), one.amount("price"))
        if steps and (step.up_to_km <= steps[-1].up_to_km or step.minor < steps[-1].minor):
            one.fail("up_to_km", "steps rise, in kilometres and in price")
        steps.append(step)
    return tuple(steps)


def _return_trips(node: Node) -> ReturnTripRule:
    node.only("percent")
    percent = node.amount("percent", 1)
    if percent > 100:
        node.fail("percent", "is at most 100: a trip that ends at its farthest point is one way")
    return ReturnTripRule(percent)


def _surcharges(node: Node) -> MappingProxyType[str, Surcharge]:
    return MappingProxyType({service: _surcharge(node.child(service)) for service in node.value})


def _surcharge(node: Node) -> Surcharge:
    node.only("per_ride", "no_show")
    return Surcharge(node.amount("per_ride"), node.amount_or_none("no_show") or 0)


def _folder(folder: Path | None) -> Traversable:
    return folder if folder is not None else files("booking.tariffs")


def _json_files(folder: Traversable) -> list[Traversable]:
    found = (entry for entry in folder.iterdir() if entry.name.endswith(".json"))
    return sorted(found, key=lambda entry: entry.name)
