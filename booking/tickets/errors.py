"""What is wrong with a ticket, as one tree.

::

TicketError
├── TicketMalformed               these bytes are no ticket of a layout we know
│   └── NoTicketInImage           the image cannot be read, or shows no Aztec code
├── UnknownKey                    signed by nobody we know
│   └── KeyNotValid               by a key that is not yet, or no longer, trusted
├── BadSignature                  changed since it was signed, or never signed
├── TicketNotYetValid             genuine, for later
├── TicketExpired                 genuine, for earlier
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

    def __init__(self) -> None:
        super().__init__("the signature is wrong: the ticket was changed, or is not genuine")


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


class KeysUnusable(TicketError):  # noqa: N818 - named after what was found
    """A key file is missing, unreadable, malformed, or open to other users."""
