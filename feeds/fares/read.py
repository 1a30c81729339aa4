"""The fares of a feed by GTFS-Fares v2: files to ``FareTables``, and findings.

What is wrong with fares never keeps the timetable from being used, so nothing here is an error.
Whatever cannot be understood is left out, and legs without a rule have no fare, never a wrong one.
"""

from dataclasses import replace
from typing import Final

from feeds.fares.places import Places, read_places
from feeds.fares.products import read_categories, read_media, read_products
from feeds.fares.rows import FareRows
from feeds.fares.rules import LEGS, Referred, read_join_rules, read_leg_rules
from feeds.fares.schema import OF_THE_TIMETABLE, TABLES
from feeds.fares.scoping import scoped
from feeds.fares.timeframes import read_timeframes
from feeds.fares.transfers import read_transfer_rules
from feeds.flex.days import days_of
from feeds.flex.rows import rows_of
from feeds.gtfs.archive import Archive
from feeds.gtfs.calendar import is_time_zone
from feeds.gtfs.read import read_table
from feeds.gtfs.text import to_csv
from feeds.report import Findings, Severity
from routing.fares.tables import FareTables

NO_FARES: Final = "no-fares"
"""Code of feeds that have files of fares and no rule that could be read."""
MAX_ROWS: Final = 250_000
"""Rows of one file; the largest feeds with a price for each pair of stations have 100,000."""


def has_fares(archive: Archive) -> bool:
    """Say whether a feed has fares by GTFS-Fares v2, without reading them."""
    return LEGS in archive.names


def read_fares(archive: Archive, scope: str, findings: Findings) -> FareTables | None:
    """Return the fares of a feed (``feeds.gtfs.archive.open_archive``); None if there are none.

    Parameters
    ----------
    scope
        Ids become ``scope:id``.
    findings
        Gets what was left out or read in a kinder way.
    """
    if not has_fares(archive):
        return None
    found = Findings()
    rows = _rows(archive, found)
    tables = _tables(rows, scope, found) if rows is not None else None
    if tables is not None:
        tables = replace(tables, has_priority=_has_priority(archive))
    if tables is None:
        found.warn(NO_FARES, "No rule of the file could be read: no leg has a fare.", LEGS)
    for finding in found:
        is_error = finding.severity is Severity.ERROR
        findings.add(replace(finding, severity=Severity.WARNING) if is_error else finding)
    return tables


def _rows(archive: Archive, findings: Findings) -> FareRows | None:
    """Return the rows of all files, or None if one is larger than fares can be."""
    found = {}
    for table in TABLES:
        remarks = Findings() if table.name in OF_THE_TIMETABLE else findings
        frame = read_table(archive, table, remarks)
        if len(frame) > MAX_ROWS and table.name not in OF_THE_TIMETABLE:
            findings.warn(
                "too-many-fares",
                f"The file has {len(frame)} rows, more than fares can have ({MAX_ROWS}).",
                table.file,
            )
            return None
        found[table.name] = list(rows_of(frame))
    return FareRows(**found)


def _tables(rows: FareRows, scope: str, findings: Findings) -> FareTables | None:
    places = read_places(rows, findings)
    days = days_of(rows.calendar, rows.calendar_dates, Findings())
    frames = read_timeframes(rows, days, findings)
    categories, media = read_categories(rows, findings), read_media(rows, findings)
    products = read_products(rows, categories, media, findings)
    ids = _referred(places, {frame.group_id for frame in frames}, {each.id for each in products})
    legs = read_leg_rules(rows, ids, findings)
    zone = next((row["agency_timezone"] for row in rows.agency), "")
    if not legs or not is_time_zone(zone):
        return None
    return scoped(
        FareTables(
            scope=scope,
            time_zone=zone,
            leg_rules=legs,
            products=products,
            join_rules=read_join_rules(rows, ids, findings),
            transfer_rules=read_transfer_rules(rows, legs, ids.products, findings),
            rider_categories=tuple(categories.values()),
            media=tuple(media.values()),
            timeframes=frames,
            services={frame.service_id: days[frame.service_id] for frame in frames},
            areas=places.areas,
            networks=places.networks,
            route_networks=places.route_networks,
            stop_areas=places.stop_areas,
            stations=places.stations,
            stop_zones=places.stop_zones,
        ),
        scope,
    )


def _has_priority(archive: Archive) -> bool:
    """Say whether leg rules have the column, be it empty: it changes what empty fields mean."""
    text = to_csv(archive.read(LEGS), LEGS, Findings())
    return text is not None and "rule_priority" in text.header


def _referred(places: Places, groups: set[str], products: set[str]) -> Referred:
    return Referred(places.networks, places.areas, places.stops, groups, products)
