"""Records of arrays on disk: a folder of plain ``.npy`` files, memory-mapped when read.

A *record* is a named tuple whose fields are all arrays.
"""

from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

Record = TypeVar("Record", bound=tuple[Any, ...])

MAPPED_FROM_BYTES: Final = 4096
"""Smaller files are read at once: a page of its own would cost more than its content."""


def save_arrays(record: tuple[Any, ...], folder: Path) -> None:
    """Write every field of ``record`` to ``folder/FIELD.npy``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in zip(fields_of(type(record)), record, strict=True):
        np.save(folder / f"{name}.npy", np.ascontiguousarray(array), allow_pickle=False)


def load_arrays(kind: type[Record], folder: Path) -> Record:
    """Map the arrays that ``save_arrays`` wrote.

    The pages are shared between processes and copied on write, so that numba sees the same array
    type as for arrays in memory and compiles one signature only.

    Raises
    ------
    FileNotFoundError
        If a field's file is missing.
    """
    return kind(*(_load(folder / f"{name}.npy") for name in fields_of(kind)))


def fields_of(kind: type[tuple[Any, ...]]) -> tuple[str, ...]:
    """Return the names of a record's fields."""
    names: tuple[str, ...] = kind._fields  # type: ignore[attr-defined]  # every named tuple has it
    return names


def _load(path: Path) -> npt.NDArray[Any]:
    mapped = path.stat().st_size > MAPPED_FROM_BYTES
    return np.asarray(np.load(path, mmap_mode="c" if mapped else None, allow_pickle=False))
