"""German street names in a sentence: their gender, and how they look in each case.

Most names end in a word that tells their gender (Münsterstraße, Mühlenweg, Rheinufer). Names that
begin with a preposition (Am Markt) and those of which nothing is known stand in quotation marks.
"""

from enum import Enum
from typing import Final, NamedTuple


class Case(Enum):
    """Where to (accusative), or where (dative)."""

    INTO = "accusative"
    ALONG = "dative"


class _Gender(NamedTuple):
    into: str
    """The article in the accusative."""
    along: str
    """The article in the dative."""
    endings: tuple[str, ...]
    """Ends of names, case-folded: with ss for ß."""


GENDERS: Final = (
    _Gender(
        "die",
        "der",
        (
            *("strasse", "str.", "gasse", "allee", "chaussee", "brücke", "promenade"),
            *("anlage", "steige", "siedlung", "zeile", "reihe", "höhe", "schneise", "trasse"),
            *("twiete", "rampe", "treppe", "unterführung", "überführung", "umgehung", "tangente"),
            *("passage", "heide", "wiese", "aue", "mühle", "au", "stiege", "kehre"),
        ),
    ),
    _Gender(
        "den",
        "dem",
        (
            *("weg", "platz", "ring", "damm", "steig", "pfad", "park", "graben", "markt", "berg"),
            *("hof", "kamp", "stieg", "gang", "wall", "bogen", "tunnel", "kreisel", "garten"),
            *("busch", "grund", "hang", "winkel", "esch", "brink", "stich", "deich", "kai"),
            *("anger", "kreis", "buckel", "rain", "zubringer", "steg", "durchgang", "radweg"),
        ),
    ),
    _Gender(
        "das",
        "dem",
        (
            *("ufer", "tal", "feld", "tor", "viertel", "eck", "gässchen", "gässle", "kreuz"),
            *("gewann", "dorf", "wehr", "moor", "holz", "land"),
        ),
    ),
)

PREPOSITIONS: Final = frozenset(
    (
        *("am", "an", "auf", "aus", "ausserhalb", "bei", "beim", "bi", "durch", "gegen", "hinter"),
        *("hinterm", "im", "in", "innerhalb", "längs", "nach", "neben", "ob", "ober", "op", "über"),
        *("um", "unter", "unterm", "vom", "von", "vor", "vorm", "zu", "zum", "zur", "zwischen"),
    )
)

ARTICLES: Final = frozenset(("der", "die", "das", "de", "dat"))

ADJECTIVES: Final = frozenset(
    (
        *("alt", "arm", "blau", "breit", "dick", "eng", "erst", "flach", "gelb", "gold", "golden"),
        *(
            "grau",
            "gross",
            "grün",
            "gut",
            "halb",
            "heilig",
            "heiss",
            "hell",
            "hinter",
            "hoh",
            "inner",
        ),
        *("jung", "kalt", "klein", "krumm", "kurz", "lang", "letzt", "lieb", "link", "mittel"),
        *(
            "mittler",
            "nass",
            "neu",
            "nieder",
            "nördlich",
            "ober",
            "östlich",
            "recht",
            "rot",
            "scharf",
        ),
        *(
            "schief",
            "schmal",
            "schön",
            "schwarz",
            "spitz",
            "steil",
            "still",
            "süd",
            "südlich",
            "tief",
        ),
        *(
            "trocken",
            "unter",
            "vorder",
            "warm",
            "weiss",
            "weit",
            "westlich",
            "wild",
            "zweit",
            "äusser",
        ),
    )
)
"""Stems that take endings, case-folded; names of towns (Heidelberger) take none."""


def in_sentence(name: str, case: Case) -> str:
    """Return a name with its article: ``die Münsterstraße``, ``dem Alten Weg``, ``„Am Markt“``."""
    gender = gender_of(name)
    if gender is None:
        return f"„{name}“"
    article = gender.into if case is Case.INTO else gender.along
    return f"{article} {_declined(name, gender, case)}"


def gender_of(name: str) -> _Gender | None:
    """Return the gender of a name, None where it takes no article or is not known."""
    first = name.partition(" ")[0].casefold()
    if first in PREPOSITIONS or first in ARTICLES:
        return None
    if _is_number(name):
        return GENDERS[0]  # die B 3, die L 600
    folded = name.casefold()
    return next((each for each in GENDERS if folded.endswith(each.endings)), None)


def _is_number(name: str) -> bool:
    """Say whether a name is that of a numbered road: ``B 3``, ``L600``, ``K 4149``."""
    letters = name.rstrip("0123456789ab").rstrip()
    return letters in {"A", "B", "L", "K", "St", "S"} and any(sign.isdigit() for sign in name)


def _declined(name: str, gender: _Gender, case: Case) -> str:
    """Return a name with its adjectives as the article asks for: Alter Weg, den Alten Weg."""
    *adjectives, noun = name.split(" ")
    is_strong = case is Case.INTO and gender.into != "den"
    ending = "e" if is_strong else "en"
    return " ".join([*(_adjective(word, ending) for word in adjectives), noun])


def _adjective(word: str, ending: str) -> str:
    for old in ("er", "es", "e"):
        stem = word.removesuffix(old)
        if stem != word and stem.casefold() in ADJECTIVES:
            return stem + ending
    return word
