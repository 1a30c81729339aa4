"""Folders that appear whole or not at all: written aside, flushed to disk, then put in place."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from feeds.errors import ImageError


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """Give an empty folder to write to, which takes the place of ``out`` when the block ends well.

    If anything is raised, in the block or while moving, ``out`` stays as it was and nothing is
    left beside it. Two renames are needed where ``out`` exists; what must never be missing for a
    moment is switched by ``feeds.image.live`` instead.

    Raises
    ------
    ImageError
        If the disk refuses.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    except OSError as error:
        raise ImageError(f"The image cannot be written to {out}: {error}.") from error
    try:
        aside.chmod(0o755)
        yield aside
        flush(aside)
        _move(aside, out)
    except OSError as error:
        raise ImageError(f"The image cannot be written to {out}: {error}.") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def flush(folder: Path) -> None:
    """Wait until every file, and then every folder, is on the disk."""
    for path in [*sorted(folder.rglob("*"), reverse=True), folder]:
        _flush_one(path)


def _flush_one(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _move(aside: Path, out: Path) -> None:
    """Put the folder ``aside`` in the place of ``out``; put the old one back if that fails."""
    if not out.exists():
        aside.rename(out)
        _flush_one(out.parent)
        return
    attic = Path(tempfile.mkdtemp(prefix=f".{out.name}.old.", dir=out.parent))
    old = attic / out.name
    out.rename(old)
    try:
        aside.rename(out)
    except OSError:
        old.rename(out)
        attic.rmdir()
        raise
    _flush_one(out.parent)
    shutil.rmtree(attic, ignore_errors=True)
