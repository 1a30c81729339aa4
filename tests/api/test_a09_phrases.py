"""A09: instructions in words: what each maneuver is called, and German names in a sentence."""

import pytest

from kommit.api.phrases import announcement, distance_text, text_of
from kommit.api.street_names import Case, in_sentence
from routing.street.graph import StreetClass
from routing.street.maneuvers import Instruction, Maneuver


def step(
    maneuver: Maneuver,
    *,
    exit_number: int = 0,
    heading_deg: int = 0,
    kind: StreetClass = StreetClass.RESIDENTIAL,
) -> Instruction:
    return Instruction(maneuver, 0, kind, 200, 60, 0, heading_deg, exit_number, 51.0, 7.0)


@pytest.mark.parametrize(
    ("name", "into", "along"),
    [
        ("Münsterstraße", "die Münsterstraße", "der Münsterstraße"),
        ("Lange Straße", "die Lange Straße", "der Langen Straße"),
        ("Heidelberger Straße", "die Heidelberger Straße", "der Heidelberger Straße"),
        ("Karl-Theodor-Brücke", "die Karl-Theodor-Brücke", "der Karl-Theodor-Brücke"),
        ("Untere Neckarstraße", "die Untere Neckarstraße", "der Unteren Neckarstraße"),
        ("Kurfürsten-Anlage", "die Kurfürsten-Anlage", "der Kurfürsten-Anlage"),
        ("Große Mantelgasse", "die Große Mantelgasse", "der Großen Mantelgasse"),
        ("Äußerer Ring", "den Äußeren Ring", "dem Äußeren Ring"),
        ("Philosophenweg", "den Philosophenweg", "dem Philosophenweg"),
        ("Alter Weg", "den Alten Weg", "dem Alten Weg"),
        ("Mannheimer Weg", "den Mannheimer Weg", "dem Mannheimer Weg"),
        ("Neckarufer", "das Neckarufer", "dem Neckarufer"),
        ("Neues Tor", "das Neue Tor", "dem Neuen Tor"),
        ("B 37", "die B 37", "der B 37"),
        ("L600", "die L600", "der L600"),
        ("Am Markt", "„Am Markt“", "„Am Markt“"),
        ("Zur Alten Brücke", "„Zur Alten Brücke“", "„Zur Alten Brücke“"),
        ("Plöck", "„Plöck“", "„Plöck“"),
        ("Q 7", "„Q 7“", "„Q 7“"),
        ("B 6, 12-17", "„B 6, 12-17“", "„B 6, 12-17“"),
    ],
)
def test_german_names_in_a_sentence(name: str, into: str, along: str) -> None:
    assert in_sentence(name, Case.INTO) == into
    assert in_sentence(name, Case.ALONG) == along


@pytest.mark.parametrize(
    ("maneuver", "name", "german", "english"),
    [
        (
            Maneuver.DEPART,
            "Alter Weg",
            "Starten auf dem Alten Weg nach Norden",
            "Head north on Alter Weg",
        ),
        (Maneuver.DEPART, None, "Starten nach Norden", "Head north"),
        (
            Maneuver.CONTINUE,
            "Münsterstraße",
            "Weiter auf der Münsterstraße",
            "Continue on Münsterstraße",
        ),
        (Maneuver.CONTINUE, None, "Geradeaus weiter", "Continue straight on"),
        (
            Maneuver.SLIGHT_LEFT,
            "Ringweg",
            "Halb links abbiegen auf den Ringweg",
            "Bear left onto Ringweg",
        ),
        (
            Maneuver.LEFT,
            "Münsterstraße",
            "Links abbiegen auf die Münsterstraße",
            "Turn left onto Münsterstraße",
        ),
        (Maneuver.SHARP_LEFT, None, "Scharf links abbiegen", "Turn sharp left"),
        (Maneuver.SLIGHT_RIGHT, None, "Halb rechts abbiegen", "Bear right"),
        (
            Maneuver.RIGHT,
            "Am Markt",
            "Rechts abbiegen auf „Am Markt“",
            "Turn right onto Am Markt",
        ),
        (Maneuver.SHARP_RIGHT, None, "Scharf rechts abbiegen", "Turn sharp right"),
        (
            Maneuver.U_TURN,
            "B 3",
            "Wenden und weiter auf der B 3",
            "Turn around and continue on B 3",
        ),
        (Maneuver.U_TURN, None, "Wenden", "Turn around"),
        (
            Maneuver.ROUNDABOUT_EXIT,
            "Neckarufer",
            "Den Kreisverkehr verlassen auf das Neckarufer",
            "Exit the roundabout onto Neckarufer",
        ),
        (Maneuver.STAIRS, None, "Die Treppe nehmen", "Take the stairs"),
        (
            Maneuver.STAIRS,
            "Himmelsleiter",
            "Die Treppe „Himmelsleiter“ nehmen",
            "Take the stairs Himmelsleiter",
        ),
        (Maneuver.ELEVATOR, None, "Den Aufzug nehmen", "Take the lift"),
        (Maneuver.FERRY, None, "Die Fähre nehmen", "Take the ferry"),
        (Maneuver.FERRY, "Liselotte", "Die Fähre „Liselotte“ nehmen", "Take the ferry Liselotte"),
        (Maneuver.ARRIVE, "Ring", "Ziel erreicht", "You have arrived"),
        (
            Maneuver.ARRIVE_LEFT,
            None,
            "Ziel erreicht, es liegt links",
            "You have arrived, on the left",
        ),
        (
            Maneuver.ARRIVE_RIGHT,
            None,
            "Ziel erreicht, es liegt rechts",
            "You have arrived, on the right",
        ),
    ],
)
def test_maneuvers_in_words(
    maneuver: Maneuver, name: str | None, german: str, english: str
) -> None:
    assert text_of(step(maneuver), name, "de") == german
    assert text_of(step(maneuver), name, "en") == english


