"""Private keys: which of them signs, and the signature itself.

Rotation: add the next key with a ``not_before`` ahead, so that inspectors have its public half
before the first ticket carries it; keep the old one in the documents until its ``not_after``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from booking.tickets.envelope import head_and_payload, to_sign
from booking.tickets.errors import KeysUnusable
from booking.tickets.keys import PublicKey, PublicKeys
from booking.tickets.payload import pack
from booking.tickets.ticket import Ticket


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and the time in which it signs."""

    private: Ed25519PrivateKey
    not_before: datetime
    not_after: datetime

    @property
    def public(self) -> PublicKey:
        """The half that everybody may know."""
        raw = self.private.public_key().public_bytes_raw()
        return PublicKey(raw, self.not_before, self.not_after)

    def sign(self, ticket: Ticket) -> bytes:
        """Return a ticket's bytes; the same for the same ticket, as Ed25519 uses no randomness.

        Raises
        ------
        ValueError
            If the ticket is too large for a code.
        """
        front = head_and_payload(bytes.fromhex(self.public.id), pack(ticket))
        return front + self.private.sign(to_sign(front))


class KeyRing:
    """The keys of an issuer: those that sign, and older ones that are only still trusted."""

    def __init__(self, signing: Iterable[SigningKey], trusted: Iterable[PublicKey] = ()) -> None:
        self._signing = sorted(signing, key=lambda key: (key.not_before, key.public.id))
        self.public = PublicKeys([*trusted, *(key.public for key in self._signing)])

    def signing_key(self, offered_at: datetime, valid_until: datetime) -> SigningKey:
        """Return the newest key that was in use at the offer and outlives the ticket.

        Asked with the time of the offer, not of the signature, it gives the same key each time.

        Raises
        ------
        KeysUnusable
            If there is none.
        """
        for key in reversed(self._signing):
            if key.public.is_trusted(offered_at) and key.public.is_trusted(valid_until):
                return key
        raise KeysUnusable(
            f"no key may sign at {offered_at.isoformat()} what is valid until "
            f"{valid_until.isoformat()}: add a key"
        )
