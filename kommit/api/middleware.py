"""What every request passes: an id, a log line, strict headers, a size limit, and no leaks.

Pure ASGI, so that a streamed answer stays a stream. Logs are coarse on purpose: no addresses, no
tokens, and no coordinate finer than two decimals (about a kilometre).
"""

import logging
import re
import time
from collections.abc import MutableMapping
from typing import Final
from urllib.parse import unquote
from uuid import UUID

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kommit.api.errors import BodyTooLarge
from kommit.api.problems import response_of
from kommit.kit.ids import uuid7
from kommit.web.site import HEADERS

log = logging.getLogger("kommit.access")

COORDINATE: Final = re.compile(r"(-?\d{1,3}\.\d{2})\d+")
PERSONAL: Final = re.compile(r"(?<=[?&])(q|token)=[^&]*")
"""What somebody types into the search may be a home address."""


class Guard:
    """Gives each request an id, logs it coarsely, and turns what nobody foresaw into a problem."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = _Exchange(scope, send)
        try:
            await self.app(scope, receive, exchange.send)
        except Exception as error:
            log.exception("%s failed", exchange.request_id)
            if exchange.status is None:
                await response_of(error, scope["path"])(scope, receive, exchange.send)
        finally:
            exchange.write_log()


class _Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.request_id = _request_id(scope)
        self.status: int | None = None
        self._scope, self._send, self._began = scope, send, time.perf_counter()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._add_headers(message)
        await self._send(message)

    def write_log(self) -> None:
        milliseconds = (time.perf_counter() - self._began) * 1000
        path = coarse(self._scope["path"], self._scope.get("query_string", b""))
        log.info(
            "%s %s %s %s %.0f ms",
            self.request_id,
            self._scope["method"],
            path,
            self.status,
            milliseconds,
        )

    def _add_headers(self, message: MutableMapping[str, object]) -> None:
        headers = MutableHeaders(scope=message)
        headers["X-Request-Id"] = self.request_id
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        # Answers are about a moment or a person; a route that knows better says so itself.
        headers.setdefault("Cache-Control", "no-store")


def _request_id(scope: Scope) -> str:
    """Return the id that a proxy gave, if it is a UUID, or a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            try:
                return str(UUID(value.decode("ascii")))
            except ValueError:
                break
    return str(uuid7())


def coarse(path: str, query: bytes) -> str:
    """Return an address as it may be logged."""
    text = path + ("?" + unquote(query.decode("latin-1")) if query else "")
    text = PERSONAL.sub(r"\1=...", COORDINATE.sub(r"\1", text))
    return text.encode("unicode_escape").decode("ascii")[:300]


class BodyLimit:
    """Refuses request bodies beyond ``limit_bytes``, announced or not."""

    def __init__(self, app: ASGIApp, limit_bytes: int) -> None:
        self.app, self.limit_bytes = app, limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and _announced_bytes(scope) > self.limit_bytes:
            refusal = BodyTooLarge(self.limit_bytes)
            await response_of(refusal, scope["path"])(scope, receive, send)
            return
        await self.app(scope, self._counting(receive), send)

    def _counting(self, receive: Receive) -> Receive:
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.limit_bytes:
                raise BodyTooLarge(self.limit_bytes)
            return message

        return counted


def _announced_bytes(scope: Scope) -> int:
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths and lengths[0].isdigit() else 0
