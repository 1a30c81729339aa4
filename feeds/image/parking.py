"""The parking places of an image: where riders may leave vehicles of their own."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from feeds.image.strings import Packed, Strings
from routing.sharing.parking import Parking
from routing.store import load_arrays, save_arrays
from routing.street.profile import Profile
from routing.timetable import F64, I32

UNKNOWN: Final = -1


class ParkingArrays(NamedTuple):
    """P places."""

    lat: F64
    """(P,) WGS84 degrees."""
    lon: F64
    profile: npt.NDArray[np.uint8]
    """(P,) ``Profile`` of who may park."""
    capacity: I32
    """(P,) or ``UNKNOWN``."""


class ParkingPlaces:
    """Places over mapped arrays; made into objects only when somebody asks."""

    def __init__(self, arrays: ParkingArrays, ids: Strings, names: Strings) -> None:
        self._arrays, self._ids, self._names = arrays, ids, names

    def __len__(self) -> int:
        return int(self._arrays.lat.size)

    def places(self) -> list[Parking]:
        """Return all places."""
        columns = zip(*(column.tolist() for column in self._arrays), strict=True)
        return [
            Parking(id_, name, lat, lon, Profile(profile), None if room == UNKNOWN else room)
            for id_, name, (lat, lon, profile, room) in zip(
                self._ids, self._names, columns, strict=True
            )
        ]

    def is_consistent(self) -> bool:
        """Say whether the arrays fit each other."""
        lengths = {column.shape for column in self._arrays}
        lengths |= {(len(texts),) for texts in (self._ids, self._names)}
        return len(lengths) == 1 and self._ids.is_consistent() and self._names.is_consistent()

    def save(self, folder: Path) -> None:
        """Write the arrays to ``folder``."""
        save_arrays(self._arrays, folder)
        save_arrays(self._ids.packed, folder / "id")
        save_arrays(self._names.packed, folder / "name")


def pack_parking(places: Sequence[Parking]) -> ParkingPlaces:
    """Return places as arrays."""
    room = [UNKNOWN if each.capacity is None else each.capacity for each in places]
    return ParkingPlaces(
        ParkingArrays(
            np.array([each.lat for each in places], np.float64),
            np.array([each.lon for each in places], np.float64),
            np.array([each.profile for each in places], np.uint8),
            np.array(room, np.int32),
        ),
        Strings.pack(each.id for each in places),
        Strings.pack(each.name for each in places),
    )


def load_parking(folder: Path) -> ParkingPlaces:
    """Map what ``ParkingPlaces.save`` wrote, or raise ``FileNotFoundError``."""
    ids, names = (Strings(load_arrays(Packed, folder / kind)) for kind in ("id", "name"))
    return ParkingPlaces(load_arrays(ParkingArrays, folder), ids, names)
