"""Heads of the audit log, signed by the key that signs tickets, for those who hold them outside.

What is signed begins with ``kommit audit head 1``, so that no ticket can be taken for a head, nor a
head for a ticket.
"""

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

from booking.domain.audit import AuditHead
from booking.tickets.errors import KeysUnusable
from booking.tickets.keys import PublicKeys
from booking.tickets.sign import KeyRing

CONTEXT: Final = "kommit audit head 1"


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The end of the audit log at a moment, and who says so."""

    position: int
    hash: str
    at: datetime
    key_id: str
    signature: bytes

    @property
    def head(self) -> AuditHead:
        """What it says."""
        return AuditHead(self.position, self.hash)

    def check(self, keys: PublicKeys) -> None:
        """Raise unless one of these keys signed it while it was trusted.

        Raises
        ------
        UnknownKey, KeyNotValid, BadSignature
            If none did.
        """
        key = keys.get_trusted(self.key_id, self.at)
        key.check(self.signature, _to_sign(self.head, self.at))

    def to_document(self) -> dict[str, str | int]:
        """Return the head as JSON says it."""
        return {
            "position": self.position,
            "hash": self.hash,
            "at": _text(self.at),
            "key_id": self.key_id,
            "signature": base64.urlsafe_b64encode(self.signature).rstrip(b"=").decode(),
        }

    @classmethod
    def of_document(cls, document: Any, where: str) -> Self:
        """Return the head that a document says, or raise ``KeysUnusable``."""
        try:
            signature = str(document["signature"])
            padded = signature + "=" * (-len(signature) % 4)
            return cls(
                int(document["position"]),
                str(document["hash"]),
                datetime.fromisoformat(document["at"]).astimezone(UTC),
                str(document["key_id"]),
                base64.urlsafe_b64decode(padded),
            )
        except (KeyError, TypeError, ValueError, binascii.Error) as error:
            raise KeysUnusable(f"{where}: is no head of an audit log ({error!r})") from error


def sign_head(keys: KeyRing, head: AuditHead, at: datetime) -> SignedHead:
    """Return a head signed by the key of the moment, or raise ``KeysUnusable``."""
    at = at.astimezone(UTC).replace(microsecond=0)
    key = keys.signing_key(at, at)
    return SignedHead(*head, at, key.public.id, key.private.sign(_to_sign(head, at)))


def read_heads(path: Path, keys: PublicKeys | None = None) -> Iterator[SignedHead]:
    """Yield the heads of a file, one in each line; check them by ``keys`` if there are any.

    Raises
    ------
    KeysUnusable, BadSignature, UnknownKey, KeyNotValid
        If a line is no head, or was not signed by one of the keys.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KeysUnusable(f"{path}: cannot be read ({error})") from error
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            document = json.loads(line)
        except ValueError as error:
            raise KeysUnusable(f"{path}: line {number}: is no JSON ({error})") from error
        head = SignedHead.of_document(document, f"{path}: line {number}")
        if keys is not None:
            head.check(keys)
        yield head


def _to_sign(head: AuditHead, at: datetime) -> bytes:
    return f"{CONTEXT}\n{head.position}\n{head.hash}\n{_text(at)}".encode()


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
