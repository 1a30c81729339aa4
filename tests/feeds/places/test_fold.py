"""Names and what riders type come to one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.places.fold import bare, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Münster Hbf", ["muenster", "hauptbahnhof"]),
        ("MUENSTER hauptbahnhof", ["muenster", "hauptbahnhof"]),
        ("Münsterhbf", ["muenster", "hauptbahnhof"]),
        ("Weseler Straße", ["weseler", "str"]),
        ("weseler str.", ["weseler", "str"]),
        ("Weseler Strasse", ["weseler", "str"]),
        ("Azaleenstr.", ["azaleenstr"]),
        ("Azaleenstraße", ["azaleenstr"]),
        ("von-Galen-Str./Kolpingstr.", ["von", "galen", "str", "kolpingstr"]),
        ("Busbf", ["busbahnhof"]),
        ("Café Łódź", ["cafe", "łodz"]),
        ("St. Antonius", ["st", "antonius"]),
        ("Sankt Antonius", ["st", "antonius"]),
        ("", []),
        (" ,;-_ ", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_umlauts_written_in_two_parts_are_the_same() -> None:
    assert words("Mu\u0308nster") == words("Münster")


def test_umlauts_may_be_left_bare() -> None:
    assert bare("Lüdinghausen Straße") == "ludinghausen strasse"


@given(st.text())
def test_any_text_has_words_that_stay_as_they_are(text: str) -> None:
    found = words(text)
    assert all(word and not word.isspace() for word in found)
    assert len(found) <= 120
