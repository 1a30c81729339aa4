"""Trips that must be booked say how."""

from dataclasses import replace

from feeds.gtfs.checks.leave_out import leave_out
from feeds.gtfs.checks.times import without_trips
from feeds.gtfs.keys import NOWHERE, positions
from feeds.gtfs.read import Feed
from feeds.report import Findings


def check_booking_rules(feed: Feed, findings: Findings) -> Feed:
    """Leave out trips whose booking rule is unknown: riders would stand there unannounced."""
    frame = feed.stop_times
    rule = positions(frame.pickup_booking_rule_id, feed.booking_rules.booking_rule_id)
    unknown = frame.pickup_booking_rule_id.notna().to_numpy() & (rule == NOWHERE)
    kept = leave_out(
        frame,
        unknown,
        findings,
        code="dangling-reference",
        message="The booking rule “{value}” does not exist; the trip was left out, "
        "since riders could not know how to book it.",
        file="stop_times.txt",
        field="pickup_booking_rule_id",
    )
    if not unknown.any():
        return feed
    return without_trips(replace(feed, stop_times=kept), frame.trip_id[unknown])
