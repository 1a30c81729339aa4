"""Signatures of the lock protocol, ``docs/lock-protocol.md``: HMAC-SHA256 over a few lines."""

import hashlib
import hmac
import secrets
from typing import Final, NamedTuple

REQUEST: Final = "kommit-lock-1"
ANSWER: Final = "kommit-lock-1-answer"


class LockKey(NamedTuple):
    """A secret that kommit and a box operator share, and its name."""

    id: str
    secret: bytes


def signature(key: LockKey, *lines: str) -> str:
    """Return the signature of lines, in hexadecimal."""
    return hmac.new(key.secret, "\n".join(lines).encode(), hashlib.sha256).hexdigest()


def request_headers(key: LockKey, path: str, body: bytes, unix_s: int) -> dict[str, str]:
    """Return the headers of a request: each time with another nonce."""
    nonce, moment = secrets.token_hex(16), str(unix_s)
    signed = signature(key, REQUEST, "POST", path, key.id, moment, nonce, digest(body))
    return {
        "Content-Type": "application/json",
        "Kommit-Key": key.id,
        "Kommit-Timestamp": moment,
        "Kommit-Nonce": nonce,
        "Kommit-Signature": signed,
    }


def is_answer_to(key: LockKey, nonce: str, status: int, body: bytes, signed: str) -> bool:
    """Say whether an answer was signed by who has the key, for the request with that nonce."""
    expected = signature(key, ANSWER, nonce, str(status), digest(body))
    return hmac.compare_digest(expected.encode(), signed.encode())


def digest(body: bytes) -> str:
    """Return the SHA-256 of a body, in hexadecimal."""
    return hashlib.sha256(body).hexdigest()
