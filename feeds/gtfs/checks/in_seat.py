"""Rows of ``transfers.txt`` that say whether riders may stay in the vehicle from trip to trip."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from feeds.gtfs.checks.leave_out import leave_out
from feeds.gtfs.keys import NOWHERE, positions
from feeds.report import Findings

IN_SEAT: Final = 4
"""``transfer_type``: riders may stay."""
RE_BOARD: Final = 5
"""``transfer_type``: riders must get off, and may board again."""


def is_in_seat(transfers: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Say which rows are about riders who stay in the vehicle, and not about changing it."""
    return np.asarray(transfers.transfer_type.to_numpy() >= IN_SEAT)


def check_in_seat(rows: pd.DataFrame, trips: "pd.Series[str]", findings: Findings) -> pd.DataFrame:
    """Leave out rows that do not name two trips of the feed."""
    for field in ("from_trip_id", "to_trip_id"):
        rows = leave_out(
            rows,
            positions(rows[field], trips) == NOWHERE,
            findings,
            code="dangling-reference",
            message=f"Staying in the vehicle needs two trips, and the {field} “{{value}}” does not "
            "exist or was left out, and so was this row: name the trip or remove the row.",
            file="transfers.txt",
            field=field,
        )
    return rows
