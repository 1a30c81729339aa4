"""A request under an ``Idempotency-Key`` runs once and is answered the same, on both databases."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from booking.domain.idempotency_errors import IdempotencyInProgress, IdempotencyMismatch
from booking.service.idempotency import Claim, Idempotency, fingerprint
from booking.service.repositories import Answer
from tests.support.shop import Shop

CREATED = Answer(201, (("content-type", "application/json"),), b'{"id": 1}')


@pytest.fixture
def keys(shop: Shop) -> Idempotency:
    return Idempotency(shop.store, shop.clock)


def begin(keys: Idempotency, key: str = "k1", body: str = "a", scope: str = "anna") -> Claim:
    claim = keys.begin(scope, key, body)
    assert isinstance(claim, Claim), "there is an answer already"
    return claim


def test_an_answer_is_given_again(keys: Idempotency) -> None:
    keys.finish(begin(keys), CREATED)
    assert keys.begin("anna", "k1", "a") == CREATED
    assert keys.begin("anna", "k1", "a") == CREATED


def test_another_content_is_refused(keys: Idempotency) -> None:
    claim = begin(keys)
    with pytest.raises(IdempotencyMismatch):
        keys.begin("anna", "k1", "b")
    keys.finish(claim, CREATED)
    with pytest.raises(IdempotencyMismatch):
        keys.begin("anna", "k1", "b")


def test_a_running_request_is_not_run_again(keys: Idempotency) -> None:
    begin(keys)
    with pytest.raises(IdempotencyInProgress) as refused:
        keys.begin("anna", "k1", "a")
    assert refused.value.retry_after_s == 5


def test_keys_belong_to_their_rider(keys: Idempotency) -> None:
    keys.finish(begin(keys), CREATED)
    begin(keys, scope="bert", body="b")


@pytest.mark.parametrize("status", [409, 429, 500, 503])
def test_answers_about_the_moment_are_not_kept(keys: Idempotency, status: int) -> None:
    keys.finish(begin(keys), Answer(status, (), b""))
    begin(keys)


@pytest.mark.parametrize("status", [200, 402, 404, 422])
def test_other_answers_are_kept(keys: Idempotency, status: int) -> None:
    keys.finish(begin(keys), Answer(status, (), b""))
    assert keys.begin("anna", "k1", "a") == Answer(status, (), b"")


def test_a_request_that_failed_may_be_tried_again(keys: Idempotency) -> None:
    keys.abandon(begin(keys))
    begin(keys)


def test_the_key_of_a_dead_request_is_reclaimed(keys: Idempotency, shop: Shop) -> None:
    dead = begin(keys)
    shop.clock.move(seconds=59)
    with pytest.raises(IdempotencyInProgress):
        keys.begin("anna", "k1", "a")
    shop.clock.move(seconds=1)
    with pytest.raises(IdempotencyMismatch):
        keys.begin("anna", "k1", "b")
    heir = begin(keys)
    # The dead one was only slow: what it says now is no longer heard.
    keys.finish(dead, Answer(200, (), b"late"))
    keys.abandon(dead)
    with pytest.raises(IdempotencyInProgress):
        keys.begin("anna", "k1", "a")
    keys.finish(heir, CREATED)
    assert keys.begin("anna", "k1", "a") == CREATED


def test_an_answer_is_kept_for_a_day(keys: Idempotency, shop: Shop) -> None:
    keys.finish(begin(keys), CREATED)
    shop.clock.at += timedelta(hours=24, seconds=-1)
    assert keys.begin("anna", "k1", "a") == CREATED
    assert keys.drop_old() == 0
    shop.clock.move(seconds=1)
    begin(keys, body="another use of the key")
    shop.clock.move(minutes=2)
    assert keys.drop_old() == 1


def test_of_many_only_one_runs(keys: Idempotency) -> None:
    def attempt(_: int) -> str:
        try:
            return type(keys.begin("anna", "k1", "a")).__name__
        except IdempotencyInProgress:
            return "in progress"

    with ThreadPoolExecutor(16) as pool:
        outcomes = Counter(pool.map(attempt, range(48)))
    assert outcomes == {"Claim": 1, "in progress": 47}


def test_a_fingerprint_keeps_its_parts_apart() -> None:
    assert fingerprint([b"ab", b"c"]) != fingerprint([b"a", b"bc"])
    assert fingerprint([b"ab", b"c"]) == fingerprint(iter([b"ab", b"c"]))
