"""Heights: read from tiles and grids, between posts, and refused with one sentence."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from feeds.elevation.errors import ElevationUnreadable
from feeds.elevation.read import heights_at, read_heights

TILE = np.array([[100, 200, 300], [400, 500, 600], [700, 800, -32768]], ">i2")
"""Posts half a degree apart, from the north-west on."""
HEADER = "ncols 2\nnrows 2\nxllcorner 7.0\nyllcorner 51.0\ncellsize 0.5\n"
GRID = HEADER + "NODATA_value -9999\n10 20\n30 40\n"


def at(folder: Path, *points: tuple[float, float]) -> list[float]:
    lat, lon = (np.array(axis) for axis in zip(*points, strict=True))
    return [float(height) for height in heights_at(read_heights(folder), lat, lon)]


@pytest.mark.parametrize("name", ["N51E007.hgt", "n51e007.hgt.gz"])
def test_a_tile_lies_where_its_name_says(tmp_path: Path, name: str) -> None:
    content = TILE.tobytes()
    (tmp_path / name).write_bytes(
        gzip.compress(content, mtime=0) if name.endswith("gz") else content
    )
    posts = at(tmp_path / name, (52.0, 7.0), (52.0, 8.0), (51.5, 7.0), (51.0, 7.0))
    assert posts == [100.0, 300.0, 400.0, 700.0]
    assert at(tmp_path / name, (51.75, 7.0), (51.75, 7.25)) == [250.0, 300.0]


def test_tiles_south_and_west_of_zero(tmp_path: Path) -> None:
    (tmp_path / "S01W002.hgt").write_bytes(TILE.tobytes())
    assert at(tmp_path, (0.0, -2.0), (-1.0, -2.0)) == [100.0, 700.0]


def test_nothing_is_known_outside_and_next_to_voids(tmp_path: Path) -> None:
    (tmp_path / "N51E007.hgt").write_bytes(TILE.tobytes())
    assert np.isnan(at(tmp_path, (53.0, 7.5), (51.5, 6.9), (51.0, 8.0), (51.1, 7.9))).all()


def test_heights_of_a_grid_stand_for_the_middle_of_its_cells(tmp_path: Path) -> None:
    (tmp_path / "hill.asc").write_text(GRID)
    assert at(tmp_path, (51.75, 7.25), (51.75, 7.75), (51.25, 7.25)) == [10.0, 20.0, 30.0]
    assert at(tmp_path, (51.5, 7.5)) == [25.0]
    centred = GRID.replace("corner 7.0", "center 7.25").replace("corner 51.0", "center 51.25")
    (tmp_path / "hill.asc").write_text(centred)
    assert at(tmp_path, (51.5, 7.5)) == [25.0]


def test_a_folder_is_one_and_the_first_file_that_knows_counts(tmp_path: Path) -> None:
    (tmp_path / "N51E007.hgt").write_bytes(TILE.tobytes())
    (tmp_path / "a.asc").write_text(GRID)
    (tmp_path / "readme.txt").write_text("no heights")
    assert at(tmp_path, (51.75, 7.75), (51.25, 7.75)) == [400.0, 40.0]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("heights.tif", b"II*", "gdal_translate"),
        ("N51E007.hgt", b"123", "no square of heights"),
        ("hill.hgt", b"12345678", "does not say where it lies"),
        ("N51E007.hgt.gz", b"no gzip", "cannot be read as heights"),
        (
            "N51E007.hgt.gz",
            gzip.compress(TILE.tobytes(), mtime=0)[:-10],
            "cannot be read as heights",
        ),
        ("empty.asc", b"", "ends before its heights"),
        ("short.asc", GRID[:-4].encode(), "not 2 rows of 2"),
        ("bare.asc", b"1 2 3", "lacks ncols"),
        ("cornerless.asc", GRID.replace("xllcorner 7.0\n", "").encode(), "lacks xllcorner"),
        ("metres.asc", GRID.replace("0.5", "25").encode(), "not in degrees"),
        ("words.asc", GRID.replace("40", "high").encode(), "cannot be read as heights"),
        ("bytes.asc", b"\xff\xfe", "cannot be read as heights"),
    ],
)
def test_what_is_no_file_of_heights_is_refused(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ElevationUnreadable, match=told):
        read_heights(tmp_path / name)


def test_a_missing_file_and_an_empty_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(ElevationUnreadable, match=r"no file .*gone"):
        read_heights(tmp_path / "gone.hgt")
    with pytest.raises(ElevationUnreadable, match="no file of heights"):
        read_heights(tmp_path)
