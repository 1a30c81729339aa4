"""The terms of subscriptions in: which are sold here, which may be declared, and by which rules."""

import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from booking.domain.subscriptions import SubscriptionTerms
from booking.domain.tariff import BadTariff
from booking.tariffs.figures import Node, read_document

FORMAT: Final = 1
LAST_DAY: Final = 31


def read_terms(folder: Path | None = None) -> Mapping[str, SubscriptionTerms]:
    """Return the terms of each product in ``terms/subscriptions.json`` of a folder of tariffs.

    Without a folder, those that ship with kommit; a folder without such a file sells none.

    Raises
    ------
    BadTariff
        If the file cannot be read or used.
    """
    home = files("booking.tariffs") if folder is None else folder
    entry = home.joinpath("terms").joinpath("subscriptions.json")
    return parse_terms(read_document(entry), entry.name) if entry.is_file() else {}


def parse_terms(document: object, where: str = "terms") -> Mapping[str, SubscriptionTerms]:
    """Return the terms of each product of such a document, or raise ``BadTariff``."""
    head = Node(document, where, frozenset())
    head.only("format", "sources", "products")
    if head.number("format", 1) != FORMAT:
        head.fail("format", f"only format {FORMAT} is known")
    sources = frozenset(head.child("sources").value)
    found: dict[str, SubscriptionTerms] = {}
    for node in head.children("products"):
        terms = _terms(Node(node.value, node.where, sources))
        if terms.product in found:
            node.fail("id", f"{terms.product!r} stands there twice")
        found[terms.product] = terms
    return found


def _terms(node: Node) -> SubscriptionTerms:
    known = ("id", "sold", "registered", "number", "agency", "vat_permille", "cancel_until_day")
    node.only(*known, "pays_back")
    cancel_until = node.amount("cancel_until_day", 1)
    if cancel_until > LAST_DAY:
        node.fail("cancel_until_day", f"a month has {LAST_DAY} days at most")
    vat = node.amount("vat_permille")
    if vat >= 1000:
        node.fail("vat_permille", "is below 1000")
    return SubscriptionTerms(
        product=node.text("id"),
        is_sold=_flag(node, "sold"),
        is_registered=_flag(node, "registered"),
        agency_id=node.text("agency") if node.has("agency") else None,
        vat_permille=vat,
        cancel_until_day=cancel_until,
        pays_back=_flag(node, "pays_back"),
        **_number(node),
    )


def _number(node: Node) -> dict[str, Any]:
    if not node.has("number"):
        return {}
    number = node.child("number")
    number.only("pattern", "text", "source", "note")
    if number.text("source") not in node.sources:
        number.fail("source", "is not among the file's sources")
    pattern = number.text("pattern")
    try:
        re.compile(pattern)
    except re.error as error:
        raise BadTariff(f"{number.where}: pattern: is no regular expression: {error}") from error
    return {"number_pattern": pattern, "number_text": number.text("text")}


def _flag(node: Node, key: str) -> bool:
    value = node.get(key)
    if not isinstance(value, bool):
        node.fail(key, f"expected true or false, got {value!r}")
    return value
