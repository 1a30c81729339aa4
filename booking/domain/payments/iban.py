"""Bank accounts: an IBAN is checked by its country's length and its check digits (ISO 13616)."""

import re
import unicodedata
from typing import Final

from booking.domain.payments.errors import BadBankDetails

# fmt: off
LENGTHS: Final = {
    "AD": 24, "AL": 28, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22,
    "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21,
    "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27,
    "MD": 24, "ME": 22, "MK": 19, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24,
    "RS": 22, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "VA": 22,
}
"""Characters of an IBAN by country, of all countries of SEPA (SWIFT's IBAN registry)."""
# fmt: on
SHAPE: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]+", re.ASCII)
HOLDER_MAX: Final = 70
"""What SEPA carries of a name (EPC 130-08)."""


def normal_iban(text: str) -> str:
    """Return an IBAN without blanks and in capitals.

    Raises
    ------
    BadBankDetails
        If its country is not in SEPA, or its length or check digits are wrong. What was given is
        not repeated.
    """
    iban = "".join(text.split()).upper()
    country = iban[:2]
    if not SHAPE.fullmatch(iban) or country not in LENGTHS:
        raise BadBankDetails("an IBAN begins with a country of SEPA and two digits, like DE02…")
    if len(iban) != LENGTHS[country]:
        raise BadBankDetails(
            f"an IBAN of {country} has {LENGTHS[country]} characters, not {len(iban)}"
        )
    if not has_right_digits(iban):
        raise BadBankDetails("the check digits of this IBAN do not fit: a digit is mistyped")
    return iban


def has_right_digits(text: str) -> bool:
    """Say whether characters 3 and 4 check the others (ISO 7064 mod 97-10).

    The first four go to the end, and letters count from A = 10.
    """
    return int("".join(str(int(each, 36)) for each in text[4:] + text[:4])) % 97 == 1


def normal_holder(text: str) -> str:
    """Return the name of an account's holder, or raise ``BadBankDetails``."""
    name = " ".join(text.split())
    if any(unicodedata.category(each) in {"Cc", "Cs"} for each in name):
        raise BadBankDetails("a name has no control characters")
    if not 1 <= len(name) <= HOLDER_MAX or not sepa_text(name).strip(" ."):
        raise BadBankDetails(f"the holder of an account has 1 to {HOLDER_MAX} characters")
    return name


def masked(iban: str) -> str:
    """Return what may be shown of an IBAN: its country and its last four characters."""
    return f"{iban[:2]}…{iban[-4:]}"


UMLAUTS: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "&": "+"}
    | {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "đ": "d", "Đ": "D"}
)
NOT_SEPA: Final = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")


def sepa_text(text: str) -> str:
    """Return a text in the characters that every bank of SEPA takes (EPC 217-08)."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).translate(UMLAUTS))
    return NOT_SEPA.sub(".", "".join(each for each in plain if not unicodedata.combining(each)))
