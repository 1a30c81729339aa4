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
    known = pd.Index(np.asarray(keys, dtype=object))
    known = known[~known.duplicated()] if known.has_duplicates else known
    first = pd.Index(np.asarray(keys, dtype=object)).duplicated()
    places = np.flatnonzero(~first)
    table = known.get_indexer(pd.Index(np.asarray(ids.cat.categories, dtype=object)))
    found = np.where(table >= 0, places[table] if places.size else NOWHERE, NOWHERE)
    codes = ids.cat.codes.to_numpy()
    if not found.size:
        return np.full(len(ids), NOWHERE, dtype=np.int64)
    return np.where(codes >= 0, found[codes], NOWHERE)


def texts(ids: "pd.Series[Any]") -> npt.NDArray[Any]:
    """Return identifiers as an array of strings, empty where there is none."""
    return np.asarray(ids.astype(object).fillna(""), dtype=object)
