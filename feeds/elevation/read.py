"""Heights from a file: SRTM tiles (``N51E007.hgt``, ``.hgt.gz``) and ESRI ASCII grids (``.asc``).

Grids must be in degrees (WGS84). A folder of such files is read as one; where they overlap, the
first by name that knows counts.
"""

import gzip
import math
import re
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from feeds.elevation.errors import ElevationUnreadable
from feeds.elevation.heights import F32, F64, Heights

FORMATS: Final = (".hgt", ".hgt.gz", ".asc")
VOID: Final = -32768
"""What an SRTM tile says where it knows nothing."""
HEADER: Final = ("ncols", "nrows", "cellsize")

_TILE: Final = re.compile(r"([NS])(\d\d)([EW])(\d\d\d)", re.IGNORECASE)


def read_heights(path: Path) -> list[Heights]:
    """Read a file or a folder of heights.

    Raises
    ------
    ElevationUnreadable
        If there is none, or one is damaged or of another format.
    """
    files = files_of(path)
    if not files:
        raise ElevationUnreadable(f"there is no file of heights ({', '.join(FORMATS)}) in {path}")
    return [_read(file) for file in files]


def files_of(path: Path) -> list[Path]:
    """Return the files of heights that a path stands for, by name."""
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.iterdir() if file.name.endswith(FORMATS))


def heights_at(grids: list[Heights], lat: F64, lon: F64) -> F32:
    """Return the heights at points in metres, NaN where no grid knows."""
    found = np.full(lat.size, np.nan, np.float32)
    for grid in grids:
        open_ = np.flatnonzero(np.isnan(found))
        found[open_] = grid.at(lat[open_], lon[open_])
    return found


def _read(path: Path) -> Heights:
    if not path.is_file():
        raise ElevationUnreadable(f"there is no file {path}")
    if not path.name.endswith(FORMATS):
        raise ElevationUnreadable(
            f"{path.name} is not named like a file of heights ({', '.join(FORMATS)}); a GeoTIFF can"
            " be turned into one by gdal_translate -of AAIGrid"
        )
    try:
        return _read_grid(path) if path.name.endswith(".asc") else _read_tile(path)
    except (OSError, EOFError, ValueError, UnicodeDecodeError) as broken:
        raise ElevationUnreadable(f"{path} cannot be read as heights: {broken}") from broken


def _read_tile(path: Path) -> Heights:
    """Read an SRTM tile: one degree, big-endian 16-bit metres, named after its south-west."""
    corner = _TILE.match(path.name)
    if corner is None:
        raise ValueError("its name does not say where it lies, as N51E007.hgt does")
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    side = math.isqrt(len(content) // 2)
    if side < 2 or 2 * side * side != len(content):
        raise ValueError(f"{len(content)} bytes are no square of heights")
    south = int(corner[2]) * (1 if corner[1].upper() == "N" else -1)
    west = int(corner[4]) * (1 if corner[3].upper() == "E" else -1)
    raw = np.frombuffer(content, ">i2").reshape(side, side)
    metres = np.where(raw == VOID, np.nan, raw).astype(np.float32)
    return Heights(metres, south + 1.0, float(west), 1.0 / (side - 1))


def _read_grid(path: Path) -> Heights:
    """Read an ESRI ASCII grid; its heights stand for the middle of its cells."""
    header: dict[str, float] = {}
    with path.open(encoding="ascii") as lines:
        for line in lines:
            word, *rest = line.split() or [""]
            if not word[:1].isalpha():
                values = np.array(f"{line} {lines.read()}".split(), np.float32)
                return _grid(header, values)
            header[word.lower()] = float(rest[0]) if rest else math.nan
    raise ValueError("it ends before its heights")


def _grid(header: dict[str, float], values: npt.NDArray[np.float32]) -> Heights:
    missing = [key for key in HEADER if key not in header]
    if missing or not ({"xllcorner", "yllcorner"} <= header.keys() or _has_centre(header)):
        raise ValueError(f"its header lacks {', '.join(missing) or 'xllcorner and yllcorner'}")
    rows, columns, step = int(header["nrows"]), int(header["ncols"]), header["cellsize"]
    if values.size != rows * columns or min(rows, columns) < 2:
        raise ValueError(f"it has {values.size} heights, not {rows} rows of {columns}")
    half = 0.0 if _has_centre(header) else step / 2
    west = header.get("xllcenter", header.get("xllcorner", 0.0)) + half
    south = header.get("yllcenter", header.get("yllcorner", 0.0)) + half
    north = south + (rows - 1) * step
    if not (0.0 < step < 1.0 and abs(north) <= 90.0 and abs(west) <= 180.0):
        raise ValueError(
            "its coordinates are not in degrees (WGS84); gdalwarp -t_srs EPSG:4326 helps"
        )
    void = header.get("nodata_value", -9999.0)
    metres = np.where(values == np.float32(void), np.nan, values).astype(np.float32)
    return Heights(metres.reshape(rows, columns), north, west, step)


def _has_centre(header: dict[str, float]) -> bool:
    return {"xllcenter", "yllcenter"} <= header.keys()
