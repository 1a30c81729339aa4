"""Brings names and what riders type to one spelling: case, umlauts, abbreviations."""

import re
import unicodedata
from typing import Final

_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_LETTERS: Final = re.compile(r"[^\W_]+?(?=hbf\b)|[^\W_]+")
"""A word; ``Münsterhbf`` is two."""
_STREET: Final = re.compile(r"(?:strasse|str)$")
_SPELLED_OUT: Final = {
    "hbf": "hauptbahnhof",
    "bhf": "bahnhof",
    "bf": "bahnhof",
    "busbf": "busbahnhof",
    "busbhf": "busbahnhof",
    "zob": "busbahnhof",
    "pl": "platz",
    "skt": "st",
    "sankt": "st",
}
"""Abbreviations on German signs."""
MAX_CHARS: Final = 120
"""What riders type is cut here; no name of a stop is as long."""


def words(text: str) -> list[str]:
    """Return the words of a name in one spelling: ``Münster Hbf`` is ``muenster hauptbahnhof``."""
    lower = unicodedata.normalize("NFC", text[:MAX_CHARS]).casefold()
    return [_one_spelling(word) for word in _LETTERS.findall(_plain(lower.translate(_UMLAUTS)))]


def bare(text: str) -> str:
    """Return the text with umlauts as their bare letters, the way many type: ``munster``."""
    return _plain(unicodedata.normalize("NFC", text).casefold().replace("ß", "ss"))


def _plain(text: str) -> str:
    """Drop the accents that are left."""
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFD", text)
    return "".join(c for c in parts if not unicodedata.combining(c))


def _one_spelling(word: str) -> str:
    return _SPELLED_OUT.get(word) or _STREET.sub("str", word)
