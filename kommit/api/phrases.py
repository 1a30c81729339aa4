"""Turn instructions in words, German and English: one sentence each, without a full stop."""

from typing import Final, Literal, NamedTuple

from kommit.api.street_names import Case, in_sentence
from routing.street.graph import StreetClass
from routing.street.maneuvers import Instruction, Maneuver

Language = Literal["de", "en"]


class _Phrase(NamedTuple):
    """A sentence with a street, and without one."""

    named: str
    nameless: str


def _both(text: str) -> _Phrase:
    return _Phrase(text, text)


_PHRASES: Final = {
    "de": {
        Maneuver.DEPART: _Phrase(
            "Starten auf {along} nach {direction}", "Starten nach {direction}"
        ),
        Maneuver.CONTINUE: _Phrase("Weiter auf {along}", "Geradeaus weiter"),
        Maneuver.SLIGHT_LEFT: _Phrase("Halb links abbiegen auf {onto}", "Halb links abbiegen"),
        Maneuver.LEFT: _Phrase("Links abbiegen auf {onto}", "Links abbiegen"),
        Maneuver.SHARP_LEFT: _Phrase("Scharf links abbiegen auf {onto}", "Scharf links abbiegen"),
        Maneuver.SLIGHT_RIGHT: _Phrase("Halb rechts abbiegen auf {onto}", "Halb rechts abbiegen"),
        Maneuver.RIGHT: _Phrase("Rechts abbiegen auf {onto}", "Rechts abbiegen"),
        Maneuver.SHARP_RIGHT: _Phrase(
            "Scharf rechts abbiegen auf {onto}", "Scharf rechts abbiegen"
        ),
        Maneuver.U_TURN: _Phrase("Wenden und weiter auf {along}", "Wenden"),
        Maneuver.ROUNDABOUT_ENTER: _both(
            "In den Kreisverkehr fahren und die {exit} Ausfahrt nehmen"
        ),
        Maneuver.ROUNDABOUT_EXIT: _Phrase(
            "Den Kreisverkehr verlassen auf {onto}", "Den Kreisverkehr verlassen"
        ),
        Maneuver.STAIRS: _Phrase("Die Treppe „{name}“ nehmen", "Die Treppe nehmen"),
        Maneuver.ELEVATOR: _both("Den Aufzug nehmen"),
        Maneuver.FERRY: _Phrase("Die Fähre „{name}“ nehmen", "Die Fähre nehmen"),
        Maneuver.ARRIVE: _both("Ziel erreicht"),
        Maneuver.ARRIVE_LEFT: _both("Ziel erreicht, es liegt links"),
        Maneuver.ARRIVE_RIGHT: _both("Ziel erreicht, es liegt rechts"),
    },
    "en": {
        Maneuver.DEPART: _Phrase("Head {direction} on {along}", "Head {direction}"),
        Maneuver.CONTINUE: _Phrase("Continue on {along}", "Continue straight on"),
        Maneuver.SLIGHT_LEFT: _Phrase("Bear left onto {onto}", "Bear left"),
        Maneuver.LEFT: _Phrase("Turn left onto {onto}", "Turn left"),
        Maneuver.SHARP_LEFT: _Phrase("Turn sharp left onto {onto}", "Turn sharp left"),
        Maneuver.SLIGHT_RIGHT: _Phrase("Bear right onto {onto}", "Bear right"),
        Maneuver.RIGHT: _Phrase("Turn right onto {onto}", "Turn right"),
        Maneuver.SHARP_RIGHT: _Phrase("Turn sharp right onto {onto}", "Turn sharp right"),
        Maneuver.U_TURN: _Phrase("Turn around and continue on {along}", "Turn around"),
        Maneuver.ROUNDABOUT_ENTER: _both("Enter the roundabout and take the {exit} exit"),
        Maneuver.ROUNDABOUT_EXIT: _Phrase("Exit the roundabout onto {onto}", "Exit the roundabout"),
        Maneuver.STAIRS: _Phrase("Take the stairs {name}", "Take the stairs"),
        Maneuver.ELEVATOR: _both("Take the lift"),
        Maneuver.FERRY: _Phrase("Take the ferry {name}", "Take the ferry"),
        Maneuver.ARRIVE: _both("You have arrived"),
        Maneuver.ARRIVE_LEFT: _both("You have arrived, on the left"),
        Maneuver.ARRIVE_RIGHT: _both("You have arrived, on the right"),
    },
}

_COMPASS: Final = {
    "de": (
        *("Norden", "Nordosten", "Osten", "Südosten"),
        *("Süden", "Südwesten", "Westen", "Nordwesten"),
    ),
    "en": ("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest"),
}

_KINDS: Final = {
    StreetClass.TRACK: ("den Feldweg", "dem Feldweg", "the track"),
    StreetClass.CYCLEWAY: ("den Radweg", "dem Radweg", "the cycle path"),
    StreetClass.PATH: ("den Weg", "dem Weg", "the path"),
    StreetClass.PEDESTRIAN: ("den Fußweg", "dem Fußweg", "the footway"),
}
"""What streets without a name are called, if there is a word: where to, where, in English."""

_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


def text_of(step: Instruction, name: str | None, language: Language) -> str:
    """Return an instruction in words.

    Parameters
    ----------
    name
        Of the street that follows, None where it has none.
    """
    phrase = _PHRASES[language][step.maneuver]
    onto, along = _street(step, name, language)
    has_street = onto is not None if "{name}" not in phrase.named else name is not None
    return (phrase.named if has_street else phrase.nameless).format(
        onto=onto,
        along=along,
        name=name,
        exit=_ordinal(step.exit, language),
        direction=_COMPASS[language][round(step.heading_deg / 45) % 8],
    )


def announcement(step: Instruction, name: str | None, language: Language, after_m: int) -> str:
    """Return an instruction in words, to be said so many metres before it."""
    text, far = text_of(step, name, language), distance_text(after_m, language)
    if language == "de":
        return f"In {far}: {text}"
    return f"In {far}, {text[0].lower()}{text[1:]}"


def distance_text(metres: int, language: Language) -> str:
    """Return a distance as people say it: 40 m, 250 m, 1,2 km."""
    tens = metres if metres < 20 else round(metres, -1)
    if tens < 1000:
        return f"{tens} m"
    kilometres = f"{metres / 1000:.1f}".removesuffix(".0")
    return f"{kilometres.replace('.', ',') if language == 'de' else kilometres} km"


def _street(
    step: Instruction, name: str | None, language: Language
) -> tuple[str, str] | tuple[None, None]:
    """Return what the street is called where one turns onto it, and where one is on it."""
    if name is None:
        kind = _KINDS.get(step.street_class)
        if kind is None:
            return None, None
        return (kind[0], kind[1]) if language == "de" else (kind[2], kind[2])
    if language == "en":
        return name, name
    return in_sentence(name, Case.INTO), in_sentence(name, Case.ALONG)


def _ordinal(number: int, language: Language) -> str:
    if language == "de":
        return f"{number}."
    return _ORDINALS[number - 1] if 0 < number <= len(_ORDINALS) else f"{number}th"
