"""A whole GTFS feed inside a test: file names as headings, rows below.

::

    path = gtfs_zip(tmp_path, '''
        # stops.txt
        stop_id, stop_name, stop_lat, stop_lon
        A,       Anger,     51.850,   7.480
        B,       Brink,     51.860,   7.490

        # trips.txt
        route_id, service_id, trip_id
        R,        daily,      T1

        # stop_times.txt
        trip_id, stop_id, stop_sequence, arrival_time, departure_time
        T1,      A,       1,             8:00:00,      8:00:00
        T1,      B,       2,             8:10:00,      8:10:00
    ''')

Blanks around commas are for the reader and removed. Files that are not given are those of
``DEFAULTS``: one agency in Berlin's time zone, the bus route ``R``, the service ``daily`` in the
whole of 2024. A heading with nothing below leaves the file out.
"""

import re
import zipfile
from pathlib import Path
from textwrap import dedent

DEFAULTS = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\n"
    "A1,Kommitbus,https://bus.example,Europe/Berlin\n",
    "routes.txt": "route_id,agency_id,route_short_name,route_type\nR,A1,90,3\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
    "start_date,end_date\ndaily,1,1,1,1,1,1,1,20240101,20241231\n",
}

SMALL = """
    # stops.txt
    stop_id, stop_name, stop_lat, stop_lon
    A,       Anger,     51.850,   7.480
    B,       Brink,     51.860,   7.490
    C,       Camp,      51.870,   7.500

    # trips.txt
    route_id, service_id, trip_id
    R,        daily,      T1
    R,        daily,      T2

    # stop_times.txt
    trip_id, stop_id, stop_sequence, arrival_time, departure_time
    T1,      A,       1,             8:00:00,      8:00:00
    T1,      B,       2,             8:10:00,      8:11:00
    T1,      C,       3,             8:20:00,      8:20:00
    T2,      C,       1,             9:00:00,      9:00:00
    T2,      B,       2,             9:10:00,      9:10:00
"""
"""Three stops in a row and a trip each way: valid as it stands."""


_BLANKS = re.compile(r' *, *(?=(?:[^"]*"[^"]*")*[^"]*$)')
"""A comma and the blanks around it, unless it stands inside quotation marks."""


def gtfs_files(text: str = "") -> dict[str, str]:
    """Return file contents by name, ``DEFAULTS`` included; see the module's description."""
    given = {}
    for section in re.split(r"^# *(?=\S+\.txt)", dedent(text), flags=re.MULTILINE)[1:]:
        name, _, body = section.partition("\n")
        rows = (_BLANKS.sub(",", line.strip()) for line in body.splitlines())
        given[name.strip()] = "".join(f"{row}\n" for row in rows if row)
    return {name: body for name, body in (DEFAULTS | given).items() if body}


def gtfs_zip(folder: Path, text: str = SMALL, name: str = "feed.zip", **changed: str) -> Path:
    """Write a feed to ``folder/name`` and return its path.

    ``changed`` takes whole files by name without ``.txt`` in the same notation, which replace
    those of ``text``: ``gtfs_zip(tmp_path, trips="route_id,service_id,trip_id")``.
    """
    headings = "".join(f"\n# {table}.txt\n{dedent(body)}\n" for table, body in changed.items())
    return zip_of(folder / name, gtfs_files(dedent(text) + headings))


def zip_of(path: Path, files: dict[str, str] | dict[str, bytes]) -> Path:
    """Pack ``files`` with the same bytes each time."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return path
