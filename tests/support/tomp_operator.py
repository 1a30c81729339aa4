"""A foreign operator: a real HTTP server that speaks TOMP-API 1.6 and knows nothing of kommit."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote


class TompServer:
    """Serves until ``close``; ``failures`` makes the next requests go wrong, one each."""

    def __init__(self, vehicles: int = 1, price: float = 2.5) -> None:
        self.vehicles, self.price = vehicles, price
        self.failures: list[str] = []
        """``500`` (nothing is done), ``drop`` (it is done, and nobody is told)."""
        self.refuses_to_cancel = False
        self.bookings: dict[str, str] = {}
        """State by id; options that were planned and not booked have none."""
        self.requests: list[str] = []
        self._planned = 0
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_port}/tomp"

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def taken(self) -> int:
        return sum(state in {"PENDING", "CONFIRMED"} for state in self.bookings.values())

    def answer(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        with self._lock:
            self.requests.append(f"{method} {path}")
            if path.startswith("/tomp/plannings/"):
                return self._plan()
            if (method, path) == ("POST", "/tomp/bookings/"):
                return self._book(body["id"])
            booking, _, events = path.removeprefix("/tomp/bookings/").partition("/")
            booking = unquote(booking)
            if events == "events":
                return self._event(booking, body["operation"])
            if booking in self.bookings:
                return 200, {"id": booking, "state": self.bookings[booking]}
            return 404, {"title": "unknown booking"}

    def _plan(self) -> tuple[int, Any]:
        self._planned += 1
        part = {"amount": self.price, "currencyCode": "EUR", "type": "FIXED"}
        fare = {"estimated": False, "parts": [part]}
        option = {"id": f"option {self._planned}", "state": "NEW", "pricing": fare}
        return 200, {"validUntil": "2030-01-01T00:00:00Z", "options": [option]}

    def _book(self, booking: str) -> tuple[int, Any]:
        if booking in self.bookings:
            return 409, {"title": "this booking exists"}
        if self.taken >= self.vehicles:
            return 409, {"title": "no vehicle is left"}
        self.bookings[booking] = "PENDING"
        return 201, {"id": booking, "state": "PENDING"}

    def _event(self, booking: str, operation: str) -> tuple[int, Any]:
        state = self.bookings.get(booking)
        if state is None:
            return 404, {"title": "unknown booking"}
        if operation == "COMMIT":
            if state != "PENDING":
                return 403, {"title": f"a booking that is {state} cannot be committed"}
            self.bookings[booking] = "CONFIRMED"
        elif self.refuses_to_cancel:
            return 403, {"title": "it is too late to cancel"}
        else:
            self.bookings[booking] = "CANCELLED"
        return 200, {"id": booking, "state": self.bookings[booking]}


def _handler(server: TompServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            failure = server.failures.pop(0) if server.failures else ""
            status, answer = 500, None
            if failure != "500":
                status, answer = server.answer(self.command, self.path, json.loads(body or b"{}"))
            if failure == "drop":
                self.close_connection = True
                return
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _serve  # noqa: N815 - names of the base class

        def log_message(self, *_: object) -> None:
            return

    return Handler
