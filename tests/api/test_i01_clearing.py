"""What an operator's office sees of its money, and the head of the audit log."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from booking.tickets.audit_heads import SignedHead
from booking.tickets.keys import PublicKeys
from tests.api.test_h02_webhooks import office
from tests.support.server import World

MAY = "/v1/operator/clearing/2024-05"


def ridden(world: World, times: int = 1) -> dict[str, Any]:
    """Return the last of some orders that were sold, and whose journeys are over."""
    for _ in range(times):
        rider = world.rider()
        order = rider.hold()
        assert rider.pay(order).status_code == 200
    world.clock.move(hours=6)
    world.services.orders.advance_due(world.clock.now())
    return order


def test_an_operator_sees_its_month_line_by_line(any_world: World) -> None:
    order = ridden(any_world)
    answer = office(any_world).get(MAY)
    assert answer.status_code == 200, answer.text
    report = answer.json()
    price = order["price"]["amount"]
    (vat,) = report["vat"]
    assert (vat["permille"], vat["gross"]) == (70, price)
    assert report["earned"] == report["due"] == vat["net"]
    assert report["deferred"] == report["opening"] == report["more_lines"] == 0
    (line,) = report["lines"]
    assert line["order_id"] == order["id"]
    assert (line["kind"], line["amount"], line["day"]) == ("fare", vat["net"], "2024-05-06")
    assert report["closed_at"] is None


def test_lines_come_page_by_page(world: World) -> None:
    ridden(world, times=2)
    mine = office(world)
    page = mine.get(f"{MAY}?limit=1").json()
    assert (len(page["lines"]), page["more_lines"]) == (1, 1)
    rest = mine.get(f"{MAY}?limit=1&after=1").json()
    assert (len(rest["lines"]), rest["more_lines"]) == (1, 0)
    assert rest["lines"] != page["lines"]


def test_the_report_as_files(world: World) -> None:
    order = ridden(world)
    mine = office(world)
    table = mine.get(f"{MAY}.csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert table.headers["content-disposition"] == 'attachment; filename="clearing-2024-05.csv"'
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert rows[0]["order"] == order["id"]
    document = mine.get(f"{MAY}.pdf")
    assert document.headers["content-type"] == "application/pdf"
    assert document.content.startswith(b"%PDF-")


def test_others_see_nothing(world: World) -> None:
    ridden(world)
    assert office(world, "tiny:A2").get(MAY).json()["lines"] == []
    assert world.client.get(MAY).status_code == 401
    assert world.rider().get(MAY).status_code == 401, "a rider's token is none of staff"


def test_a_closed_month_says_so(world: World) -> None:
    ridden(world)
    world.clock.move(days=30)
    world.services.clearing.close("2024-05")
    assert office(world).get(MAY).json()["closed_at"] is not None


def test_the_head_of_the_audit_log_is_signed(world: World, tmp_path: Path) -> None:
    ridden(world)
    world.services.audit.seal()
    answer = world.client.get("/v1/audit/head").json()
    keys = PublicKeys.of_document(world.client.get("/v1/ticket-keys").json())
    head = SignedHead.of_document(answer, "the answer")
    head.check(keys)
    assert head.position > 0
    assert world.services.audit.verify(heads=[head.head]) == head.head
    assert head.at == world.clock.now() - timedelta(microseconds=world.clock.now().microsecond)
    assert json.dumps(head.to_document()) == json.dumps(answer)
