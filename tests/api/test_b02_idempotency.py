"""Requests that are sent twice run once and are answered the same."""

from concurrent.futures import ThreadPoolExecutor

from kommit.api.idempotency import REPLAYED
from tests.support.server import Rider, World


def top_up(rider: Rider, cents: int, key: str):  # type: ignore[no-untyped-def]
    return rider.post("/v1/wallet/top-ups", {"amount": {"amount": cents, "currency": "EUR"}}, key)


def balance(rider: Rider) -> int:
    cents: int = rider.get("/v1/wallet").json()["balance"]["amount"]
    return cents


def test_a_repeated_request_is_answered_from_the_store(any_world: World) -> None:
    rider = any_world.rider(cents=5000)
    order = rider.hold()
    first, second = rider.pay(order, key="key-00001"), rider.pay(order, key="key-00001")
    assert REPLAYED not in first.headers
    assert second.headers[REPLAYED] == "true"
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert first.headers["content-type"] == second.headers["content-type"]


def test_a_replay_is_not_the_present_state(any_world: World) -> None:
    """The stored answer says what was, as the standard wants; the state is read elsewhere."""
    rider = any_world.rider()
    offer = any_world.offer()
    body = {"offer": offer["offer"]}
    held = rider.post("/v1/orders", body, "key-00001").json()
    rider.pay(held)
    assert rider.post("/v1/orders", body, "key-00001").json() == held
    assert rider.get(f"/v1/orders/{held['id']}").json()["state"] == "confirmed"


def test_a_refusal_is_repeated_too(any_world: World) -> None:
    rider = any_world.rider(cents=0)
    order = rider.hold()
    first = rider.pay(order, key="key-00001")
    second = rider.pay(order, key="key-00001")
    assert (first.status_code, second.status_code) == (402, 402)
    assert second.content == first.content
    assert second.headers["content-type"] == "application/problem+json"


def test_another_request_with_the_key_is_a_mistake(any_world: World) -> None:
    rider = any_world.rider(cents=0)
    assert top_up(rider, 100, "key-00001").status_code == 200
    other = top_up(rider, 200, "key-00001")
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-mismatch")
    assert balance(rider) == 100


def test_keys_belong_to_riders(any_world: World) -> None:
    ada, bob = any_world.rider(cents=0), any_world.rider(cents=0)
    assert top_up(ada, 100, "key-00001").status_code == 200
    assert top_up(bob, 200, "key-00001").status_code == 200
    assert (balance(ada), balance(bob)) == (100, 200)


def test_a_conflict_is_not_kept(any_world: World) -> None:
    """409 is about the moment: the same key may be used again, and then runs."""
    rider = any_world.rider()
    order = rider.hold()
    means = any_world.services
    refused = rider.pay(order, key="key-00001", means="stripe")
    assert (refused.status_code, means.payment_means) == (409, ("wallet",))
    again = rider.pay(order, key="key-00001", means="stripe")
    assert REPLAYED not in again.headers


def test_many_at_once_run_once(any_world: World) -> None:
    rider = any_world.rider(cents=0)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: top_up(rider, 100, "key-00001"), range(16)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    done = [answer for answer in answers if answer.status_code == 200]
    assert sum(REPLAYED not in answer.headers for answer in done) == 1
    assert balance(rider) == 100
    for waiting in answers:
        if waiting.status_code == 409:
            assert waiting.json()["type"] == "/problems/idempotency-in-progress"
            assert int(waiting.headers["retry-after"]) > 0


def test_a_request_that_failed_may_be_sent_again(any_world: World) -> None:
    def broken() -> object:
        raise ZeroDivisionError("secret detail")

    rider = any_world.rider(cents=0)
    network = any_world.services.network
    any_world.replace_services(network=broken)
    failed = top_up(rider, 100, "key-00001")
    assert failed.status_code == 500
    assert "secret" not in failed.text
    any_world.replace_services(network=network)
    assert top_up(rider, 100, "key-00001").status_code == 200
    assert balance(rider) == 100


def test_a_key_is_required_and_must_be_one(any_world: World) -> None:
    rider = any_world.rider()
    body = {"offer": "x"}
    without = any_world.client.post("/v1/orders", json=body, headers=rider.headers)
    assert without.json()["errors"][0]["loc"] == ["header", "Idempotency-Key"]
    for key in ("short", "x" * 201, "with blanks in it"):
        assert rider.post("/v1/orders", body, key).status_code == 422
