"""References between tables: from identifiers to the positions of the rows they mean."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

I64 = npt.NDArray[np.int64]

NOWHERE = -1
"""The position of an identifier that is empty or unknown."""


def positions(ids: "pd.Series[Any]", keys: "pd.Series[Any]") -> I64:
    """Return for each of ``ids`` the position of the first row of ``keys`` that equals it.

    Both are categorical. Costs a look-up for each distinct identifier, not for each row.
    """
    rows = np.asarray(keys, dtype=object)
    firsts = np.flatnonzero(~pd.Index(rows).duplicated())
    known = pd.Index(rows[firsts]).get_indexer(np.asarray(ids.cat.categories, dtype=object))
    # The last entry stands for unknown (-1), and for empty identifiers, whose code is -1.
    place = np.append(np.append(firsts, NOWHERE)[known], NOWHERE)
    return place[ids.cat.codes.to_numpy()]


def texts(ids: "pd.Series[Any]") -> npt.NDArray[Any]:
    """Return identifiers as an array of strings, empty where there is none."""
    return np.asarray(ids.astype(object).fillna(""), dtype=object)
