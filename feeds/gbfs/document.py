"""One file of GBFS: bytes to its envelope, or an error that names the file and what is wrong.

Numbers with a point stay decimals, so that prices are exact.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple, NoReturn

from feeds.errors import GbfsUnreadable
from feeds.gbfs.fields import LANGUAGES, Row, identifier, moment

VERSIONS: Final = ("1.", "2.", "3.")
DISCOVERY: Final = "gbfs"
NEW_NAMES: Final = {"free_bike_status": "vehicle_status"}
"""Files that GBFS 3 calls otherwise."""
USUAL_TTL_S: Final = 60
LONGEST_TTL_S: Final = 31 * 86400


class Document(NamedTuple):
    """A file that could be read."""

    name: str
    version: str
    last_updated: int
    """Unix second."""
    ttl_s: int
    data: Row


def read_document(name: str, content: bytes) -> Document:
    """Return the file ``name`` (without ``.json``).

    Raises
    ------
    GbfsUnreadable
        If it is no JSON, or not the envelope of a version from 1 to 3.
    """
    envelope = _json(name, content)
    if not isinstance(envelope, Mapping):
        raise GbfsUnreadable(f"{name}.json is no JSON object.")
    data = envelope.get("data")
    if not isinstance(data, Mapping):
        raise GbfsUnreadable(f"{name}.json has no object named data.")
    try:
        updated = moment(envelope.get("last_updated"), "last_updated")
    except ValueError as error:
        raise GbfsUnreadable(f"{name}.json: {error}.") from None
    return Document(name, _version(name, envelope), updated, _ttl_s(envelope), data)


def _json(name: str, content: bytes) -> Any:
    try:
        return json.loads(
            content.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse_constant
        )
    except UnicodeDecodeError:
        raise GbfsUnreadable(f"{name}.json is not written in UTF-8.") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise GbfsUnreadable(f"{name}.json is no JSON ({where}).") from None
    except RecursionError:
        raise GbfsUnreadable(f"{name}.json is nested too deeply.") from None
    except (ValueError, ArithmeticError):
        raise GbfsUnreadable(f"{name}.json contains a number that is none.") from None


def _refuse_constant(value: str) -> NoReturn:
    raise ValueError(value)


def _version(name: str, envelope: Row) -> str:
    """Return the version; feeds of 1.0 do not tell theirs."""
    version = envelope.get("version", "1.0")
    if not isinstance(version, str) or not version.startswith(VERSIONS):
        raise GbfsUnreadable(f"{name}.json is of GBFS {str(version)[:20]!r}; 1, 2 and 3 are read.")
    return version[:20]


def _ttl_s(envelope: Row) -> int:
    ttl = envelope.get("ttl")
    if isinstance(ttl, int) and not isinstance(ttl, bool) and 0 <= ttl <= LONGEST_TTL_S:
        return ttl
    return USUAL_TTL_S


def addresses(discovery: Document) -> dict[str, str]:
    """Return the address of each file by the name GBFS 3 has for it.

    Raises
    ------
    GbfsUnreadable
        If no files are named.
    """
    feeds = _feeds(discovery.data)
    rows = [row for row in feeds if isinstance(row, Mapping)] if isinstance(feeds, list) else []
    found: dict[str, str] = {}
    for row in rows:
        try:
            name, url = identifier(row, "name"), identifier(row, "url")
        except ValueError:
            continue
        found.setdefault(NEW_NAMES.get(name, name), url)
    if not found:
        raise GbfsUnreadable(f"{discovery.name}.json names no files.")
    return found


def _feeds(data: Row) -> object:
    """Return the list of files: at the top in GBFS 3, else by language."""
    if "feeds" in data:
        return data["feeds"]
    told = {key: value["feeds"] for key, value in data.items() if _has_feeds(value)}
    wanted = [told[language] for language in LANGUAGES if language in told]
    return next(iter([*wanted, *told.values()]), None)


def _has_feeds(value: object) -> bool:
    return isinstance(value, Mapping) and "feeds" in value
