"""Build a demo region's timetable and streets from its sources under kommit/regions.

scripts/build_region.py senden                  build senden-gtfs.zip and senden-streets.osm.pbf
scripts/build_region.py senden --check          fail if the committed files are not what they
                                                would be built to
scripts/build_region.py senden --stops-from LIST.json
                                                first take stops.csv anew from the stations of
                                                the npm package db-hafas-stations
"""

import argparse
import sys
from pathlib import Path

from kommit.regions.build import build_region, stale_files
from kommit.regions.errors import RegionError
from kommit.regions.extract import extract_stops, read_entries, stops_csv
from kommit.regions.region import REGIONS
from kommit.regions.sources import read_extract


def main(arguments: list[str] | None = None) -> int:
    """Run the script; return its exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("region", help="folder, or name of a region under kommit/regions")
    parser.add_argument("--check", action="store_true", help="build nothing, only compare")
    parser.add_argument("--stops-from", type=Path, metavar="LIST.json")
    options = parser.parse_args(arguments)
    named = REGIONS / options.region
    folder = named if named.is_dir() else Path(options.region).resolve()
    try:
        if options.stops_from:
            write_stops(folder, options.stops_from)
        return check(folder) if options.check else build(folder)
    except RegionError as error:
        print(f"{error}", file=sys.stderr)
        return 1


def write_stops(folder: Path, station_list: Path) -> None:
    """Write ``stops.csv`` from the list of stations."""
    stops = extract_stops(read_entries(station_list), read_extract(folder / "areas.toml"))
    (folder / "stops.csv").write_text(stops_csv(stops), "utf-8", newline="\n")
    print(f"{folder / 'stops.csv'}: {len(stops)} stops")


def build(folder: Path) -> int:
    """Write the built files."""
    for name, content in build_region(folder).items():
        (folder / name).write_bytes(content)
        print(f"{folder / name}: {len(content):,} bytes")
    return 0


def check(folder: Path) -> int:
    """Compare the committed files with what the sources give."""
    stale = stale_files(folder, build_region(folder))
    for name in stale:
        print(
            f"{folder / name} is not what its sources give: run "
            f"scripts/build_region.py {folder.name} and commit the result",
            file=sys.stderr,
        )
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
