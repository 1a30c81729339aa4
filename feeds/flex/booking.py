"""``booking_rules.txt`` as ``Terms``. Where a rule cannot be kept exactly, nobody is told later."""

from collections.abc import Mapping
from typing import Final

from feeds.flex.rows import LINE, Row
from feeds.report import Findings
from routing.booking_rules import DAY_S, PRIOR_DAYS, REAL_TIME, SAME_DAY, BookingRule
from routing.ondemand.service import ServiceDays, Terms
from routing.timetable import NONE

FILE: Final = "booking_rules.txt"
MAX_DAYS: Final = 366
NO_TERMS: Final = Terms(BookingRule(REAL_TIME, NONE, NONE, NONE, NONE))
"""Of rides that no rule is given for."""


def terms_of(
    row: Row, window_start_s: int, days: Mapping[str, ServiceDays], findings: Findings
) -> Terms | None:
    """Return the terms of a rule for rides from a window that begins at a second of the day.

    None (and a warning) where the rule does not say until when to book.
    """
    rule = _rule(row, window_start_s, days, findings)
    if rule is None:
        findings.warn(
            "bad-booking-rule",
            f"The rule “{row['booking_rule_id']}” does not say until when to book; "
            "what it is for was left out. Give prior_notice_duration_min for type 1, "
            "prior_notice_last_day and prior_notice_last_time for type 2.",
            FILE, row=row[LINE],
        )  # fmt: skip
        return None
    messages = (row["message"], row["pickup_message"], row["drop_off_message"])
    return Terms(
        rule,
        " ".join(dict.fromkeys(filter(None, messages))) or None,
        row["phone_number"] or None,
        row["info_url"] or None,
        row["booking_url"] or None,
    )


def stricter(one: Terms, other: Terms) -> Terms:
    """Return the terms that ask for booking earlier."""
    return max(one, other, key=_strictness)


def _strictness(terms: Terms) -> tuple[int, int, int]:
    rule = terms.rule
    if rule.booking_type == PRIOR_DAYS:
        return PRIOR_DAYS, rule.last_day, -rule.last_time_s
    return rule.booking_type, rule.prior_notice_min, 0


def _rule(
    row: Row, window_start_s: int, days: Mapping[str, ServiceDays], findings: Findings
) -> BookingRule | None:
    kind, earliest = row["booking_type"], _earliest_min(row, window_start_s, findings)
    if kind == SAME_DAY:
        least = row["prior_notice_duration_min"]
        return BookingRule(kind, least, NONE, NONE, earliest) if least >= 0 else None
    if kind == PRIOR_DAYS:
        last_day, last_time = row["prior_notice_last_day"], row["prior_notice_last_time"]
        if not 0 <= last_day <= MAX_DAYS:
            return None
        last_day = _calendar_days(row, int(last_day), days, findings)
        return BookingRule(kind, NONE, last_day, max(last_time, 0), earliest)
    return BookingRule(REAL_TIME, NONE, NONE, NONE, earliest)


def _earliest_min(row: Row, window_start_s: int, findings: Findings) -> int:
    """Return the earliest booking in minutes before departure.

    ``prior_notice_start_day`` means a clock time of a day before. What it means for a departure as
    the window begins holds for later ones as well: these can then be booked somewhat later than
    the operator would allow, never earlier.
    """
    if row["prior_notice_duration_max"] >= 0:
        return int(row["prior_notice_duration_max"])
    day, time_s = row["prior_notice_start_day"], row["prior_notice_start_time"]
    if not 0 <= day <= MAX_DAYS:
        return NONE
    findings.info(
        "earliest-booking",
        f"The rule “{row['booking_rule_id']}” opens at a clock time {day} days before; it is read "
        "as a number of minutes before departure.",
        FILE, row=row[LINE],
    )  # fmt: skip
    return max((int(day) * DAY_S + window_start_s - max(int(time_s), 0)) // 60, 0)


def _calendar_days(
    row: Row, last_day: int, days: Mapping[str, ServiceDays], findings: Findings
) -> int:
    """Return days of the week for days of a service: as many as there are at most."""
    named = row["prior_notice_service_id"]
    if not named:
        return last_day
    weekdays = days[named].weekdays if named in days else frozenset()
    most = max((_back(weekdays, last_day, day) for day in range(7)), default=0)
    findings.warn(
        "service-days-of-notice",
        f"The rule “{row['booking_rule_id']}” counts days of the service “{named}”; it is read as "
        f"{most} days before, which is never too late in weeks without holidays.",
        FILE, row=row[LINE],
    )  # fmt: skip
    return most


def _back(weekdays: frozenset[int], count: int, day: int) -> int:
    """Return how many days before a weekday the last ``count`` of some weekdays began."""
    back = 0
    while count and weekdays:
        back += 1
        count -= (day - back) % 7 in weekdays
    return back if weekdays else count
