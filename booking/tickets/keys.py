"""Public keys for inspectors: what they are called, until when they are trusted, their JSON.

The document is the answer of ``/v1/ticket-keys`` and the file that ``kommit ticket verify`` reads::

    {"keys": [{"key_id": "…16 hex digits…", "algorithm": "Ed25519", "public_key": "…base64url…",
               "not_before": "2026-01-01T00:00:00Z", "not_after": "2028-01-01T00:00:00Z"}]}

Invariant: a key's id is computed from the key, never believed.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from booking.tickets.errors import BadSignature, KeyNotValid, KeysUnusable, UnknownKey

ALGORITHM: Final = "Ed25519"
KEY_ID_BYTES: Final = 8
"""Enough to tell keys apart. It is a name: who forges one still lacks the signature."""
PUBLIC_KEY_BYTES: Final = 32
MAX_FILE_BYTES: Final = 1_000_000


def key_id_of(public_key: bytes) -> str:
    """Return the name of a raw public key: the first 8 bytes of its SHA-256 in hex."""
    return hashlib.sha256(public_key).digest()[:KEY_ID_BYTES].hex()


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A raw Ed25519 public key and the time in which tickets signed by it are accepted."""

    raw: bytes
    not_before: datetime
    not_after: datetime
    """From this moment on it is not trusted any more."""

    @property
    def id(self) -> str:
        """Name of the key in tickets and documents."""
        return key_id_of(self.raw)

    def is_trusted(self, at: datetime) -> bool:
        """Say whether tickets signed by the key are accepted at an aware time."""
        return self.not_before <= at < self.not_after

    def check(self, signature: bytes, signed: bytes) -> None:
        """Raise ``BadSignature`` unless the key's owner signed these bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, signed)
        except (InvalidSignature, ValueError):
            raise BadSignature from None

    def to_document(self) -> dict[str, str]:
        """Return the key as one entry of the keys document."""
        return {
            "key_id": self.id,
            "algorithm": ALGORITHM,
            "public_key": base64.urlsafe_b64encode(self.raw).rstrip(b"=").decode(),
            "not_before": _time_text(self.not_before),
            "not_after": _time_text(self.not_after),
        }


class PublicKeys:
    """The keys an inspector has at hand; several at once, so that keys can be changed."""

    def __init__(self, keys: Iterable[PublicKey]) -> None:
        self._keys = {key.id: key for key in keys}

    def __iter__(self) -> Iterator[PublicKey]:
        return iter(sorted(self._keys.values(), key=lambda key: (key.not_before, key.id)))

    def __len__(self) -> int:
        return len(self._keys)

    def get(self, key_id: str) -> PublicKey:
        """Return a key by its name, or raise ``UnknownKey``."""
        try:
            return self._keys[key_id]
        except KeyError:
            raise UnknownKey(key_id) from None

    def get_trusted(self, key_id: str, at: datetime) -> PublicKey:
        """Return a key by its name if it is trusted at ``at``.

        Raises
        ------
        UnknownKey, KeyNotValid
            If it is not.
        """
        key = self.get(key_id)
        if not key.is_trusted(at):
            raise KeyNotValid(key_id, key.not_before, key.not_after)
        return key

    def to_document(self) -> dict[str, list[dict[str, str]]]:
        """Return what ``/v1/ticket-keys`` answers, oldest key first."""
        return {"keys": [key.to_document() for key in self]}

    @classmethod
    def of_document(cls, document: object, where: str = "keys") -> Self:
        """Return the keys of such a document.

        Raises
        ------
        KeysUnusable
            If it is not one; names the key and the field.
        """
        entries = document.get("keys") if isinstance(document, dict) else None
        if not isinstance(entries, list) or not entries:
            raise KeysUnusable(f'{where}: expected {{"keys": […]}} with at least one key')
        return cls(_key_of(entry, f"{where}: keys[{i}]") for i, entry in enumerate(entries))

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the keys of a file, or raise ``KeysUnusable``."""
        try:
            with path.open("rb") as file:
                data = file.read(MAX_FILE_BYTES)
            document = json.loads(data)
        except OSError as error:
            raise KeysUnusable(f"{path}: cannot be read ({error.strerror})") from error
        except (ValueError, RecursionError) as error:
            raise KeysUnusable(f"{path}: is not JSON ({error})") from error
        return cls.of_document(document, str(path))


def _key_of(entry: Any, where: str) -> PublicKey:
    if not isinstance(entry, dict):
        raise KeysUnusable(f"{where}: expected an object, got {entry!r}")
    if entry.get("algorithm") != ALGORITHM:
        raise KeysUnusable(f"{where}: algorithm: only {ALGORITHM} is known")
    key = PublicKey(
        _raw_of(entry.get("public_key"), where),
        _time_of(entry, "not_before", where),
        _time_of(entry, "not_after", where),
    )
    if entry.get("key_id") != key.id:
        raise KeysUnusable(f"{where}: key_id: is not {key.id}, which this public key has")
    return key


def _raw_of(text: object, where: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(str(text) + "=" * (-len(str(text)) % 4))
    except (ValueError, binascii.Error):
        raw = b""
    if len(raw) != PUBLIC_KEY_BYTES:
        raise KeysUnusable(f"{where}: public_key: expected {PUBLIC_KEY_BYTES} bytes as base64url")
    return raw


def _time_of(entry: dict[str, Any], key: str, where: str) -> datetime:
    try:
        time = datetime.fromisoformat(str(entry.get(key)))
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise KeysUnusable(f"{where}: {key}: expected a time like 2026-01-01T00:00:00Z")
    return time.astimezone(UTC)


def _time_text(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
