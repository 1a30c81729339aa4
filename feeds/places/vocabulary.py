"""The words of all names, and which of them a typed word may mean."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

I32 = npt.NDArray[np.int32]
F32 = npt.NDArray[np.float32]

EXACT: Final = 1.0
PREFIX: Final = (0.8, 0.15)
"""Likeness of a word that starts as typed, and what is added by the share that was typed."""
TYPO: Final = 0.92
"""Likeness of a misspelt word before its errors count."""
TYPO_IN_PREFIX: Final = 0.80
ERROR_COST: Final = 1.1
"""Taken off for each error, in parts of the word's length."""
MAX_WORDS: Final = 400
"""Words taken for one typed word; a single letter starts thousands."""


MENDED_LENGTHS: Final = range(4, 25)
"""Letters of typed words whose errors are forgiven."""


def errors_allowed(letters: int) -> int:
    """Return how many letters of a word may be wrong, missing, added or swapped."""
    return 1 if letters < 8 else 2


class Vocabulary:
    """Distinct words in alphabetical order, each with the places (postings) it names."""

    def __init__(self, occurrences: Iterable[tuple[str, int]]) -> None:
        pairs = sorted(set(occurrences))
        starts = [i for i, (word, _) in enumerate(pairs) if not i or word != pairs[i - 1][0]]
        self._words = [pairs[i][0] for i in starts]
        self._ptr = np.array([*starts, len(pairs)], dtype=np.int64)
        self._places = np.fromiter((place for _, place in pairs), np.int32, len(pairs))
        self._array = np.array(self._words, dtype=np.str_)
        # Words that begin with a digit come first, and are not mended: a wrong digit makes another
        # number, not a misspelt one.
        first = bisect_left(self._words, "a")
        self._prefixes = {n: _prefixes(self._words, n, first) for n in MENDED_LENGTHS}
        self._like_long = {n: _about_as_long(self._words, n, first) for n in MENDED_LENGTHS}

    def __len__(self) -> int:
        return len(self._words)

    def likeness(self, word: str, n_places: int) -> F32:
        """(n_places,) how well ``word`` fits the best word of each place: 1 exactly, 0 not."""
        best = np.zeros(n_places, np.float32)
        for found, fit in self._fitting(word):
            named = self._places[self._ptr[found] : self._ptr[found + 1]]
            best[named] = np.maximum(best[named], fit)
        return best

    def _fitting(self, word: str) -> list[tuple[int, float]]:
        """Return the words that may be meant, with their likeness, at most ``MAX_WORDS``."""
        fits: dict[int, float] = {}
        for found, fit in self._misspelt(word):
            fits[found] = max(fit, fits.get(found, 0.0))
        for found in self._starting_with(word):
            share = len(word) / len(self._words[found])
            fits[found] = EXACT if share == 1 else PREFIX[0] + PREFIX[1] * share
        if len(fits) <= MAX_WORDS:
            return list(fits.items())
        return sorted(fits.items(), key=lambda fit: (-fit[1], fit[0]))[:MAX_WORDS]

    def _starting_with(self, word: str) -> range:
        first = int(np.searchsorted(self._array, word))
        last = int(np.searchsorted(self._array, word + "\U0010ffff"))
        return range(first, last)

    def _misspelt(self, word: str) -> Iterable[tuple[int, float]]:
        if len(word) not in MENDED_LENGTHS:
            return
        cost = ERROR_COST / len(word)
        for n in _prefix_lengths(len(word)):
            texts, starts = self._prefixes[n]
            for found, errors in _near(word, texts):
                for i in range(starts[found], starts[found + 1]):
                    yield i, TYPO_IN_PREFIX - cost * errors
        texts, indices = self._like_long[len(word)]
        for found, errors in _near(word, texts):
            yield indices[found], TYPO - cost * errors


def _prefix_lengths(letters: int) -> tuple[int, ...]:
    """Return the beginnings to compare with: where one error is all, one letter may be missing."""
    return (letters, letters + 1) if errors_allowed(letters) == 1 else (letters,)


Texts = tuple[list[str], list[int]]


def _prefixes(words: Sequence[str], n: int, first: int) -> Texts:
    """Return the distinct beginnings of sorted words, and at which word each starts, and the end.

    Parameters
    ----------
    first
        Index of the first word that counts.
    """
    cut = [word[:n] for word in words[first:]]
    starts = [i for i, text in enumerate(cut) if not i or text != cut[i - 1]]
    return [cut[i] for i in starts], [*(first + i for i in starts), len(words)]


def _about_as_long(words: Sequence[str], n: int, first: int) -> Texts:
    """Return the words that so few errors can lead to from ``n`` letters, and their indices."""
    allowed = errors_allowed(n)
    found = [i for i in range(first, len(words)) if abs(len(words[i]) - n) <= allowed]
    return [words[i] for i in found], found


def _near(word: str, choices: Sequence[str]) -> Iterable[tuple[int, int]]:
    allowed = errors_allowed(len(word))
    found = process.extract(word, choices, scorer=OSA.distance, score_cutoff=allowed, limit=None)
    return ((index, int(errors)) for _, errors, index in found)
