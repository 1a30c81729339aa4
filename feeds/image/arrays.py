"""Named tuples of arrays to disk and back: ``routing.store`` with types that mypy can follow."""

from pathlib import Path
from typing import Any, TypeVar, cast

from routing.store import ArrayRecord, load_arrays, save_arrays

Record = TypeVar("Record", bound=tuple[Any, ...])


def save(record: tuple[Any, ...], folder: Path) -> None:
    """Write every field of a named tuple of arrays to ``folder``."""
    save_arrays(cast("ArrayRecord", record), folder)


def load(kind: type[Record], folder: Path) -> Record:
    """Map what ``save`` wrote.

    Raises
    ------
    FileNotFoundError
        If a field's file is missing.
    """
    return cast("Record", load_arrays(cast("Any", kind), folder))
