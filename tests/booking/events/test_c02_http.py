"""C02: the signature is that of the specification, and nothing is called that must not be."""

import ipaddress
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from standardwebhooks.webhooks import Webhook

from booking.adapters.webhooks.http import HttpWebhooks
from booking.domain.notices import Notice
from booking.domain.webhooks import (
    GIVE_UP_AFTER,
    WebhookDelivery,
    WebhookEndpoint,
    is_public,
    may_call,
    pause_after,
    secret_bytes,
    secret_text,
    signature,
)
from tests.support.webhook_receiver import WebhookReceiver

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SECRET = secret_text(b"s" * 32)


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    server = WebhookReceiver()
    server.secrets = [SECRET]
    yield server
    server.close()


def endpoint(url: str) -> WebhookEndpoint:
    return WebhookEndpoint(UUID(int=1), "demo:a1", url, SECRET, ("*",), NOW)


def message(body: str = '{"type":"webhook.test"}') -> WebhookDelivery:
    return WebhookDelivery(uuid4(), UUID(int=1), None, None, Notice.TEST, body, NOW, NOW)


def reason(sender: HttpWebhooks, url: str) -> str:
    failure = sender.send(endpoint(url), message())
    assert failure is not None
    return failure.reason


def test_the_published_example_has_the_published_signature() -> None:
    """From the libraries of the specification: their example of secret, id, time and body."""
    signed = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        '{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_another_implementation_signs_alike() -> None:
    rng = random.Random(6)
    for _ in range(50):
        secret = secret_text(rng.randbytes(rng.randint(24, 64)))
        body = f'{{"ü": "{rng.randbytes(8).hex()}"}}'
        at = NOW + timedelta(seconds=rng.randint(0, 10**8))
        theirs = Webhook(secret).sign("msg_1", at.replace(tzinfo=None), body)
        assert signature(secret, "msg_1", int(at.timestamp()), body) == theirs


@pytest.mark.parametrize("text", ["s" * 32, "whsec_!", "whsec_c2hvcnQ=", secret_text(b"l" * 65)])
def test_secrets_that_cannot_be(text: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        secret_bytes(text)


def test_the_receiver_takes_what_is_signed_and_nothing_else(receiver: WebhookReceiver) -> None:
    sender = HttpWebhooks(is_demo=True)
    assert sender.send(endpoint(receiver.url), message('{"n":"ü"}')) is None
    assert receiver.received[0].content == {"n": "ü"}
    forger = replace(endpoint(receiver.url), secret=secret_text(b"f" * 32))
    assert "401" in str(sender.send(forger, message()))
    assert len(receiver.received) == 1


@pytest.mark.parametrize("failure", ["drip", "slow"])
def test_nobody_keeps_us_waiting(receiver: WebhookReceiver, failure: str) -> None:
    receiver.failures = [failure]
    began = time.monotonic()
    assert reason(HttpWebhooks(is_demo=True, total_s=0.4), receiver.url) == (
        "no answer: none within 0.4 s"
    )
    assert time.monotonic() - began < 0.9


def test_a_redirect_leads_nowhere(receiver: WebhookReceiver) -> None:
    receiver.failures = ["redirect"]
    assert "redirects are not followed" in reason(HttpWebhooks(is_demo=True), receiver.url)
    assert [one.path for one in receiver.received] == ["/kommit"]


def test_a_name_that_leads_home_is_not_called(receiver: WebhookReceiver) -> None:
    """Also where only one of its addresses does, or a demo is asked for another machine."""
    port = receiver.url.split(":")[2].partition("/")[0]

    def leads_to(*addresses: str, is_demo: bool = False) -> HttpWebhooks:
        return HttpWebhooks(is_demo=is_demo, resolve=lambda _host, _port: list(addresses))

    url = f"https://operator.example:{port}/"
    for addresses in (
        ["127.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],
        ["fe80::1%eth0"],
        ["::ffff:10.0.0.1"],
    ):
        assert "is not called from here" in reason(leads_to(*addresses), url)
    assert "leads nowhere" in reason(leads_to(), url)
    plain = f"http://operator.example:{port}/"
    assert "is not called" in reason(leads_to("8.8.8.8", is_demo=True), plain)
    assert receiver.received == receiver.forged == []


def test_the_address_that_was_looked_at_is_the_one_that_is_called(
    receiver: WebhookReceiver,
) -> None:
    """A name without any address of its own: only what ``resolve`` said can have been called."""
    port = receiver.url.split(":")[2].partition("/")[0]
    asked: list[str] = []

    def once(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    sender = HttpWebhooks(is_demo=True, resolve=once)
    assert sender.send(endpoint(f"http://nowhere.invalid:{port}/"), message()) is None
    assert asked == ["nowhere.invalid"]


def test_without_the_right_certificate_nothing_is_told(receiver: WebhookReceiver) -> None:
    url = receiver.url.replace("http:", "https:")
    assert "no answer" in reason(HttpWebhooks(is_demo=True), url)
    assert receiver.received == receiver.forged == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fc00::1", False),
        ("fe80::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        pytest.param("64:ff9b::7f00:1", False, id="NAT64 of 127.0.0.1"),
        pytest.param("64:ff9b::808:808", True, id="NAT64 of 8.8.8.8"),
        pytest.param("2002:7f00:1::", False, id="6to4 of 127.0.0.1"),
        pytest.param("2001:0:4136:e378:8000:63bf:3fff:fdd2", False, id="Teredo"),
    ],
)
def test_what_is_public(address: str, public: bool) -> None:
    parsed = ipaddress.ip_address(address)
    assert is_public(parsed) is public
    assert may_call(parsed, "https", is_demo=False) is public
    assert not may_call(parsed, "http", is_demo=False)


def test_the_pauses_grow_and_end_after_about_three_days() -> None:
    pauses = [pause_after(n, 0).total_seconds() for n in range(1, 9)]
    assert pauses == [5, 20, 80, 320, 1280, 5120, 20480, 43200]
    assert pause_after(1, 1).total_seconds() == 6
    total, attempts = timedelta(0), 1
    while total <= GIVE_UP_AFTER:
        total += pause_after(attempts, 0.5)
        attempts += 1
    assert 11 <= attempts <= 15
