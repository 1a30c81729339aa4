"""Locks over HTTP: kommit's own protocol, described in ``docs/lock-protocol.md``.

Requests and answers are signed, so an address that somebody else answers at moves no rental. What
is not answered, or by an error of the server, is sent again with the same idempotency key, but
another nonce and time, until the time for it is over.
"""

import http.client
import json
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from booking.adapters.locks.signing import LockKey, is_answer_to, request_headers
from booking.domain.lock_errors import LockJammed, LockRefused, LockUnreachable
from booking.domain.locks import LockPoint, LockReport, LockState
from booking.domain.rentals import Action
from kommit.kit.clock import Clock

LOOK: Final = "look"
OK, UNSIGNED, JAMMED = 200, 401, 423
MAX_ANSWER_BYTES: Final = 16_384


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a lock is waited for."""

    try_s: float = 3.0
    """One request."""
    total_s: float = 10.0
    """All of them, with the pauses between."""
    first_pause_s: float = 0.2
    """Doubles after each."""


class _NoAnswer(Exception):  # noqa: N818 - named after what happened
    """Try again."""


class HttpLocks:
    """See ``booking.service.locks.Locks``.

    Parameters
    ----------
    url
        Where the boxes are told, ``https://…``; commands go to ``/v1/commands`` below it.
    """

    def __init__(
        self, url: str, key: LockKey, clock: Clock, patience: Patience | None = None
    ) -> None:
        self._url, self._key, self._clock = urlsplit(url), key, clock
        self._path = f"{self._url.path.rstrip('/')}/v1/commands"
        self._patience = patience or Patience()

    def act(self, action: Action, point: LockPoint, key: str) -> LockReport:
        """Send a command until it is answered, for as long as there is patience."""
        return self._ask(_command(action, point) | {"key": key})

    def look(self, point: LockPoint) -> LockReport:
        """Ask how a lock is found."""
        return self._ask(_command(LOOK, point))

    def _ask(self, command: Mapping[str, Any]) -> LockReport:
        body = json.dumps(command, separators=(",", ":")).encode()
        give_up = time.monotonic() + self._patience.total_s
        pause_s, reason = self._patience.first_pause_s, ""
        while (left_s := give_up - time.monotonic()) > 0:
            try:
                return _report(*self._send(body, min(left_s, self._patience.try_s)))
            except _NoAnswer as silence:
                reason = str(silence)
            left_s = give_up - time.monotonic()
            time.sleep(max(0.0, min(pause_s * random.uniform(0.5, 1), left_s)))  # noqa: S311 - no secret
            pause_s *= 2
        raise LockUnreachable(f"the lock gave no answer in time: {reason}")

    def _send(self, body: bytes, timeout_s: float) -> tuple[int, Any]:
        """Send one request, and return status and content of a signed answer."""
        headers = request_headers(self._key, self._path, body, int(self._clock.now().timestamp()))
        connection = _connection(self._url, timeout_s)
        try:
            connection.request("POST", self._path, body, headers)
            answer = connection.getresponse()
            content = answer.read(MAX_ANSWER_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise _NoAnswer(str(error) or type(error).__name__) from error
        finally:
            connection.close()
        signed = answer.getheader("Kommit-Signature", "")
        if not is_answer_to(self._key, headers["Kommit-Nonce"], answer.status, content, signed):
            raise _NoAnswer(f"an answer {answer.status} without the right signature")
        if answer.status >= 500 or answer.status == UNSIGNED:
            raise _NoAnswer(f"an error {answer.status} of the box server")
        return answer.status, _content(content)


def _connection(url: SplitResult, timeout_s: float) -> http.client.HTTPConnection:
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    return kind(url.hostname or "", url.port, timeout=timeout_s)


def _command(word: str, point: LockPoint) -> dict[str, Any]:
    return {
        "command": word,
        "fleet": point.fleet_id,
        "vehicle": point.vehicle_id,
        "station": point.station_id,
        "slot": point.slot,
    }


def _content(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise _NoAnswer("an answer that is no JSON") from error


def _report(status: int, content: Any) -> LockReport:
    """Return what a lock says of itself, or raise what it refuses."""
    if status != OK:
        said = content.get("detail") if isinstance(content, dict) else None
        detail = str(said or f"the box server answered {status}")[:200]
        raise LockJammed(detail) if status == JAMMED else LockRefused(detail)
    try:
        present, percent = content.get("vehicle_present"), content.get("battery_percent")
        report = LockReport(LockState(content["state"]), present, percent)
    except (AttributeError, KeyError, ValueError) as error:
        raise _NoAnswer("an answer that says no state of the lock") from error
    if not (present is None or isinstance(present, bool)) or not _is_percent(percent):
        raise _NoAnswer("an answer with a battery or presence that cannot be")
    return report


def _is_percent(value: Any) -> bool:
    if value is None:
        return True
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100
