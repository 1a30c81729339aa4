"""An operator's box server: real HTTP, with an implementation of the protocol of its own.

It knows ``docs/lock-protocol.md`` and nothing of kommit's adapter. Behind it are simulated locks.
"""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from booking.adapters.locks.simulator import SimulatedLocks
from booking.domain.lock_errors import LockJammed, LockRefused, LockUnreachable
from booking.domain.locks import LockPoint
from booking.domain.rentals import Action

KEY_ID, SECRET = "town-1", b"a secret that the town and kommit share"
FRESH_S = 30


class BoxServer:
    """Serves until ``close``; ``failures`` makes the next requests go wrong, one each."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.locks = SimulatedLocks(slow_s=0.4)
        self.failures: list[str] = []
        """``500``, ``drop`` (do it and hang up), ``silent`` (never answer), ``unsigned``, ``text``."""
        self.requests: list[dict[str, Any]] = []
        self.refused: list[str] = []
        self.now = now
        self._nonces: set[str] = set()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def judge(self, path: str, headers: Any, body: bytes) -> str | None:
        """Return why a request is not to be obeyed."""
        nonce, moment = headers["Kommit-Nonce"] or "", headers["Kommit-Timestamp"] or "0"
        digest = hashlib.sha256(body).hexdigest()
        lines = ["kommit-lock-1", "POST", path, KEY_ID, moment, nonce, digest]
        wanted = hmac.new(SECRET, "\n".join(lines).encode(), "sha256").hexdigest()
        if headers["Kommit-Key"] != KEY_ID or headers["Kommit-Signature"] != wanted:
            return "the signature is wrong"
        if abs(self.now().timestamp() - int(moment)) > FRESH_S:
            return "the request is too old"
        if nonce in self._nonces:
            return "the request was sent before"
        self._nonces.add(nonce)
        return None

    def obey(self, command: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        point = LockPoint(*(command[name] for name in ("fleet", "vehicle", "station", "slot")))
        try:
            if command["command"] == "look":
                report = self.locks.look(point)
            else:
                report = self.locks.act(Action(command["command"]), point, command["key"])
        except LockJammed as error:
            return 423, {"detail": str(error)}
        except LockRefused as error:
            return 409, {"detail": str(error)}
        except LockUnreachable as error:
            return 503, {"detail": str(error)}
        return 200, {
            "state": report.state,
            "vehicle_present": report.vehicle_present,
            "battery_percent": 66,
        }


def _handler(server: BoxServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            refusal = server.judge(self.path, self.headers, body)
            if refusal is not None:
                server.refused.append(refusal)
                self.answer(401, {"detail": refusal})
            else:
                self.obey(json.loads(body))

        def obey(self, command: dict[str, Any]) -> None:
            server.requests.append(command)
            failure = server.failures.pop(0) if server.failures else ""
            if failure == "silent":
                time.sleep(2)
            elif failure == "500":
                self.answer(500, {"detail": "out of order"})
            else:
                status, content = server.obey(command)
                if failure == "drop":
                    self.connection.close()
                elif failure == "text":
                    self.answer(status, "open sesame")
                else:
                    self.answer(status, content, signed=failure != "unsigned")

        def answer(self, status: int, content: Any, *, signed: bool = True) -> None:
            body = content.encode() if isinstance(content, str) else json.dumps(content).encode()
            digest = hashlib.sha256(body).hexdigest()
            lines = ["kommit-lock-1-answer", self.headers["Kommit-Nonce"], str(status), digest]
            mark = hmac.new(SECRET, "\n".join(lines).encode(), "sha256").hexdigest()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Kommit-Signature", mark if signed else "0" * 64)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    return Handler
