"""A Stripe for the tests: localstripe in a process of its own, once a session."""

import json
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import stripe

from booking.adapters.payments.stripe import StripePayments

KEY = "sk_test_kommit"
GOOD_CARD = "pm_card_visa"
REFUSED_CARD = "pm_card_chargeCustomerFail"


@dataclass(frozen=True)
class LocalStripe:
    """Where it listens."""

    url: str

    def payments(self) -> StripePayments:
        return StripePayments(KEY, self.url)

    def client(self) -> stripe.StripeClient:
        """Return what looks at it from the side, like Stripe's dashboard."""
        return stripe.StripeClient(KEY, base_addresses={"api": self.url})

    def intents(self, order_id: object) -> list[stripe.PaymentIntent]:
        """Return the intents of one order."""
        every = self.client().v1.payment_intents.list({"limit": 100}).auto_paging_iter()
        return [intent for intent in every if intent.metadata["order_id"] == str(order_id)]

    def answer_bank(self, reference: str, secret: str, *, yes: bool) -> None:
        """Do what the rider's form does when the bank asks."""
        body = {"client_secret": secret, "success": str(yes).lower(), "key": "pk_test_kommit"}
        path = f"{self.url}/v1/payment_intents/{reference}/_authenticate"
        data = urllib.parse.urlencode(body).encode()
        with urllib.request.urlopen(path, data) as answer:
            assert answer.status == 200

    def forget(self) -> None:
        """Let it have no objects; it lists all of them, so old ones make it slow."""
        request = urllib.request.Request(f"{self.url}/_config/data", method="DELETE")
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 200

    def send_webhooks_to(self, url: str, secret: str) -> None:
        body = json.dumps({"url": url, "secret": secret}).encode()
        request = urllib.request.Request(
            f"{self.url}/_config/webhooks/kommit", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 200

    def card(self, number: str = "4242424242424242") -> str:
        card = {"number": number, "exp_month": 12, "exp_year": 2030, "cvc": "123"}
        return self.client().v1.payment_methods.create({"type": "card", "card": card}).id

    def three_d_secure_card(self) -> str:
        return self.card("4000002500003155")


@pytest.fixture(scope="session")
def local_stripe() -> Iterator[LocalStripe]:
    command = [sys.executable, str(Path(__file__).with_name("localstripe_server.py"))]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        assert port, "localstripe did not start"
        yield LocalStripe(f"http://127.0.0.1:{port}")
        server.terminate()
