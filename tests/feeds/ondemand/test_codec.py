"""Services are kept as JSON without loss."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from feeds.ondemand.codec import from_json, to_json
from routing.ondemand.service import OnDemandService
from tests.support.shuttles import senden_service


@pytest.fixture(scope="module")
def shuttle() -> OnDemandService:
    return senden_service()


def test_a_service_comes_back_from_json(shuttle: OnDemandService) -> None:
    text = json.dumps(to_json(shuttle))
    assert from_json(json.loads(text)) == shuttle
    assert json.dumps(to_json(from_json(json.loads(text)))) == text


@pytest.mark.parametrize(
    "spoil",
    [
        lambda values: values.pop("stops"),
        lambda values: values.update(kind="tram"),
        lambda values: values.update(unknown=1),
        lambda values: values["relations"][0]["days"].update(first="yesterday"),
        lambda values: values["relations"][0].update(pickup=[1]),
        lambda values: values.update(relations=7),
    ],
)
def test_what_is_none_is_refused(
    shuttle: OnDemandService, spoil: Callable[[dict[str, Any]], object]
) -> None:
    values = json.loads(json.dumps(to_json(shuttle)))
    spoil(values)
    with pytest.raises(ValueError):  # noqa: PT011 - the caller wraps it, whatever it says
        from_json(values)
