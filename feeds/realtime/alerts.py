"""Alerts: decoded, and matched with the stops, routes, trips and agencies that they inform.

Follows https://gtfs.org/documentation/realtime/feed-entities/service-alerts/: an entity is
informed if it fits everything that one of the selectors names; an alert without a period is active
as long as the feed has it.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from feeds.realtime.decode import text_of
from feeds.realtime.find import Finder
from feeds.report import Findings
from routing.timetable import NONE

ALWAYS: Final = 2**62
"""End of a period that has none."""

EFFECTS: Final = {
    1: "NO_SERVICE",
    2: "REDUCED_SERVICE",
    3: "SIGNIFICANT_DELAYS",
    4: "DETOUR",
    5: "ADDITIONAL_SERVICE",
    6: "MODIFIED_SERVICE",
    7: "OTHER_EFFECT",
    9: "STOP_MOVED",
    10: "NO_EFFECT",
    11: "ACCESSIBILITY_ISSUE",
}
CAUSES: Final = {
    2: "OTHER_CAUSE",
    3: "TECHNICAL_PROBLEM",
    4: "STRIKE",
    5: "DEMONSTRATION",
    6: "ACCIDENT",
    7: "HOLIDAY",
    8: "WEATHER",
    9: "MAINTENANCE",
    10: "CONSTRUCTION",
    11: "POLICE_ACTIVITY",
    12: "MEDICAL_EMERGENCY",
}
SEVERITIES: Final = {2: "INFO", 3: "WARNING", 4: "SEVERE"}

Texts = tuple[tuple[str | None, str], ...]
"""A text by language (BCP 47, None where the feed does not say)."""


class Selector(NamedTuple):
    """Whom an alert informs, as the message says it; None is what the message leaves out."""

    agency_id: str | None
    route_id: str | None
    route_type: int | None
    trip_id: str | None
    start_date: str | None
    start_time: str | None
    stop_id: str | None


class Alert(NamedTuple):
    """An alert as the message says it."""

    entity_id: str
    periods: tuple[tuple[int, int], ...]
    """Unix seconds from and until which it is active; none: always."""
    informed: tuple[Selector, ...]
    cause: str | None
    effect: str | None
    severity: str | None
    header: Texts
    description: Texts
    url: Texts


class Informed(NamedTuple):
    """Whom an alert informs, as indices of the image; ``NONE`` is what may be anything."""

    agency: int
    route: int
    route_type: int
    trip: int
    day: int
    stop: int


class MatchedAlert(NamedTuple):
    """An alert in terms of the image."""

    id: str
    """Scoped."""
    alert: Alert
    informed: tuple[Informed, ...]

    def is_active(self, start: int, end: int) -> bool:
        """Say whether it is active at some moment from one Unix second to another."""
        periods = self.alert.periods
        return not periods or any(first <= end and start < last for first, last in periods)


def alerts_of(message: Any) -> tuple[Alert, ...]:
    """Return the alerts of a message in protobuf."""
    return tuple(
        _alert(text_of(entity.id) or "", entity.alert)
        for entity in message.entity
        if entity.HasField("alert") and not entity.is_deleted
    )


def _alert(entity_id: str, told: Any) -> Alert:
    return Alert(
        entity_id=entity_id,
        periods=tuple((period.start, period.end or ALWAYS) for period in told.active_period),
        informed=tuple(map(_selector, told.informed_entity)),
        cause=CAUSES.get(told.cause),
        effect=EFFECTS.get(told.effect),
        severity=SEVERITIES.get(told.severity_level),
        header=_texts(told.header_text),
        description=_texts(told.description_text),
        url=_texts(told.url),
    )


def _selector(told: Any) -> Selector:
    trip = told.trip
    return Selector(
        agency_id=text_of(told.agency_id),
        route_id=text_of(told.route_id) or text_of(trip.route_id),
        route_type=told.route_type if told.HasField("route_type") else None,
        trip_id=text_of(trip.trip_id),
        start_date=text_of(trip.start_date),
        start_time=text_of(trip.start_time),
        stop_id=text_of(told.stop_id),
    )


def _texts(told: Any) -> Texts:
    return tuple(
        (text_of(each.language), text)
        for each in told.translation
        if (text := text_of(each.text)) is not None
    )


def match_alerts(
    finder: Finder, told: Iterable[Alert], findings: Findings
) -> tuple[MatchedAlert, ...]:
    """Return the alerts in terms of the image.

    A selector that names what the image does not have informs nobody (``unknown-agency``,
    ``unknown-route``, ``unknown-trip``, ``unknown-stop``, ``unknown-day``), nor does one that
    names nothing (``informs-nobody``); the alert itself stays.
    """
    return tuple(
        MatchedAlert(f"{finder.scope}:{alert.entity_id}", alert, _informed(finder, alert, findings))
        for alert in told
    )


def _informed(finder: Finder, alert: Alert, findings: Findings) -> tuple[Informed, ...]:
    known = []
    for selector in alert.informed:
        found, missing = _found(finder, selector)
        if missing is None:
            known.append(found)
        else:
            code, what = missing
            findings.warn(code, f"Alert {alert.entity_id!r}: {what}.")
    return tuple(known)


_NOBODY: Final = Informed(NONE, NONE, NONE, NONE, NONE, NONE)


def _found(finder: Finder, told: Selector) -> tuple[Informed, tuple[str, str] | None]:
    """Return whom a selector means; and, if it means nobody, why: a code and words."""
    found = _NOBODY
    for name, key, find in _named(finder, told):
        if key is None:
            continue
        index = find(key)
        if index is None:
            return _NOBODY, (f"unknown-{name}", f"there is no {name} {key!r}")
        found = found._replace(**{name: index})
    if told.route_type is not None:
        found = found._replace(route_type=told.route_type)
    if found == _NOBODY:
        return _NOBODY, ("informs-nobody", "one of its entities names nothing")
    return found, None


def _named(
    finder: Finder, told: Selector
) -> list[tuple[str, str | None, Callable[[str], int | None]]]:
    """Return what a selector names: field of ``Informed``, id, and how its index is found."""
    return [
        ("agency", told.agency_id, finder.agency().get),
        ("route", told.route_id, finder.route().get),
        ("trip", told.trip_id, lambda key: finder.trip(key, told.start_time)),
        ("day", told.start_date if told.trip_id else None, finder.day),
        ("stop", told.stop_id, finder.stop),
    ]
