"""The ``stop_sequence`` of every event of an image: a byte for most trips.

Nearly all trips count their stops up by one; of these only the first number is kept. The others'
numbers are kept as they are.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from feeds.gtfs.sequences import StopSequences
from routing.store import load_arrays, save_arrays
from routing.timetable import I32, I64

LISTED: Final = -1
"""In place of a first number: the numbers are listed."""
LARGEST_FIRST: Final = 127


class SequenceArrays(NamedTuple):
    """Of T trips, of which L have their numbers listed, N in all."""

    first: npt.NDArray[np.int8]
    """(T,) number of the first stop where the others count up from there by one, or ``LISTED``."""
    listed_trip: I32
    """(L,) trips whose numbers are listed, ascending."""
    listed_ptr: I64
    """(L+1,) where the numbers of each start."""
    number: I32
    """(N,) rising within a trip."""


class Sequences:
    """Finds the stop that a message means by its number."""

    def __init__(self, arrays: SequenceArrays) -> None:
        self._arrays = arrays

    @property
    def n_listed(self) -> int:
        """How many trips do not simply count up."""
        return int(self._arrays.listed_trip.size)

    def positions(self, trip: int, n_stops: int) -> Mapping[int, int]:
        """Return the positions of a trip with ``n_stops`` stops by their numbers."""
        first = int(self._arrays.first[trip])
        if first != LISTED:
            return dict(zip(range(first, first + n_stops), range(n_stops), strict=True))
        row = int(np.searchsorted(self._arrays.listed_trip, trip))
        numbers = self._arrays.number[slice(*self._arrays.listed_ptr[row : row + 2])]
        return {number: position for position, number in enumerate(numbers.tolist())}

    def is_consistent(self, n_trips: int) -> bool:
        """Say whether the arrays fit each other and an image of ``n_trips`` trips."""
        first, trip, ptr, number = self._arrays
        return (
            first.shape == (n_trips,)
            and trip.size + 1 == ptr.size
            and int(ptr[-1]) == number.size
            and int(np.count_nonzero(first == LISTED)) == trip.size
        )

    def save(self, folder: Path) -> None:
        """Write the arrays to ``folder``."""
        save_arrays(self._arrays, folder)


def pack_sequences(parts: Sequence[StopSequences]) -> Sequences:
    """Return the numbers of several feeds, one after the other."""
    number = np.concatenate([part.sequence for part in parts])
    lengths = np.concatenate([np.diff(part.ptr) for part in parts])
    ptr = np.concatenate([[0], np.cumsum(lengths)])
    starts = number[ptr[:-1]]
    counting = np.repeat(starts - ptr[:-1], lengths) + np.arange(number.size)
    differs = np.add.reduceat(number != counting, ptr[:-1]) > 0
    listed = differs | (starts < 0) | (starts > LARGEST_FIRST)
    return Sequences(
        SequenceArrays(
            np.where(listed, LISTED, starts).astype(np.int8),
            np.flatnonzero(listed).astype(np.int32),
            np.concatenate([[0], np.cumsum(lengths[listed])]).astype(np.int64),
            number[np.repeat(listed, lengths)].astype(np.int32),
        )
    )


def load_sequences(folder: Path) -> Sequences:
    """Map what ``Sequences.save`` wrote, or raise ``FileNotFoundError``."""
    return Sequences(load_arrays(SequenceArrays, folder))
