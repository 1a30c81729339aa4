"""Server-sent events as a client reads them: over a real connection, by hand."""

import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


@dataclass
class Event:
    """One event as the specification of HTML has it."""

    event: str
    data: Any
    last_id: str


@dataclass
class EventStream:
    """Reads a stream in a thread until the server ends it or ``close``."""

    url: str
    token: str
    last_id: str | None = None
    events: list[Event] = field(default_factory=list)
    comments: int = 0
    is_over: bool = False

    def __post_init__(self) -> None:
        address = urlsplit(self.url)
        self._connection = http.client.HTTPConnection(address.netloc, timeout=60)
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "text/event-stream"}
        if self.last_id is not None:
            headers["Last-Event-ID"] = self.last_id
        self._connection.request("GET", address.path, headers=headers)
        self._socket = self._connection.sock
        self._answer = self._connection.getresponse()
        self.status = self._answer.status
        self.headers = self._answer.headers
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        fields: dict[str, str] = {}
        try:
            for raw in self._answer:
                line = raw.decode().rstrip("\n")
                if line.startswith(":"):
                    self.comments += 1
                elif line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                else:
                    self._take(fields)
                    fields = {}
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            pass  # closed
        self.is_over = True

    def _take(self, fields: dict[str, str]) -> None:
        self.last_id = fields.get("id", self.last_id)
        if "data" in fields:
            data = json.loads(fields["data"])
            self.events.append(Event(fields.get("event", ""), data, self.last_id or ""))

    def of(self, name: str) -> list[Any]:
        """Return the data of all events of a type."""
        return [one.data for one in self.events if one.event == name]

    def until(self, condition: Callable[["EventStream"], bool], within_s: float = 10) -> None:
        """Wait until something is true of what was read."""
        give_up = time.monotonic() + within_s
        while not condition(self):
            assert time.monotonic() < give_up, f"told only of {self.events}"
            time.sleep(0.02)

    def close(self) -> None:
        """Hang up, as a phone does."""
        with contextlib.suppress(OSError):  # the server was quicker
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._answer.close()
        self._connection.close()
        self._socket.close()
