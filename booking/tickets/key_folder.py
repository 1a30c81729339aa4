"""A folder of ticket keys: ``keys.json`` with the public halves, and a private PEM file for each.

::

    keys.json                  as /v1/ticket-keys answers; says how long each key is valid
    ticket-KEYID.pem           PKCS #8, mode 600

``*.key`` files of 32 raw bytes are taken as well. A private key that others may read is refused.
"""

import fcntl
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from booking.tickets.errors import KeysUnusable, UnknownKey
from booking.tickets.figures import KEY_ANNOUNCED
from booking.tickets.keys import PublicKey, PublicKeys, key_id_of
from booking.tickets.sign import KeyRing, SigningKey

PUBLIC_FILE: Final = "keys.json"
LIFETIME: Final = timedelta(days=730)
CLOCK_SKEW: Final = timedelta(days=1)
"""A first key is valid from a little before it was made: clocks differ, offers came earlier."""
RAW_KEY_BYTES: Final = 32
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def load_or_create(folder: Path, now: datetime) -> KeyRing:
    """Return the keys of a folder; an empty or missing one gets its first key.

    May be called by several processes at once: one of them makes the key, all return it.

    Raises
    ------
    KeysUnusable
        If what is there cannot be used.
    """
    with _locked(folder):
        if not (folder / PUBLIC_FILE).exists():
            _add_key(folder, PublicKeys([]), now - CLOCK_SKEW)
    return load(folder)


def add_key(folder: Path, not_before: datetime) -> PublicKey:
    """Make one more key, valid from an aware time on; ahead, so that inspectors hear of it."""
    with _locked(folder):
        return _add_key(folder, PublicKeys.read(folder / PUBLIC_FILE), not_before)


def rotate(folder: Path, now: datetime) -> PublicKey | None:
    """Make the next key, which signs once it was announced for ``KEY_ANNOUNCED``.

    The keys before stay trusted until their end, so that what they signed stays valid. Return None,
    and make nothing, while one that was made so still waits for its time.
    """
    with _locked(folder):
        known = PublicKeys.read(folder / PUBLIC_FILE)
        if any(key.not_before > now for key in known):
            return None
        return _add_key(folder, known, now + KEY_ANNOUNCED)


def load(folder: Path) -> KeyRing:
    """Return the keys of a folder.

    Raises
    ------
    KeysUnusable
        If a file is missing, malformed or readable for others, or no private key is there.
    """
    trusted = PublicKeys.read(folder / PUBLIC_FILE)
    files = sorted([*folder.glob("*.pem"), *folder.glob("*.key")])
    if not files:
        raise KeysUnusable(f"{folder}: there is no private key (*.pem or *.key)")
    return KeyRing([_signing_key(path, trusted) for path in files], trusted)


def read_private_key(path: Path) -> Ed25519PrivateKey:
    """Return the private key of a PEM file or of 32 raw bytes.

    Raises
    ------
    KeysUnusable
        If the file cannot be read, is open to others, or holds no Ed25519 key.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            data = file.read(10_000)
    except OSError as error:
        raise KeysUnusable(f"{path}: cannot be read ({error.strerror})") from error
    if mode & OTHERS:
        raise KeysUnusable(f"{path}: others may read this private key; chmod 600 it")
    return _parse_private_key(data, path)


def _parse_private_key(data: bytes, path: Path) -> Ed25519PrivateKey:
    if len(data) == RAW_KEY_BYTES:
        return Ed25519PrivateKey.from_private_bytes(data)
    try:
        key = serialization.load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeysUnusable(f"{path}: holds no Ed25519 private key without a password")
    return key


def _signing_key(path: Path, trusted: PublicKeys) -> SigningKey:
    private = read_private_key(path)
    key_id = key_id_of(private.public_key().public_bytes_raw())
    try:
        public = trusted.get(key_id)
    except UnknownKey:
        raise KeysUnusable(
            f"{path}: its public half {key_id} is not in {path.parent / PUBLIC_FILE}"
        ) from None
    return SigningKey(private, public.not_before, public.not_after)


def _add_key(folder: Path, known: PublicKeys, not_before: datetime) -> PublicKey:
    """Write the private half first: a key that is announced must be able to sign."""
    start = not_before.astimezone(UTC).replace(microsecond=0)
    key = SigningKey(Ed25519PrivateKey.generate(), start, start + LIFETIME)
    pem = key.private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write(folder / f"ticket-{key.public.id}.pem", pem, 0o600)
    document = PublicKeys([*known, key.public]).to_document()
    _write(folder / PUBLIC_FILE, json.dumps(document, indent=2).encode() + b"\n", 0o644)
    return key.public


def _write(path: Path, data: bytes, mode: int) -> None:
    """Write a file as a whole or not at all, never for a moment with a wider mode."""
    draft = path.with_name(path.name + ".draft")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:  # noqa: PTH123 - opens a descriptor
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("w")
    except OSError as error:
        raise KeysUnusable(f"{folder}: cannot be written ({error.strerror})") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
