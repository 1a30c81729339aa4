"""One table of a TOML file, which says what is wrong in it by a plain sentence."""

import tomllib
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MAX_FILE_BYTES: Final = 1_000_000
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Ring = tuple[tuple[float, float], ...]
"""Closed line of (lat, lon), first point = last."""


class BadFile(Exception):  # noqa: N818 - named after what happened
    """A file that cannot be used; the text says which, where in it, and what is wrong."""


def read_toml(path: Path) -> tuple[dict[str, Any], bytes]:
    """Return what a TOML file says, and its bytes.

    Raises
    ------
    BadFile
        If it cannot be read, is larger than ``MAX_FILE_BYTES``, or is no TOML.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadFile(f"{path} cannot be read: {error.strerror}") from error
    if len(content) > MAX_FILE_BYTES:
        raise BadFile(f"{path} is larger than {MAX_FILE_BYTES} bytes")
    try:
        return tomllib.loads(content.decode()), content
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadFile(f"{path} is no TOML: {error}") from error


class Node:
    """A table of the file; ``done`` refuses what nobody asked for, so typing errors show."""

    def __init__(self, content: dict[str, Any], where: str) -> None:
        self._content, self._where = content, where
        self._asked: set[str] = set()

    def bad(self, key: str, what: str) -> BadFile:
        """Return the error for a field."""
        return BadFile(f"{self._where}: {key}: {what}")

    def done(self) -> None:
        """Raise ``BadFile`` for fields that mean nothing here."""
        for key in self._content:
            if key not in self._asked:
                raise self.bad(key, "means nothing here; is it misspelt?")

    def table(self, key: str, *, optional: bool = False) -> "Node":
        """Return a table in this one."""
        return Node(self._get(key, dict, {} if optional else None), f"{self._where} [{key}]")

    def tables(self, key: str, *, optional: bool = False) -> list["Node"]:
        """Return an array of tables in this one."""
        found = self.items(key, optional=optional)
        return [Node(each, f"{self._where} [[{key}]] {n}") for n, each in enumerate(found, 1)]

    def items(self, key: str, *, optional: bool = False) -> list[Any]:
        """Return a list."""
        found: list[Any] = self._get(key, list, [] if optional else None)
        if not found and not optional:
            raise self.bad(key, "is empty")
        return found

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text of at most 120 characters."""
        found: str = self._get(key, str, default)
        if default is None and not found.strip():
            raise self.bad(key, "is empty")
        if len(found) > 120 or "\0" in found:
            raise self.bad(key, "takes at most 120 characters of text")
        return found

    def id(self) -> str:
        """Return the field ``id``: what may stand in addresses as it is."""
        found = self.text("id")
        if len(found) > 64 or not all(c.isascii() and (c.isalnum() or c in "-_.") for c in found):
            raise self.bad("id", "has up to 64 letters a-z, digits, points, - and _")
        return found

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        found: bool = self._get(key, bool, default)
        return found

    def number(self, key: str, default: int | None, least: int, most: int) -> int:
        """Return a whole number within bounds."""
        found: int = self._get(key, int, default)
        if isinstance(found, bool) or not least <= found <= most:
            raise self.bad(key, f"is a whole number from {least} to {most}")
        return found

    def real(self, key: str, default: float | None, least: float, most: float) -> float:
        """Return a number within bounds."""
        found = self._get(key, (int, float), default)
        if isinstance(found, bool) or not least <= found <= most:
            raise self.bad(key, f"is a number from {least} to {most}")
        return float(found)

    def clock_s(self, key: str, last_h: int = 48) -> int:
        """Return a time of day like ``06:30`` in seconds; after midnight it goes on: ``25:00``."""
        text = self.text(key)
        hours, colon, minutes = text.partition(":")
        if not (colon and hours.isdigit() and minutes.isdigit() and len(minutes) == 2):
            raise self.bad(key, f"is a time like 06:30, not {text!r}")
        seconds = int(hours) * 3600 + int(minutes) * 60
        if int(minutes) > 59 or seconds > last_h * 3600:
            raise self.bad(key, f"is a time from 00:00 to {last_h}:00, not {text!r}")
        return seconds

    def has(self, key: str) -> bool:
        """Say whether a field is there."""
        return key in self._content

    def is_null(self, key: str) -> bool:
        """Say whether a field is there and says null, as JSON can."""
        self._asked.add(key)
        return self.has(key) and self._content[key] is None

    def note(self, key: str) -> None:
        """Let a field be that is there for people only."""
        self._asked.add(key)

    def mapping(self, key: str) -> dict[str, Any]:
        """Return a table whose fields are names of the operator's own."""
        found: dict[str, Any] = self._get(key, dict, None)
        if not found:
            raise self.bad(key, "is empty")
        return found

    def day(self, key: str) -> date:
        """Return a day, as TOML writes it: ``2026-12-01``."""
        found: date = self._get(key, date, None)
        if isinstance(found, datetime):
            raise self.bad(key, "is a day without a time, as 2026-12-01")
        return found

    def choice(self, key: str, known: Sequence[str]) -> str:
        """Return one of a few words."""
        found = self.text(key)
        if found not in known:
            raise self.bad(key, f"is one of {', '.join(known)}, not {found!r}")
        return found

    def time_zone(self) -> str:
        """Return the field ``time_zone``: a name of the IANA database, like ``Europe/Berlin``."""
        name = self.text("time_zone")
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise self.bad("time_zone", f"there is no time zone {name!r}") from error
        return name

    def weekdays(self) -> tuple[int, ...]:
        """Return the field ``days``, Monday = 0; all of them where it is not given."""
        return tuple(map(WEEKDAYS.index, self.texts("days", WEEKDAYS)))

    def texts(self, key: str, default: Sequence[str]) -> tuple[str, ...]:
        """Return a list of words; where ``default`` is not empty, only of its words."""
        found = self._get(key, list, list(default))
        for each in found:
            if not isinstance(each, str) or (default and each not in default):
                allowed = f" of {', '.join(default)}" if default else ""
                raise self.bad(key, f"is a list{allowed}, and {each!r} is none of them")
        return tuple(dict.fromkeys(found))

    def point(self) -> tuple[float, float]:
        """Return the fields ``lat`` and ``lon``."""
        return self._degrees("lat", 90), self._degrees("lon", 180)

    def ring(self, corners: Any) -> Ring:
        """Return a closed line of a list of [lat, lon]."""
        try:
            ring = tuple((float(lat), float(lon)) for lat, lon in corners)
        except (TypeError, ValueError) as error:
            raise self.bad("polygon", "has rings, each a list of [lat, lon]") from error
        if len(ring) < 3 or not all(abs(lat) <= 90 and abs(lon) <= 180 for lat, lon in ring):
            raise self.bad("polygon", "a ring has three corners or more, as [lat, lon] in degrees")
        return ring if ring[0] == ring[-1] else (*ring, ring[0])

    def _degrees(self, key: str, most: int) -> float:
        found = self._get(key, (int, float), None)
        if isinstance(found, bool) or not abs(found) <= most:
            raise self.bad(key, f"is a number of degrees from -{most} to {most}")
        return float(found)

    def _get(self, key: str, kind: type | tuple[type, ...], default: Any) -> Any:
        self._asked.add(key)
        found = self._content.get(key, default)
        if found is None:
            raise self.bad(key, "is missing")
        if not isinstance(found, kind):
            raise self.bad(key, f"cannot be {found!r}")
        return found
