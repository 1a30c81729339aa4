"""Make a large feed of a small one: copies with ids and places of their own, in one zip.

    python scripts/replicate_feed.py FEED.zip OUT.zip --copies 4

The first copy keeps ids and places, so that an oracle of the feed holds for the large one, too;
the others get ids with ``~1``, ``~2``, … and lie beside it on a square grid. Reads and writes
row by row.
"""

import argparse
import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from math import ceil, sqrt
from pathlib import Path

STEP_LAT, STEP_LON = 2.5, 4.5
"""Degrees between two copies; Berlin-Brandenburg is about 2.2 high and 3.5 wide."""

Row = list[str]


def replicate(gtfs: Path, out: Path, copies: int) -> None:
    """Write ``copies`` copies of a feed to the zip ``out``."""
    with (
        zipfile.ZipFile(gtfs) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for name in source.namelist():
            with (
                target.open(name, "w", force_zip64=True) as raw,
                io.TextIOWrapper(raw, "utf-8", newline="") as text,
            ):
                csv.writer(text).writerows(_copied(source, name, copies))


def _copied(source: zipfile.ZipFile, name: str, copies: int) -> Iterator[Row]:
    for copy in range(copies):
        with source.open(name) as raw:
            rows = csv.reader(io.TextIOWrapper(raw, "utf-8-sig", newline=""))
            header = next(rows)
            if copy == 0:
                yield header
                yield from rows
            else:
                yield from map(_changer(header, copy, ceil(sqrt(copies))), rows)


def _changer(header: Row, copy: int, side: int) -> Callable[[Row], Row]:
    """Return what makes a row one of the given copy, changing it in place."""
    ids = [at for at, name in enumerate(header) if name.endswith("_id") or name == "parent_station"]
    degrees = {"lat": STEP_LAT * (copy // side), "lon": STEP_LON * (copy % side)}
    axes = [(at, name[-3:]) for at, name in enumerate(header) if name.endswith(("_lat", "_lon"))]

    def change(row: Row) -> Row:
        for at in ids:
            if row[at]:
                row[at] += f"~{copy}"
        for at, axis in axes:
            row[at] = f"{float(row[at]) + degrees[axis]:.6f}"
        return row

    return change


def main() -> None:
    """Replicate as the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("gtfs", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--copies", type=int, default=4)
    asked = parser.parse_args()
    replicate(asked.gtfs, asked.out, asked.copies)


if __name__ == "__main__":
    main()
