"""The contract: committed as it is, complete, and kept under random input."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kommit.api.app import make_app
from kommit.api.limits import RateLimit
from kommit.cli.documents import openapi_text
from tests.support.server import Rider, World

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"
DOCUMENT: dict[str, Any] = make_app().openapi()
OPERATIONS = [
    (method, path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


def test_the_committed_document_is_the_apps() -> None:
    assert COMMITTED.read_text("utf-8") == openapi_text(), (
        "run: kommit openapi --out docs/openapi.json"
    )


def test_every_operation_says_what_it_does() -> None:
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(set(names)) == len(names)
    for _, path, operation in OPERATIONS:
        assert operation["tags"], path
        assert operation["description"], path


def test_every_refusal_is_a_problem() -> None:
    for method, path, operation in OPERATIONS:
        for status, response in operation["responses"].items():
            if status[0] == "4":
                assert list(response["content"]) == ["application/problem+json"], (method, path)


def test_every_reference_leads_somewhere() -> None:
    text = json.dumps(DOCUMENT)
    schemas = DOCUMENT["components"]["schemas"]
    used = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert used <= set(schemas)
    assert set(schemas) <= used


def test_the_calls_are_those_of_the_contract() -> None:
    """The table in docs/architecture.md, both ways."""
    table = (COMMITTED.parent / "architecture.md").read_text("utf-8").split("## HTTP API")[1]
    promised = set(re.findall(r"`(?:(GET|POST|DELETE) )(/[^?`\s]*)", table))
    promised |= {("GET", "/v1/orders/{id}/ticket.png"), ("GET", "/v1/orders/{id}/ticket.svg")}
    names = {"{order_id}": "{id}", "{stop_id}": "{id}", "{system_id}": "{system}"}
    names |= {"{vehicle_id}": "{id}", "{rental_id}": "{id}", "{service_id}": "{service}"}
    names |= {"{trip_id}": "{id}", "{subscription_id}": "{id}", "{complaint_id}": "{id}"}
    names |= {"{webhook_id}": "{id}", "{delivery_id}": "{delivery}"}
    kept = {
        (method.upper(), re.sub(r"\{\w+_id\}", lambda found: names[found[0]], path))
        for method, path, _ in OPERATIONS
        if not path.startswith("/problems")  # named in the text above the table
    }
    assert kept == promised


schema = schemathesis.openapi.from_dict(DOCUMENT)


@pytest.fixture(scope="module")
def busy_world(image: Path, migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One installation for all random requests; signing in is not limited there."""
    import shutil

    from tests.support.server import world as open_world

    folder = tmp_path_factory.mktemp("busy")
    shutil.copy(migrated_sqlite, folder / "kommit.db")
    with open_world(image, f"sqlite:///{folder / 'kommit.db'}", folder) as opened:
        opened.app = make_app()  # without a lifespan, which each random request would begin anew
        opened.app.state.services = replace(opened.services, login_limit=RateLimit(10**6, 1))
        yield opened


@pytest.fixture(scope="module")
def busy_rider(busy_world: World) -> Rider:
    return busy_world.rider()


@schema.parametrize()
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    database=None,
)
def test_random_requests_meet_the_contract(
    case: Case, busy_world: World, busy_rider: Rider
) -> None:
    response = case.call(
        app=busy_world.app, base_url="http://kommit.example", headers=busy_rider.headers
    )
    case.validate_response(
        response,
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
        ],
    )
