"""When fares hold: spans of the clock on the days of services."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from feeds.fares.rows import FareRows, known, shown, with_ids
from feeds.flex.rows import LINE, Row
from feeds.gtfs.schema import BAD
from feeds.report import Findings
from routing.fares.tables import DAY_S, Timeframe
from routing.ondemand.service import ServiceDays

FILE: Final = "timeframes.txt"


def read_timeframes(
    rows: FareRows, days: Mapping[str, ServiceDays], findings: Findings
) -> tuple[Timeframe, ...]:
    """Return the timeframes; those of unknown services, or of no time, are left out."""
    whole = with_ids(rows.timeframes, FILE, ["timeframe_group_id", "service_id"], findings)
    listed = list(known(whole, FILE, [("service_id", days)], findings))
    kept = list(_with_times(listed, findings))
    _check_overlaps(kept, findings)
    return tuple(frame for _, frame in kept)


def _with_times(rows: Iterable[Row], findings: Findings) -> Iterator[tuple[Row, Timeframe]]:
    for row in rows:
        start, end = row["start_time"], row["end_time"]
        if (start < 0) is not (end < 0) and BAD not in (start, end):
            findings.warn(
                "bad-timeframe",
                "start_time and end_time come together or not at all: the other one was read as "
                "the beginning or the end of the day.",
                FILE, row=row[LINE], field="start_time" if start < 0 else "end_time",
            )  # fmt: skip
        first, last = max(start, 0), DAY_S if end < 0 else end
        if BAD in (start, end) or not 0 <= first < last <= DAY_S:
            findings.warn(
                "bad-timeframe",
                f"The timeframe “{shown(row['timeframe_group_id'])}” does not begin before it "
                "ends, within 0:00:00 and 24:00:00: the row was left out. A span over midnight "
                "needs two rows.",
                FILE, row=row[LINE],
            )  # fmt: skip
            continue
        yield row, Timeframe(row["timeframe_group_id"], first, last, row["service_id"])


def _check_overlaps(kept: Iterable[tuple[Row, Timeframe]], findings: Findings) -> None:
    last: dict[tuple[str, str], tuple[int, int]] = {}
    by_time = sorted(kept, key=lambda each: (each[1].start_s, each[0][LINE]))
    for row, frame in by_time:
        key = frame.group_id, frame.service_id
        end, line = last.get(key, (0, 0))
        if frame.start_s < end:
            findings.warn(
                "timeframes-overlap",
                f"The timeframe overlaps with the one on line {line}, of the same group and "
                "service: both count.",
                FILE, row=row[LINE],
            )  # fmt: skip
        last[key] = max((end, line), (frame.end_s, row[LINE]))
