"""Tariff files as objects that know where they stand, so that mistakes are named with their place.

A figure is written ``{"value": 140, "source": "teutoowl"}`` with an optional ``note``; its source
must be among the file's ``sources``, so that no figure enters without saying where it is from.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources.abc import Traversable
from typing import Any, Final, Never, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from booking.domain.tariff import BadTariff

FORMAT: Final = 1
MAX_FILE_BYTES: Final = 1_000_000
HEAD: Final = (
    "format",
    "id",
    "name",
    "kind",
    "currency",
    "time_zone",
    "sources",
    "notes",
    "versions",
)

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Node:
    """A JSON object and the way to it."""

    value: Any
    where: str
    sources: frozenset[str]

    def __post_init__(self) -> None:
        if not isinstance(self.value, dict):
            raise BadTariff(f"{self.where}: expected an object, got {self.value!r}")

    def fail(self, key: str, what: str) -> Never:
        """Raise ``BadTariff`` for a field."""
        raise BadTariff(f"{self.where}: {key}: {what}")

    def only(self, *known: str) -> None:
        """Refuse keys that mean nothing: a misspelt one would be ignored otherwise."""
        for key in self.value:
            if key not in known:
                self.fail(key, f"unknown; known are {', '.join(known)}")

    def has(self, key: str) -> bool:
        """Say whether a field is there."""
        return key in self.value

    def get(self, key: str) -> Any:
        """Return what stands in a field, which must be there."""
        if key not in self.value:
            self.fail(key, "is missing")
        return self.value[key]

    def child(self, key: str) -> "Node":
        """Return the object in a field."""
        return Node(self.get(key), f"{self.where}: {key}", self.sources)

    def children(self, key: str) -> list["Node"]:
        """Return the objects of a list of at least one."""
        found = self.get(key)
        if not isinstance(found, list) or not found:
            self.fail(key, "expected a list of at least one")
        return [
            Node(each, f"{self.where}: {key}[{i}]", self.sources) for i, each in enumerate(found)
        ]

    def text(self, key: str) -> str:
        """Return a text that is not empty."""
        value = self.get(key)
        if not isinstance(value, str) or not value:
            self.fail(key, f"expected a text, got {value!r}")
        return value

    def number(self, key: str, least: int) -> int:
        """Return a whole number."""
        value = self.get(key)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            self.fail(key, f"expected a whole number from {least} on, got {value!r}")
        return value

    def convert(self, key: str, make: Callable[[str], T], what: str) -> T:
        """Return what ``make`` makes of a text."""
        text = self.text(key)
        try:
            return make(text)
        except (ValueError, ZoneInfoNotFoundError):
            self.fail(key, f"{text!r} is not {what}")

    def word(self, key: str, words: type[E], what: str) -> E:
        """Return one of a few words."""
        return self.convert(key, words, f"{what} ({', '.join(words)})")

    def figure(self, key: str) -> "Node":
        """Return the object of a figure, after a look at its source."""
        node = self.child(key)
        node.only("value", "source", "note")
        if (source := node.text("source")) not in self.sources:
            node.fail("source", f"{source!r} is not among the file's sources")
        return node

    def amount(self, key: str, least: int = 0) -> int:
        """Return the whole number of a figure."""
        return self.figure(key).number("value", least)

    def amount_or_none(self, key: str, least: int = 0) -> int | None:
        """Return the whole number of a figure, or None where the field is not there."""
        return self.amount(key, least) if self.has(key) else None

    def texts(self, key: str) -> frozenset[str] | None:
        """Return the texts of a list of at least one, or None where the field is not there."""
        if not self.has(key):
            return None
        found = self.get(key)
        if not isinstance(found, list) or not found or not all(isinstance(t, str) for t in found):
            self.fail(key, f"expected a list of texts, got {found!r}")
        return frozenset(found)

    def words(self, key: str, words: type[E], what: str) -> frozenset[E] | None:
        """Return the words of a list, or None where the field is not there."""
        found = self.texts(key)
        if found is None:
            return None
        for each in sorted(found - set(words)):
            self.fail(key, f"{each!r} is not {what} ({', '.join(words)})")
        return frozenset(map(words, found))


def head_of(document: object, where: str) -> Node:
    """Return the object of a file, after a look at its head and format.

    Raises
    ------
    BadTariff
        If it is no object, has unknown fields, or another format.
    """
    head = Node(document, where, frozenset())
    head.only(*HEAD)
    if head.number("format", 1) != FORMAT:
        head.fail("format", f"only format {FORMAT} is known")
    return head


def versions_of(head: Node) -> list[Node]:
    """Return the versions of a file, which know its sources."""
    sources = frozenset(head.child("sources").value)
    return [Node(one.value, one.where, sources) for one in head.children("versions")]


def validity(head: Node, version: Node) -> dict[str, Any]:
    """Return the fields of ``booking.domain.tariff.Version``."""
    until = version.figure("valid_until")
    fields: dict[str, Any] = {
        "id": head.text("id"),
        "version": version.text("version"),
        "name": head.text("name"),
        "currency": head.convert("currency", _currency, "a currency code like EUR"),
        "zone": head.convert("time_zone", ZoneInfo, "a time zone like Europe/Berlin"),
        "valid_from": _day(version.figure("valid_from")),
        "valid_until": None if until.get("value") is None else _day(until),
    }
    if fields["valid_until"] is not None and fields["valid_until"] < fields["valid_from"]:
        version.fail("valid_until", "lies before valid_from")
    return fields


def read_document(entry: Traversable) -> object:
    """Return what a JSON file says.

    Raises
    ------
    BadTariff
        If it cannot be read, is too large, or is no JSON.
    """
    try:
        data = entry.read_bytes()
    except OSError as error:
        raise BadTariff(f"{entry.name}: cannot be read ({error.strerror})") from error
    if len(data) > MAX_FILE_BYTES:
        raise BadTariff(f"{entry.name}: larger than {MAX_FILE_BYTES} bytes")
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadTariff(f"{entry.name}: is not JSON ({error})") from error


def _day(node: Node) -> date:
    return node.convert("value", date.fromisoformat, "a day like 2021-12-01")


def _currency(text: str) -> str:
    if len(text) != 3 or not (text.isascii() and text.isalpha() and text.isupper()):
        raise ValueError(text)
    return text
