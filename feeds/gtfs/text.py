"""From the bytes of a file to clean CSV: encoding, header, and where each row begins."""

from io import BytesIO
from typing import Any, Final, NamedTuple

import numba as nb
import numpy as np
import numpy.typing as npt
import pandas as pd

from feeds.report import Findings, Severity

I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]

_BOMS: Final = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_CHECK_BYTES: Final = 16 << 20
_QUOTE, _COMMA, _LF, _CR, _SPACE, _TAB = b'",\n\r \t'


class Csv(NamedTuple):
    """A CSV text in UTF-8 whose rows are no longer than its header."""

    header: tuple[str, ...]
    content: bytes
    """The text with its header row, without a byte order mark."""
    lines: I64
    """(rows,) 1-based line of the original file on which each data row begins."""


def to_csv(raw: bytes, file: str, findings: Findings) -> Csv | None:
    """Return the CSV text of a file, or None (and an error) if it is none.

    Rows that are too long are left out with a warning; rows that are too short are kept, their
    missing fields empty, with a warning.
    """
    content = _to_utf8(raw, file, findings)
    if content is None:
        return None
    if b"\0" in content:
        findings.error("nul-byte", "The file contains NUL bytes: it is damaged.", file)
        return None
    content = _with_newlines(content)
    starts, lines, widths, open_line = scan_rows(np.frombuffer(content, np.uint8))
    if open_line:
        findings.error(
            "open-quote", 'A quotation mark (") is opened and never closed.', file, row=open_line
        )
        return None
    if not starts.size:
        findings.error("empty-file", "The file is empty: it needs at least a header.", file)
        return None
    header = _header(content, starts, int(widths[0]))
    content, keep = _without_long_rows(content, starts, widths, len(header))
    _report_ragged(lines, widths, len(header), file, findings)
    return Csv(header, content, lines[keep][1:])


def _to_utf8(raw: bytes, file: str, findings: Findings) -> bytes | None:
    if raw.startswith(b"\xef\xbb\xbf"):
        raw = raw[3:]
    bad = _first_bad_byte(raw)
    if bad is None:
        return raw
    encoding = next((name for bom, name in _BOMS.items() if raw.startswith(bom)), "cp1252")
    try:
        text = raw.decode(encoding)
    except UnicodeError:
        findings.error("unknown-encoding", "The file is not UTF-8: save it as UTF-8.", file)
        return None
    findings.warn(
        "not-utf-8",
        f"The file is not UTF-8 and was read as {encoding}: save it as UTF-8.",
        file,
        row=raw[:bad].count(b"\n") + 1,
    )
    return text.encode()


def _with_newlines(content: bytes) -> bytes:
    """Return the text with single carriage returns, on which tokenizers disagree, as newlines."""
    if content.count(b"\r") == content.count(b"\r\n"):
        return content
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _first_bad_byte(raw: bytes) -> int | None:
    """Return where UTF-8 breaks; decodes piece by piece, so that large files fit."""
    start = 0
    while start < len(raw):
        piece = raw[start : start + _CHECK_BYTES]
        try:
            piece.decode()
        except UnicodeDecodeError as error:
            cut = error.reason == "unexpected end of data" and error.start + 4 > len(piece)
            if not cut or start + len(piece) == len(raw):
                return start + error.start
            start += error.start
        else:
            start += len(piece)
    return None


def _header(content: bytes, starts: I64, width: int) -> tuple[str, ...]:
    """Return the names of the columns, by the same tokenizer that reads the rows."""
    end = int(starts[1]) if starts.size > 1 else len(content)
    row = pd.read_csv(
        BytesIO(content[int(starts[0]) : end]),
        header=None,
        names=range(width),
        dtype=str,
        na_filter=False,
        index_col=False,
    )
    return tuple(str(name).strip() for name in row.iloc[0])


def _without_long_rows(
    content: bytes, starts: I64, widths: I64, width: int
) -> tuple[bytes, npt.NDArray[np.bool_]]:
    keep = widths <= width
    keep[0] = True
    if keep.all():
        return content, keep
    ends = np.append(starts[1:], len(content))
    pieces = [content[a:b] for a, b in zip(starts[keep], ends[keep], strict=True)]
    return b"".join(pieces), keep


def _report_ragged(lines: I64, widths: I64, width: int, file: str, findings: Findings) -> None:
    long, short = widths > width, (widths < width) & (lines > lines[0])
    findings.add_rows(
        Severity.WARNING,
        "long-row",
        f"The row has {{value}} fields but the header has {width}; the row was left out. "
        "Put texts with commas in quotation marks.",
        file,
        lines[long],
        widths[long],
    )
    findings.add_rows(
        Severity.WARNING,
        "short-row",
        f"The row has {{value}} fields but the header has {width}; the others are read as empty.",
        file,
        lines[short],
        widths[short],
    )


def _scan_rows(text: U8) -> tuple[I64, I64, I64, int]:
    r"""Find the rows of a CSV text, ended by ``\n`` or ``\r\n``, as pandas' tokenizer does.

    Returns
    -------
    (rows,) byte at which each row starts, (rows,) its 1-based line, (rows,) its number of fields,
    and the line on which a quotation mark is opened that never closes, or 0. Rows of nothing but
    blanks do not count. O(bytes).
    """
    starts, lines, widths = [0], [0], [0]
    line, row_line, start, width = 1, 1, 0, 1
    blank, quoted, fresh, quote_line = True, False, True, 0
    at = 0
    while at < text.size:
        byte = text[at]
        if quoted:
            line += byte == _LF
            if byte == _QUOTE:
                if at + 1 < text.size and text[at + 1] == _QUOTE:
                    at += 1
                else:
                    quoted = False
        elif byte == _LF:
            if not blank:
                starts.append(start)
                lines.append(row_line)
                widths.append(width)
            line += 1
            row_line, start, width, blank, fresh = line, at + 1, 1, True, True
        elif byte == _QUOTE and fresh:
            quoted, fresh, blank, quote_line = True, False, False, line
        else:
            width += byte == _COMMA
            fresh = byte == _COMMA
            blank = blank and byte in (_SPACE, _TAB, _CR)
        at += 1
    if not blank:
        starts.append(start)
        lines.append(row_line)
        widths.append(width)
    found = np.array(starts)[1:], np.array(lines)[1:], np.array(widths)[1:]
    return found[0], found[1], found[2], quote_line if quoted else 0


scan_rows: Any = nb.njit(cache=True, nogil=True)(_scan_rows)
