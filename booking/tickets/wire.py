"""How a ticket writes numbers and texts; strict readers.

A text that came before is written as its number, so the stop of a transfer costs one byte.
"""

from booking.tickets.errors import TicketMalformed

MAX_VARINT_BYTES = 6
"""Enough for 42 bits; nothing a ticket counts is larger."""


class Writer:
    """Appends to a row of bytes."""

    def __init__(self) -> None:
        self.data = bytearray()
        self._texts: dict[str, int] = {}

    def varint(self, number: int) -> None:
        """Append a number that is not negative: 7 bits a byte, low bits first, 0x80 = more."""
        if not 0 <= number < 1 << (7 * MAX_VARINT_BYTES):
            raise ValueError(f"a ticket cannot carry the number {number}")
        while number > 0x7F:
            self.data.append(number & 0x7F | 0x80)
            number >>= 7
        self.data.append(number)

    def text(self, text: str) -> None:
        """Append a new text as twice its length in bytes, then UTF-8; a known one as 2n + 1.

        n counts the different texts before, from 0.
        """
        if (known := self._texts.get(text)) is not None:
            self.varint(2 * known + 1)
            return
        self._texts[text] = len(self._texts)
        encoded = text.encode()
        self.varint(2 * len(encoded))
        self.data += encoded


class Reader:
    """Takes from a row of bytes; every step over its end raises ``TicketMalformed``."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0
        self._texts: list[str] = []

    def take(self, size: int) -> bytes:
        """Return the next ``size`` bytes."""
        taken = self._data[self._at : self._at + size]
        if len(taken) != size:
            raise TicketMalformed("the ticket is cut short")
        self._at += size
        return taken

    def byte(self) -> int:
        """Return the next byte."""
        return self.take(1)[0]

    def varint(self) -> int:
        """Return a number; its shortest writing is the only one that is taken."""
        number = 0
        for i in range(MAX_VARINT_BYTES):
            byte = self.byte()
            number |= (byte & 0x7F) << (7 * i)
            if byte < 0x80:
                if byte == 0 and i > 0:
                    raise TicketMalformed("a number in the ticket is padded with zeros")
                return number
        raise TicketMalformed("a number in the ticket is too large")

    def text(self) -> str:
        """Return a text, new or known."""
        number, is_known = divmod(self.varint(), 2)
        if is_known:
            if number >= len(self._texts):
                raise TicketMalformed("the ticket repeats a text that it does not have")
            return self._texts[number]
        try:
            text = self.take(number).decode()
        except UnicodeDecodeError as error:
            raise TicketMalformed("a text in the ticket is not UTF-8") from error
        self._texts.append(text)
        return text

    def end(self) -> None:
        """Raise unless everything was taken."""
        if self._at != len(self._data):
            raise TicketMalformed(f"{len(self._data) - self._at} bytes follow the ticket's end")
