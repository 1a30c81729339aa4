"""Records of arrays on disk: a folder of plain ``.npy`` files, memory-mapped when read."""

from pathlib import Path
from typing import Any, Protocol, Self, TypeVar

import numpy as np
import numpy.typing as npt


class ArrayRecord(Protocol):
    """A named tuple whose fields are all arrays."""

    _fields: tuple[str, ...]

    @classmethod
    def _make(cls, iterable: Any, /) -> Self: ...
    def __getattribute__(self, name: str, /) -> Any: ...


Record = TypeVar("Record", bound=ArrayRecord)


def save_arrays(record: ArrayRecord, folder: Path) -> None:
    """Write every field of ``record``, a named tuple of arrays, to ``folder/FIELD.npy``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in record._fields:
        array = np.ascontiguousarray(getattr(record, name))
        np.save(folder / f"{name}.npy", array, allow_pickle=False)


def load_arrays(kind: type[Record], folder: Path) -> Record:
    """Map the arrays that ``save_arrays`` wrote.

    The pages are shared between processes and copied on write, so that numba sees the same array
    type as for arrays in memory and compiles one signature only.

    Raises
    ------
    FileNotFoundError
        If a field's file is missing.
    """
    return kind._make(_load(folder / f"{name}.npy") for name in kind._fields)


def _load(path: Path) -> npt.NDArray[Any]:
    array = np.load(
        path, mmap_mode=None if path.stat().st_size <= 4096 else "c", allow_pickle=False
    )
    return np.asarray(array)
