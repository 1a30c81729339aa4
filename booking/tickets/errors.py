"""What is wrong with a ticket, as one tree.

::

TicketError
├── TicketMalformed               these bytes are no ticket of a layout we know
│   └── NoTicketInImage           the image cannot be read, or shows no Aztec code
├── UnknownKey                    signed by nobody we know
│   └── KeyNotValid               by a key that is not yet, or no longer, trusted
├── BadSignature                  changed since it was signed, or never signed
│   └── BadPhoneSignature         shown by another phone than the one it is for
├── TicketNotYetValid             genuine, for later
├── TicketExpired                 genuine, for earlier
├── TicketRevoked                 genuine, and cancelled or replaced since
├── NotLive                       for a phone, and not shown by it at this moment: a copy?
│   ├── PhoneDidNotSign           the code has no moment: an image, a print
│   ├── CodeTooOld                a screenshot, or a phone whose clock is slow
│   └── CodeFromLater             the phone's clock, or ours, is wrong
├── BoxNotInTicket                genuine, and no right to open this box at this moment
├── PhoneKeyUnusable              a phone's public key that is none
├── TooManyPhones                 the ticket went from phone to phone too often
├── TicketOnPhone                 it is bound to a phone: a print of it would not be valid
├── PassesUnusable                certificate or key of wallet passes are at fault
├── PassesNotOffered              this installation signs no wallet passes
├── RevocationsUnusable           the list of revocations is damaged or not the issuer's
└── KeysUnusable                  our own key files are at fault, not the ticket
"""

from datetime import datetime


class TicketError(Exception):
    """Anything that keeps a ticket from being accepted; ``str`` of it is a plain sentence."""


class TicketMalformed(TicketError):  # noqa: N818 - named after what was found
    """The bytes do not follow the layout in ``docs/ticket-format.md``."""


class NoTicketInImage(TicketMalformed):
    """An image that cannot be read, or that shows no ticket."""


class UnknownKey(TicketError):  # noqa: N818 - named after what was found
    """The key id is not among the public keys at hand."""

    def __init__(self, key_id: str, sentence: str = "") -> None:
        super().__init__(sentence or f"the ticket was signed by the key {key_id}, unknown here")
        self.key_id = key_id


class KeyNotValid(UnknownKey):
    """The key is known, and must not be trusted at this time."""

    def __init__(self, key_id: str, not_before: datetime, not_after: datetime) -> None:
        window = f"from {not_before.isoformat()} until {not_after.isoformat()}"
        super().__init__(key_id, f"the key {key_id} of this ticket is trusted only {window}")


class BadSignature(TicketError):  # noqa: N818 - named after what was found
    """The signature does not fit the bytes."""

    def __init__(
        self,
        sentence: str = "the signature is wrong: the ticket was changed, or is not genuine",
    ) -> None:
        super().__init__(sentence)


class BadPhoneSignature(BadSignature):
    """The ticket is genuine, and another phone than its own shows it."""

    def __init__(self) -> None:
        super().__init__("the phone's signature is wrong: this phone is not the one it is for")


class TicketNotYetValid(TicketError):  # noqa: N818 - named after what was found
    """The window of validity has not begun."""

    def __init__(self, valid_from: datetime) -> None:
        super().__init__(f"the ticket is valid only from {valid_from.isoformat()} on")
        self.valid_from = valid_from


class TicketExpired(TicketError):  # noqa: N818 - named after what was found
    """The window of validity is over."""

    def __init__(self, valid_until: datetime) -> None:
        super().__init__(f"the ticket was valid until {valid_until.isoformat()}")
        self.valid_until = valid_until


class TicketRevoked(TicketError):  # noqa: N818 - named after what was found
    """It stands on the list of revocations."""

    def __init__(self, issued_at: datetime) -> None:
        super().__init__(
            "the ticket was cancelled, or replaced by a newer one "
            f"(by the list of {issued_at.isoformat()})"
        )
        self.issued_at = issued_at


class NotLive(TicketError):  # noqa: N818 - named after what was found
    """A phone's ticket that the phone did not just sign."""


class PhoneDidNotSign(NotLive):
    """An image or a print of a ticket that only its phone may show."""

    def __init__(self) -> None:
        super().__init__("this ticket is valid only on its phone, and the phone did not sign it")


class CodeTooOld(NotLive):
    """The moment that the phone signed is too long ago."""

    def __init__(self, shown_at: datetime, age_s: int) -> None:
        super().__init__(
            f"the code is {age_s} s old: a screenshot? (drawn at {shown_at.isoformat()})"
        )
        self.shown_at, self.age_s = shown_at, age_s


class CodeFromLater(NotLive):
    """The moment that the phone signed has not come yet."""

    def __init__(self, shown_at: datetime) -> None:
        super().__init__(
            f"the code says it was drawn at {shown_at.isoformat()}, which is later than now: "
            "a clock is wrong"
        )
        self.shown_at = shown_at


class BoxNotInTicket(TicketError):  # noqa: N818 - named after what was found
    """No leg of the ticket opens this box at this moment."""


class PhoneKeyUnusable(TicketError):  # noqa: N818 - named after what was found
    """A phone's public key that is no point of P-256."""

    def __init__(self, size: int) -> None:
        super().__init__(
            f"a phone's public key is a point of P-256 in 33 or 65 bytes; these {size} are none"
        )


class TooManyPhones(TicketError):  # noqa: N818 - named after what was found
    """An order whose ticket was moved to other phones too often."""

    def __init__(self, most: int) -> None:
        super().__init__(f"the ticket was already issued {most} times: ask the operator")


class TicketOnPhone(TicketError):  # noqa: N818 - named after what was found
    """A print or wallet pass of a ticket that is valid on its phone alone."""

    def __init__(self) -> None:
        super().__init__("the ticket is bound to a phone; free it from the phone to print it")


class PassesUnusable(TicketError):  # noqa: N818 - named after what was found
    """The certificate or the key that signs wallet passes cannot be used."""


class PassesNotOffered(TicketError):  # noqa: N818 - named after what was found
    """No certificate for wallet passes is set."""

    def __init__(self) -> None:
        super().__init__("wallet passes are not offered here")


class RevocationsUnusable(TicketError):  # noqa: N818 - named after what was found
    """A list of revocations that is malformed, cut short or not signed by the issuer."""


class KeysUnusable(TicketError):  # noqa: N818 - named after what was found
    """A key file is missing, unreadable, malformed, or open to other users."""
