"""A network image in memory: mapped in milliseconds, shared between processes, never changed."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np

from feeds.errors import ImageCorrupt
from feeds.image.arrays import load
from feeds.image.catalogue import Catalogue, load_catalogue
from feeds.image.manifest import Manifest, read_manifest
from routing.street.graph import StreetGraph
from routing.timetable import Timetable

TIMETABLE: Final = "timetable"
STREETS: Final = "streets"
CATALOGUE: Final = "catalogue"


@dataclass(frozen=True, slots=True)
class NetworkImage:
    """Timetable, streets and names of a region, and where they came from."""

    id: str
    manifest: Manifest
    timetable: Timetable
    streets: StreetGraph | None
    catalogue: Catalogue


def load_image(folder: Path) -> NetworkImage:
    """Map the image in ``folder``; the work does not grow with the size of the network.

    Raises
    ------
    ImageMissing
        If there is none.
    ImageOutdated
        If it was written in another format.
    ImageCorrupt
        If files are missing or arrays do not fit together. Single changed bytes are found by
        ``verify_image`` only.
    """
    manifest = read_manifest(folder)
    try:
        image = _map(folder, manifest)
    except (OSError, ValueError, EOFError) as error:
        raise ImageCorrupt(f"The image {folder} is damaged ({error}): build it again.") from error
    wrong = misfits(image)
    if wrong:
        raise ImageCorrupt(f"The image {folder} is damaged ({wrong[0]}): build it again.")
    return image


def verify_image(folder: Path) -> NetworkImage:
    """Load the image and compare every byte with its manifest; reads all of it.

    Raises
    ------
    ImageError
        As ``load_image``, and ``ImageCorrupt`` if a file was changed, added or removed.
    """
    image = load_image(folder)
    found = file_hashes(folder)
    changed = sorted(
        name
        for name in found.keys() | image.manifest.files.keys()
        if found.get(name) != image.manifest.files.get(name)
    )
    if changed:
        raise ImageCorrupt(
            f"The image {folder} is damaged ({changed[0]} is not as built): build it again."
        )
    return image


def file_hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every array file of an image by its path inside it."""
    hashes = {}
    for file in sorted(folder.rglob("*.npy")):
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        hashes[file.relative_to(folder).as_posix()] = digest
    return hashes


def _map(folder: Path, manifest: Manifest) -> NetworkImage:
    return NetworkImage(
        id=manifest.id,
        manifest=manifest,
        timetable=load(Timetable, folder / TIMETABLE),
        streets=load(StreetGraph, folder / STREETS) if manifest.streets else None,
        catalogue=load_catalogue(folder / CATALOGUE),
    )


_SHAPES: Final = MappingProxyType(
    {
        "stop_lat": (np.float64, "S"),
        "stop_lon": (np.float64, "S"),
        "stop_station": (np.int32, "S"),
        "stop_change_s": (np.int32, "S"),
        "trip_event_ptr": (np.int64, "T+"),
        "trip_route": (np.int32, "T"),
        "trip_service": (np.int32, "T"),
        "trip_flags": (np.uint8, "T"),
        "trip_booking_rule": (np.int32, "T"),
        "event_stop": (np.int32, "E"),
        "event_arrival": (np.int32, "E"),
        "event_departure": (np.int32, "E"),
        "event_flags": (np.uint8, "E"),
        "service_active": (np.uint8, "VD"),
        "first_day": (np.int32, "1"),
        "day_epoch": (np.int64, "ZD"),
        "route_type": (np.int16, "R"),
        "route_agency": (np.int32, "R"),
        "agency_zone": (np.int32, "A"),
        "transfer_ptr": (np.int32, "S+"),
        "transfer_stop": (np.int32, "F"),
        "transfer_s": (np.int32, "F"),
        "transfer_m": (np.int32, "F"),
        "booking_rules": (np.int32, "B5"),
    }
)
"""Type and shape of each field of the timetable; ``+`` is one more, equal letters are equal."""


def misfits(image: NetworkImage) -> list[str]:
    """Return in what the image's arrays do not fit together; looks at shapes and ends only."""
    tt = image.timetable
    sizes: dict[str, int] = {"1": 1, "5": 5}
    wrong = [
        f"{name} has the wrong type or shape"
        for name, (dtype, letters) in _SHAPES.items()
        if not _fits(getattr(tt, name), dtype, letters, sizes)
    ]
    if not wrong and int(tt.trip_event_ptr[-1]) != tt.event_stop.size:
        wrong.append("trip_event_ptr does not end with the events")
    if not wrong and int(tt.transfer_ptr[-1]) != tt.transfer_stop.size:
        wrong.append("transfer_ptr does not end with the transfers")
    return wrong or _catalogue_misfits(image.catalogue, sizes)


def _fits(
    array: "np.ndarray[tuple[int, ...], np.dtype[np.generic]]",
    dtype: type,
    letters: str,
    sizes: dict[str, int],
) -> bool:
    """Say whether the array is as ``letters`` want it, learning sizes not met before."""
    more = letters.endswith("+")
    axes = letters.rstrip("+")
    if array.dtype != dtype or array.ndim != len(axes):
        return False
    shape = [length - more for length in array.shape]
    return all(sizes.setdefault(a, n) == n for a, n in zip(axes, shape, strict=True))


def _catalogue_misfits(catalogue: Catalogue, sizes: dict[str, int]) -> list[str]:
    if not catalogue.is_consistent():
        return ["a table of names is cut"]
    rows = {"stop": "S", "route": "R", "agency": "A", "trip": "T", "rule": "B"}
    return [
        f"{table} does not fit the timetable"
        for table, length in catalogue.sizes().items()
        if length != sizes.get(rows.get(table.partition("_")[0], ""), length)
    ]
