"""Stored versions of what comes in: each under its hash, and a pointer to the current one."""

import hashlib
import os
import secrets
import shutil
import zipfile
from pathlib import Path
from typing import Final

POINTER: Final = "current"
DIGITS: Final = 16


def store_version(source: Path, folder: Path, suffix: str) -> Path:
    """Copy a file, or pack a folder, into ``folder`` and make it the current version.

    The copy is written aside first, and the pointer switched in one step: whatever fails, what was
    current stays so.
    """
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f".{secrets.token_hex(8)}"
    try:
        _pack(source, aside) if source.is_dir() else shutil.copyfile(source, aside)
        version = folder / f"{sha256_of(aside)[:DIGITS]}{suffix}"
        aside.replace(version)
        _point(folder, version)
    finally:
        aside.unlink(missing_ok=True)
    return version


def current_version(folder: Path) -> Path | None:
    """Return the current version, or None where there is none."""
    pointer = folder / POINTER
    return pointer.resolve() if pointer.exists() else None


def _point(folder: Path, version: Path) -> None:
    fresh = folder / f".{POINTER}.{secrets.token_hex(8)}"
    fresh.symlink_to(os.path.relpath(version, folder))
    fresh.replace(folder / POINTER)


def _pack(source: Path, target: Path) -> None:
    """Pack a folder's tables with the same bytes each time."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(source.glob("*.txt")):
            archive.writestr(zipfile.ZipInfo(file.name), file.read_bytes(), zipfile.ZIP_DEFLATED)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
