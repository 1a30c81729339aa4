"""Tokens that only we can have made: what a client carries for us between two calls.

A token is base64url of a 16-byte tag followed by raw deflate of canonical JSON.

* The tag is HMAC-SHA256, cut to 128 bits (RFC 2104 allows half). Nobody but us opens a token, so
  a public-key signature would buy nothing for its 48 bytes more; tickets, which others check, have
  one.
* Each purpose has a key of its own, derived from the secret and the format's version: a token of
  one purpose is no token of another, nor of another version.
* The tag is checked before anything is inflated or parsed. Length and inflated length are bounded
  all the same.
* Base64 is taken in its one canonical form, so no two texts are the same token.
"""

import base64
import binascii
import hmac
import json
from typing import Any, Final

from booking.domain.errors import NotOnSale, OfferForged
from booking.tickets.packing import deflate, inflate

FORMAT: Final = 3
"""Goes up with every change of what is sealed: tokens of before are refused then, not misread."""
TAG_BYTES: Final = 16
MAX_TOKEN_CHARS: Final = 16_384
MAX_PLAIN_BYTES: Final = 131_072
MIN_SECRET_BYTES: Final = 32


class Seal:
    """Closes and opens the tokens of one purpose.

    Parameters
    ----------
    secret
        At least 32 random bytes, the same in every process that opens the tokens.
    purpose
        What the tokens say, like ``offer``.
    """

    def __init__(self, secret: bytes, purpose: str) -> None:
        if len(secret) < MIN_SECRET_BYTES:
            raise ValueError(f"the signing secret must have at least {MIN_SECRET_BYTES} bytes")
        self._key = hmac.digest(secret, f"kommit token {FORMAT}: {purpose}".encode(), "sha256")
        self._purpose = purpose

    def close(self, content: object) -> str:
        """Return the token of something made of lists, texts, numbers and None.

        Raises
        ------
        NotOnSale
            If it is so long that ``open`` would refuse it.
        """
        plain = json.dumps(
            content, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        ).encode()
        body = deflate(plain)
        token = _encode(self._tag(body) + body)
        if len(plain) > MAX_PLAIN_BYTES or len(token) > MAX_TOKEN_CHARS:
            raise NotOnSale("this journey has too many legs to be sold as one")
        return token

    def open(self, token: str) -> Any:
        """Return what a token says.

        Raises
        ------
        OfferForged
            If we did not make it, or not for this purpose.
        """
        if len(token) > MAX_TOKEN_CHARS:
            raise OfferForged(f"the {self._purpose} token is longer than any of ours")
        data = _decode(token)
        tag, body = data[:TAG_BYTES], data[TAG_BYTES:]
        if not hmac.compare_digest(tag, self._tag(body)):
            raise OfferForged(f"this is not the {self._purpose} token that we made, if we made any")
        return json.loads(_inflate(body))

    def _tag(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")[:TAG_BYTES]


def _inflate(body: bytes) -> bytes:
    try:
        return inflate(body, MAX_PLAIN_BYTES)
    except ValueError as error:
        raise OfferForged(f"the token cannot be read: {error}") from error


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(token: str) -> bytes:
    try:
        data = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (ValueError, binascii.Error) as error:
        raise OfferForged("the token is not base64url text") from error
    if _encode(data) != token:
        raise OfferForged("the token is not base64url text in its canonical form")
    return data
