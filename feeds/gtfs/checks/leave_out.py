"""Leaving rows out: never without saying so."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from feeds.report import Findings, Severity

Mask = npt.NDArray[np.bool_]


def leave_out(
    frame: pd.DataFrame,
    bad: Mask,
    findings: Findings,
    *,
    code: str,
    message: str,
    file: str,
    field: str | None = None,
    severity: Severity = Severity.WARNING,
) -> pd.DataFrame:
    """Report the rows marked in ``bad`` and return the others.

    ``message`` may contain ``{value}``: the row's content of ``field``.
    """
    if not bad.any():
        return frame
    report(frame, bad, findings, code, message, file, field, severity)
    return frame[~bad]


def report(
    frame: pd.DataFrame,
    bad: Mask,
    findings: Findings,
    code: str,
    message: str,
    file: str,
    field: str | None = None,
    severity: Severity = Severity.WARNING,
) -> None:
    """Add a finding for each row marked in ``bad``."""
    rows = frame.index.to_numpy()[bad]
    values: Any = None if field is None else frame[field].to_numpy()[bad]
    findings.add_rows(severity, code, message, file, rows, values, field)
