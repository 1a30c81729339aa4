"""The tables of a feed as rows of plain values: flex feeds are small, and each row is looked at."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

import pandas as pd

from feeds.flex.schema import TABLES, WINDOW_STARTS
from feeds.gtfs.archive import Archive
from feeds.gtfs.keys import texts
from feeds.gtfs.read import read_table
from feeds.report import Findings

Row = dict[str, Any]
"""Values by column, as ``feeds.gtfs.values`` has them; ids that are missing are ``""``."""
LINE: Final = "line"
"""Key of the line of the file on which a row begins."""


class Tables(NamedTuple):
    """What a feed says of on-demand services."""

    agency: list[Row]
    stops: list[Row]
    routes: list[Row]
    trips: list[Row]
    stop_times: list[Row]
    """Of trips with a window of time only."""
    calendar: list[Row]
    calendar_dates: list[Row]
    booking_rules: list[Row]
    location_groups: list[Row]
    location_group_stops: list[Row]
    stop_areas: list[Row]
    feed_info: list[Row]
    attributions: list[Row]


def read_tables(archive: Archive, findings: Findings) -> Tables:
    """Return the rows of all files; what cannot be read is added to ``findings``."""
    for table in TABLES:
        if table.required and table.file not in archive.names:
            findings.error("missing-file", "The feed needs this file and has none.", table.file)
    frames = {table.name: read_table(archive, table, findings) for table in TABLES}
    frames["stop_times"] = with_windows(frames["stop_times"])
    return Tables(**{name: list(rows_of(frame)) for name, frame in frames.items()})


def with_windows(stop_times: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the trips of which a row has a window of time."""
    windows = (stop_times[list(WINDOW_STARTS)] >= 0).any(axis=1)
    trips = stop_times.trip_id[windows].dropna().unique()
    return stop_times[stop_times.trip_id.isin(trips)]


def rows_of(frame: pd.DataFrame) -> Iterator[Row]:
    """Yield the rows of a table."""
    columns = [_plain(frame[name]) for name in frame.columns]
    for line, *values in zip(frame.index.tolist(), *columns, strict=True):
        yield {LINE: line, **dict(zip(frame.columns, values, strict=True))}


def by_key(rows: Iterable[Row], key: str, file: str, findings: Findings) -> dict[str, Row]:
    """Return rows by their id; of several with the same one, the first."""
    found: dict[str, Row] = {}
    for row in rows:
        if row[key] in found:
            findings.warn(
                "duplicate-id",
                f"The {key} “{row[key]}” comes twice; the first row counts.",
                file, row=row[LINE], field=key,
            )  # fmt: skip
        found.setdefault(row[key], row)
    return found


def grouped(rows: Iterable[Row], key: str) -> dict[str, list[Row]]:
    """Return rows by a field, in the order in which it first comes."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[key], []).append(row)
    return found


def _plain(column: "pd.Series[Any]") -> list[Any]:
    is_id = isinstance(column.dtype, pd.CategoricalDtype)
    return list(texts(column).tolist()) if is_id else list(column.tolist())
