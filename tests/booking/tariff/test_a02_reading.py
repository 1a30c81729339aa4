"""A02: tariff files: versions by date, and one clear sentence for each mistake."""

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from booking.domain.errors import NotOnSale
from booking.domain.pricing.books import TariffBook
from booking.domain.tariff import BadTariff
from booking.tariffs.reading import parse_tariffs, read_subscription_book, read_tariff_book
from booking.tariffs.subscribing import parse_subscriptions

SHIPPED = json.loads(files("booking.tariffs").joinpath("eezy-westfalen.json").read_text("utf-8"))


def two_versions() -> dict[str, Any]:
    """Return a file whose second version raises the base price on 1 January 2026."""
    document: dict[str, Any] = copy.deepcopy(SHIPPED)
    del document["versions"][1:]
    old, new = document["versions"][0], copy.deepcopy(document["versions"][0])
    old["valid_until"]["value"] = "2025-12-31"
    new["version"], new["valid_from"]["value"], new["base"]["value"] = "2026-01", "2026-01-01", 150
    new["valid_until"]["value"] = None
    document["versions"] = [new, old]
    return document


@pytest.mark.parametrize(
    ("at", "version"),
    [
        (datetime(2022, 9, 13, 6, tzinfo=UTC), "2021-12"),
        pytest.param(datetime(2025, 12, 31, 22, 59, tzinfo=UTC), "2021-12", id="23:59 in Senden"),
        pytest.param(datetime(2025, 12, 31, 23, 0, tzinfo=UTC), "2026-01", id="midnight in Senden"),
        (datetime(2031, 1, 1, tzinfo=UTC), "2026-01"),
    ],
)
def test_the_day_in_the_tariffs_zone_chooses_the_version(at: datetime, version: str) -> None:
    assert TariffBook(parse_tariffs(two_versions())).get("eezy-westfalen", at).version == version


def test_no_version_is_valid() -> None:
    with pytest.raises(NotOnSale, match="eezy-westfalen is valid on 2021-11-30"):
        read_tariff_book().get("eezy-westfalen", datetime(2021, 11, 30, 12, tzinfo=UTC))


def test_an_unknown_tariff_is_named_with_the_known_ones() -> None:
    with pytest.raises(
        BadTariff, match="'eezy-mars', only buergerbus-senden, eezy-vrs, eezy-westfalen"
    ):
        read_tariff_book().get("eezy-mars", datetime(2026, 1, 1, tzinfo=UTC))


def test_versions_that_overlap_are_refused() -> None:
    document = two_versions()
    document["versions"][1]["valid_until"]["value"] = "2026-01-01"
    with pytest.raises(BadTariff, match=r"@2021-12 and .*@2026-01 are both valid on 2026-01-01"):
        TariffBook(parse_tariffs(document))


def put(*path: str | int, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: Any) -> None:
        for key in path[:-1]:
            document = document[key]
        document[path[-1]] = value

    return change


