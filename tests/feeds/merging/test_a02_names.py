"""Which names mean the same stop."""

import pytest

from feeds.merging.stop_names import stop_names

HERE = ["Senden, Mahnmal", "Senden, Bahnhof", "Senden, Kirche", "Münster, Domplatz"]
"""A feed that writes municipalities first."""


def agree(one: str, other: str) -> bool:
    (*_, a), (*_, b) = stop_names([[*HERE, one], [other]])
    assert a.agrees_with(b) == b.agrees_with(a)
    return a.agrees_with(b)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Senden, Mahnmal", "Mahnmal"),
        ("Senden, Mahnmal", "Senden Mahnmal"),
        ("Senden, Mahnmal", "SENDEN, MAHNMAL"),
        ("Senden, Weseler Straße", "Weselerstr."),
        ("Senden, Weseler Strasse", "Weseler Str."),
        ("Münster, Hbf", "Münster (Westf) Hauptbahnhof"),
        ("Münster, Hbf", "Münster(Westf)Hbf"),
        ("Senden, Busbahnhof", "ZOB"),
        ("Senden, Busbahnhof", "Busbahnhof Bussteig 2/B"),
        ("Senden, Markt", "Markt A"),
        ("Senden, Abzweig Holz", "Abzw. Holz"),
        ("Münster, Heinrich-von-Stephan-Ring", "Heinr.-v.-Stephan-Ring"),
        ("Senden, Schloß Öd", "Schloss Oed"),
    ],
)
def test_the_same(one: str, other: str) -> None:
    assert agree(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Senden, Mahnmal", "Senden"),
        ("Senden, Mahnmal", "Münster, Mahnmal"),
        ("Senden, Bahnhof", "Bahnhofstraße"),
        ("Senden, Kirche", "Kirchhof"),
        ("Senden, Abzweig Holz", "Abzw. Hof"),
        ("Senden, Schule", "Schule Nord"),
        ("", ""),
        ("Senden, Markt", "(A)"),
    ],
)
def test_near_misses(one: str, other: str) -> None:
    assert not agree(one, other)


def test_the_municipality_may_come_last() -> None:
    hafas = ["Mahnmal, Senden (Westf)", "Kirche, Senden (Westf)", "Dom, Münster (Westf)"]
    (mahnmal, *_), (other, *_) = stop_names([hafas, ["Senden, Mahnmal", "Senden, Dorf"]])
    assert mahnmal == other
    assert mahnmal.municipality == {"senden"}
