"""A rider plans, chooses, books, pays and shows a ticket that an inspector can verify offline."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.browser.conftest import KOMMIT, MakeVisit
from tests.browser.visit import END, PHONE, START, Visit

pytestmark = pytest.mark.browser


def rider_token(rider: Visit) -> str:
    return str(rider.page.evaluate("JSON.parse(localStorage['kommit.session']).token"))


def inspect(rider: Visit, order: str, folder: Path, seen: Path) -> subprocess.CompletedProcess[str]:
    """Verify what the camera saw with ``kommit ticket verify``, at the ticket's first moment."""
    keys = folder / "keys.json"
    keys.write_text(rider.page.request.get(f"{rider.site}/v1/ticket-keys").text(), "utf-8")
    ticket = rider.page.request.get(
        f"{rider.site}/v1/orders/{order}/ticket",
        headers={"Authorization": f"Bearer {rider_token(rider)}"},
    ).json()
    command = [
        KOMMIT,
        "ticket",
        "verify",
        seen,
        "--keys",
        keys,
        "--at",
        ticket["valid_from"],
        "--json",
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_from_search_to_a_ticket_that_is_genuine(visit: MakeVisit, tmp_path: Path) -> None:
    rider = visit()
    order = rider.buy()
    seen = tmp_path / "seen.png"
    rider.page.locator(".ticket-code").screenshot(path=seen)

    verdict = inspect(rider, order, tmp_path, seen)

    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    document = json.loads(verdict.stdout)
    assert order in verdict.stdout
    assert "Ludgeriplatz" in json.dumps(document, ensure_ascii=False)


def test_the_list_shows_what_a_rider_decides_by(visit: MakeVisit) -> None:
    rider = visit()
    rider.search()
    first = rider.page.locator(".journey").first
    text = first.inner_text()
    for part in (":", "min", "kg CO₂", "€", "Umstieg"):
        assert part in text
    assert first.locator(".line").count() >= 1
    assert START in rider.page.locator(".asked").inner_text()
    assert END in rider.page.locator(".asked").inner_text()


def test_earlier_and_later_widen_the_list_in_order(visit: MakeVisit) -> None:
    rider = visit()
    rider.search(time="12:00")
    journeys = rider.page.locator(".journey")
    few = journeys.count()
    rider.press("Früher")
    rider.page.wait_for_function("n => document.querySelectorAll('.journey').length > n", arg=few)
    more = journeys.count()
    rider.press("Später")
    rider.page.wait_for_function("n => document.querySelectorAll('.journey').length > n", arg=more)
    departures = rider.page.locator(".journey time:first-of-type").evaluate_all(
        "times => times.map(time => time.dateTime)"
    )[::2]
    assert departures == sorted(departures)


def test_an_open_journey_shows_its_stops_and_its_streets(visit: MakeVisit) -> None:
    rider = visit()
    rider.search()
    rider.open_bookable()
    rider.page.locator("summary", has_text="Zwischenhalt").first.click()
    assert rider.page.locator(".calls li").count() >= 1
    rider.page.locator("summary", has_text="Wegbeschreibung").first.click()
    steps = rider.page.locator(".step").all_inner_texts()
    assert steps[0].startswith("Starten")
    assert all(" m" in step or " km" in step for step in steps[:-1])


def test_a_reload_keeps_the_journey_that_is_open(visit: MakeVisit) -> None:
    rider = visit()
    rider.search()
    rider.open_bookable()
    legs = rider.page.locator(".legs").inner_text()
    rider.page.reload()
    rider.heading("Ihre Verbindung")
    assert rider.page.locator(".legs").inner_text() == legs


def test_a_child_rides_for_less_and_the_sum_is_right(visit: MakeVisit) -> None:
    rider = visit()
    rider.search()
    rider.open_bookable()
    rider.book()
    cents = "cells => cells.map(cell => Number(cell.textContent.replace(/\\D/g, '')))"
    rider.press("Kinder: einer mehr")
    rider.see("Kind 1")
    rider.page.locator(".prices tbody td").nth(1).wait_for()  # the price comes after the name
    adult, child = rider.page.locator(".prices tbody td").evaluate_all(cents)
    total, _vat = rider.page.locator(".prices tfoot td").evaluate_all(cents)
    assert child < adult
    assert total == adult + child


def test_a_retry_after_a_lost_answer_is_the_same_intention(visit: MakeVisit) -> None:
    rider = visit()
    rider.search()
    rider.open_bookable()
    rider.book()
    rider.register()
    rider.page.get_by_role("button", name="Weiter zur Zahlung").wait_for()
    rider.page.route("**/v1/orders", lambda route: route.abort("connectionreset"), times=1)
    rider.press("Weiter zur Zahlung")
    rider.see("Keine Verbindung zum Server")
    rider.press("Noch einmal versuchen")
    rider.heading("Bezahlen")
    keys = [
        post.headers["idempotency-key"] for post in rider.posts if post.url.endswith("/v1/orders")
    ]
    assert len(keys) == 2
    assert len(set(keys)) == 1
    rider.forgive("ERR_CONNECTION_RESET")


def test_a_hold_counts_down_and_can_be_given_back(visit: MakeVisit) -> None:
    rider = visit()
    rider.search()
    rider.open_bookable()
    rider.book()
    rider.register()
    rider.hold()
    timer = rider.page.get_by_role("timer")
    before = timer.inner_text()
    rider.page.wait_for_function(
        "text => document.querySelector('[role=timer]').innerText !== text", arg=before
    )
    rider.press("Reservierung aufheben")
    rider.see("Es wurde nichts abgebucht.")
    rider.page.goto(f"{rider.site}/#/account")
    rider.see("0,00 €")


def test_the_wallet_must_hold_enough_before_paying(visit: MakeVisit) -> None:
    rider = visit()
    rider.search()
    rider.open_bookable()
    rider.book()
    rider.register()
    rider.hold()
    rider.see("Ihr Guthaben reicht noch nicht.")
    rider.page.get_by_role("button", name="bezahlen").click(force=True)
    assert not [post for post in rider.posts if post.url.endswith("/payment")]
    rider.pay()


def test_a_ticket_is_shown_without_a_network(visit: MakeVisit) -> None:
    rider = visit()
    rider.buy()
    rider.page.goto(f"{rider.site}/#/orders")
    rider.page.locator(".order-card").first.wait_for()
    rider.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    rider.page.reload()  # now every file went through the service worker
    rider.page.locator(".order-card").first.wait_for()
    rider.go_offline()
    rider.page.reload()
    rider.page.locator(".order-card").first.click()
    rider.page.get_by_role("img", name="Aztec-Code").wait_for()
    rider.see("Gezeigt wird, was auf diesem Gerät gespeichert ist.")
    rider.forgive("ERR_INTERNET_DISCONNECTED")


def test_nobody_elses_tickets_stay_on_a_shared_device(visit: MakeVisit) -> None:
    rider = visit(size=PHONE)
    rider.buy()
    with rider.page.expect_response("**/v1/wallet"):  # asked for later, it would be refused
        rider.page.goto(f"{rider.site}/#/account")
    rider.press("Abmelden")
    rider.page.get_by_role("heading", name="Anmelden").wait_for()
    assert rider.page.evaluate("localStorage['kommit.tickets']") is None
