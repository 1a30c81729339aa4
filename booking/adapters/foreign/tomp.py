"""Legs of other operators over TOMP-API 1.6: planned, booked, committed, cancelled.

``POST /plannings/?booking-intent=true`` gives the booking an id and reserves nothing; the id is
journalled before ``POST /bookings/`` holds it. From then on every call can be repeated: a booking
that exists is looked at (``GET /bookings/{id}``) and its state decides what is left to do.
"""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlsplit

from booking.domain.chain import ChainPoint, LegMode
from booking.domain.money import Money
from booking.domain.outside_errors import ForeignRefused, ForeignUnavailable
from booking.service.foreign import ForeignLeg

API_VERSION: Final = "1.6.0"
TIMEOUT_S: Final = 5.0
"""For one call; a step makes two at most, which is well below the lease of a saga."""
MAX_ANSWER_BYTES: Final = 1_000_000
ASSET_CLASSES: Final = {
    LegMode.BICYCLE: "BICYCLE",
    LegMode.CARGO_BICYCLE: "BICYCLE",
    LegMode.SCOOTER: "SCOOTER",
    LegMode.CAR: "CAR",
}
HELD: Final = frozenset({"NEW", "PENDING"})
BOUGHT: Final = frozenset({"CONFIRMED", "STARTED", "FINISHED"})
GONE: Final = frozenset({"CANCELLED", "EXPIRED", "RELEASED", "REJECTED"})


@dataclass(frozen=True)
class TompOperator:
    """See ``booking.service.foreign.ForeignOperator``. A reference is the id of a booking.

    Parameters
    ----------
    name
        Who it is, for messages.
    url
        The base of its API.
    headers
        What it wants with each request, such as a key.
    maas_id
        Who we are to it.
    """

    name: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    maas_id: str = "kommit"

    def open(self, asked: ForeignLeg) -> str:
        """Ask for the leg and return the id of the first option that costs no more than it did."""
        leg = asked.leg
        body = {
            "from": _place(leg.origin),
            "to": _place(leg.destination),
            "departureTime": leg.departure.isoformat(),
            "arrivalTime": leg.arrival.isoformat(),
            "nrOfTravelers": asked.riders,
            "useAssets": [leg.rental.vehicle] if leg.rental and leg.rental.vehicle else [],
            "assetClasses": [ASSET_CLASSES.get(leg.mode, "OTHER")],
        }
        status, planning = self._ask("POST", "/plannings/?booking-intent=true", body)
        options = planning.get("options") if isinstance(planning, dict) else None
        if status >= 400 or not isinstance(options, list):
            raise ForeignRefused(self._says(status, planning))
        for option in options:
            if isinstance(option, dict) and self._is_affordable(option, asked):
                return str(option["id"])
        raise ForeignRefused(f"{self.name} has nothing left at the price that was found")

    def reserve(self, asked: ForeignLeg, reference: str) -> None:
        """Hold the booking, unless it is held already."""
        body = {
            "id": reference,
            "from": _place(asked.leg.origin),
            "to": _place(asked.leg.destination),
        }
        status, booking = self._ask("POST", "/bookings/", body)
        if status in {409, 410} or status >= 400:
            state = self._state(reference)
            if state not in HELD | BOUGHT:
                raise ForeignRefused(self._says(status, booking))

    def confirm(self, reference: str) -> None:
        """Commit the booking, unless it is committed already."""
        status, answer = self._event(reference, "COMMIT")
        if status >= 400 and self._state(reference) not in BOUGHT:
            raise ForeignRefused(self._says(status, answer))

    def cancel(self, reference: str) -> None:
        """Cancel the booking; one that never was, or is over, is cancelled."""
        if self._state(reference) in {None, *GONE}:
            return
        status, answer = self._event(reference, "CANCEL")
        if status >= 400 and self._state(reference) not in {None, *GONE}:
            raise ForeignRefused(self._says(status, answer))

    def _event(self, reference: str, operation: str) -> tuple[int, Any]:
        path = f"/bookings/{quote(reference, safe='')}/events"
        return self._ask("POST", path, {"operation": operation})

    def _state(self, reference: str) -> str | None:
        """Return what became of a booking, None if the operator does not know it."""
        status, booking = self._ask("GET", f"/bookings/{quote(reference, safe='')}", None)
        if status == 404:
            return None
        state = booking.get("state") if isinstance(booking, dict) else None
        if status >= 400 or not isinstance(state, str):
            raise ForeignUnavailable(self._says(status, booking))
        return state

    def _is_affordable(self, option: Mapping[str, Any], asked: ForeignLeg) -> bool:
        rental = asked.leg.rental
        price = _price(option.get("pricing"))
        if rental is None or price is None or "id" not in option:
            return False
        return price.currency == rental.currency and price.minor <= rental.price_minor

    def _ask(self, method: str, path: str, body: object) -> tuple[int, Any]:
        """Send one request; raise ``ForeignUnavailable`` where there is no answer to it."""
        url = urlsplit(self.url)
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = kind(url.hostname or "", url.port, timeout=TIMEOUT_S)
        headers = {
            "Content-Type": "application/json",
            "Accept-Language": "de",
            "Api": "TOMP",
            "Api-Version": API_VERSION,
            "maas-id": self.maas_id,
            **self.headers,
        }
        content = None if body is None else json.dumps(body).encode()
        try:
            connection.request(method, url.path.rstrip("/") + path, content, headers)
            answer = connection.getresponse()
            read = answer.read(MAX_ANSWER_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise ForeignUnavailable(f"{self.name} gives no answer") from error
        finally:
            connection.close()
        if answer.status >= 500 or answer.status == 429:
            raise ForeignUnavailable(f"{self.name} answers with an error {answer.status}")
        try:
            return answer.status, json.loads(read) if read else None
        except ValueError as error:
            raise ForeignUnavailable(f"{self.name} answers what is no JSON") from error

    def _says(self, status: int, answer: object) -> str:
        said = answer.get("detail") or answer.get("title") if isinstance(answer, dict) else None
        return f"{self.name} refuses: {str(said or f'status {status}')[:200]}"


def _place(point: ChainPoint) -> dict[str, Any]:
    return {"name": point.name, "coordinates": {"lat": point.lat, "lng": point.lon}}


def _price(fare: object) -> Money | None:
    """Return the sum of a TOMP ``fare``: amounts are decimal numbers of the currency's unit.

    None where a part is no fixed amount, so that what it will cost is not known.
    """
    parts = fare.get("parts") if isinstance(fare, dict) else None
    if not isinstance(parts, list) or not parts:
        return None
    minor, currency = 0, ""
    for part in parts:
        if not isinstance(part, dict) or part.get("type") != "FIXED":
            return None
        amount, currency = part.get("amount"), str(part.get("currencyCode", "EUR"))
        if isinstance(amount, bool) or not isinstance(amount, int | float):
            return None
        minor += round(amount * 100)
    return Money(minor, currency)
