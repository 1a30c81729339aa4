"""Identifiers and names of everything in a compiled timetable, in the order of its indices."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from feeds.gtfs.frequencies import AS_WRITTEN, Runs
from feeds.gtfs.keys import texts
from feeds.gtfs.read import Feed
from kommit.kit.clock import format_hms

Texts = npt.NDArray[Any]
"""Array of ``str`` objects; the empty string where the feed says nothing."""


class Names(NamedTuple):
    """Texts for S stops, R routes, A agencies, T trips, B booking rules; ids carry their scope."""

    stop_id: Texts
    stop_name: Texts
    stop_platform_code: Texts
    stop_is_station: Texts
    """(S,) booleans."""
    route_id: Texts
    route_short_name: Texts
    route_long_name: Texts
    route_color: Texts
    route_text_color: Texts
    agency_id: Texts
    agency_name: Texts
    agency_url: Texts
    agency_phone: Texts
    agency_time_zone: Texts
    trip_id: Texts
    trip_headsign: Texts
    trip_short_name: Texts
    trip_direction: Texts
    """(T,) ``direction_id`` or ``NONE``."""
    rule_id: Texts
    rule_message: Texts
    rule_phone_number: Texts
    rule_info_url: Texts
    rule_booking_url: Texts


def names_of(scope: str, feed: Feed, stops: pd.DataFrame, runs: Runs) -> Names:
    """Return the names of one feed, its ids as ``scope:id``."""
    trips, rules = feed.trips.iloc[runs.source], feed.booking_rules
    return Names(
        stop_id=_scoped(scope, texts(stops.stop_id)),
        stop_name=_text(stops.stop_name),
        stop_platform_code=_text(stops.platform_code),
        stop_is_station=(stops.location_type == 1).to_numpy(),
        route_id=_scoped(scope, texts(feed.routes.route_id)),
        route_short_name=_text(feed.routes.route_short_name),
        route_long_name=_text(feed.routes.route_long_name),
        route_color=_text(feed.routes.route_color),
        route_text_color=_text(feed.routes.route_text_color),
        agency_id=_scoped(scope, texts(feed.agency.agency_id)),
        agency_name=_text(feed.agency.agency_name),
        agency_url=_text(feed.agency.agency_url),
        agency_phone=_text(feed.agency.agency_phone),
        agency_time_zone=_text(feed.agency.agency_timezone),
        trip_id=_scoped(scope, _run_ids(texts(trips.trip_id), runs)),
        trip_headsign=_text(trips.trip_headsign),
        trip_short_name=_text(trips.trip_short_name),
        trip_direction=np.maximum(trips.direction_id.to_numpy(), -1),
        rule_id=_scoped(scope, texts(rules.booking_rule_id)),
        rule_message=_text(rules.message),
        rule_phone_number=_text(rules.phone_number),
        rule_info_url=_text(rules.info_url),
        rule_booking_url=_text(rules.booking_url),
    )


def merged_names(parts: Sequence[Names]) -> Names:
    """Return the names of several feeds, one after the other."""
    return Names(*(np.concatenate(fields) for fields in zip(*parts, strict=True)))


def _text(column: "pd.Series[Any]") -> Texts:
    return column.to_numpy(dtype=object)


def _scoped(scope: str, ids: Texts) -> Texts:
    return np.array([f"{scope}:{text}" for text in ids], dtype=object)


def _run_ids(ids: Texts, runs: Runs) -> Texts:
    """Return trip ids; a run of a repeated trip is told apart by its start: ``T1@8:10``."""
    repeated = np.flatnonzero(runs.start != AS_WRITTEN)
    ids = ids.copy()
    for run in repeated:
        ids[run] = f"{ids[run]}@{format_hms(int(runs.start[run]))}"
    return ids
