"""How kernels are compiled: without the interpreter's lock, inlined, cached by their sources.

numba keys its disk cache by the file of the compiled function alone, so a change in a helper of
another module would leave a stale kernel behind. Here the cache lives in a folder named after a
hash of the sources of the kernel's package, and of the modules that all kernels share.

Set ``KOMMIT_CHECKED_KERNELS=1`` for a build in which every array access of a kernel is checked
(see ``routing.transit.unchecked``); the tests run it.
"""

import functools
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numba as nb

Function = TypeVar("Function", bound=Callable[..., Any])

CHECKED: Final = os.environ.get("KOMMIT_CHECKED_KERNELS", "0") not in ("", "0")
"""True in the build that checks every array access."""

_SHARED = (Path(__file__), Path(__file__).with_name("timetable.py"))
"""Sources that kernels of every package may have constants of."""


def helper(function: Function) -> Function:
    """Compile a function that is inlined wherever a kernel calls it."""
    return _njit(function, forceinline=True)


def part(function: Function) -> Function:
    """Compile a function that kernels call; the compiler decides whether to inline it."""
    return _njit(function)


def entry(function: Function) -> Function:
    """Compile a kernel that Python calls, and keep it on disk for the next process.

    Everything it calls must stand in the same package.
    """
    config: Any = nb.config
    folder = cache_folder(Path(function.__code__.co_filename).parent)
    before, config.CACHE_DIR = config.CACHE_DIR, str(folder)
    try:
        return _njit(function, cache=True)
    finally:
        config.CACHE_DIR = before


def _njit(function: Function, **options: bool) -> Function:
    njit: Any = nb.njit
    return cast(
        "Function", njit(nogil=True, error_model="numpy", boundscheck=CHECKED, **options)(function)
    )


@functools.cache
def cache_folder(package: Path) -> Path:
    """Return where the kernels of exactly the sources in ``package`` are kept.

    It need not exist yet.
    """
    base = next(folder for folder in _bases(package) if _writable(folder))
    return base / f"kernels-{_fingerprint(package)}"


def are_cached(package: Path) -> bool:
    """Say whether the kernels of a package were compiled on this machine before."""
    folder = cache_folder(package)
    return folder.is_dir() and any(folder.rglob("*.nbi"))


def _bases(package: Path) -> list[Path]:
    asked = os.environ.get("NUMBA_CACHE_DIR")
    first = Path(asked) if asked else package / "__pycache__"
    return [first, Path.home() / ".cache" / "kommit", Path("/tmp") / f"kommit-{os.getuid()}"]  # noqa: S108 - last resort, owned by the user


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def _fingerprint(package: Path) -> str:
    digest = hashlib.sha256(b"checked" if CHECKED else b"")
    for path in (*_SHARED, *sorted(package.glob("*.py"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
