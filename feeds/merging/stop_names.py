"""When two feeds' names of a stop mean the same: ``Senden, Mahnmal`` and ``Mahnmal``.

A name is taken apart into the municipality and the rest. The rest must be equal once case,
umlauts, blanks, punctuation and usual abbreviations (``feeds.places.fold``) are gone, brackets are
dropped (``Münster (Westf) Hbf``) and so is the platform (``Busbahnhof Bussteig 2``); or equal word
by word, where a word with a full stop stands for any that begins like it (``Abzw. Hiltrup``). The
municipality may be missing in one of both, but must not be another one.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from feeds.places.fold import words

_BRACKETS: Final = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_PLATFORM: Final = re.compile(
    r"\s+(?:(?:bussteig|bahnsteig|bstg|steig|gleis|gl)\b\.?\s*\S+|(?-i:[A-Z]\d?))\s*$",
    re.IGNORECASE,
)
_TOKEN: Final = re.compile(r"[^\W_]+\.?")
Words = tuple[str, ...]
"""Words of a name in one spelling; one that is abbreviated ends with a full stop."""


class StopName(NamedTuple):
    """A stop's name, ready to be compared."""

    core: Words
    """The name without its municipality; may be empty."""
    municipality: frozenset[str]
    """Words of the municipality; empty where the name has none."""

    def agrees_with(self, other: "StopName") -> bool:
        """Say whether both names can mean the same place."""
        mine, its = self.municipality, other.municipality
        same_town = not (mine and its) or mine <= its or its <= mine
        return same_town and bool(self.core) and _agree(self.core, other.core)


def stop_names(feeds: Sequence[Sequence[str]]) -> list[list[StopName]]:
    """Return the names of the stops of each feed, taken apart.

    Which side of a comma the municipality stands on is a habit of a feed (HAFAS writes ``Mahnmal,
    Senden``): the side with fewer distinct texts. What is a municipality in one feed is one at the
    beginning of another's names, too (``Senden Bahnhof``).
    """
    parts = [[_parts(name) for name in names] for names in feeds]
    split = [_municipality_first(names) for names in parts]
    known = frozenset(town for names in split for town, _ in names if town)
    return [[_name(town, rest, known) for town, rest in names] for names in split]


def _parts(name: str) -> list[Words]:
    """Return the words of a name, parted at its commas."""
    parts = (_words(part) for part in _BRACKETS.sub(" ", name).split(","))
    return [part for part in parts if part]


def _words(part: str) -> Words:
    plain = _PLATFORM.sub("", part)
    return tuple(word for token in _TOKEN.findall(plain) for word in _marked(token))


@lru_cache(maxsize=100_000)
def _marked(token: str) -> Words:
    """Return the words of a token, the last with the full stop of its abbreviation."""
    found = words(token)
    return (*found[:-1], found[-1] + "." * token.endswith(".")) if found else ()


def _municipality_first(names: Sequence[list[Words]]) -> list[tuple[Words, Words]]:
    """Return municipality (empty where there is no comma) and the rest of each name."""
    parted = [parts for parts in names if len(parts) > 1]
    last = len({parts[-1] for parts in parted}) < len({parts[0] for parts in parted})
    return [_split(parts, last=last) for parts in names]


def _split(parts: list[Words], *, last: bool) -> tuple[Words, Words]:
    if len(parts) < 2:
        return (), _flat(parts)
    return (parts[-1], _flat(parts[:-1])) if last else (parts[0], _flat(parts[1:]))


def _name(town: Words, rest: Words, known: frozenset[Words]) -> StopName:
    """Return the name, a municipality at its beginning taken off."""
    heads = [rest[:n] for n in range(len(rest) - 1, 0, -1)] if not town else []
    head = next((head for head in heads if head in known), ())
    return StopName(rest[len(head) :], frozenset(town or head))


def _flat(parts: Iterable[Words]) -> Words:
    return tuple(word for part in parts for word in part)


def _agree(a: Words, b: Words) -> bool:
    if "".join(a).replace(".", "") == "".join(b).replace(".", ""):
        return True
    return len(a) == len(b) and all(map(_abbreviates, a, b))


def _abbreviates(a: str, b: str) -> bool:
    """Say whether both words are the same, or one is short for the other."""
    short, long = sorted((a.rstrip("."), b.rstrip(".")), key=len)
    dotted = a.endswith(".") if a.rstrip(".") == short else b.endswith(".")
    return short == long or (dotted and long.startswith(short))