def test_roundabouts_name_the_exit() -> None:
    enter = step(Maneuver.ROUNDABOUT_ENTER, exit_number=3)
    assert text_of(enter, None, "de") == "In den Kreisverkehr fahren und die 3. Ausfahrt nehmen"
    assert text_of(enter, None, "en") == "Enter the roundabout and take the third exit"
    many = step(Maneuver.ROUNDABOUT_ENTER, exit_number=11)
    assert text_of(many, None, "en").endswith("the 11th exit")


@pytest.mark.parametrize(
    ("kind", "german", "english"),
    [
        (StreetClass.CYCLEWAY, "Links abbiegen auf den Radweg", "Turn left onto the cycle path"),
        (StreetClass.TRACK, "Links abbiegen auf den Feldweg", "Turn left onto the track"),
        (StreetClass.PATH, "Links abbiegen auf den Weg", "Turn left onto the path"),
        (StreetClass.SERVICE, "Links abbiegen", "Turn left"),
    ],
)
def test_nameless_streets_are_called_what_they_are(
    kind: StreetClass, german: str, english: str
) -> None:
    assert text_of(step(Maneuver.LEFT, kind=kind), None, "de") == german
    assert text_of(step(Maneuver.LEFT, kind=kind), None, "en") == english


def test_every_direction_has_a_name() -> None:
    texts = [text_of(step(Maneuver.DEPART, heading_deg=at), None, "de") for at in range(0, 360, 45)]
    assert len(set(texts)) == 8
    assert text_of(step(Maneuver.DEPART, heading_deg=350), None, "en") == "Head north"
    assert text_of(step(Maneuver.DEPART, heading_deg=100), None, "en") == "Head east"


def test_every_maneuver_has_words_in_both_languages() -> None:
    for maneuver in Maneuver:
        for name in (None, "Münsterstraße"):
            german, english = (text_of(step(maneuver), name, language) for language in ("de", "en"))
            assert german
            assert english
            assert german != english


def test_announcements_say_how_far_it_is() -> None:
    left = step(Maneuver.LEFT)
    german = announcement(left, "Münsterstraße", "de", 204)
    assert german == "In 200 m: Links abbiegen auf die Münsterstraße"
    english = announcement(left, "Münsterstraße", "en", 1234)
    assert english == "In 1.2 km, turn left onto Münsterstraße"
    assert announcement(step(Maneuver.ARRIVE), None, "de", 50) == "In 50 m: Ziel erreicht"


@pytest.mark.parametrize(
    ("metres", "german", "english"),
    [
        (7, "7 m", "7 m"),
        (44, "40 m", "40 m"),
        (996, "1 km", "1 km"),
        (1000, "1 km", "1 km"),
        (1260, "1,3 km", "1.3 km"),
    ],
)
def test_distances(metres: int, german: str, english: str) -> None:
    assert distance_text(metres, "de") == german
    assert distance_text(metres, "en") == english
