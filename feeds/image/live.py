"""Which image is live: a pointer in a store folder, switched in one step."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from feeds.errors import ImageError
from feeds.image.image import NetworkImage, verify_image

POINTER: Final = "current"


def activate(folder: Path, store: Path) -> NetworkImage:
    """Make the image in ``folder`` the live one of ``store``, and return it.

    The image is read byte by byte first; one that fails never becomes live, and what was live
    stays so. Running searches keep the old image mapped until they end.

    Raises
    ------
    ImageError
        If the image is missing, outdated or damaged, or the pointer cannot be written.
    """
    image = verify_image(folder)
    fresh = store / f".{POINTER}.{secrets.token_hex(8)}"
    try:
        store.mkdir(parents=True, exist_ok=True)
        fresh.symlink_to(os.path.relpath(folder.resolve(), store.resolve()))
        fresh.replace(store / POINTER)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise ImageError(f"The image cannot be made live in {store}: {error}.") from error
    return image


def current(store: Path) -> Path | None:
    """Return the folder of the live image, or None where nothing was ever activated."""
    pointer = store / POINTER
    return pointer.resolve() if pointer.is_symlink() else None
