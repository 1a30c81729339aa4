"""Finds places by what riders type: parts of names, in any order, misspelt.

Every typed word is compared with every distinct word of all names (``vocabulary``), which is far
less than comparing it with every name; the places of like words gather points. See
``docs/decisions/0006-place-search.md`` for what was measured.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from feeds.image.image import NetworkImage
from feeds.places.coordinates import coordinate_hit, parse_coordinate
from feeds.places.fold import bare, words
from feeds.places.place import Place, PlaceHit, PlaceKind
from feeds.places.stops import stop_places
from feeds.places.streets import pieces_of, street_places
from feeds.places.vocabulary import F32, Vocabulary
from kommit.kit.geo import distances_m

F64 = npt.NDArray[np.float64]

ENOUGH: Final = 0.55
"""Share of what was typed that a place must account for."""
COMPLETE: Final = 0.12
"""Worth of a name that was typed whole over one of which only a part was typed."""
BUSY: Final = 0.12
"""Worth of the busiest place over one without departures."""
RAIL: Final = 0.04
"""Worth of a place where trains call."""
STREET: Final = -0.03
"""A stop is more often meant than the street it is named after."""
NEAR: Final = 0.15
"""Worth of a place here over one far away."""
NEAR_M: Final = 5_000.0
"""Distance at which nearness counts for 1/e."""
MAX_TYPED_WORDS: Final = 8


class PlaceIndex:
    """All places of an image, ready to be searched; immutable, safe to share between threads."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = tuple(places)
        self._vocabulary = Vocabulary(
            (word, i) for i, place in enumerate(self._places) for word in _names(place)
        )
        self._lat = np.array([place.lat for place in self._places], dtype=np.float64)
        self._lon = np.array([place.lon for place in self._places], dtype=np.float64)
        letters = [sum(map(len, _own_words(place))) for place in self._places]
        self._letters = np.maximum(np.array(letters, dtype=np.float32), 1)
        self._worth = _worth(self._places)

    @classmethod
    def of_image(cls, image: NetworkImage) -> Self:
        """Return the index over the stops, stations and streets of an image."""
        stops = stop_places(image.timetable, image.catalogue)
        if image.streets is None:
            return cls(stops)
        pieces = pieces_of(image.streets.graph, image.catalogue.street_names)
        return cls([*stops, *street_places(pieces, stops)])

    def __len__(self) -> int:
        return len(self._places)

    @property
    def places(self) -> tuple[Place, ...]:
        """All that can be found."""
        return self._places

    def search(
        self, text: str, *, limit: int = 10, near: tuple[float, float] | None = None
    ) -> list[PlaceHit]:
        """Return the places that ``text`` may mean, the likeliest first.

        Parameters
        ----------
        text
            Any part of a name, or a pair of coordinates (``51.85,7.48``).
        near
            Latitude and longitude of the rider: places there come first among equals.
        """
        point = parse_coordinate(text)
        if point:
            return [coordinate_hit(*point)]
        typed = words(text)[:MAX_TYPED_WORDS]
        if not typed or not self._places:
            return []
        match = self._match(typed)
        score = np.where(match >= ENOUGH, match + self._worth + self._nearness(near), -np.inf)
        best = np.lexsort((np.arange(score.size), -score))[:limit]
        return [self._hit(int(i), float(score[i])) for i in best if np.isfinite(score[i])]

    def _match(self, typed: Sequence[str]) -> F32:
        """(P,) how well each place fits: 1 for all that was typed, more for its whole name."""
        fits = {
            word: self._vocabulary.likeness(word, len(self._places))
            for word in {word for reading in _readings(typed) for word in reading}
        }
        best = np.zeros(len(self._places), np.float32)
        for reading in _readings(typed):
            weights = np.array([_weight(word) for word in reading], dtype=np.float32)
            likeness = np.stack([fits[word] for word in reading])
            share = weights @ likeness / weights.sum()
            length = np.array([len(word) for word in reading], dtype=np.float32)
            whole = np.minimum(length @ likeness / self._letters, 1)
            best = np.maximum(best, np.where(share >= ENOUGH, share + COMPLETE * whole, 0))
        return best

    def _nearness(self, near: tuple[float, float] | None) -> F64 | float:
        if near is None:
            return 0.0
        lat, lon = np.float64(near[0]), np.float64(near[1])
        away_m = distances_m(self._lat, self._lon, lat, lon)
        return np.asarray(NEAR * np.exp(-away_m / NEAR_M))

    def _hit(self, index: int, score: float) -> PlaceHit:
        p = self._places[index]
        return PlaceHit(p.id, p.kind, p.name, p.locality, p.lat, p.lon, p.modes, round(score, 4))


def _readings(typed: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the words as typed, and with each two neighbours written as one."""
    yield tuple(typed)
    for i in range(len(typed) - 1):
        yield (*typed[:i], typed[i] + typed[i + 1], *typed[i + 2 :])


def _weight(word: str) -> float:
    """Return how much a typed word counts: long ones tell more, ``str`` next to nothing."""
    return 1.0 if word == "str" else float(len(word))


def _own_words(place: Place) -> list[str]:
    """Return the words of the name without the locality's."""
    in_locality = set(words(place.locality or ""))
    return [word for word in words(place.name) if word not in in_locality]


def _names(place: Place) -> Iterator[str]:
    """Yield every word, spelling and pair of words written as one by which a place is found."""
    for name in (place.name, *place.other_names, place.locality or ""):
        for spelling in dict.fromkeys((name, bare(name))):
            found = words(spelling)
            yield from found
            yield from (a + b for a, b in pairwise(found) if b in _JOINED)


_JOINED: Final = frozenset({"str", "platz", "weg", "bahnhof", "ring", "allee", "damm", "hof"})
"""Words that riders write together with the word before: ``Weselerstraße``."""


def _worth(places: Sequence[Place]) -> F64:
    """(P,) what a place counts before anything is typed."""
    departures = np.log1p(np.array([place.departures for place in places], dtype=np.float64))
    busiest = departures.max(initial=0.0) or 1.0
    rail = np.array(["RAIL" in place.modes for place in places], dtype=np.float64)
    street = np.array([place.kind is PlaceKind.STREET for place in places], dtype=np.float64)
    return np.asarray(BUSY * departures / busiest + RAIL * rail + STREET * street)
