"""A network image in memory: mapped in milliseconds, shared between processes, never changed."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from feeds.errors import ImageCorrupt
from feeds.image.catalogue import Catalogue, load_catalogue
from feeds.image.fares import load_fares
from feeds.image.manifest import Manifest, read_manifest
from feeds.image.on_demand import load_services
from feeds.image.parking import ParkingPlaces, load_parking
from feeds.image.sequences import Sequences, load_sequences
from feeds.image.shapes import misfits
from feeds.image.streets import load_streets
from feeds.merging.joining import Joins
from routing.fares.tables import FareTables
from routing.ondemand.service import OnDemandService
from routing.store import load_arrays
from routing.street.network import StreetNetwork
from routing.timetable import Timetable
from routing.transit.bounds import Bounds
from routing.wheelchair.transfers import WheelTransfers

TIMETABLE: Final = "timetable"
BOUNDS: Final = "bounds"
STREETS: Final = "streets"
CATALOGUE: Final = "catalogue"
FARES: Final = "fares"
SEQUENCES: Final = "sequences"
JOINS: Final = "joins"
ON_DEMAND: Final = "ondemand"
PARKING: Final = "parking"
WHEELCHAIR: Final = "wheelchair"


@dataclass(frozen=True, slots=True)
class NetworkImage:
    """Timetable, its bounds, streets and names of a region, and where they came from."""

    id: str
    manifest: Manifest
    timetable: Timetable
    bounds: Bounds
    streets: StreetNetwork | None
    catalogue: Catalogue
    sequences: Sequences
    """``stop_sequence`` of the catalogue's trips, by which realtime names stops."""
    joins: Joins
    """Which stops of different feeds are the same place, and why; for people, not for search."""
    parking: ParkingPlaces
    """Where riders may leave vehicles of their own."""
    wheel_transfers: WheelTransfers
    """The timetable's transfers in a wheelchair."""
    on_demand: tuple[OnDemandService, ...] = ()
    """Services of the feeds that run on demand; others dispatch them."""
    fares: tuple[FareTables, ...] = ()
    """Of the feeds that have fares by GTFS-Fares v2, in the order of the feeds."""


def load_image(folder: Path) -> NetworkImage:
    """Map the image in ``folder``; the work does not grow with the size of the network.

    Services on demand and fares are read whole: 20,000 rules of fares take a tenth of a second.

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
    wrong = misfits(image.timetable, image.bounds, image.streets, image.catalogue)
    if not image.sequences.is_consistent(image.catalogue.sizes()["trip_id"]):
        wrong.append("the stop sequences do not fit the trips")
    if any(column.size != image.timetable.transfer_stop.size for column in image.wheel_transfers):
        wrong.append("the transfers in a wheelchair are not those of the timetable")
    if not image.parking.is_consistent():
        wrong.append("the parking places do not fit together")
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
    """Return the SHA-256 of every file of an image but its manifest, by its path inside it."""
    hashes = {}
    texts = (file for part in (ON_DEMAND, FARES) for file in folder.glob(f"{part}/*"))
    for file in sorted([*folder.rglob("*.npy"), *texts]):
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        hashes[file.relative_to(folder).as_posix()] = digest
    return hashes


def _map(folder: Path, manifest: Manifest) -> NetworkImage:
    return NetworkImage(
        id=manifest.id,
        manifest=manifest,
        timetable=load_arrays(Timetable, folder / TIMETABLE),
        bounds=load_arrays(Bounds, folder / BOUNDS),
        streets=load_streets(folder / STREETS) if manifest.streets else None,
        catalogue=load_catalogue(folder / CATALOGUE),
        sequences=load_sequences(folder / SEQUENCES),
        joins=load_arrays(Joins, folder / JOINS),
        parking=load_parking(folder / PARKING),
        wheel_transfers=load_arrays(WheelTransfers, folder / WHEELCHAIR),
        on_demand=load_services(folder / ON_DEMAND),
        fares=load_fares(folder / FARES),
    )