def drop(*path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(document: Any) -> None:
        for key in path[:-1]:
            document = document[key]
        del document[path[-1]]

    return change


VERSION = ("versions", 0)
HALF = {"value": 50, "source": "welt"}
STEP = {"up_to_km": {"value": 5, "source": "wdr"}, "price": {"value": 300, "source": "wdr"}}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (put("format", value=2), "t.json: format: only format 1 is known"),
        (put("kind", value="zones"), "t.json: kind: 'zones' is none of crow-fly, flat"),
        (put("currency", value="euro"), "t.json: currency: 'euro' is not a currency code"),
        (put("time_zone", value="Senden"), "t.json: time_zone: 'Senden' is not a time zone"),
        (put("time_zone", value="../x"), "t.json: time_zone: '../x' is not a time zone"),
        (put("versions", value=[]), "t.json: versions: expected a list of at least one"),
        (put("versions", value={}), "t.json: versions: expected a list of at least one"),
        (put("sources", value=["a"]), "t.json: sources: expected an object"),
        (put("extra", value=1), "t.json: extra: unknown; known are format, id"),
        (put(*VERSION, value=7), "t.json: versions[0]: expected an object, got 7"),
        (drop(*VERSION, "base"), "t.json: versions[0]: base: is missing"),
        (put(*VERSION, "caps", "per_week", value={}), "caps: per_week: unknown; known are per_24h"),
        (put(*VERSION, "return_trips", "percent", "value", value=101), "percent: is at most 100"),
        (
            put(*VERSION, "sells", value={"modes": ["TRAIN"]}),
            "'TRAIN' is not a mode of a leg (WALK",
        ),
        (put(*VERSION, "sells", value={"routes": []}), "routes: expected a list of texts, got []"),
        (
            put(*VERSION, "valid_min", value={"value": 0, "source": "wdr"}),
            "number from 1 on, got 0",
        ),
        (put(*VERSION, "steps", value=[STEP, STEP]), "steps[1]: up_to_km: steps rise"),
        (put(*VERSION, "base", value=140), "t.json: versions[0]: base: expected an object"),
        (put(*VERSION, "base", "value", value=1.4), "base: value: expected a whole number"),
        (put(*VERSION, "base", "value", value=-1), "base: value: expected a whole number from 0"),
        (put(*VERSION, "base", "value", value=True), "base: value: expected a whole number"),
        (put(*VERSION, "base", "source", value="hearsay"), "source: 'hearsay' is not among"),
        (drop(*VERSION, "per_started_km", "source"), "per_started_km: source: is missing"),
        (put(*VERSION, "valid_from", "value", value="soon"), "valid_from: value: 'soon' is not a"),
        (put(*VERSION, "valid_until", "value", value="2020-01-01"), "lies before valid_from"),
        (put(*VERSION, "categories", value={}), "categories: at least one category"),
        (put(*VERSION, "categories", "dog", value={}), "categories: dog: unknown; known are adult"),
        (
            put(*VERSION, "categories", "child", "rounding", "value", value="even"),
            "rounding: value: 'even' is not a rounding rule (half_up, up, down)",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(
    change: Callable[[dict[str, Any]], None], sentence: str
) -> None:
    document: dict[str, Any] = copy.deepcopy(SHIPPED)
    change(document)
    with pytest.raises(BadTariff) as caught:
        parse_tariffs(document, "t.json")
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("t.json: ")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (put("kind", value="crow-fly"), "s.json: kind: 'crow-fly' is not subscription"),
        (put(*VERSION, "covers", value=[]), "covers: expected a list of at least one"),
        (drop(*VERSION, "covers", 0, "kinds"), "covers[0]: kinds: is missing"),
        (put(*VERSION, "covers", 0, "kinds", value=["tips"]), "'tips' is not a kind of line (fare"),
        (put(*VERSION, "covers", 0, "legs", "lines", value=1), "lines: unknown; known are modes"),
        (put(*VERSION, "covers", 0, "percent", value=HALF), "a fare is covered or not"),
        (put(*VERSION, "classes", value=["third"]), "'third' is not a class (second, first)"),
    ],
)
def test_a_mistake_in_a_subscription_is_named(
    change: Callable[[dict[str, Any]], None], sentence: str
) -> None:
    document = json.loads(
        files("booking.tariffs").joinpath("subscriptions/deutschlandticket.json").read_text("utf-8")
    )
    change(document)
    with pytest.raises(BadTariff) as caught:
        parse_subscriptions(document, "s.json")
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("s.json: ")


def test_a_folder_without_subscriptions_has_none(tmp_path: Path) -> None:
    assert read_subscription_book(tmp_path).ids == ()
    (tmp_path / "subscriptions").mkdir()
    (tmp_path / "subscriptions" / "bad.json").write_text("{}")
    with pytest.raises(BadTariff, match=r"subscriptions/bad.json: format: is missing"):
        read_subscription_book(tmp_path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "bad.json: is not JSON"),
        (b"\xff", "bad.json: is not JSON"),
        (b"[" * 100_000, "bad.json: is not JSON"),
        (b"[]", "bad.json: expected an object"),
        (b" " * 1_000_001, "bad.json: larger than"),
    ],
)
def test_a_file_that_is_no_tariff(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "bad.json").write_bytes(content)
    with pytest.raises(BadTariff, match=sentence):
        read_tariff_book(tmp_path)
