"""Tags that hold at some hours: what of them an image without a clock can keep.

A condition of hours or days that holds for more than half of the week is taken to hold always, any
other never. Conditions of weight, weather, dates or who comes (``weight>7.5``, ``wet``,
``2016 Apr 25``, ``destination``) are never taken to hold: they are not about every day, or not
about these riders.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from feeds.osm.access import KEYS_OF

Tags = Mapping[str, str]

SUFFIX: Final = ":conditional"
FOLLOWED: Final = frozenset(key for keys in KEYS_OF.values() for key in keys) | {
    "oneway", "oneway:bicycle", "maxspeed", "restriction",
}  # fmt: skip
"""Keys of which conditions matter here; others are for lorries or for overtaking."""

WEEK_H: Final = 7 * 24
DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

_RULE: Final = re.compile(r"([^@;]+)@\s*(\([^()]*\)|[^;]+)")
_SPAN: Final = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)\+?")
_DAYS: Final = re.compile(r"(Mo|Tu|We|Th|Fr|Sa|Su)(?:\s*-\s*(Mo|Tu|We|Th|Fr|Sa|Su))?")
_HOURS: Final = re.compile(r"[0-9:+\-,\s]*")


class Settled(NamedTuple):
    """Tags without conditions, and what became of these."""

    tags: dict[str, str]
    always: int
    """Conditions that are taken to hold always."""
    never: int


def settled(tags: Tags) -> Settled:
    """Return the tags with conditions replaced by what holds for most of the week."""
    plain, always, never = dict(tags), 0, 0
    for key in [key for key in tags if key.endswith(SUFFIX)]:
        about = key.removesuffix(SUFFIX)
        if about not in FOLLOWED:
            continue
        for value, condition in rules_of(tags[key]):
            hours = hours_a_week(condition)
            holds = hours is not None and 2 * hours > WEEK_H
            always, never = always + holds, never + (not holds)
            if holds:
                plain[about] = value
    return Settled(plain, always, never)


def rules_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield values with their conditions: ``no @ (Mo-Fr 07:00-09:00); yes @ wet``."""
    for value, condition in _RULE.findall(text):
        yield value.strip(), condition.strip().strip("()").strip()


def hours_a_week(condition: str) -> float | None:
    """Return for how long a condition of days and hours holds; None for any other condition."""
    hours = 0.0
    for part in condition.split(";"):
        found = _part_hours(part.strip())
        if found is None:
            return None
        hours += found
    return min(hours, float(WEEK_H))


def _part_hours(part: str) -> float | None:
    days = _DAYS.findall(part)
    times = _DAYS.sub("", part)
    if not part or not _HOURS.fullmatch(times):
        return None
    spans = [_span_hours(*map(int, span)) for span in _SPAN.findall(times)]
    if not spans and _SPAN.sub("", times).strip(" ,"):
        return None
    n_days = sum(_n_days(*span) for span in days) if days else len(DAYS)
    return n_days * (sum(spans) if spans else 24.0)


def _span_hours(from_h: int, from_min: int, to_h: int, to_min: int) -> float:
    """Return the hours of a span, which may go on past midnight."""
    hours = to_h + to_min / 60 - from_h - from_min / 60
    return hours if hours > 0.0 else hours + 24.0


def _n_days(first: str, last: str) -> int:
    return (DAYS.index(last or first) - DAYS.index(first)) % len(DAYS) + 1
