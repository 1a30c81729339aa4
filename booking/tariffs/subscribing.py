"""Subscription files in: what is paid by the month, and what it covers."""

from booking.domain.passengers import TravelClass
from booking.domain.pricing.subscription import Cover, Kind, Subscription
from booking.tariffs.figures import Node, head_of, validity, versions_of
from booking.tariffs.scopes import scope_of


def parse_subscriptions(document: object, where: str = "subscription") -> tuple[Subscription, ...]:
    """Return the versions of one subscription file.

    Raises
    ------
    BadTariff
        If anything is missing, unknown or out of range; names the field.
    """
    head = head_of(document, where)
    if (kind := head.text("kind")) != "subscription":
        head.fail("kind", f"{kind!r} is not subscription")
    return tuple(_subscription(head, version) for version in versions_of(head))


def _subscription(head: Node, node: Node) -> Subscription:
    node.only("version", "valid_from", "valid_until", "price", "classes", "covers")
    classes = node.words("classes", TravelClass, "a class")
    return Subscription(
        **validity(head, node),
        price_minor=node.amount("price"),
        covered=tuple(map(_cover, node.children("covers"))),
        classes=classes or frozenset({TravelClass.SECOND}),
    )


def _cover(node: Node) -> Cover:
    node.only("kinds", "legs", "percent", "up_to", "longest_min")
    kinds = node.words("kinds", Kind, "a kind of line")
    if kinds is None:
        node.fail("kinds", "is missing")
    cover = Cover(
        kinds,
        scope_of(node.child("legs")),
        node.amount("percent", 1) if node.has("percent") else 100,
        node.amount_or_none("up_to"),
        node.amount_or_none("longest_min", 1),
    )
    if cover.percent > 100:
        node.fail("percent", "is at most 100")
    if Kind.FARE in kinds and (cover.percent < 100 or cover.up_to_minor is not None):
        node.fail("kinds", "a fare is covered or not: percent and up_to are for other lines")
    return cover
