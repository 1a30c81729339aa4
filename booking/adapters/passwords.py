"""Passwords hashed by Argon2id."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import CHEAPEST, RFC_9106_LOW_MEMORY


class Argon2Passwords:
    """See ``booking.service.ports.Passwords``.

    Parameters
    ----------
    cheap
        Use the cheapest profile there is. For tests only.
    """

    def __init__(self, *, cheap: bool = False) -> None:
        profile = CHEAPEST if cheap else RFC_9106_LOW_MEMORY
        self._hasher = PasswordHasher.from_parameters(profile)

    def hash(self, password: str) -> str:
        """Return the hash with its settings and salt."""
        return self._hasher.hash(password)

    def verify(self, password_hash: str, password: str) -> bool:
        """Say whether it is the password of that hash."""
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, password_hash: str) -> bool:
        """Say whether today's settings differ from those of the hash."""
        return self._hasher.check_needs_rehash(password_hash)
