"""Tickets after the sale by HTTP: phones, paper, passes, revocations, inspections and boxes."""

import base64
import hashlib
import json
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from booking.domain.staff import Role
from booking.tickets.phone import show
from kommit.cli.main import app as cli
from tests.api.ticket_problems import bind, bought, text
from tests.booking.tickets.phones import phone
from tests.support.fleets import FLEET, boxes
from tests.support.server import Rider, World

SECRET = "a secret of the tests"


def ticket_bytes(ticket: dict[str, Any]) -> bytes:
    return base64.urlsafe_b64decode(ticket["ticket"] + "==")


def verified(world: World, folder: Path, ticket: str, at: str) -> tuple[int, dict[str, Any]]:
    """Return exit code and answer of an inspector who fetched keys and list just now."""
    keys, listed = folder / "keys.json", folder / "revoked.krl"
    keys.write_text(world.client.get("/v1/ticket-keys").text)
    octets = {"Accept": "application/octet-stream"}
    listed.write_bytes(world.client.get("/v1/ticket-revocations", headers=octets).content)
    options = ["--keys", str(keys), "--revoked", str(listed), "--at", at, "--json"]
    result = CliRunner().invoke(cli, ["ticket", "verify", ticket, *options])
    assert result.stdout, result.output
    return result.exit_code, json.loads(result.stdout)


def inspector(world: World, name: str = "Ina") -> Rider:
    world.services.staff.add(Role.INSPECTOR, name, SECRET, "")
    answer = world.client.post("/v1/staff/sessions", json={"name": name, "secret": SECRET})
    assert answer.json()["role"] == "inspector"
    return Rider(world, answer.json()["token"])


def look(ticket: str, **changed: Any) -> dict[str, Any]:
    made = {
        "id": str(uuid4()),
        "ticket": ticket,
        "at": "2024-05-06T08:00:00+02:00",
        "verdict": "accepted",
        "device": "one",
    }
    return made | changed


# --- phones


def test_a_phone_gets_the_ticket_and_a_screenshot_is_worth_nothing(
    any_world: World, tmp_path: Path
) -> None:
    rider, order = bought(any_world)
    paper = rider.get(f"{order}/ticket").json()
    assert (paper["version"], paper["device_key"], paper["redraw_s"]) == (1, None, 5)
    bound = bind(rider, order).json()
    assert (bound["version"], bound["order_id"]) == (2, paper["order_id"])
    assert rider.get(f"{order}/ticket").json() == bound, "the clock stands still"
    assert bind(rider, order).json() == bound, "the same phone again"

    at = any_world.clock.at = any_world.services.tickets.read(ticket_bytes(bound)).valid_from
    live = text(show(ticket_bytes(bound), phone(), at))
    code, said = verified(any_world, tmp_path, live, at.isoformat())
    assert (code, said["live"], said["version"]) == (0, True, 2)
    assert said["revocations"] == {"age_s": 0, "is_old": False}
    for shown, reason in (
        (bound["ticket"], "PhoneDidNotSign"),
        (paper["ticket"], "TicketRevoked"),
        (text(show(ticket_bytes(bound), phone(2), at)), "BadPhoneSignature"),
    ):
        code, said = verified(any_world, tmp_path, shown, at.isoformat())
        assert (code, said["reason"]) == (1, reason)
    later = at.replace(minute=at.minute + 1)
    assert verified(any_world, tmp_path, live, later.isoformat())[1]["reason"] == "CodeTooOld"


def test_a_ticket_goes_back_to_paper(world: World) -> None:
    rider, order = bought(world)
    assert bind(rider, order).status_code == 200
    for kind in ("png", "svg", "pdf", "pkpass"):
        assert rider.get(f"{order}/ticket.{kind}").status_code == 409
    freed = world.client.delete(f"{order}/device", headers=rider.headers).json()
    assert (freed["version"], freed["device_key"]) == (3, None)
    assert rider.get(f"{order}/ticket.png").status_code == 200


def test_only_the_rider_binds_a_phone(world: World) -> None:
    _, order = bought(world)
    assert bind(world.rider(), order).status_code == 404
    body = {"public_key": "AAAA"}
    assert world.client.post(f"{order}/device", json=body).status_code == 401
    rider, order = bought(world)
    answer = rider.post(f"{order}/device", {"public_key": "ä"})
    assert answer.json()["errors"][0]["loc"] == ["body", "public_key"]


# --- paper and passes


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_ticket_on_paper_is_a_pdf(world: World, language: str) -> None:
    rider, order = bought(world)
    answer = rider.get(f"{order}/ticket.pdf?lang={language}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert rider.get(f"{order}/ticket.pdf?lang=fr").status_code == 422


def test_a_pass_is_signed_and_its_manifest_names_every_file(world: World, tmp_path: Path) -> None:
    rider, order = bought(world)
    answer = rider.get(f"{order}/ticket.pkpass")
    assert answer.headers["content-type"] == "application/vnd.apple.pkpass"
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files["manifest.json"])
    assert set(manifest) == set(files) - {"manifest.json", "signature"}
    assert {"pass.json", "icon.png", "icon@2x.png"} <= set(manifest)
    assert all(hashlib.sha1(files[name]).hexdigest() == digest for name, digest in manifest.items())
    for name in ("manifest.json", "signature"):
        (tmp_path / name).write_bytes(files[name])
    command = ["openssl", "smime", "-verify", "-in", "signature", "-inform", "DER"]
    command += ["-content", "manifest.json", "-noverify", "-out", "out"]

    def openssl() -> int:
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode

    assert openssl() == 0
    (tmp_path / "manifest.json").write_bytes(files["manifest.json"] + b" ")
    assert openssl() != 0
    content = json.loads(files["pass.json"])
    (barcode,) = content["barcodes"]
    assert barcode["format"] == "PKBarcodeFormatAztec"
    assert barcode["message"] == rider.get(f"{order}/ticket").json()["ticket"]


