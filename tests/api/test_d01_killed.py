"""A real server, killed while Stripe is taking the money, and started again."""

import http.client
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from tests.support.cards import GOOD_CARD, KEY, LocalStripe
from tests.support.server import ServerProcess


class Gate(ThreadingHTTPServer):
    """Passes calls on to Stripe; while it is shut, captures arrive and are never answered."""

    daemon_threads = True

    def __init__(self, stripe_url: str) -> None:
        super().__init__(("127.0.0.1", 0), Passage)
        self.stripe = urlsplit(stripe_url)
        self.shut, self.reached = threading.Event(), threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Passage(BaseHTTPRequestHandler):
    """One call."""

    server: Gate
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        if self.path.endswith("/capture") and self.server.shut.is_set():
            self.server.reached.set()
            time.sleep(60)
            return
        self._pass_on()

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        stripe = http.client.HTTPConnection(self.server.stripe.netloc, timeout=10)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in {"host", "connection"}}
        stripe.request(self.command, self.path, body, headers)
        answer = stripe.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers["Content-Type"])
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        stripe.close()


@pytest.fixture
def gate(local_stripe: LocalStripe) -> Iterator[Gate]:
    gate = Gate(local_stripe.url)
    yield gate
    gate.shutdown()
    gate.server_close()


class Caller:
    """A client of the server."""

    def __init__(self, url: str, token: str = "") -> None:
        self.url, self.token = url, token

    def __call__(self, path: str, body: Any = None, key: str | None = None) -> Any:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(self.url + path, data, headers)
        asked.add_header("Idempotency-Key", key or str(uuid4()))
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return json.load(answer)


def buy(call: Caller, from_: str, to: str) -> Any:
    """Plan for tomorrow, so that no clock in the world makes the test late, and hold."""
    tomorrow = time.strftime("%Y-%m-%d", time.localtime(time.time() + 86_400))
    plan = call(f"/v1/plan?from={from_}&to={to}&depart={tomorrow}T09:00")
    token = next(one["token"] for one in plan["journeys"] if one["bookable"])
    offer = call("/v1/offers", {"journey": token, "passengers": [{"category": "adult"}]})
    return call("/v1/orders", {"offer": offer["offer"]})


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_killed_between_hold_and_capture(
    kind: str,
    request: pytest.FixtureRequest,
    today_image: Path,
    tmp_path: Path,
    gate: Gate,
    local_stripe: LocalStripe,
) -> None:
    environment = {
        "KOMMIT_MODE": "demo",
        "KOMMIT_DATA_DIR": str(tmp_path),
        "KOMMIT_DATABASE_URL": request.getfixturevalue(f"{kind}_url"),
        "KOMMIT_IMAGE": str(today_image),
        "KOMMIT_TARIFF": "eezy-westfalen",
        "KOMMIT_ARGON2": "cheap",
        "KOMMIT_STRIPE_API_KEY": KEY,
        "KOMMIT_STRIPE_API_BASE": gate.url,
        "KOMMIT_PAYMENT_LEASE_S": "1",
    }
    first = ServerProcess(**environment)
    first.wait()
    rider = {"email": "ada@kommit.example", "password": "correct horse", "name": "Ada"}
    token = Caller(first.url)("/v1/riders", rider)["token"]
    order = buy(Caller(first.url, token), "today:anger", "today:camp")
    gate.shut.set()
    payment = threading.Thread(target=lambda: pay_in_vain(Caller(first.url, token), order))
    payment.start()
    assert gate.reached.wait(30), "the payment never came as far as its capture"
    first.kill()
    payment.join(10)
    gate.shut.clear()

    second = ServerProcess(**environment)
    try:
        second.wait()
        after = settled(Caller(second.url, token), order["id"])
        assert (after["state"], after["payment"]["state"]) == ("confirmed", "captured")
        ticket = Caller(second.url, token)(after["ticket_url"])
        assert ticket["order_id"] == order["id"]
    finally:
        assert "Application shutdown complete" in second.stop()
    intents = local_stripe.intents(order["id"])
    assert [(one.status, one.amount) for one in intents] == [
        ("succeeded", order["price"]["amount"])
    ]


def pay_in_vain(call: Caller, order: Any) -> None:
    body = {"means": "stripe", "payment_method": GOOD_CARD}
    with pytest.raises((OSError, http.client.HTTPException)):
        call(f"/v1/orders/{order['id']}/payment", body)


def settled(call: Caller, order_id: str, within_s: float = 30) -> Any:
    """Return the order as soon as its payment is decided."""
    give_up = time.monotonic() + within_s
    while time.monotonic() < give_up:
        order = call(f"/v1/orders/{order_id}")
        if order["payment"]["state"] not in {"open", "authorised"}:
            return order
        time.sleep(0.2)
    raise AssertionError(f"still undecided: {order['state']}, {order['payment']}")
