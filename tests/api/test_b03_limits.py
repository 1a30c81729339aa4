"""What keeps abuse small: rate of sign-ins, size of bodies, coarse logs."""

import logging

import pytest

from kommit.api.errors import TooManyRequests
from kommit.api.limits import MOST_ADDRESSES, RateLimit
from kommit.api.middleware import coarse
from tests.support.server import World


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_attempts_within_a_span_are_counted_by_address() -> None:
    clock = Seconds()
    limit = RateLimit(2, 60, clock)
    limit.check("a")
    clock.now = 10
    limit.check("a")
    limit.check("b")
    with pytest.raises(TooManyRequests) as refused:
        limit.check("a")
    assert refused.value.retry_after_s == 51
    clock.now = 60
    limit.check("a")  # the first attempt is a minute old


def test_the_memory_of_addresses_is_bounded() -> None:
    limit = RateLimit(1, 60, Seconds())
    for address in range(MOST_ADDRESSES + 10):
        limit.check(str(address))
    limit.check("0")  # forgotten meanwhile, so it may try again
    with pytest.raises(TooManyRequests):
        limit.check(str(MOST_ADDRESSES + 9))


def test_signing_in_too_often_is_refused(world: World) -> None:
    world.replace_services(login_limit=RateLimit(2, 300))
    body = {"email": "nobody@kommit.example", "password": "wrong"}
    answers = [world.client.post("/v1/sessions", json=body) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert int(answers[-1].headers["retry-after"]) > 290


def test_bodies_are_limited_announced_or_not(world: World) -> None:
    big = b"x" * 70_000
    announced = world.client.post("/v1/offers", content=big)
    streamed = world.client.post("/v1/offers", content=iter([big[:40_000], big[40_000:]]))
    for answer in (announced, streamed):
        assert answer.status_code == 413
        assert answer.json()["type"] == "/problems/body-too-large"


def test_logs_are_coarse(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "kommit.access"):
        world.client.get("/v1/plan", params={"from": "51.857612,7.490534", "to": "tiny:camp"})
        world.client.get("/v1/places", params={"q": "Hauptstraße 17", "limit": 3})
    assert "51.85,7.49" in caplog.text
    assert "51.857" not in caplog.text
    assert "Hauptstra" not in caplog.text


@pytest.mark.parametrize(
    ("path", "query", "logged"),
    [
        ("/v1/plan", b"from=51.123456%2C-7.987654", "/v1/plan?from=51.12,-7.98"),
        ("/v1/places", b"lat=51.123456&q=Am%20Markt%203", "/v1/places?lat=51.12&q=..."),
        ("/a\nb", b"", "/a\\nb"),
    ],
)
def test_an_address_in_the_log(path: str, query: bytes, logged: str) -> None:
    assert coarse(path, query) == logged
