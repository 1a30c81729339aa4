"""What stands on tickets for people, in German and English (``words.json``)."""

import json
from collections.abc import Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Final, Literal

from booking.domain.money import Money
from booking.domain.passengers import TravelClass
from booking.tickets.ticket import Ticket, TicketLeg, TicketPassenger

DASH: Final = " \N{EN DASH} "
Language = Literal["de", "en"]

_WORDS: Final[Mapping[str, Mapping[str, str]]] = json.loads(
    (Path(__file__).parent / "words.json").read_text("utf-8")
)


class Words:
    """Sentences in one language, with times of one zone."""

    def __init__(self, language: Language, zone: tzinfo) -> None:
        self.language, self._zone = language, zone
        self._words = _WORDS[language]

    def __call__(self, sentence: str, /, **values: Any) -> str:
        """Return a sentence with its values."""
        return self._words[sentence].format(**values)

    def day_and_clock(self, time: datetime) -> str:
        """Return a moment, as 04.05.2026 08:00."""
        pattern = "%d.%m.%Y %H:%M" if self.language == "de" else "%Y-%m-%d %H:%M"
        return time.astimezone(self._zone).strftime(pattern)

    def clock(self, time: datetime) -> str:
        """Return hours and minutes."""
        return time.astimezone(self._zone).strftime("%H:%M")

    def window(self, ticket: Ticket) -> str:
        """Return when a ticket is valid."""
        start, end = map(self.day_and_clock, (ticket.valid_from, ticket.valid_until))
        return self("valid", **{"from": start, "until": end})

    def passenger(self, passenger: TicketPassenger) -> str:
        """Return who travels, and what they have to show."""
        parts = [f"{passenger.id + 1}. {self(passenger.category)}"]
        parts += [self("first")] if passenger.travel_class is TravelClass.FIRST else []
        parts += [self("bicycle")] if passenger.bicycle else []
        parts += [self("show", subscription=each) for each in passenger.subscriptions]
        return ", ".join(parts)

    def line(self, leg: TicketLeg) -> str:
        """Return what carries the rider on a leg."""
        return self("rental", name=leg.route_name) if leg.rental else leg.route_name

    def times(self, leg: TicketLeg) -> str:
        """Return day and times of a leg."""
        return f"{self.day_and_clock(leg.departure)}{DASH}{self.clock(leg.arrival)}"

    def places(self, leg: TicketLeg, last: TicketLeg | None = None) -> str:
        """Return where a leg, or the way to the end of a later one, begins and ends."""
        return f"{leg.origin_name}{DASH}{(last or leg).destination_name}"

    def whom(self, leg: TicketLeg, ticket: Ticket) -> str:
        """Return for whom a leg is, or an empty text where it is for all."""
        if len(leg.passengers) == len(ticket.passengers):
            return ""
        return self("for", who=", ".join(f"{each + 1}." for each in leg.passengers))

    def money(self, amount: Money) -> str:
        """Return an amount, as 12,50 EUR; currencies with cents."""
        sign, minor = "-" if amount.minor < 0 else "", abs(amount.minor)
        point = "," if self.language == "de" else "."
        return f"{sign}{minor // 100}{point}{minor % 100:02} {amount.currency}"

    def rate(self, permille: int) -> str:
        """Return a rate of VAT, as 7 or 7,5."""
        whole, part = divmod(permille, 10)
        point = "," if self.language == "de" else "."
        return f"{whole}{point}{part}" if part else str(whole)
