"""An operator's server that receives webhooks: real HTTP, signatures checked by ``standardwebhooks``.

It knows the specification and nothing of kommit's code.
"""

import contextlib
import json
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError


@dataclass
class Received:
    """One request."""

    id: str
    content: dict[str, Any]
    path: str
    answered: str


class WebhookReceiver:
    """Serves until ``close``; ``failures`` makes the next requests go wrong, one each.

    ``503``, ``410``, ``429`` (with ``Retry-After: 600``), ``redirect`` (to ``/elsewhere``), ``drop`` (hang up), ``slow``
    (a second), ``drip`` (a head that never ends).
    """

    def __init__(self) -> None:
        self.secrets: list[str] = []
        self.failures: list[str] = []
        self.received: list[Received] = []
        self.forged: list[str] = []
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_port}/kommit"

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def types(self) -> list[str]:
        """Types of what was taken, in order."""
        return [one.content["type"] for one in self.received if one.answered == "204"]

    def next_failure(self) -> str:
        with self._lock:
            return self.failures.pop(0) if self.failures else "204"

    def read(self, headers: dict[str, str], body: bytes) -> dict[str, Any] | None:
        """Return the content of a request that was signed with one of the secrets."""
        for secret in self.secrets:
            try:
                Webhook(secret).verify(body, headers)
            except WebhookVerificationError as error:
                reason = str(error)
            else:
                content: dict[str, Any] = json.loads(body)
                return content
        self.forged.append(reason if self.secrets else "there is no secret")
        return None


class _Answering(BaseHTTPRequestHandler):
    """Answers in all the ways in which a receiver may."""

    def misbehave(self, failure: str) -> None:
        if failure == "drop":
            self.connection.close()
        elif failure == "drip":
            self.drip()
        elif failure == "redirect":
            self.answer(302, Location="/elsewhere")
        elif failure == "429":
            self.answer(429, **{"Retry-After": "600"})
        else:
            time.sleep(1 if failure == "slow" else 0)
            self.answer(204 if failure == "slow" else int(failure))

    def drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        with contextlib.suppress(OSError):  # the sender has had enough
            for number in range(200):
                self.wfile.write(f"X-{number}: drop\r\n".encode())
                time.sleep(0.1)

    def answer(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


def _handler(server: WebhookReceiver) -> type[BaseHTTPRequestHandler]:
    class Handler(_Answering):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            content = server.read(dict(self.headers.items()), body)
            if content is None:
                self.answer(401)
                return
            failure = server.next_failure()
            server.received.append(
                Received(self.headers["webhook-id"], content, self.path, failure)
            )
            with contextlib.suppress(BrokenPipeError):
                self.misbehave(failure)

    return Handler
