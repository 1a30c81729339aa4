"""Riders: who they are to booking, and what is asked of an address and a password."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from booking.domain.errors import BadAccountData

EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
EMAIL_MAX: Final = 254
"""RFC 5321 leaves this much of a path to the address."""
NAME_MAX: Final = 120
PASSWORD_MIN: Final = 8
PASSWORD_MAX: Final = 256
"""Longer input only makes hashing expensive for us."""


@dataclass(frozen=True, slots=True)
class Rider:
    """Somebody who travels and pays."""

    id: UUID
    email: str
    name: str
    created_at: datetime


def normal_email(text: str) -> str:
    """Return the address as accounts are looked up by it: trimmed, composed, in small letters.

    Raises
    ------
    BadAccountData
        If it does not look like an address. Only a letter sent to it could tell for sure.
    """
    email = unicodedata.normalize("NFC", text.strip()).lower()
    if len(email) > EMAIL_MAX or not EMAIL.fullmatch(email) or _has_controls(email):
        raise BadAccountData(f"{text!r} does not look like an e-mail address")
    return email


def normal_name(text: str) -> str:
    """Return a name without the blanks around it, or raise ``BadAccountData``."""
    name = " ".join(text.split())
    if _has_controls(name):
        raise BadAccountData("a name has no control characters")
    if not 1 <= len(name) <= NAME_MAX:
        raise BadAccountData(f"a name has 1 to {NAME_MAX} characters")
    return name


def check_password(password: str) -> None:
    """Raise ``BadAccountData`` for a password that is too short or too long."""
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise BadAccountData(f"a password has {PASSWORD_MIN} to {PASSWORD_MAX} characters")


def _has_controls(text: str) -> bool:
    """Say whether there are characters that nobody writes and PostgreSQL cannot keep (NUL)."""
    return any(unicodedata.category(character) in {"Cc", "Cs"} for character in text)
