"""Which of several places comes first, on names a reader can count with a finger."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from feeds.places.index import PlaceIndex
from feeds.places.place import Place, PlaceKind

PLAIN = Place("a:0", PlaceKind.STOP, "Dorf, Markt", "Dorf", 51.85, 7.48, ("BUS",), (), 50.0)


def place(name: str, **changes: object) -> Place:
    return replace(PLAIN, id=f"a:{name}{changes}", name=name, **changes)  # type: ignore[arg-type]


def found(places: Sequence[Place], typed: str) -> list[str]:
    return [hit.name for hit in PlaceIndex(places).search(typed)]


def test_the_name_that_was_typed_whole_comes_first() -> None:
    assert found([place("Dorf, Markt Süd"), place("Dorf, Markt")], "markt")[0] == "Dorf, Markt"


def test_a_whole_word_comes_before_a_longer_one() -> None:
    places = [place("Dorf, Marktkauf"), place("Dorf, Markt")]
    assert found(places, "markt") == ["Dorf, Markt", "Dorf, Marktkauf"]


def test_the_right_spelling_comes_before_a_similar_one() -> None:
    places = [place("Dorf, Heike"), place("Dorf, Heide")]
    assert found(places, "heide") == ["Dorf, Heide", "Dorf, Heike"]


def test_trains_come_first_among_equals() -> None:
    rail = place("Dorf, Bahnhof", modes=("RAIL",), lat=51.9)
    bus = place("Dorf, Bahnhof", lat=51.8)
    hits = PlaceIndex([bus, rail]).search("bahnhof")
    assert [hit.modes for hit in hits] == [("RAIL",), ("BUS",)]


def test_departures_count_among_equals() -> None:
    quiet, busy = place("Dorf, Markt", departures=1.0), place("Dorf, Markt", departures=99.0)
    assert [hit.id for hit in PlaceIndex([quiet, busy]).search("markt")] == [busy.id, quiet.id]


def test_a_stop_comes_before_the_street_it_is_named_after() -> None:
    street = place("Dorf, Markt", kind=PlaceKind.STREET, departures=0.0)
    stop = place("Dorf, Markt", departures=0.0)
    kinds = [hit.kind for hit in PlaceIndex([street, stop]).search("markt")]
    assert kinds == [PlaceKind.STOP, PlaceKind.STREET]


@pytest.mark.parametrize("typed", ["siebnst", "sibenstü", "siebesntue", "xiebenst"])
def test_the_beginning_of_a_word_may_be_misspelt(typed: str) -> None:
    assert found([PLAIN, place("Dorf, Siebenstücken")], typed) == ["Dorf, Siebenstücken"]


@pytest.mark.parametrize("typed", ["mrt", "ab"])
def test_short_words_are_not_mended(typed: str) -> None:
    assert found([place("Dorf, Mart"), place("Dorf, Abe 12")], typed) in ([], ["Dorf, Abe 12"])


def test_a_wrong_digit_is_another_number() -> None:
    assert found([place("Dorf, 12345")], "12346") == []


def test_an_index_of_nothing_finds_nothing() -> None:
    assert found([], "markt") == []


def test_equals_keep_their_order() -> None:
    twins = [replace(PLAIN, id=f"a:{i}") for i in range(5)]
    assert [hit.id for hit in PlaceIndex(twins).search("markt")] == [twin.id for twin in twins]
