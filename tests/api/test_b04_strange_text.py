"""Text that no database takes is refused at the door, whichever database there is."""

import json

import pytest

from tests.support.server import World

GOOD = {"email": "ada@kommit.example", "password": "correct horse", "name": "Ada"}
BAD_TEXT = pytest.mark.parametrize("bad", ["\0", "\ud800"])


@BAD_TEXT
@pytest.mark.parametrize("field", GOOD)
def test_nobody_is_registered_under_it(any_world: World, field: str, bad: str) -> None:
    body = GOOD | {field: GOOD[field] + bad}
    login = {name: body[name] for name in ("email", "password")}
    for path, sent in (("/v1/riders", body), ("/v1/sessions", login)):
        answer = any_world.client.post(
            path, content=json.dumps(sent), headers={"Content-Type": "application/json"}
        )
        expected = 401 if field not in sent else 422
        assert answer.status_code == expected, answer.text
        assert field not in sent or field in answer.json()["detail"]


@BAD_TEXT
def test_no_token_is_made_of_it(any_world: World, bad: str) -> None:
    rider = any_world.rider()
    headers = rider.headers | {"Content-Type": "application/json", "Idempotency-Key": "a key of it"}
    for path, body in (
        ("/v1/offers", {"journey": f"x{bad}", "passengers": [{"category": "adult"}]}),
        ("/v1/orders", {"offer": f"x{bad}"}),
    ):
        answer = any_world.client.post(path, content=json.dumps(body), headers=headers)
        assert answer.status_code == 422, answer.text


def test_every_other_script_is_welcome(any_world: World) -> None:
    name = "Ąda Лена 李 🚲"
    answer = any_world.client.post("/v1/riders", json=GOOD | {"name": name})
    assert answer.status_code == 201
    assert answer.json()["rider"]["name"] == name
