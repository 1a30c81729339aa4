"""What a group pays, what it gives back, another time, and the account behind it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator

from tests.browser.conftest import MakeVisit
from tests.browser.test_everybody_can_use_it import violations
from tests.browser.visit import Visit

pytestmark = pytest.mark.browser

TWO_RIDES = ("Nordkirchen, Rathaus", "Münster, Ludgeriplatz")
"""A TaxiBus, and then a bus."""
NO_WIDER = "document.documentElement.scrollWidth <= innerWidth"


MINUS = "\u2212"
"""As money below zero is written."""


def cents(cells: Locator) -> list[int]:
    """Return amounts that are shown, in cents."""
    digits = (re.sub(rf"[^\d{MINUS}-]", "", text) for text in cells.all_inner_texts())
    return [int(text.replace(MINUS, "-")) for text in digits]


def choose_group(rider: Visit) -> None:
    """Two adults and a child, and the second adult has a Deutschlandticket."""
    rider.press("Erwachsene: einer mehr")
    rider.press("Kinder: einer mehr")
    rider.page.locator(".extras summary", has_text="Erwachsene Person 2").click()
    second = rider.page.get_by_role("group", name="Erwachsene Person 2")
    second.get_by_role("checkbox", name="hat Deutschlandticket").check()
    rider.page.locator(".prices [data-rule=subscription]").first.wait_for()


def buy_for_group(rider: Visit) -> None:
    rider.search(*TWO_RIDES)
    rider.page.locator(".journey").filter(has_text="T08").filter(has_text="X90").first.click()
    rider.heading("Ihre Verbindung")
    rider.book()
    rider.register()
    rider.page.get_by_role("button", name="Weiter zur Zahlung").wait_for()
    choose_group(rider)
    rider.hold()
    rider.pay()
    rider.page.get_by_role("img", name="Aztec-Code").wait_for()


def test_the_breakdown_says_who_pays_what_by_which_rule(visit: MakeVisit) -> None:
    rider = visit()
    rider.search()
    rider.open_bookable()
    rider.book()
    choose_group(rider)
    table = rider.page.locator(".prices")
    covered = table.locator("[data-rule=subscription]").first.inner_text()
    assert "Erwachsene Person 2" in covered
    assert "enthalten in Deutschlandticket" in covered
    assert cents(table.locator("[data-rule=subscription] td"))[0] == 0
    total, vat = cents(table.locator("tfoot td"))
    assert total == sum(cents(table.locator("tbody td")))
    assert 0 < vat < total
    assert "darin 7 % MwSt." in table.inner_text().replace("\N{NO-BREAK SPACE}", " ")
    assert violations(rider) == []
    assert rider.page.evaluate(NO_WIDER)


def test_a_leg_of_one_passenger_is_given_back_for_what_was_quoted(visit: MakeVisit) -> None:
    rider = visit()
    buy_for_group(rider)
    rider.press("Zurückgeben …")
    panel = rider.page.locator(".give-back")
    panel.locator(".quote").wait_for()
    whole = cents(panel.locator(".quote-sum dd"))[0]
    legs = panel.get_by_role("group", name="Teile der Fahrt").get_by_role("checkbox")
    assert legs.count() == 2
    legs.first.uncheck()
    riders = panel.get_by_role("group", name="Personen").get_by_role("checkbox")
    riders.nth(1).uncheck()
    riders.nth(2).uncheck()
    panel.locator(".quote").wait_for()
    assert violations(rider) == []
    part = cents(panel.locator(".quote-sum dd"))[0]
    assert 0 < part < whole
    panel.get_by_role("button", name="Zurückgeben, ").click()
    rider.see("Zurückgegeben. Sie bekommen")
    refunded = rider.page.locator(".refunds li")
    assert cents(refunded.locator(".amount")) == [part]
    assert rider.page.locator(".sold .state").inner_text() == "für 1 Person zurückgegeben"
    assert rider.page.get_by_role("img", name="Aztec-Code").count() == 1
    assert violations(rider) == []
    assert rider.page.evaluate(NO_WIDER)


def test_a_quote_that_changed_is_shown_anew_and_not_taken(visit: MakeVisit) -> None:
    rider = visit()
    rider.buy()
    rider.press("Zurückgeben …")
    rider.page.locator(".quote").wait_for()
    problem = {"type": "/problems/quote-changed", "title": "The refund is another one by now"}
    rider.page.route("**/cancel", lambda route: route.fulfill(status=409, json=problem), times=1)
    with rider.page.expect_response("**/refund-quote*"):
        rider.page.locator(".give-back .button.primary:not([aria-disabled])").click()
    rider.see("Inzwischen ist es ein anderer Betrag.")
    rider.page.locator(".give-back .button.primary:not([aria-disabled])").click()
    rider.see("Dieses Ticket ist ganz zurückgegeben.")
    assert rider.page.locator(".sold del").count() >= 1
    rider.forgive("409")


def test_another_time_is_paid_while_the_old_ticket_stays_valid(visit: MakeVisit) -> None:
    rider = visit()
    old = rider.buy()
    rider.press("Andere Zeit nehmen …")
    panel = rider.page.locator(".change-time")
    panel.get_by_label("Uhrzeit").fill("11:00")
    panel.get_by_role("button", name="Zeiten suchen").click()
    panel.get_by_role("radio").first.check()
    rider.see("Die neue Fahrt kostet")
    assert violations(rider) == []
    panel.locator("button:not([aria-disabled])", has_text="Diese Zeit nehmen").click()
    rider.heading("Bezahlen")
    rider.see("Ihr bisheriges Ticket gilt weiter")
    new = rider.page.url.rsplit("/", 1)[1]
    assert new != old
    rider.page.locator("button:not([aria-disabled])", has_text="bezahlen").click()
    rider.see("Gebucht. Gute Fahrt!")
    rider.page.goto(f"{rider.site}/#/orders/{old}")
    rider.see("Getauscht")


def test_the_account_has_subscriptions_and_shows_what_the_month_cost(visit: MakeVisit) -> None:
    rider = visit()
    rider.page.goto(f"{rider.site}/#/account")
    rider.register()
    rider.press("+ 50 €")
    card = rider.page.get_by_role("region", name="Abos")
    card.get_by_text("Ein Abo eintragen, das ich habe").click()
    declare = card.locator("details", has_text="Abo-Nummer")
    declare.get_by_label("Abo-Nummer").fill("DT-12345678")
    until = datetime.now(UTC).date() + timedelta(days=60)
    declare.get_by_label("Gültig bis").fill(until.isoformat())
    assert violations(rider) == []
    declare.get_by_role("button", name="Eintragen").click()
    held = card.locator(".subscription")
    held.get_by_text("Deutschlandticket").wait_for()
    held.get_by_role("button", name="Entfernen").click()
    held.get_by_role("button", name="Ja, beenden").click()
    held.wait_for(state="detached")
    rider.see("Dieser Monat, 0 Fahrten")
    assert violations(rider) == []
    assert rider.page.evaluate(NO_WIDER)


def test_a_wrong_voucher_is_told_and_the_account_can_be_taken_along_and_removed(
    visit: MakeVisit, tmp_path: Path
) -> None:
    rider = visit()
    rider.page.goto(f"{rider.site}/#/account")
    rider.register()
    rider.page.get_by_text("Gutschein einlösen").click()
    rider.page.get_by_label("Gutscheincode").fill("NO-SUCH-CODE")
    rider.press("Einlösen")
    rider.page.get_by_role("alert").wait_for()
    rider.forgive("404")
    with rider.page.expect_download() as saved:
        rider.press("Meine Daten herunterladen")
    saved.value.save_as(tmp_path / "me.json")
    assert "Ada Lüdinghaus" in (tmp_path / "me.json").read_text("utf-8")
    rider.page.get_by_text("Konto löschen …").click()
    rider.page.get_by_label("Passwort").fill("not the password")
    rider.press("Konto endgültig löschen")
    rider.see("E-Mail-Adresse oder Passwort stimmt nicht.")
    rider.forgive("401")