# --- the list


def test_the_list_of_revocations_as_json_and_bare_with_an_etag(any_world: World) -> None:
    client = any_world.client
    octets = {"Accept": "application/octet-stream"}
    empty = client.get("/v1/ticket-revocations")
    assert empty.json()["count"] == 0
    bare = client.get("/v1/ticket-revocations", headers=octets)
    assert bare.headers["content-type"] == "application/octet-stream"
    assert base64.urlsafe_b64decode(empty.json()["list"] + "==") == bare.content
    assert empty.headers["etag"] != bare.headers["etag"]
    again = {"If-None-Match": bare.headers["etag"]}
    assert client.get("/v1/ticket-revocations", headers=octets | again).status_code == 304
    rider, order = bought(any_world)
    bind(rider, order)
    changed = client.get("/v1/ticket-revocations", headers=octets | again)
    assert (changed.status_code, len(changed.content)) == (200, len(bare.content) + 8)
    assert client.get("/v1/ticket-revocations").json()["count"] == 1


def test_inspectors_learn_how_fresh_a_code_must_be(world: World) -> None:
    freshness = world.client.get("/v1/ticket-keys").json()["freshness"]
    assert freshness == {"redraw_s": 5, "max_age_s": 20, "clock_skew_s": 10}


# --- inspections


def test_inspections_are_handed_in_and_double_use_is_flagged(any_world: World) -> None:
    rider, order = bought(any_world)
    ticket = rider.get(f"{order}/ticket").json()["ticket"]
    any_world.clock.at = any_world.clock.at.replace(hour=8)
    ina, ole = inspector(any_world), inspector(any_world, "Ole")
    first = look(ticket, lat=51.8612, lon=7.4842)
    second = look(ticket, device="two", at="2024-05-06T08:02:00+02:00", lat=51.9566, lon=7.6350)
    assert ina.post("/v1/inspections", {"events": [first]}).json() == {"new": 1, "known": 0}
    assert ina.get("/v1/inspections/flags").json() == {"flags": []}
    assert ole.post("/v1/inspections", {"events": [first, second]}).json() == {"new": 1, "known": 1}
    (flag,) = ina.get("/v1/inspections/flags").json()["flags"]
    assert (flag["kind"], f"/v1/orders/{flag['order_id']}") == ("double-use", order)
    assert [one["device"] for one in flag["inspections"]] == ["one", "two"]
    assert (flag["inspections"][0]["lat"], flag["inspections"][0]["lon"]) == (51.86, 7.48)


def test_a_code_that_is_no_ticket_is_worth_knowing(world: World) -> None:
    ina = inspector(world)
    bad = look("nonsense!", verdict="refused", reason="TicketMalformed")
    assert ina.post("/v1/inspections", {"events": [bad]}).json()["new"] == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"lat": 51.0},
        {"lat": 91.0, "lon": 7.0},
        {"verdict": "perhaps"},
        {"at": "2024-05-06T08:00:00"},
        {"device": ""},
        {"extra": 1},
        {"reason": "ada@kommit.example"},
    ],
)
def test_a_batch_that_cannot_be_is_refused_whole(world: World, changed: dict[str, Any]) -> None:
    ina = inspector(world)
    batch = {"events": [look("AAAA"), look("AAAA", **changed)]}
    assert ina.post("/v1/inspections", batch).status_code == 422
    assert ina.post("/v1/inspections", {"events": []}).status_code == 422
    assert ina.post("/v1/inspections", {"events": [look("AAAA")] * 51}).status_code == 422


def test_only_inspectors_hand_in(world: World) -> None:
    assert world.client.post("/v1/inspections", json={"events": [look("AAAA")]}).status_code == 401
    rider = world.rider()
    assert rider.post("/v1/inspections", {"events": [look("AAAA")]}).status_code == 401


# --- boxes


def test_a_box_opens_by_the_ticket_of_its_order(any_world: World) -> None:
    world = any_world
    world.clock.at = world.clock.at.replace(hour=6)
    world.services.fleets.put(*boxes(), "of the tests")
    rider, now = world.rider(), world.clock.now()
    vehicle = next(
        one.public_id
        for one in world.services.fleets.now(FLEET).vehicles
        if one.vehicle.id == "cb-1"
    )
    times = {"start": now.replace(minute=5).isoformat(), "end": now.replace(hour=8).isoformat()}
    answer = rider.post("/v1/rentals", {"system": FLEET, "vehicle": vehicle} | times)
    assert answer.status_code == 201, answer.text
    (order,) = rider.get("/v1/orders").json()["orders"]
    ticket = rider.get(f"/v1/orders/{order['id']}/ticket").json()["ticket"]
    body = {"ticket": ticket, "system": FLEET, "station": "meadow", "box": 1}
    wrong = world.client.post("/v1/boxes/open", json=body | {"box": 2})
    assert (wrong.status_code, wrong.json()["type"]) == (409, "/problems/rental-refused")
    opened = world.client.post("/v1/boxes/open", json=body)
    assert opened.status_code == 200, opened.text
    assert (opened.json()["id"], opened.json()["state"]) == (answer.json()["id"], "active")
    away = world.client.post("/v1/boxes/open", json=body | {"station": "market"})
    assert (away.status_code, away.json()["type"]) == (409, "/problems/ticket-refused")
    junk = world.client.post("/v1/boxes/open", json=body | {"ticket": "ä"})
    assert (junk.status_code, junk.json()["type"]) == (409, "/problems/ticket-refused")
