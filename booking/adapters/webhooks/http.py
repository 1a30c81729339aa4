"""Messages to operators over HTTP, signed, and never into our own networks.

Where a name leads is looked up once, and that address is called, so that a name that leads
elsewhere a moment later gains nothing. No redirect is followed. An answer is waited for as long as
``total_s``, however slowly it drips, and only its head is read.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from booking.domain.webhooks import (
    Failure,
    WebhookDelivery,
    WebhookEndpoint,
    may_call,
    signature,
)
from kommit.kit.clock import Clock, SystemClock

GONE: Final = 410
NOTE_MAX: Final = 200
LONGEST_RETRY_AFTER: Final = timedelta(hours=12)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], list[str]]


class _Refused(Exception):  # noqa: N818 - named after what happened
    """We do not call that address; the text says why."""


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses that a name leads to, in the system's order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True)
class HttpWebhooks:
    """See ``booking.service.webhook_courier.WebhookSender``."""

    is_demo: bool
    """Whether this machine (``http``) and private networks (``https``) may be called."""
    clock: Clock = field(default_factory=SystemClock)
    """The world's: receivers compare it with theirs, also while a demo plays another day."""
    connect_s: float = 5.0
    total_s: float = 20.0
    """From the look-up to the head of the answer; the specification recommends 15 to 30 s."""
    resolve: Resolver = resolve
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def send(self, endpoint: WebhookEndpoint, message: WebhookDelivery) -> Failure | None:
        """Send a message; return why it was not taken."""
        url, body = urlsplit(endpoint.url), message.body.encode()
        try:
            address = self._address(url)
            status, retry_after = self._post(
                url, address, _headers(self.clock, endpoint, message), body
            )
        except _Refused as refusal:
            return Failure(str(refusal))
        except (OSError, UnicodeError, http.client.HTTPException) as error:
            return Failure(_cut(f"no answer: {str(error) or type(error).__name__}"))
        return _failure(status, self._pause(retry_after))

    def _address(self, url: SplitResult) -> str:
        """Return the address that is called; every one that the name leads to must be allowed."""
        host = url.hostname or ""
        found = self.resolve(host, _port(url))
        for text in found:
            address = ipaddress.ip_address(text.partition("%")[0])
            if not may_call(address, url.scheme, is_demo=self.is_demo):
                raise _Refused(f"{host} leads to {address}, which is not called from here")
        if not found:
            raise _Refused(f"{host} leads nowhere")
        return found[0]

    def _post(
        self, url: SplitResult, address: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, str | None]:
        """Return the status of the answer and its ``Retry-After``."""
        connection = _Pinned(url, address, self.connect_s, self.tls)
        hang_up = threading.Timer(self.total_s, connection.hang_up)
        hang_up.daemon = True
        hang_up.start()
        try:
            connection.request("POST", _path(url), body, headers)
            answer = connection.getresponse()
            if connection.is_hung_up:  # a head that we cut off looks like one that has ended
                raise TimeoutError(f"none within {self.total_s:g} s")
            return answer.status, answer.getheader("Retry-After")
        except (OSError, http.client.HTTPException) as error:
            if not connection.is_hung_up:
                raise
            raise TimeoutError(f"none within {self.total_s:g} s") from error
        finally:
            hang_up.cancel()
            connection.close()

    def _pause(self, text: str | None) -> timedelta | None:
        """Return what ``Retry-After`` asks for: seconds, or a moment (RFC 9110, 10.2.3)."""
        if text is None:
            return None
        if text.isascii() and text.isdigit():
            return min(timedelta(seconds=int(text[:9])), LONGEST_RETRY_AFTER)
        try:
            until = parsedate_to_datetime(text) - self.clock.now()
        except (TypeError, ValueError):
            return None
        return max(timedelta(0), min(until, LONGEST_RETRY_AFTER))


class _Pinned(http.client.HTTPConnection):
    """A connection to one address, whatever its name leads to by now."""

    def __init__(
        self, url: SplitResult, address: str, connect_s: float, tls: ssl.SSLContext
    ) -> None:
        super().__init__(url.hostname or "", _port(url), timeout=connect_s)
        self._address, self._tls = address, tls if url.scheme == "https" else None
        self.is_hung_up = False

    def connect(self) -> None:
        """Connect, and prove by TLS that it is who the name says."""
        plain = socket.create_connection((self._address, self.port), self.timeout)
        try:
            self.sock: Any = plain
            if self._tls is not None:
                self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
            self.sock.settimeout(None)  # from here on the timer sees to it
        except BaseException:
            plain.close()
            raise
        if self.is_hung_up:
            self.hang_up()

    def hang_up(self) -> None:
        """End the conversation from another thread: whoever reads is told that it is over."""
        self.is_hung_up = True
        if self.sock is not None:
            with contextlib.suppress(OSError):  # over already
                self.sock.shutdown(socket.SHUT_RDWR)


def _port(url: SplitResult) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


def _path(url: SplitResult) -> str:
    return (url.path or "/") + (f"?{url.query}" if url.query else "")


def _headers(clock: Clock, endpoint: WebhookEndpoint, message: WebhookDelivery) -> dict[str, str]:
    unix_s = int(clock.now().timestamp())
    return {
        "Content-Type": "application/json",
        "User-Agent": "kommit-webhooks",
        "webhook-id": message.message_id,
        "webhook-timestamp": str(unix_s),
        "webhook-signature": signature(endpoint.secret, message.message_id, unix_s, message.body),
    }


def _failure(status: int, retry_after: timedelta | None) -> Failure | None:
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return Failure(f"the receiver answered {status}: redirects are not followed")
    return Failure(f"the receiver answered {status}", retry_after, is_gone=status == GONE)


def _cut(text: str) -> str:
    return " ".join(text.split())[:NOTE_MAX]
