"""What riders of Senden type finds what they mean."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.places.index import PlaceIndex
from feeds.places.place import PlaceKind


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        # as it stands
        ("Senden, Mahnmal", "Senden, Mahnmal"),
        ("Mahnmal", "Senden, Mahnmal"),
        # while typing, in any order
        ("mahn", "Senden, Mahnmal"),
        ("senden mahn", "Senden, Mahnmal"),
        ("mahnmal senden", "Senden, Mahnmal"),
        ("olfen mobil", "Olfen, Mobilpunkt Stadthalle"),
        ("erl sen", "Senden, Erlengrund"),
        # umlauts and ß
        ("Munster hbf", "Münster Hbf"),
        ("muenster hbf", "Münster Hbf"),
        ("münsterhbf", "Münster Hbf"),
        ("hauptbahnhof münster", "Münster Hbf"),
        ("Luedinghausen busbf", "Lüdinghausen, Busbahnhof"),
        ("ludinghausen bus bahnhof", "Lüdinghausen, Busbahnhof"),
        ("Siebenstuecken", "Senden, Siebenstücken"),
        ("siebenstucken", "Senden, Siebenstücken"),
        ("moenkingheide", "Senden, Mönkingheide"),
        # street, strasse, str.
        ("Azaleenstrasse", "Lüdinghausen, Azaleenstr."),
        ("azaleen straße", "Lüdinghausen, Azaleenstr."),
        ("hans böckler straße", "Lüdinghausen, Hans-Böckler-Str."),
        ("wilhelm haverkamp", "Senden, Wilhelm-Haverkamp-Str."),
        # misspelt
        ("mahnml", "Senden, Mahnmal"),
        ("manmal", "Senden, Mahnmal"),
        ("sendn busbahnhof", "Senden, Busbahnhof"),
        ("senden bushbanhof", "Senden, Busbahnhof"),
        ("olfen stadthale", "Olfen, Mobilpunkt Stadthalle"),
        ("Bösensel Bahnhof", "Senden-Bösensell, Bahnhof"),
        ("boesensel bahnof", "Senden-Bösensell, Bahnhof"),
        ("eichendorfring", "Lüdinghausen, Eichendorffring"),
        ("ludgeriplaz", "Münster, Ludgeriplatz"),
        ("Nordkirchn Rathhaus", "Nordkirchen, Rathaus"),
        ("alexianer kampus", "Münster, Alexianer-Campus"),
        ("sibenstücken", "Senden, Siebenstücken"),
    ],
)
def test_the_first_answer_is_meant(senden: PlaceIndex, typed: str, name: str) -> None:
    hits = senden.search(typed, limit=3)
    assert hits, f"nothing found for {typed!r}"
    assert hits[0].name == name


@pytest.mark.parametrize("typed", ["", "  ", "?!", "Xylophon", "Berlin Alexanderplatz"])
def test_what_is_not_there_is_not_found(senden: PlaceIndex, typed: str) -> None:
    assert senden.search(typed) == []


def test_a_station_is_one_place_with_all_that_calls_there(senden: PlaceIndex) -> None:
    hits = [hit for hit in senden.search("münster hbf", limit=20) if "Münster" in hit.name]
    assert [hit.id for hit in hits if "bahnhof" in hit.name or "Hbf" in hit.name].count(
        "senden:8000263"
    ) == 1
    assert hits[0].id == "senden:8000263"
    assert hits[0].kind is PlaceKind.STATION
    assert hits[0].modes[:2] == ("RAIL", "BUS")


def test_busier_places_come_first_among_equals(senden: PlaceIndex) -> None:
    departures = {place.name: place.departures for place in senden.places}
    names = [hit.name for hit in senden.search("busbahnhof", limit=3)]
    assert set(names) == {
        "Lüdinghausen, Busbahnhof",
        "Senden, Busbahnhof",
        "Datteln, Busbahnhof",
    }
    busy = [departures[name] for name in names]
    assert busy == sorted(busy, reverse=True)
    assert busy[-1] < busy[0] / 3


def test_nearer_places_come_first_among_equals(senden: PlaceIndex) -> None:
    near_senden = senden.search("busbahnhof", near=(51.857, 7.485))
    near_datteln = senden.search("busbahnhof", near=(51.652, 7.339))
    assert near_senden[0].name == "Senden, Busbahnhof"
    assert near_datteln[0].name == "Datteln, Busbahnhof"


def test_trains_come_first_among_equals(senden: PlaceIndex) -> None:
    assert senden.search("bahnhof")[0].modes[0] == "RAIL"


def test_streets_are_found_behind_the_stops_of_their_name(senden: PlaceIndex) -> None:
    stop, street = senden.search("bulderner straße", limit=2)
    assert (stop.kind, stop.name) == (PlaceKind.STOP, "Senden, Bulderner Str.")
    assert (street.kind, street.name) == (PlaceKind.STREET, "Bulderner Straße")
    assert street.locality == "Senden"
    assert senden.search("weselerstrasse münster")[0].name in {
        "Weseler Straße",
        "Münster, P+R Weseler Str.",
    }


def test_a_better_match_outweighs_nearness(senden: PlaceIndex) -> None:
    hits = senden.search("datteln busbahnhof", near=(51.857, 7.485))
    assert hits[0].name == "Datteln, Busbahnhof"


def test_a_town_finds_its_places_only(senden: PlaceIndex) -> None:
    hits = senden.search("nordkirchen", limit=15)
    assert len(hits) == 15
    assert {hit.locality for hit in hits} == {"Nordkirchen"}


def test_answers_are_sorted_and_limited(senden: PlaceIndex) -> None:
    hits = senden.search("s", limit=7)
    assert len(hits) == 7
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.id for hit in hits}) == 7


def test_coordinates_are_a_place(senden: PlaceIndex) -> None:
    (hit,) = senden.search("51.85,7.48")
    assert (hit.kind, hit.lat, hit.lon) == (PlaceKind.COORDINATE, 51.85, 7.48)


@given(text=st.text(max_size=60), limit=st.integers(1, 5))
def test_anything_can_be_typed(senden: PlaceIndex, text: str, limit: int) -> None:
    assert len(senden.search(text, limit=limit)) <= limit


def test_every_place_is_found_by_its_own_name(senden: PlaceIndex) -> None:
    places = senden.places
    for place in places:
        found = senden.search(place.name, limit=5, near=(place.lat, place.lon))
        assert place.id in {hit.id for hit in found}, place.name


def test_one_error_in_a_long_word_is_forgiven_anywhere(senden: PlaceIndex) -> None:
    word = "siebenstücken"
    for i in range(len(word)):
        left_out, doubled = word[:i] + word[i + 1 :], word[:i] + word[i] + word[i:]
        for typed in (left_out, doubled, word[:i] + "x" + word[i + 1 :]):
            assert senden.search(typed)[0].name == "Senden, Siebenstücken", typed


def test_print_the_speed(senden: PlaceIndex, capsys: pytest.CaptureFixture[str]) -> None:
    """A figure to look at, not to fail on: machines differ."""
    typed = ("s", "senden mahn", "bösensel bahnof", "wilhelm haverkamp str senden")
    times = []
    for text in typed * 25:
        start = time.perf_counter()
        assert senden.search(text)
        times.append(time.perf_counter() - start)
    with capsys.disabled():
        times.sort()
        print(f"\n{len(senden)} places: median {times[50] * 1e3:.2f} ms, p95 {times[95] * 1e3:.2f}")
