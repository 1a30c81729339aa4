"""GTFS files to typed tables. Nothing is judged here but what cannot be read at all."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from feeds.gtfs.archive import LIMITS, Archive, Limits, open_archive
from feeds.gtfs.schema import TABLES, Column, Table
from feeds.gtfs.text import Csv, to_csv
from feeds.gtfs.values import empty, typed
from feeds.progress import SILENT, Progress
from feeds.report import Findings


@dataclass(frozen=True, slots=True)
class Feed:
    """The tables of one feed, named as its files.

    The index of each table is the line of its file on which the row begins, so that findings can
    name it. Columns are as ``feeds.gtfs.values.typed`` makes them; every column of
    ``feeds.gtfs.schema`` is there, and a file that is absent is an empty table.
    """

    name: str
    sha256: str
    agency: pd.DataFrame
    stops: pd.DataFrame
    routes: pd.DataFrame
    trips: pd.DataFrame
    stop_times: pd.DataFrame
    calendar: pd.DataFrame
    calendar_dates: pd.DataFrame
    frequencies: pd.DataFrame
    transfers: pd.DataFrame
    levels: pd.DataFrame
    pathways: pd.DataFrame
    booking_rules: pd.DataFrame
    feed_info: pd.DataFrame
    attributions: pd.DataFrame


def read_feed(
    path: Path, findings: Findings, *, limits: Limits = LIMITS, progress: Progress = SILENT
) -> Feed:
    """Read every table of a GTFS zip or folder.

    Raises
    ------
    FeedUnreadable
        If there is no archive, or it is damaged or unsafe. What is wrong inside the files is not
        raised but added to ``findings``.
    """
    with open_archive(path, limits) as archive:
        _report_absent(archive, findings)
        tables = {}
        for done, table in enumerate(TABLES):
            progress.step(f"reading {archive.name}: {table.file}")
            tables[table.name] = read_table(archive, table, findings)
            progress.advance(done + 1, len(TABLES))
        return Feed(archive.name, archive.sha256, **tables)


def _report_absent(archive: Archive, findings: Findings) -> None:
    for table in TABLES:
        if table.required and table.file not in archive.names:
            findings.error("missing-file", "The feed needs this file and has none.", table.file)
    if not archive.names & {"calendar.txt", "calendar_dates.txt"}:
        findings.error(
            "missing-file",
            "The feed needs calendar.txt or calendar_dates.txt to say on which days trips run.",
            "calendar.txt",
        )


def read_table(archive: Archive, table: Table, findings: Findings) -> pd.DataFrame:
    """Return one table of a feed; it is empty where the feed has no such file."""
    if table.file not in archive.names:
        return _table({}, table, np.zeros(0, np.int64), findings)
    text = to_csv(archive.read(table.file), table.file, findings)
    if text is None:
        return _table({}, table, np.zeros(0, np.int64), findings)
    _report_header(text.header, table, findings)
    return _table(_raw_columns(text, table), table, text.lines, findings)


def _report_header(header: tuple[str, ...], table: Table, findings: Findings) -> None:
    for column in table.columns:
        times = header.count(column.name)
        if column.required and not times:
            findings.error(
                "missing-column", "The file needs this column.", table.file, row=1,
                field=column.name,
            )  # fmt: skip
        if times > 1:
            findings.error(
                "duplicate-column", "The header has this column more than once.", table.file,
                row=1, field=column.name,
            )  # fmt: skip


def _raw_columns(text: Csv, table: Table) -> dict[str, "pd.Series[Any]"]:
    """Return the known columns as categoricals of texts.

    The header is read as a row of data and cut off afterwards: pandas would turn a column of
    nothing but digits into numbers, and stop ``007`` into stop ``7``.
    """
    known = {column.name for column in table.columns}
    places = [i for i, name in enumerate(text.header) if name in known]
    if not places:
        return {}
    frame = pd.read_csv(
        BytesIO(text.content),
        header=None,
        names=range(len(text.header)),
        usecols=places,
        dtype="category",
        na_filter=False,
        index_col=False,
        encoding="utf-8",
    ).iloc[1:]
    return {text.header[place]: frame[place] for place in places}


def _table(
    raw: dict[str, "pd.Series[Any]"], table: Table, lines: Any, findings: Findings
) -> pd.DataFrame:
    def values(column: Column) -> Any:
        if column.name not in raw:
            return empty(column, len(lines) if raw else 0)
        return typed(raw[column.name], column, table.file, lines, findings)

    index = pd.Index(lines if raw else lines[:0], name="line")
    return pd.DataFrame({column.name: values(column) for column in table.columns}, index=index)
