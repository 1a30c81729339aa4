"""Trips of GTFS-Flex as relations: from which area to which other, when, and by what terms."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final, NamedTuple

from feeds.flex import ids
from feeds.flex.booking import NO_TERMS, stricter, terms_of
from feeds.flex.places import Places
from feeds.flex.rows import LINE, Row
from feeds.flex.schema import DROP_OFF_RULES, WINDOW_ENDS, WINDOW_STARTS
from feeds.gtfs.events import NOT_AVAILABLE
from feeds.report import Findings
from routing.ondemand.service import Area, Relation, ServiceDays, Terms, Window

FILE: Final = "stop_times.txt"
MAX_ROWS: Final = 100
"""Rows of a trip, whose number counts squared; real trips have two."""


class Rulebook(NamedTuple):
    """What the rows of trips refer to."""

    places: Places
    rules: Mapping[str, Row]
    days: Mapping[str, ServiceDays]


class _Halt(NamedTuple):
    """A row of ``stop_times.txt`` with its area and its window."""

    row: Row
    area: Area
    window: Window


class Rides(NamedTuple):
    """What a trip offers: relations, and the areas that they are between."""

    relations: list[Relation]
    areas: list[Area]


def rides_of(
    trip: Row, rows: Sequence[Row], book: Rulebook, scope: str, findings: Findings
) -> Rides:
    """Return what a trip offers; what had to be left out of it is added to ``findings``."""
    days = book.days.get(trip["service_id"])
    if days is None:
        findings.warn(
            "dangling-reference",
            f"The service “{trip['service_id']}” does not exist; the trip "
            f"“{trip['trip_id']}” was left out.",
            "trips.txt", row=trip[LINE],
        )  # fmt: skip
        return Rides([], [])
    halts = _halts(trip, rows, book.places, findings)
    found: dict[tuple[object, ...], tuple[_Halt, _Halt, Terms]] = {}
    for origin, destination in _pairs(trip, halts, findings):
        terms = _terms(origin, destination, book, findings)
        if terms is not None:
            ends = (origin.area.id, destination.area.id, origin.window, destination.window, terms)
            found.setdefault(ends, (origin, destination, terms))
    id_ = ids.read(trip["trip_id"], scope)
    relations = [
        Relation(
            id=id_ if number == 1 else f"{id_}/{number}",
            origin=origin.area.id,
            destination=destination.area.id,
            days=days,
            pickup=origin.window,
            drop_off=destination.window,
            terms=terms,
        )
        for number, (origin, destination, terms) in enumerate(found.values(), 1)
    ]
    return Rides(relations, [halt.area for pair in found.values() for halt in pair[:2]])


def _halts(trip: Row, rows: Sequence[Row], places: Places, findings: Findings) -> list[_Halt]:
    """Return the rows with windows in their order; others are the timetable's."""
    in_order = sorted(rows, key=lambda row: row["stop_sequence"])
    halts = [_halt(row, places, findings) for row in in_order if _has_window(row)]
    if any(not _has_window(row) for row in rows):
        findings.warn(
            "fixed-stops",
            f"The trip “{trip['trip_id']}” has stops with fixed times, too: rides within and "
            "between its areas are read, rides between an area and such a stop are not.",
            FILE, row=rows[0][LINE],
        )  # fmt: skip
    return [halt for halt in halts if halt is not None]


def _has_window(row: Row) -> bool:
    return any(row[name] != -1 for name in (*WINDOW_STARTS, *WINDOW_ENDS))


def _halt(row: Row, places: Places, findings: Findings) -> _Halt | None:
    start, end = (max(row[name] for name in names) for names in (WINDOW_STARTS, WINDOW_ENDS))
    if not 0 <= start < end:
        findings.warn(
            "bad-window",
            "The window has no start, no end, or ends before it begins; the row was left out. "
            "What goes past midnight ends at 25:00:00, say.",
            FILE, row=row[LINE],
        )  # fmt: skip
        return None
    area = places.area(row)
    if area is None:
        named = row["location_group_id"] or row["location_id"] or row["stop_id"]
        findings.warn(
            "dangling-reference",
            f"The place “{named}” does not exist or was left out, and so was this row.",
            FILE, row=row[LINE],
        )  # fmt: skip
        return None
    return _Halt(row, area, Window(start, end))


def _pairs(trip: Row, halts: Sequence[_Halt], findings: Findings) -> Iterator[tuple[_Halt, _Halt]]:
    """Yield where riders get on, and where off: of two rows, or within the only one."""
    if len(halts) > MAX_ROWS:
        findings.warn(
            "too-many-areas",
            f"The trip “{trip['trip_id']}” has {len(halts)} areas and was left out; "
            f"{MAX_ROWS} are the most.",
            FILE, row=halts[0].row[LINE],
        )  # fmt: skip
        return
    if len(halts) == 1:
        findings.info(
            "one-row-trip",
            f"The trip “{trip['trip_id']}” has one row; it is read as rides within its area. "
            "GTFS asks for two rows with the same area.",
            FILE, row=halts[0].row[LINE],
        )  # fmt: skip
        halts = [halts[0], halts[0]]
    for origin, destination in combinations(halts, 2):
        may_board = origin.row["pickup_type"] != NOT_AVAILABLE
        if may_board and destination.row["drop_off_type"] != NOT_AVAILABLE:
            yield origin, destination


def _terms(origin: _Halt, destination: _Halt, book: Rulebook, findings: Findings) -> Terms | None:
    """Return the terms of a ride: the stricter ones, where both ends have some.

    None (and a finding) where a rule is not known: riders could not know how to book.
    """
    at_drop_off = next(filter(None, (destination.row[name] for name in DROP_OFF_RULES)), "")
    named = {at_drop_off: destination, origin.row["pickup_booking_rule_id"]: origin}
    named.pop("", None)
    found = []
    for rule, halt in named.items():
        if rule not in book.rules:
            findings.warn(
                "dangling-reference",
                f"The booking rule “{rule}” does not exist; the ride was left out, "
                "since riders could not know how to book it.",
                FILE, row=halt.row[LINE],
            )  # fmt: skip
            return None
        terms = terms_of(book.rules[rule], origin.window.start_s, book.days, findings)
        if terms is None:
            return None
        found.append(terms)
    if not found:
        findings.warn(
            "no-booking-rule",
            "The ride has no booking rule; it is read as booked right before.",
            FILE, row=origin.row[LINE],
        )  # fmt: skip
        return NO_TERMS
    if len(set(found)) > 1:
        findings.info(
            "two-booking-rules",
            "Getting on and off have different booking rules; the stricter one counts.",
            FILE, row=origin.row[LINE],
        )  # fmt: skip
    return stricter(found[0], found[-1])
