"""Secrets and keys: given in production, made once and marked in a demo."""

import os
import secrets
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from booking.tickets import key_folder
from booking.tickets.sign import KeyRing
from kommit.bootstrap.errors import KeysRefused
from kommit.settings import DEMO_SECRET_PREFIX, SHORTEST_SECRET, Settings, SettingsError

DEMO_MARK: Final = "MADE-BY-A-DEMO"
"""A file that a demo leaves beside the ticket keys it makes."""


def signing_secret(settings: Settings) -> bytes:
    """Return what seals tokens."""
    if settings.secret is not None:
        secret = settings.secret.get_secret_value()
        if len(secret) < SHORTEST_SECRET:
            raise SettingsError(f"KOMMIT_SECRET needs at least {SHORTEST_SECRET} characters")
        return secret.encode()
    return _demo_secret(settings.data_dir / "demo-secret").encode()


def _demo_secret(path: Path) -> str:
    """Return the demo's secret; of several processes that make one, the first wins."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(DEMO_SECRET_PREFIX + secrets.token_urlsafe(SHORTEST_SECRET))
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text()


def ticket_keys(settings: Settings, now: datetime) -> KeyRing:
    """Return the keys that sign tickets.

    Raises
    ------
    KeysRefused
        If production is given keys that a demo made.
    KeysUnusable
        If they cannot be read.
    """
    if settings.is_demo:
        folder = settings.ticket_keys or settings.data_dir / "demo-ticket-keys"
        ring = key_folder.load_or_create(folder, now)
        if settings.ticket_keys is None:
            (folder / DEMO_MARK).touch()
        return ring
    folder = settings.ticket_keys or settings.data_dir / "ticket-keys"
    if (folder / DEMO_MARK).exists():
        raise KeysRefused(f"the ticket keys in {folder} were made by a demo: make new ones")
    return key_folder.load(folder)
