"""From texts to typed columns: each distinct text is understood once, however often it occurs."""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from feeds.gtfs.schema import BAD, Column, Kind
from feeds.report import Findings, Severity
from kommit.kit.clock import parse_hms

I64 = npt.NDArray[np.int64]

YEARS: Final = range(1970, 2200)
"""Years that a timetable can be about; others are slips of the keyboard."""
MAX_TIME_S: Final = 10 * 86_400
"""No trip ends more than this after its service day began (the longest trains take a week)."""
MAX_WHOLE: Final = 10**9
MAX_DECIMAL: Final = 1e9


def typed(
    raw: "pd.Series[Any]", column: Column, file: str, lines: I64, findings: Findings
) -> "npt.NDArray[Any] | pd.Categorical[Any]":
    """Return the values of a raw column, a categorical of texts.

    Identifiers stay categorical (missing where empty), texts become ``str``; numbers, times
    (seconds) and dates (proleptic ordinals) become arrays with ``MISSING`` and ``BAD``, decimals
    with NaN. What cannot be understood is reported with its line.
    """
    texts, codes = _stripped(raw)
    if column.kind is Kind.ID:
        return _identifiers(texts, codes)
    if column.kind is Kind.TEXT:
        return np.asarray(texts, dtype=object)[codes]
    values, bad = _understand(texts, column)
    wrong = bad[codes]
    if wrong.any():
        written = np.asarray(texts, dtype=object)[codes[wrong]]
        code, message = _COMPLAINTS[column.kind]
        findings.add_rows(Severity.WARNING, code, message, file, lines[wrong], written, column.name)
    return values[codes]


def empty(column: Column, length: int) -> "npt.NDArray[Any] | pd.Categorical[Any]":
    """Return the values of a column that the file does not have."""
    if column.kind is Kind.ID:
        return pd.Categorical.from_codes(np.full(length, -1), categories=pd.Index([], dtype=str))
    if column.kind is Kind.TEXT:
        return np.full(length, "", dtype=object)
    return np.full(length, _default(column), dtype=_DTYPES[column.kind])


def parse_date(text: str) -> int:
    """Return the proleptic ordinal of a date like ``20240131``.

    Raises
    ------
    ValueError
        If ``text`` is not such a date, or its year is out of all reason.
    """
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        raise ValueError("not a date like 20240131")
    day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    if day.year not in YEARS:
        raise ValueError("no timetable is that old or new")
    return day.toordinal()


def _parse_time(text: str) -> int:
    second = parse_hms(text) if len(text) <= 10 else MAX_TIME_S + 1
    if second > MAX_TIME_S:
        raise ValueError("the hours are out of all reason")
    return second


def _parse_whole(text: str) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 10):
        raise ValueError("not a whole number")
    if abs(int(text)) > MAX_WHOLE or int(text) < 0:
        raise ValueError("out of range")
    return int(text)


def _parse_decimal(text: str) -> float:
    value = float(text)
    if not abs(value) <= MAX_DECIMAL:
        raise ValueError("not a finite number")
    return value


_PARSERS: Final[Mapping[Kind, Callable[[str], float]]] = MappingProxyType(
    {
        Kind.INTEGER: _parse_whole,
        Kind.DECIMAL: _parse_decimal,
        Kind.TIME: _parse_time,
        Kind.DATE: parse_date,
    }
)
_DTYPES: Final[Mapping[Kind, type]] = MappingProxyType(
    {
        Kind.INTEGER: np.int32,
        Kind.DECIMAL: np.float64,
        Kind.TIME: np.int32,
        Kind.DATE: np.int32,
    }
)
_COMPLAINTS: Final = MappingProxyType(
    {
        Kind.INTEGER: ("bad-number", "“{value}” is not a number that is allowed here."),
        Kind.DECIMAL: ("bad-number", "“{value}” is not a number: write it like 51.85, not 51,85."),
        Kind.TIME: ("bad-time", "“{value}” is not a time: write it like 08:05:00."),
        Kind.DATE: ("bad-date", "“{value}” is not a date: write it like 20240131."),
    }
)


def _understand(texts: list[str], column: Column) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
    """Return one value for each text, and which texts make no sense."""
    values: npt.NDArray[Any] = np.full(len(texts), _default(column), dtype=_DTYPES[column.kind])
    bad = np.zeros(len(texts), dtype=np.bool_)
    parse = _PARSERS[column.kind]
    for i, text in enumerate(texts):
        if not text:
            continue
        try:
            value = parse(text)
            if column.allowed is not None and value not in column.allowed:
                raise ValueError("no such choice")  # noqa: TRY301  (one place reports both)
        except ValueError:
            bad[i] = True
            values[i] = _bad(column)
        else:
            values[i] = value
    return values, bad


def _default(column: Column) -> float:
    return np.nan if column.kind is Kind.DECIMAL else column.default


def _bad(column: Column) -> float:
    if column.kind is Kind.DECIMAL:
        return np.nan
    return BAD if column.allowed is None else column.default


def _stripped(raw: "pd.Series[Any]") -> tuple[list[str], I64]:
    """Return the distinct texts without blanks around them, and each row's index into them."""
    written = [str(text) for text in raw.cat.categories]
    codes = raw.cat.codes.to_numpy().astype(np.int64)
    clean = [text.strip() for text in written]
    if clean == written:
        return written, codes
    distinct = list(dict.fromkeys(clean))
    place = {text: i for i, text in enumerate(distinct)}
    return distinct, np.array([place[text] for text in clean], dtype=np.int64)[codes]


def _identifiers(texts: list[str], codes: I64) -> "pd.Categorical[Any]":
    if "" in texts:
        hole = texts.index("")
        codes = np.where(codes == hole, -1, codes - (codes > hole))
        texts = texts[:hole] + texts[hole + 1 :]
    return pd.Categorical.from_codes(codes, categories=pd.Index(texts, dtype=str))
