"""Fields of JSON that nobody vouches for: each is understood, or refused in a sentence.

Refusals are ``FieldRefused``; ``each`` turns them into findings, so that one bad row costs one row.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from feeds.errors import FieldRefused
from feeds.report import Findings

Row = Mapping[str, Any]
T = TypeVar("T")
LANGUAGES: Final = ("de", "en")
"""Of texts in several languages, the first of these is taken, or else the first there is."""
MOST: Final = 10**7
"""Larger counts and ranges are slips of the pen."""
LATEST_S: Final = 2**40
MAX_TEXT: Final = 500


def each(
    rows: object, make: Callable[[Row], T], code: str, findings: Findings, file: str
) -> Iterator[T]:
    """Yield what ``make`` makes of each row; what it refuses becomes a finding of ``code``."""
    for number, row in enumerate(_listed(rows, findings, file), 1):
        try:
            if not isinstance(row, Mapping):
                raise FieldRefused("it is no object")
            yield make(row)
        except ValueError as error:
            findings.warn(code, f"Entry {number} was left out: {error}.", file)


def _listed(rows: object, findings: Findings, file: str) -> Sequence[Any]:
    if isinstance(rows, list):
        return rows
    findings.warn("no-list", "The list of entries is missing or no list; nothing was read.", file)
    return ()


def text(row: Row, field: str) -> str:
    """Return a text, in one language if there are several (GBFS 3)."""
    value = row.get(field)
    if isinstance(value, list):
        value = _in_one_language(value)
    if not isinstance(value, str) or not value.strip():
        raise FieldRefused(f"{field} is missing or no text")
    return value.strip()[:MAX_TEXT]


def text_or(row: Row, field: str, default: str) -> str:
    """Return a text, or ``default`` where there is none."""
    try:
        return text(row, field)
    except ValueError:
        return default


def _in_one_language(values: list[Any]) -> object:
    told = {v.get("language"): v.get("text") for v in values if _is_localized(v)}
    wanted = [told[language] for language in LANGUAGES if language in told]
    return next(iter([*wanted, *told.values()]), None)


def _is_localized(value: object) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("language"), str)


def identifier(row: Row, *fields: str) -> str:
    """Return the id in the first of ``fields`` that is there; numbers are taken, too."""
    value = next((row[field] for field in fields if row.get(field) is not None), None)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value or len(value) > MAX_TEXT:
        raise FieldRefused(f"{fields[0]} is missing or no id")
    return value


def identifier_or_none(row: Row, *fields: str) -> str | None:
    """Return an id, or None where none is given."""
    if all(row.get(field) in (None, "") for field in fields):
        return None
    return identifier(row, *fields)


def count(row: Row, field: str) -> int:
    """Return a whole number of at least zero."""
    value = row.get(field)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise FieldRefused(f"{field} is missing or no number")
    if not 0 <= value <= MOST:
        raise FieldRefused(f"{field} is not between 0 and {MOST}")
    return int(value)


def count_or_none(row: Row, field: str) -> int | None:
    """Return a whole number of at least zero, or None where none is given."""
    return None if row.get(field) is None else count(row, field)


def flag(row: Row, *fields: str, default: bool) -> bool:
    """Return a truth, in old feeds 0 or 1, of the first of ``fields`` that is there."""
    value = next((row[field] for field in fields if row.get(field) is not None), default)
    if value not in (True, False):
        raise FieldRefused(f"{fields[0]} is neither true nor false")
    return bool(value)


def point(row: Row) -> tuple[float, float]:
    """Return (lat, lon) on the earth; (0, 0) is a position that somebody did not know."""
    found = degrees(row.get("lat"), 90, "lat"), degrees(row.get("lon"), 180, "lon")
    if found == (0.0, 0.0):
        raise FieldRefused("its position is 0, 0, which is in the sea")
    return found


def degrees(value: object, most: int, field: str) -> float:
    """Return an angle of at most ``most`` degrees to either side."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise FieldRefused(f"{field} is missing or no number")
    if not -most <= value <= most:
        raise FieldRefused(f"{field} is not between -{most} and {most}")
    return float(value)


def moment(value: object, field: str) -> int:
    """Return a Unix second, from one (GBFS 1 and 2) or from RFC 3339 (GBFS 3)."""
    if isinstance(value, str):
        return _of_rfc3339(value, field)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise FieldRefused(f"{field} is missing or no time")
    if not 0 <= value <= LATEST_S:
        raise FieldRefused(f"{field} is out of all time")
    return int(value)


def _of_rfc3339(value: str, field: str) -> int:
    found: datetime | None = None
    with suppress(ValueError):
        found = datetime.fromisoformat(value)
    if found is None or found.tzinfo is None:
        raise FieldRefused(f"{field} {value[:40]!r} is no time with an offset")
    return int(found.timestamp())


def moment_or_none(row: Row, field: str) -> int | None:
    """Return a Unix second, or None where none is given."""
    return None if row.get(field) is None else moment(row[field], field)
