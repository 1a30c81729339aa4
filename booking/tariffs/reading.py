"""Tariff files in: JSON to ``Tariff``, or one sentence that says what is wrong and where.

A figure is written ``{"value": 140, "source": "teutoowl"}`` with an optional ``note``; its source
must be among the file's ``sources``, so that no figure enters without saying where it is from.
A version may have ``surcharges`` of on-demand services by their ids, each with ``per_ride`` and, if
there is one, ``no_show``.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Never, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from booking.domain.passengers import PassengerCategory
from booking.domain.tariff import BadTariff, CategoryRule, Rounding, Surcharge, Tariff, TariffBook

FORMAT: Final = 1
KINDS: Final = ("crow-fly",)
MAX_FILE_BYTES: Final = 1_000_000

T = TypeVar("T")


def read_tariff_book(folder: Path | None = None) -> TariffBook:
    """Return all tariffs of a folder of JSON files; without a folder, those kommit ships.

    Raises
    ------
    BadTariff
        If a file cannot be read or used.
    """
    source: Traversable = folder if folder is not None else files(__package__)
    found = sorted(
        (entry for entry in source.iterdir() if entry.name.endswith(".json")),
        key=lambda entry: entry.name,
    )
    return TariffBook(tariff for entry in found for tariff in _read_file(entry))


def parse_tariffs(document: object, where: str = "tariff") -> tuple[Tariff, ...]:
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
    head = _Node(document, where, frozenset())
    head.only("format", "id", "name", "kind", "currency", "time_zone", "sources", "versions")
    if head.number("format", 1) != FORMAT:
        head.fail("format", f"only format {FORMAT} is known")
    if (kind := head.text("kind")) not in KINDS:
        head.fail("kind", f"{kind!r} is none of {', '.join(KINDS)}")
    sources = frozenset(head.child("sources").value)
    versions = head.get("versions")
    if not isinstance(versions, list) or not versions:
        head.fail("versions", "expected a list of at least one version")
    return tuple(
        _parse_version(head, _Node(version, f"{where}: versions[{i}]", sources))
        for i, version in enumerate(versions)
    )


@dataclass(frozen=True, slots=True)
class _Node:
    """A JSON object and the way to it."""

    value: Any
    where: str
    sources: frozenset[str]

    def __post_init__(self) -> None:
        if not isinstance(self.value, dict):
            raise BadTariff(f"{self.where}: expected an object, got {self.value!r}")

    def fail(self, key: str, what: str) -> Never:
        raise BadTariff(f"{self.where}: {key}: {what}")

    def only(self, *known: str) -> None:
        """Refuse keys that mean nothing: a misspelt one would be ignored otherwise."""
        for key in self.value:
            if key not in known:
                self.fail(key, f"unknown; known are {', '.join(known)}")

    def get(self, key: str) -> Any:
        if key not in self.value:
            self.fail(key, "is missing")
        return self.value[key]

    def child(self, key: str) -> "_Node":
        return _Node(self.get(key), f"{self.where}: {key}", self.sources)

    def text(self, key: str) -> str:
        value = self.get(key)
        if not isinstance(value, str) or not value:
            self.fail(key, f"expected a text, got {value!r}")
        return value

    def number(self, key: str, least: int) -> int:
        value = self.get(key)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            self.fail(key, f"expected a whole number from {least} on, got {value!r}")
        return value

    def convert(self, key: str, make: Callable[[str], T], what: str) -> T:
        text = self.text(key)
        try:
            return make(text)
        except (ValueError, ZoneInfoNotFoundError):
            self.fail(key, f"{text!r} is not {what}")

    def figure(self, key: str) -> "_Node":
        """Return the object of a figure, after a look at its source."""
        node = self.child(key)
        node.only("value", "source", "note")
        if (source := node.text("source")) not in self.sources:
            node.fail("source", f"{source!r} is not among the file's sources")
        return node


def _parse_version(head: _Node, node: _Node) -> Tariff:
    node.only(
        "version",
        "valid_from",
        "valid_until",
        "product",
        "base",
        "per_started_km",
        "categories",
        "surcharges",
    )
    until = node.figure("valid_until")
    tariff = Tariff(
        id=head.text("id"),
        version=node.text("version"),
        name=head.text("name"),
        currency=head.convert("currency", _currency, "a currency code like EUR"),
        zone=head.convert("time_zone", ZoneInfo, "a time zone like Europe/Berlin"),
        valid_from=_day(node.figure("valid_from")),
        valid_until=None if until.get("value") is None else _day(until),
        product=node.child("product").text("id"),
        product_text=node.child("product").text("text"),
        base_minor=node.figure("base").number("value", 0),
        per_started_km_minor=node.figure("per_started_km").number("value", 0),
        categories=_categories(node.child("categories")),
        surcharges=_surcharges(node.child("surcharges")) if "surcharges" in node.value else {},
    )
    if tariff.valid_until is not None and tariff.valid_until < tariff.valid_from:
        node.fail("valid_until", "lies before valid_from")
    return tariff


def _categories(node: _Node) -> MappingProxyType[PassengerCategory, CategoryRule]:
    node.only(*PassengerCategory)
    rules = {PassengerCategory(name): _rule(node.child(name)) for name in node.value}
    if not rules:
        raise BadTariff(f"{node.where}: at least one category must have a fare")
    return MappingProxyType(rules)


def _rule(node: _Node) -> CategoryRule:
    node.only("percent", "rounding")
    rounding = node.figure("rounding").convert(
        "value", Rounding, f"a rounding rule ({', '.join(Rounding)})"
    )
    return CategoryRule(node.figure("percent").number("value", 0), rounding)


def _surcharges(node: _Node) -> MappingProxyType[str, Surcharge]:
    return MappingProxyType({service: _surcharge(node.child(service)) for service in node.value})


def _surcharge(node: _Node) -> Surcharge:
    node.only("per_ride", "no_show")
    no_show = node.figure("no_show").number("value", 0) if "no_show" in node.value else 0
    return Surcharge(node.figure("per_ride").number("value", 0), no_show)


def _day(node: _Node) -> date:
    return node.convert("value", date.fromisoformat, "a day like 2021-12-01")


def _currency(text: str) -> str:
    if len(text) != 3 or not (text.isascii() and text.isalpha() and text.isupper()):
        raise ValueError(text)
    return text


def _read_file(entry: Traversable) -> tuple[Tariff, ...]:
    try:
        data = entry.read_bytes()
    except OSError as error:
        raise BadTariff(f"{entry.name}: cannot be read ({error.strerror})") from error
    if len(data) > MAX_FILE_BYTES:
        raise BadTariff(f"{entry.name}: larger than {MAX_FILE_BYTES} bytes")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadTariff(f"{entry.name}: is not JSON ({error})") from error
    return parse_tariffs(document, entry.name)
