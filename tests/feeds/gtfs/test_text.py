"""CSV as it comes: encodings, ragged rows, quotation marks, and the line each row stands on."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.gtfs.text import scan_rows, to_csv
from feeds.report import Findings


def read(raw: bytes) -> tuple[list[int], list[tuple[str, int | None]]]:
    findings = Findings()
    text = to_csv(raw, "stops.txt", findings)
    lines = [] if text is None else text.lines.tolist()
    return lines, [(finding.code, finding.row) for finding in findings]


@pytest.mark.parametrize(
    ("raw", "lines", "findings"),
    [
        pytest.param(b"a,b\n1,2\n3,4\n", [2, 3], [], id="plain"),
        pytest.param(b"\xef\xbb\xbfa,b\n1,2\n", [2], [], id="byte order mark"),
        pytest.param(b"a,b\r\n1,2\r\n", [2], [], id="Windows line ends"),
        pytest.param(b"a,b\r1,2\r", [2], [], id="old Macintosh line ends"),
        pytest.param(b"a,b\n\n1,2\n  \n3,4", [3, 5], [], id="blank lines and no last line end"),
        pytest.param(b'a,b\n"x\ny",2\n3,4\n', [2, 4], [], id="line end inside quotes"),
        pytest.param(b'a,b\n"x ""y"", z",2\n', [2], [], id="quotes and commas inside quotes"),
        pytest.param(b"a,b\n1\n3,4\n", [2, 3], [("short-row", 2)], id="too short: kept"),
        pytest.param(b"a,b\n1,2,3\n3,4\n", [3], [("long-row", 2)], id="too long: left out"),
        pytest.param(b"a,b\n1,M\xfcnster\n", [2], [("not-utf-8", 2)], id="Latin 1"),
        pytest.param("a,b\n1,Ü\n".encode("utf-16"), [2], [("not-utf-8", 1)], id="UTF-16"),
        pytest.param(b"a,b\n1,\x81\xfc\n", [], [("unknown-encoding", None)], id="no encoding"),
        pytest.param(b"a,b\n1,\0\n", [], [("nul-byte", None)], id="NUL"),
        pytest.param(b'a,b\n1,2\n"3,4\n5,6\n', [], [("open-quote", 3)], id="open quotation mark"),
        pytest.param(b"", [], [("empty-file", None)], id="empty"),
        pytest.param(b"\n \n", [], [("empty-file", None)], id="only blanks"),
        pytest.param(b"a,b", [], [], id="only a header"),
        pytest.param(b'a"\n"x\n \n1,2\n', [], [("open-quote", 2)], id="odd quotes in a header"),
        pytest.param(b'"a"x,b\n \n1,2\n', [3], [], id="text after a quotation mark"),
    ],
)
def test_files(raw: bytes, lines: list[int], findings: list[tuple[str, int | None]]) -> None:
    assert read(raw) == (lines, findings)


def test_a_character_cut_by_the_piecewise_check_is_no_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("feeds.gtfs.text._CHECK_BYTES", 5)
    assert read("a,b\n1,ÜÜÜÜ€€€€𝄞𝄞𝄞\n".encode()) == ([2], [])
    assert read("a,b\n1,ÜÜÜÜ€€".encode() + b"\xe2\x82") == ([2], [("not-utf-8", 2)])


CELLS = st.text(st.sampled_from('ab,"\n ü'), max_size=4)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=6))
def test_rows_are_found_as_the_standard_library_and_pandas_find_them(rows: list[list[str]]) -> None:
    rows = [[f"x{row[0]}", *row[1:]] for row in rows]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    raw = out.getvalue().encode()

    starts, lines, widths, open_line = scan_rows(np.frombuffer(raw, np.uint8))

    assert open_line == 0
    assert widths.tolist() == [len(row) for row in rows]
    assert lines.tolist() == [1 + raw[:start].count(b"\n") for start in starts]
    frame = pd.read_csv(io.BytesIO(raw), header=None, names=range(4), index_col=False, dtype=str)
    assert len(frame) == len(rows)


@given(st.binary(max_size=40))
def test_any_bytes_give_rows_or_findings(raw: bytes) -> None:
    findings = Findings()
    text = to_csv(raw, "stops.txt", findings)
    assert text is not None or findings.has_errors
